package canary

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/tripsage/infrastructure/components/internal/traffic"
	"github.com/tripsage/infrastructure/internal/pulumitest"
)

// leaves are the values of a JSON document by their paths, without those that
// mean the same as none.
func leaves(t require.TestingT, document any) map[string]any {
	text, err := json.Marshal(document)
	require.NoError(t, err)
	var plain any
	require.NoError(t, json.Unmarshal(text, &plain))
	out := map[string]any{}
	collect(out, "", plain)
	return out
}

func collect(out map[string]any, path string, value any) {
	switch typed := value.(type) {
	case map[string]any:
		for key, one := range typed {
			collect(out, path+"."+key, one)
		}
	case []any:
		for i, one := range typed {
			collect(out, fmt.Sprintf("%s[%d]", path, i), one)
		}
	case nil:
	default:
		if value != false && value != 0.0 && value != "" {
			out[path] = value
		}
	}
}

func drawnTraffic(t *rapid.T) Traffic {
	span := rapid.Map(rapid.IntRange(1, 600_000), func(ms int) time.Duration { return time.Duration(ms) * time.Millisecond })
	count := rapid.IntRange(1, 10_000)
	out := Traffic{
		Timeout:          span.Draw(t, "timeout"),
		WebSocketTimeout: span.Draw(t, "websocket"),
		Retries:          traffic.Retries{Off: rapid.Bool().Draw(t, "off")},
		Pool: traffic.Pool{
			Requests: count.Draw(t, "requests"), WebSockets: count.Draw(t, "websockets"), Pending: count.Draw(t, "pending"),
			RequestsPerConnection: count.Draw(t, "per connection"), IdleTimeout: span.Draw(t, "idle"),
		},
		Outlier: traffic.Outlier{
			Errors: count.Draw(t, "errors"), Interval: span.Draw(t, "interval"), MaxEjectedPercent: rapid.IntRange(1, 100).Draw(t, "out"),
		},
	}
	if rapid.Bool().Draw(t, "cors") {
		out.CORS = &traffic.CORS{Origins: []string{"https://a.example"}, Credentials: rapid.Bool().Draw(t, "credentials")}
	}
	return out.WithDefaults()
}

// All that Istio would get from us arrives in Flagger's types, but for the TCP
// settings, which are left out on purpose.
func TestNothingElseIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		settings := drawnTraffic(t)
		got, err := policy(settings)
		require.NoError(t, err)
		want := leaves(t, settings.TrafficPolicy())
		for path := range want {
			if strings.HasPrefix(path, ".connectionPool.tcp.") {
				delete(want, path)
			}
		}
		assert.Equal(t, want, leaves(t, got))

		one, err := route(settings)
		require.NoError(t, err)
		limit, _ := settings.OneRoute()
		assert.Equal(t, leaves(t, &networking.HTTPRoute{Timeout: traffic.Duration(limit)})[".timeout"], one.Timeout)
		if settings.CORS == nil {
			assert.Nil(t, one.CorsPolicy)
		} else {
			assert.Equal(t, leaves(t, settings.CORSPolicy()), leaves(t, one.CorsPolicy))
		}
		assert.Equal(t, settings.Retries.Off, one.Retries.Attempts == 0)
	})
}

// A setting that Flagger's types do not know is an error and not dropped.
func TestAnUnknownFieldIsAnError(t *testing.T) {
	_, err := convert[struct{ Known int }](map[string]int{"known": 1, "other": 2})
	assert.ErrorContains(t, err, `unknown field "other"`)
}

// schema is the part of a definition's schema that says which fields exist.
type schema struct {
	Properties           map[string]schema `json:"properties"`
	Items                *schema           `json:"items"`
	AdditionalProperties any               `json:"additionalProperties"`
}

// Flagger's definition lacks fields that its Go types have; the API server would
// refuse those or drop them.
func TestTheDefinitionKnowsEveryField(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/fluxcd/flagger").Output()
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "charts", "flagger", "crds", "crd.yaml"))
	require.NoError(t, err)
	var definition struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema schema `json:"openAPIV3Schema"`
				} `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(string(text), "---\n"), "\n---")
	require.NoError(t, yaml.Unmarshal([]byte(first), &definition))
	known := definition.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
	require.Contains(t, known.Properties, "analysis")

	for _, args := range []Args{full(), blueGreen()} {
		recording, err := pulumitest.Up(program(args))
		require.NoError(t, err)
		checkKnown(t, "spec", known, recording.One(t, canaryType, "tripsage-api").Inputs["spec"])
	}
}

func checkKnown(t *testing.T, path string, known schema, value any) {
	t.Helper()
	switch typed := value.(type) {
	case nil:
		t.Errorf("%s is null", path)
	case []any:
		for _, one := range typed {
			require.NotNil(t, known.Items, path)
			checkKnown(t, path+"[]", *known.Items, one)
		}
	case map[string]any:
		if known.AdditionalProperties != nil {
			return
		}
		for key, one := range typed {
			inner, ok := known.Properties[key]
			if assert.True(t, ok, "%s.%s is not in Flagger's definition", path, key) {
				checkKnown(t, path+"."+key, inner, one)
			}
		}
	}
}
