package logging

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/tripsage/infrastructure/service"
)

// writes remembers each write.
type writes []string

func (w *writes) Write(p []byte) (int, error) {
	*w = append(*w, string(p))
	return len(p), nil
}

func TestLinesOfRequestsGoTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out writes
		log := New(NewBuffer(&out), slog.LevelInfo, "local", "dev")
		ctx := service.WithRequestID(t.Context(), "req")
		log.InfoContext(ctx, "one")
		time.Sleep(bufferDelay / 2)
		log.InfoContext(ctx, "two")
		synctest.Wait()
		assert.Empty(t, out)
		time.Sleep(bufferDelay/2 + 1)
		synctest.Wait()
		assert.Len(t, out, 1)
		assert.Equal(t, 2, strings.Count(out[0], "\n"))

		log.InfoContext(ctx, "three") // and again
		time.Sleep(bufferDelay + 1)
		synctest.Wait()
		assert.Len(t, out, 2)
		time.Sleep(time.Minute)
		assert.Len(t, out, 2, "nothing waits, nothing is written")
	})
}

func TestOtherLinesGoAtOnceWithThoseBefore(t *testing.T) {
	for name, say := range map[string]func(log *slog.Logger){
		"of the process": func(log *slog.Logger) { log.Info("draining") },
		"warnings":       func(log *slog.Logger) { log.WarnContext(service.WithRequestID(t.Context(), "req"), "slow") },
		"not plain":      func(log *slog.Logger) { log.Info("settings", slog.Group("g", slog.Int("n", 1))) },
	} {
		t.Run(name, func(t *testing.T) {
			var out writes
			log := New(NewBuffer(&out), slog.LevelInfo, "local", "dev")
			log.InfoContext(service.WithRequestID(t.Context(), "req"), "request")
			assert.Empty(t, out)
			say(log)
			assert.Len(t, out, 1)
			assert.Equal(t, 2, strings.Count(out[0], "\n"))
		})
	}
}

func TestBufferIsBoundedAndKeepsLinesWhole(t *testing.T) {
	var out writes
	buffer := NewBuffer(&out)
	line := strings.Repeat("x", 999) + "\n"
	for range 3 * bufferSize / len(line) {
		_, _ = buffer.Write([]byte(line))
	}
	huge := strings.Repeat("y", bufferSize+1) + "\n"
	_, _ = buffer.Write([]byte(huge))
	buffer.Flush()
	assert.Equal(t, strings.Repeat(line, 3*bufferSize/len(line))+huge, strings.Join(out, ""))
	for _, written := range out {
		assert.True(t, strings.HasSuffix(written, "\n"))
		assert.LessOrEqual(t, len(written), len(huge))
	}
}

func TestNoLineIsLostOrMixedUp(t *testing.T) {
	var out bytes.Buffer
	buffer := NewBuffer(&out)
	log := New(buffer, slog.LevelInfo, "local", "dev")
	var group sync.WaitGroup
	const writers, lines = 8, 500
	for w := range writers {
		ctx := service.WithRequestID(t.Context(), fmt.Sprint("w", w))
		group.Go(func() {
			for range lines {
				log.InfoContext(ctx, "x", "quoted", `"`) // some plain and some not
				log.InfoContext(ctx, "x", "plain", "")
			}
		})
	}
	group.Wait()
	buffer.Flush()
	got := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	assert.Len(t, got, 2*writers*lines)
	for _, line := range got {
		assert.Regexp(t, `^\{"time":"[^"]*","level":"INFO","message":"x".*,"request_id":"w\d"\}$`, line)
	}
}
