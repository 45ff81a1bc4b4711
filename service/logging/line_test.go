package logging

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
)

// Plain lines must be what slog itself would write, byte for byte.
func TestPlainLinesAreThoseOfSlog(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var mine, slogs bytes.Buffer
		h := New(&mine, slog.LevelDebug, "staging", "v1").Handler()
		want := slog.Handler(slog.NewJSONHandler(&slogs, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: renameMessage}))
		want = want.WithAttrs([]slog.Attr{slog.String("service", "tripsage-api"), slog.String("environment", "staging"), slog.String("version", "v1")})
		if own := rapid.SliceOfN(rapid.Custom(drawAttr), 0, 2).Draw(rt, "of the logger"); len(own) > 0 {
			h, want = h.WithAttrs(own), want.WithAttrs(own)
		}
		if rapid.IntRange(0, 9).Draw(rt, "group") == 0 {
			h, want = h.WithGroup("g"), want.WithGroup("g")
		}
		at := time.Unix(rapid.Int64Range(-1e11, 4e11).Draw(rt, "second"), rapid.Int64Range(0, 999_999_999).Draw(rt, "nano"))
		record := slog.NewRecord(at, slog.Level(rapid.IntRange(-4, 9).Draw(rt, "level")), rapid.String().Draw(rt, "message"), 0)
		record.AddAttrs(rapid.SliceOfN(rapid.Custom(drawAttr), 0, 7).Draw(rt, "attrs")...)
		require.NoError(rt, h.Handle(context.Background(), record.Clone()))
		require.NoError(rt, want.Handle(context.Background(), record.Clone()))
		require.Equal(rt, slogs.String(), mine.String())
	})
}

func drawAttr(t *rapid.T) slog.Attr {
	key := rapid.OneOf(rapid.SampledFrom([]string{"method", "route", "msg", "message", ""}), rapid.String()).Draw(t, "key")
	switch rapid.IntRange(0, 6).Draw(t, "kind") {
	case 0:
		return slog.String(key, rapid.OneOf(rapid.StringMatching(`[ -~]{0,20}`), rapid.String()).Draw(t, "text"))
	case 1:
		return slog.Int64(key, rapid.Int64().Draw(t, "number"))
	case 2:
		return slog.Float64(key, rapid.OneOf(rapid.Float64Range(0, 1e5), rapid.Float64()).Draw(t, "float"))
	case 3:
		return slog.Bool(key, rapid.Bool().Draw(t, "truth"))
	case 4:
		return slog.Any(key, errors.New(rapid.String().Draw(t, "error")))
	case 5:
		return slog.Group(key, slog.Int("inner", 1))
	default:
		return slog.Attr{}
	}
}

// What the log of a request costs; nothing is allocated for a line.
func BenchmarkRequestLine(b *testing.B) {
	log := New(NewBuffer(discard{}), slog.LevelInfo, "local", "dev")
	ctx := service.WithRequestID(b.Context(), "QJ5XTWVKZ2YFGJ6H3NQ7D2M4RA")
	b.ReportAllocs()
	for b.Loop() {
		log.LogAttrs(ctx, slog.LevelInfo, "request", slog.String("method", "GET"), slog.String("route", "/trips/{id}"),
			slog.Int("status", 200), slog.Float64("duration_ms", 1.234), slog.Int64("bytes", 312))
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func TestOneWriteForEachLine(t *testing.T) {
	var out writes
	log := New(&out, slog.LevelInfo, "local", "dev")
	log.Info("plain", "n", 1)
	log.Info("not plain", "error", errors.New("no"))
	require.Len(t, out, 2)
	for _, line := range out {
		assert.Regexp(t, `^\{.*\}\n$`, line)
	}
}
