package istioroute

import (
	"maps"
	"regexp"

	networking "istio.io/api/networking/v1"

	"github.com/tripsage/infrastructure/components/internal/traffic"
)

// inMesh is Istio's word for all sidecars.
const inMesh = "mesh"

// destinationRuleSpec names the tracks and how proxies connect to any of them.
func destinationRuleSpec(args Args) *networking.DestinationRule {
	spec := &networking.DestinationRule{Host: args.Name, TrafficPolicy: args.Traffic.TrafficPolicy()}
	for _, track := range args.Tracks {
		spec.Subsets = append(spec.Subsets, &networking.Subset{Name: track.Name, Labels: maps.Clone(track.Labels)})
	}
	return spec
}

// virtualServiceSpec lists the routes; the first that matches takes the request.
func virtualServiceSpec(args Args) *networking.VirtualService {
	spec := &networking.VirtualService{
		Hosts:    append([]string{args.Name}, args.Hosts...),
		Gateways: []string{args.Name, inMesh},
	}
	for _, track := range args.Preview.Tracks {
		spec.Http = append(spec.Http, previewRoutes(args, track)...)
	}
	weighted := weightedDestinations(args)
	spec.Http = append(spec.Http, webSocketRoute(args, "websocket", weighted, nil))
	if !args.Traffic.Retries.Off {
		spec.Http = append(spec.Http, retriedRoute(args, weighted))
	}
	spec.Http = append(spec.Http, plainRoute(args, "default", weighted, nil))
	return spec
}

// previewRoutes lead who asks for the track there.
func previewRoutes(args Args, track string) []*networking.HTTPRoute {
	only := []*networking.HTTPRouteDestination{destination(args, track, 100)}
	asked := args.Preview.matches(track)
	return []*networking.HTTPRoute{
		webSocketRoute(args, "preview-"+track+"-websocket", only, asked),
		plainRoute(args, "preview-"+track, only, asked),
	}
}

// matches returns a match for each way to ask. They are alternatives.
func (p Preview) matches(track string) []*networking.HTTPMatchRequest {
	out := []*networking.HTTPMatchRequest{{
		Headers: map[string]*networking.StringMatch{p.Header: exact(track)},
	}}
	if p.Cookie != "" {
		// All cookies come in one header. Istio matches the whole value.
		pattern := `(.*;\s*)?` + regexp.QuoteMeta(p.Cookie+"="+track) + `(\s*;.*)?`
		out = append(out, &networking.HTTPMatchRequest{Headers: map[string]*networking.StringMatch{
			"cookie": {MatchType: &networking.StringMatch_Regex{Regex: pattern}},
		}})
	}
	return out
}

// webSocketRoute takes the upgrades, with the wait of its own. asked narrows it;
// the two paths keep /wsx out.
func webSocketRoute(args Args, name string, to []*networking.HTTPRouteDestination, asked []*networking.HTTPMatchRequest) *networking.HTTPRoute {
	paths := []*networking.StringMatch{exact(args.WebSocketPath), prefix(args.WebSocketPath + "/")}
	if asked == nil {
		asked = []*networking.HTTPMatchRequest{{}}
	}
	var match []*networking.HTTPMatchRequest
	for _, one := range asked {
		for _, path := range paths {
			match = append(match, &networking.HTTPMatchRequest{Uri: path, Headers: one.Headers})
		}
	}
	return &networking.HTTPRoute{
		Name:    name,
		Match:   match,
		Route:   to,
		Timeout: traffic.Duration(args.Traffic.WebSocketTimeout),
		Retries: traffic.NoRetries(),
	}
}

// retriedRoute takes the methods that may be repeated, and no other.
func retriedRoute(args Args, to []*networking.HTTPRouteDestination) *networking.HTTPRoute {
	route := plainRoute(args, "retried", to, nil)
	for _, method := range args.Traffic.Retries.Methods {
		route.Match = append(route.Match, &networking.HTTPMatchRequest{Method: exact(method)})
	}
	route.Retries = args.Traffic.RetryPolicy()
	return route
}

// plainRoute takes any method and so retries nothing. The answer to a preflight
// comes from the route that the OPTIONS request matches, so all have the origins.
func plainRoute(args Args, name string, to []*networking.HTTPRouteDestination, match []*networking.HTTPMatchRequest) *networking.HTTPRoute {
	return &networking.HTTPRoute{
		Name:       name,
		Match:      match,
		Route:      to,
		Timeout:    traffic.Duration(args.Traffic.Timeout),
		Retries:    traffic.NoRetries(),
		CorsPolicy: args.corsPolicy(),
	}
}

// corsPolicy lets pages send the preview header too. A preflight names it
// without carrying it, so every route has to agree.
func (a Args) corsPolicy() *networking.CorsPolicy {
	if len(a.Preview.Tracks) == 0 {
		return a.Traffic.CORSPolicy()
	}
	return a.Traffic.CORSPolicy(a.Preview.Header)
}

// weightedDestinations returns the tracks that get a share.
func weightedDestinations(args Args) []*networking.HTTPRouteDestination {
	if len(args.Tracks) == 0 {
		return []*networking.HTTPRouteDestination{destination(args, "", 100)}
	}
	var out []*networking.HTTPRouteDestination
	for _, track := range args.Tracks {
		if track.Weight > 0 {
			out = append(out, destination(args, track.Name, track.Weight))
		}
	}
	return out
}

func destination(args Args, track string, weight int) *networking.HTTPRouteDestination {
	return &networking.HTTPRouteDestination{
		Destination: &networking.Destination{
			Host:   args.Name,
			Subset: track,
			Port:   &networking.PortSelector{Number: uint32(args.ServicePort)},
		},
		Weight: int32(weight),
	}
}

func exact(value string) *networking.StringMatch {
	return &networking.StringMatch{MatchType: &networking.StringMatch_Exact{Exact: value}}
}

func prefix(value string) *networking.StringMatch {
	return &networking.StringMatch{MatchType: &networking.StringMatch_Prefix{Prefix: value}}
}
