package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

// httpRoute is how HTTP requests reach a destination: a route of a
// VirtualService, or the one that Flagger writes for a Canary.
type httpRoute struct {
	// matches are alternatives; without any the route takes every request.
	matches          rule.Value
	timeout, retries rule.Value
}

// httpRoutes are the resource's routes that lead to a destination: none that
// answers by itself or hands over to another VirtualService.
func httpRoutes(r rule.Resource) []httpRoute {
	if r.Is(flaggerApp, "Canary") && byIstio(r) == rule.Yes {
		service := r.At("spec", "service")
		return []httpRoute{routeAt(service)}
	}
	if !r.Is(networkingIstio, "VirtualService") {
		return nil
	}
	var routes []httpRoute
	for _, item := range r.At("spec", "http").Items() {
		if item.At("redirect").Missing() && item.At("directResponse").Missing() && item.At("delegate").Missing() && !item.Unknown() {
			routes = append(routes, routeAt(item))
		}
	}
	return routes
}

func routeAt(v rule.Value) httpRoute {
	return httpRoute{matches: v.At("match"), timeout: v.At("timeout"), retries: v.At("retries")}
}

// each says whether all the route's matches pass the test, none when it has no
// matches. Maybe when the matches are not known.
func (h httpRoute) each(test func(match rule.Value) rule.Answer) rule.Answer {
	items := h.matches.Items()
	switch {
	case h.matches.Unknown():
		return rule.Maybe
	case len(items) == 0:
		return rule.No
	}
	answer := rule.Yes
	for _, match := range items {
		answer = min(answer, test(match))
	}
	return answer
}

// onPaths says whether the route takes only requests at or below one of the
// paths.
func (h httpRoute) onPaths(paths []string) rule.Answer {
	return h.each(func(match rule.Value) rule.Answer {
		uri := match.At("uri")
		exact, prefix := uri.At("exact"), uri.At("prefix")
		if exact.Unknown() || prefix.Unknown() {
			return rule.Maybe
		}
		for _, path := range paths {
			if exact.IsText(path) || strings.HasPrefix(exact.String(), path+"/") || strings.HasPrefix(prefix.String(), path+"/") {
				return rule.Yes
			}
		}
		return rule.No
	})
}

// onMethods says whether the route takes only requests with one of the methods.
func (h httpRoute) onMethods(methods []string) rule.Answer {
	return h.each(func(match rule.Value) rule.Answer {
		exact := match.At("method", "exact")
		switch {
		case exact.Unknown():
			return rule.Maybe
		case exact.IsText(methods...):
			return rule.Yes
		default:
			return rule.No
		}
	})
}

// retriesAnswered says whether the policy retries requests that the destination
// may have acted on: for anything but a connection that was not made. Maybe when
// that is not known. Without a list, Istio's own is taken, which does.
func retriesAnswered(retries rule.Value) rule.Answer {
	on := retries.At("retryOn")
	if on.Unknown() {
		return rule.Maybe
	}
	for _, cause := range strings.Split(on.String(), ",") {
		if !slices.Contains([]string{"connect-failure", "refused-stream"}, strings.TrimSpace(cause)) {
			return rule.Yes
		}
	}
	return rule.No
}
