package ws

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

// BenchmarkPublish measures the time from Publish until a client, which runs on the same machine,
// has the message. One iteration is one change for all sockets.
func BenchmarkPublish(b *testing.B) {
	for _, sockets := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("sockets=%d", sockets), func(b *testing.B) {
			hub, _ := newHub(nil)
			server := serve(b, hub)
			var published time.Time
			var got sync.WaitGroup
			delays := make([][]time.Duration, sockets)
			users := make([]service.UserID, sockets)
			for i := range sockets {
				users[i] = service.UserID(fmt.Sprintf("user-%d", i))
				conn := connect(b, server, users[i])
				go func() {
					for {
						if _, _, err := conn.Read(context.Background()); err != nil {
							return
						}
						delays[i] = append(delays[i], time.Since(published))
						got.Done()
					}
				}()
			}
			c := change(1, users...)
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				got.Add(sockets)
				published = time.Now()
				hub.Publish(c)
				got.Wait()
			}
			b.StopTimer()
			report(b, slices.Concat(delays...))
		})
	}
}

// report adds percentiles of what was measured, and how many that was in a second.
func report(b *testing.B, delays []time.Duration) {
	b.Helper()
	require.NotEmpty(b, delays)
	slices.Sort(delays)
	for _, percent := range []int{50, 95, 99} {
		delay := delays[(len(delays)-1)*percent/100]
		b.ReportMetric(float64(delay.Microseconds()), fmt.Sprintf("p%d-µs", percent))
	}
	b.ReportMetric(float64(len(delays))/b.Elapsed().Seconds(), "messages/s")
}
