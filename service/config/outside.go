package config

import (
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Embedding says who turns texts into vectors.
type Embedding struct {
	URL     string        // EMBEDDING_URL: the base of an OpenAI-compatible API; "" is the built-in embedder
	APIKey  Secret        // EMBEDDING_API_KEY
	Model   string        // EMBEDDING_MODEL
	Timeout time.Duration // EMBEDDING_TIMEOUT: for each try
}

// Tracing says where traces go.
type Tracing struct {
	Endpoint string  // OTEL_EXPORTER_OTLP_ENDPOINT: base of an OTLP/HTTP collector; "" exports nothing
	Ratio    float64 // OTEL_TRACES_SAMPLER_ARG: share of the requests that begin a trace here
}

// embedding refuses to send a key in the clear, except on a developer's machine.
func (r *reader) embedding() Embedding {
	key, _, _ := r.optionalSecret("EMBEDDING_API_KEY", "the key of the API at EMBEDDING_URL")
	e := Embedding{
		URL:     r.webURL("EMBEDDING_URL", "https://api.openai.com/v1"),
		APIKey:  NewSecret(key),
		Model:   r.text("EMBEDDING_MODEL", ""),
		Timeout: r.seconds("EMBEDDING_TIMEOUT", 5),
	}
	given := r.getenv("EMBEDDING_URL") != ""
	switch {
	case given && e.Model == "":
		r.fault("EMBEDDING_MODEL", "", "is required with EMBEDDING_URL but not set",
			"the name of a model that can make 384 dimensions, such as text-embedding-3-small")
	case key != "" && strings.HasPrefix(e.URL, "http:") && r.getenv("ENVIRONMENT") != "local":
		r.fault("EMBEDDING_URL", e.URL, "would get EMBEDDING_API_KEY without TLS", "an https URL")
	case !given && e.Model != "":
		r.fault("EMBEDDING_MODEL", e.Model, "is set without EMBEDDING_URL", "both of them or none")
	case !given && key != "":
		r.fault("EMBEDDING_API_KEY", "", "is set without EMBEDDING_URL", "both of them or none")
	}
	return e
}

func (r *reader) tracing() Tracing {
	return Tracing{
		Endpoint: r.webURL("OTEL_EXPORTER_OTLP_ENDPOINT", "http://otel-collector:4318"),
		Ratio:    r.share("OTEL_TRACES_SAMPLER_ARG", 0.1),
	}
}

// text reads any printable value.
func (r *reader) text(key, fallback string) string {
	value := r.getenv(key)
	if value == "" {
		return fallback
	}
	for _, c := range value {
		if c < ' ' || c == 0x7f {
			r.fault(key, value, "holds control characters", "plain text")
			return ""
		}
	}
	return value
}

// webURL reads an optional http or https URL without credentials in it.
func (r *reader) webURL(key, example string) string {
	value := r.getenv(key)
	if value == "" {
		return ""
	}
	u, err := url.Parse(value)
	expected := "an http or https URL without user and password, such as " + example
	switch {
	case err == nil && u.User != nil:
		r.fault(key, "", "holds a user name or a password", expected)
		return ""
	case err != nil, u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "", u.Fragment != "", u.RawQuery != "":
		r.fault(key, value, "is not accepted", expected)
		return ""
	}
	return value
}

// share reads a part of one.
func (r *reader) share(key string, fallback float64) float64 {
	value := r.getenv(key)
	if value == "" {
		return fallback
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(n) || n < 0 || n > 1 {
		r.fault(key, value, "is not allowed", "a number from 0 to 1, such as 0.1")
		return 0
	}
	return n
}
