package logging

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/config"
)

func TestLine(t *testing.T) {
	var out bytes.Buffer
	log := New(&out, slog.LevelInfo, "staging", "v1.2.3")
	log.InfoContext(service.WithRequestID(t.Context(), "req-1"), "hello", "n", 7)

	var line map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &line))
	assert.ElementsMatch(t, []string{"time", "level", "message", "service", "environment", "version", "n", "request_id"},
		slices.Collect(maps.Keys(line)))
	assert.Equal(t, "INFO", line["level"])
	assert.Equal(t, "hello", line["message"])
	assert.Equal(t, "tripsage-api", line["service"])
	assert.Equal(t, "staging", line["environment"])
	assert.Equal(t, "v1.2.3", line["version"])
	assert.Equal(t, "req-1", line["request_id"])
	at, err := time.Parse(time.RFC3339Nano, line["time"].(string))
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), at, time.Minute)
}

func TestDerivedLoggersKeepTheRequestID(t *testing.T) {
	var out bytes.Buffer
	log := New(&out, slog.LevelInfo, "local", "dev").With("a", 1).WithGroup("g")
	log.InfoContext(service.WithRequestID(t.Context(), "req-2"), "x", "message", "inner")
	assert.Contains(t, out.String(), `"req-2"`)
	assert.Contains(t, out.String(), `"a":1`)
	assert.Contains(t, out.String(), `"g":{"message":"inner"`)
}

func TestLevel(t *testing.T) {
	var out bytes.Buffer
	log := New(&out, slog.LevelWarn, "local", "dev")
	log.Info("quiet")
	log.Warn("loud")
	assert.NotContains(t, out.String(), "quiet")
	assert.Contains(t, out.String(), "loud")
	assert.NotContains(t, out.String(), "request_id")
}

// traced is a context as it is in a request with the traceparent header
// 00-0102030405060708090a0b0c0d0e0f10-a1a2a3a4a5a6a7a8-00.
func traced(t *testing.T) context.Context {
	t.Helper()
	traceID, err := trace.TraceIDFromHex("0102030405060708090a0b0c0d0e0f10")
	require.NoError(t, err)
	spanID, err := trace.SpanIDFromHex("a1a2a3a4a5a6a7a8")
	require.NoError(t, err)
	return trace.ContextWithRemoteSpanContext(t.Context(),
		trace.NewSpanContext(trace.SpanContextConfig{TraceID: traceID, SpanID: spanID}))
}

func TestTraceIDs(t *testing.T) {
	var out bytes.Buffer
	log := New(&out, slog.LevelInfo, "local", "dev").With("a", 1)
	log.InfoContext(service.WithRequestID(traced(t), "req-3"), "x")
	var line map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &line))
	assert.Equal(t, "0102030405060708090a0b0c0d0e0f10", line["trace_id"])
	assert.Equal(t, "a1a2a3a4a5a6a7a8", line["span_id"])
	assert.Equal(t, "req-3", line["request_id"])

	out.Reset()
	log.InfoContext(t.Context(), "x")
	assert.NotContains(t, out.String(), "trace_id")
	assert.NotContains(t, out.String(), "span_id")
}

func TestSecretsStayHidden(t *testing.T) {
	var out bytes.Buffer
	secret := config.NewSecret("hunter2")
	log := New(&out, slog.LevelInfo, "local", "dev").With("with", secret).WithGroup("g")
	log.InfoContext(traced(t), "x", "plain", secret, "pointer", &secret, "inside", struct{ Key config.Secret }{secret},
		"wrapped", fmt.Errorf("bad %v", secret), slog.Group("h", "deep", secret))
	assert.NotContains(t, out.String(), "hunter2")
	assert.Equal(t, 6, strings.Count(out.String(), "[hidden]"), out.String())
}
