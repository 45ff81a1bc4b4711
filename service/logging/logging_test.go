package logging

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
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
