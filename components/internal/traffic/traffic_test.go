package traffic_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	flagger "github.com/fluxcd/flagger/pkg/apis/istio/v1alpha3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/components/internal/traffic"
)

func full() traffic.Traffic {
	return traffic.Traffic{CORS: &traffic.CORS{Origins: []string{"https://app.tripsage.ai"}, Credentials: true}}
}

func TestDefaultsAreValid(t *testing.T) {
	assert.NoError(t, traffic.Traffic{}.WithDefaults().Validate())
	assert.NoError(t, full().WithDefaults().Validate())
	assert.NoError(t, traffic.Traffic{Retries: traffic.Retries{Off: true}}.WithDefaults().Validate())
}

func TestDefaultsAreFilledInOnACopy(t *testing.T) {
	given := full()
	filled := given.WithDefaults()
	assert.Equal(t, full(), given)
	assert.NotEmpty(t, filled.CORS.Methods)
}

// The field names are Istio's; the numbers are what the defaults promise.
func TestIstioForms(t *testing.T) {
	made := full().WithDefaults()
	assert.JSONEq(t, `{"attempts":2,"perTryTimeout":"11s","retryOn":"connect-failure,refused-stream,reset,503"}`, text(t, made.RetryPolicy()))
	assert.JSONEq(t, `{}`, text(t, traffic.NoRetries()))
	assert.JSONEq(t, `{
		"allowOrigins":[{"exact":"https://app.tripsage.ai"}],
		"allowMethods":["GET","HEAD","POST","PUT","PATCH","DELETE"],
		"allowHeaders":["Authorization","Content-Type","X-Request-Id","x-more"],
		"exposeHeaders":["X-Request-Id"],"allowCredentials":true,"maxAge":"600s"}`, text(t, made.CORSPolicy("x-more")))
	assert.JSONEq(t, `{
		"loadBalancer":{"simple":"LEAST_REQUEST"},
		"connectionPool":{
			"tcp":{"maxConnections":5120,"connectTimeout":"3s"},
			"http":{"http1MaxPendingRequests":256,"http2MaxRequests":5120,"maxRetries":102,"idleTimeout":"60s","h2UpgradePolicy":"DO_NOT_UPGRADE"}},
		"outlierDetection":{"consecutive5xxErrors":5,"interval":"10s","baseEjectionTime":"30s","maxEjectionPercent":50},
		"tls":{"mode":"ISTIO_MUTUAL"}}`, text(t, made.TrafficPolicy()))
	assert.Nil(t, traffic.Traffic{}.CORSPolicy())
	assert.Nil(t, traffic.Duration(0))
	off := traffic.Traffic{Retries: traffic.Retries{Off: true}}.WithDefaults()
	assert.JSONEq(t, `{}`, text(t, off.RetryPolicy()))
}

// Flagger has types of its own; its Canary takes every setting of ours.
func TestFlaggerKnowsEveryField(t *testing.T) {
	made := full().WithDefaults()
	strict(t, text(t, made.RetryPolicy()), &flagger.HTTPRetry{})
	strict(t, text(t, made.CORSPolicy()), &flagger.CorsPolicy{})
	var policy flagger.TrafficPolicy
	strict(t, text(t, made.TrafficPolicy()), &policy)
	assert.EqualValues(t, "ISTIO_MUTUAL", policy.TLS.Mode)
	assert.EqualValues(t, 5120, policy.ConnectionPool.TCP.MaxConnections)
}

func TestOneRouteNeverRetries(t *testing.T) {
	made := traffic.Traffic{Timeout: 10 * time.Second, WebSocketTimeout: 20 * time.Second}.WithDefaults()
	timeout, retries := made.OneRoute()
	assert.Equal(t, 20*time.Second, timeout)
	assert.Zero(t, retries.GetAttempts())
	timeout, _ = traffic.Traffic{}.WithDefaults().OneRoute()
	assert.Equal(t, 33*time.Second, timeout)
}

// What Validate lets through always leaves time for every try, whatever is set.
func TestTriesFitTheTimeout(t *testing.T) {
	millis := rapid.Map(rapid.IntRange(-1, 60_000), func(n int) time.Duration { return time.Duration(n) * time.Millisecond })
	rapid.Check(t, func(t *rapid.T) {
		made := traffic.Traffic{
			Timeout: millis.Draw(t, "timeout"),
			Retries: traffic.Retries{Attempts: rapid.IntRange(-1, 11).Draw(t, "attempts"), PerTryTimeout: millis.Draw(t, "perTry")},
		}.WithDefaults()
		retries := made.Retries
		positive := made.Timeout > 0 && retries.PerTryTimeout > 0 && retries.Attempts >= 1 && retries.Attempts <= 10
		fits := positive && time.Duration(retries.Attempts+1)*retries.PerTryTimeout <= made.Timeout
		assert.Equal(t, fits, made.Validate() == nil, "%v: %v", made.Retries, made.Validate())
	})
}

// Whatever traffic is expected, open WebSockets leave the room for requests.
func TestWebSocketsTakeNoRoomFromRequests(t *testing.T) {
	count := rapid.IntRange(1, 100_000)
	rapid.Check(t, func(t *rapid.T) {
		pool := traffic.Pool{Requests: count.Draw(t, "requests"), WebSockets: count.Draw(t, "websockets")}
		settings := traffic.Traffic{Pool: pool}.WithDefaults().TrafficPolicy().GetConnectionPool()
		assert.EqualValues(t, pool.Requests, int(settings.GetHttp().GetHttp2MaxRequests())-pool.WebSockets)
		assert.Equal(t, settings.GetHttp().GetHttp2MaxRequests(), settings.GetTcp().GetMaxConnections())
	})
}

// An accepted origin is one https host, as a browser writes it.
func FuzzOrigin(f *testing.F) {
	for _, seed := range []string{"https://app.tripsage.ai", "https://a:8443", "http://a", "*", "https://*.a", "https://a/", "https://A", "https://a:443", "https://u@a", "null", "https://a?b", "https://[::1]:8", "https://a,b", "https://a:070"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, origin string) {
		made := traffic.Traffic{CORS: &traffic.CORS{Origins: []string{origin}}}.WithDefaults()
		if made.Validate() != nil {
			return
		}
		parsed, err := url.Parse(origin)
		require.NoError(t, err)
		assert.NotEmpty(t, parsed.Hostname())
		assert.NotEqual(t, "443", parsed.Port())
		assert.Equal(t, "https://"+strings.ToLower(parsed.Host), origin, "nothing beside scheme and host")
		assert.False(t, strings.ContainsAny(origin, "*, "), origin)
	})
}

func text(t *testing.T, value json.Marshaler) string {
	t.Helper()
	out, err := json.Marshal(value)
	require.NoError(t, err)
	return string(out)
}

func strict(t *testing.T, text string, into any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewBufferString(text))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(into))
}
