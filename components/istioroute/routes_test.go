package istioroute

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"
	"pgregory.net/rapid"
)

// anyArgs draws valid arguments under our own weights.
func anyArgs(t *rapid.T) Args {
	args := base()
	left := 100
	count := rapid.IntRange(0, 5).Draw(t, "tracks")
	for i := range count {
		weight := rapid.IntRange(0, left).Draw(t, "weight")
		if i == count-1 {
			weight = left
		}
		left -= weight
		track := Track{Name: fmt.Sprintf("track%d", i), Weight: weight}
		if rapid.Bool().Draw(t, "labels") {
			track.Labels = map[string]string{"tripsage.ai/track": track.Name, "colour": rapid.SampledFrom([]string{"red", "blue"}).Draw(t, "colour")}
		}
		args.Tracks = append(args.Tracks, track)
		if rapid.Bool().Draw(t, "preview") {
			args.Preview.Tracks = append(args.Preview.Tracks, track.Name)
		}
	}
	if len(args.Preview.Tracks) > 0 {
		args.Preview.Cookie = rapid.SampledFrom([]string{"", "track", "a.b"}).Draw(t, "cookie")
	}
	args.WebSocketPath = rapid.SampledFrom([]string{"", "/ws", "/api/v1/ws"}).Draw(t, "path")
	args.Traffic.Retries.Off = rapid.Bool().Draw(t, "off")
	if !args.Traffic.Retries.Off {
		args.Traffic.Retries.Attempts = rapid.IntRange(0, 10).Draw(t, "attempts")
		args.Traffic.Retries.Methods = rapid.SliceOfDistinct(rapid.SampledFrom([]string{"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}), rapid.ID).Draw(t, "methods")
	}
	if rapid.Bool().Draw(t, "cors") {
		args.Traffic.CORS = &CORS{Origins: []string{"https://app.tripsage.ai"}}
	}
	return args.withDefaults("tripsage-api")
}

func TestRoutesOfAnyArgs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := anyArgs(t)
		require.NoError(t, args.Validate())
		rule, service := destinationRuleSpec(args), virtualServiceSpec(args)
		subsets := map[string]bool{"": len(args.Tracks) == 0}
		for _, subset := range rule.Subsets {
			subsets[subset.Name] = true
		}
		names := map[string]bool{}
		for _, route := range service.Http {
			assert.False(t, names[route.Name], "two routes are called %s", route.Name)
			names[route.Name] = true
			var sum int32
			for _, to := range route.Route {
				sum += to.Weight
				assert.Positive(t, to.Weight, "Istio's JSON leaves 0 out, which reads like 100")
				assert.True(t, subsets[to.Destination.Subset], "%s leads to %q", route.Name, to.Destination.Subset)
				assert.Equal(t, rule.Host, to.Destination.Host)
				assert.EqualValues(t, 80, to.Destination.Port.Number)
			}
			assert.EqualValues(t, 100, sum, route.Name)
			require.NotNil(t, route.Retries, "without a policy Istio retries")
			for _, method := range []string{"POST", "PATCH", "CONNECT", "QUERY"} {
				assert.False(t, mayMatch(route, method) && route.Retries.Attempts > 0, "%s retries %s", route.Name, method)
			}
		}
		last := service.Http[len(service.Http)-1]
		assert.Empty(t, last.Match, "the last route takes everything")
	})
}

// mayMatch reports whether any request with that method can take the route.
func mayMatch(route *networking.HTTPRoute, method string) bool {
	if len(route.Match) == 0 {
		return true
	}
	return slices.ContainsFunc(route.Match, func(m *networking.HTTPMatchRequest) bool {
		return m.Method == nil || m.Method.GetExact() == method
	})
}

// The weights that requests get are those of the arguments, in every route.
func TestWeightsAreThoseOfTheTracks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := anyArgs(t)
		for _, route := range virtualServiceSpec(args).Http {
			if slices.ContainsFunc(args.Preview.Tracks, func(track string) bool {
				return route.Name == "preview-"+track || route.Name == "preview-"+track+"-websocket"
			}) {
				assert.Len(t, route.Route, 1)
				continue
			}
			for _, track := range args.Tracks {
				at := slices.IndexFunc(route.Route, func(to *networking.HTTPRouteDestination) bool { return to.Destination.Subset == track.Name })
				if track.Weight == 0 {
					assert.Equal(t, -1, at)
				} else {
					assert.EqualValues(t, track.Weight, route.Route[at].Weight)
				}
			}
		}
	})
}

func TestOrderOfRoutes(t *testing.T) {
	args := blueGreen().withDefaults("tripsage-api")
	var names []string
	for _, route := range virtualServiceSpec(args).Http {
		names = append(names, route.Name)
		if route.Name == "websocket" || route.Name == "preview-green-websocket" {
			assert.Nil(t, route.Timeout)
			assert.Nil(t, route.CorsPolicy)
		} else {
			assert.NotNil(t, route.Timeout)
			assert.Contains(t, route.CorsPolicy.AllowHeaders, PreviewHeader, "a preflight asks for it")
		}
	}
	assert.Equal(t, []string{"preview-green-websocket", "preview-green", "websocket", "retried", "default"}, names)
}

// Envoy matches the whole header.
func TestPreviewCookie(t *testing.T) {
	matches := Preview{Header: PreviewHeader, Cookie: "a.b"}.matches("green")
	require.Len(t, matches, 2)
	assert.Equal(t, "green", matches[0].Headers[PreviewHeader].GetExact())
	pattern := regexp.MustCompile(`^(?:` + matches[1].Headers["cookie"].GetRegex() + `)$`)
	for cookie, want := range map[string]bool{
		"a.b=green": true, "x=1; a.b=green": true, "a.b=green; x=1": true, "x=1; a.b=green; y=2": true,
		"a.b=greener": false, "ya.b=green": false, "x=1; ya.b=green": false, "aXb=green": false, "a.b=blue": false, "": false,
	} {
		assert.Equal(t, want, pattern.MatchString(cookie), cookie)
	}
}
