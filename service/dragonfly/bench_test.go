package dragonfly

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

func benchmarked(b *testing.B) *ReadThrough {
	b.Helper()
	cache, err := Open(Options{URL: servicetest.StartCache(b).URL(), PoolSize: 20, Timeout: patient})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cache.Close() })
	return NewReadThrough(cache, usual())
}

func BenchmarkFetchHit(b *testing.B) {
	r, value := benchmarked(b), make([]byte, 2048)
	load := func(context.Context) ([]byte, error) { return value, nil }
	_, _ = r.Fetch(b.Context(), service.CacheSearch, "key", load)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = r.Fetch(b.Context(), service.CacheSearch, "key", load)
	}
}

// BenchmarkPlainGet is what a hit costs at least: go-redis and the server.
func BenchmarkPlainGet(b *testing.B) {
	client := benchmarked(b).cache.client
	client.Set(b.Context(), "key", make([]byte, 2048+headSize), 0)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = client.Get(b.Context(), "key").Bytes()
	}
}

func BenchmarkFetchMiss(b *testing.B) {
	r, value, n := benchmarked(b), make([]byte, 2048), 0
	load := func(context.Context) ([]byte, error) { return value, nil }
	b.ReportAllocs()
	for b.Loop() {
		n++
		_, _ = r.Fetch(b.Context(), service.CacheSearch, fmt.Sprint(n), load)
	}
}

func BenchmarkFetchWithoutCache(b *testing.B) {
	cache, err := Open(Options{URL: "redis://" + servicetest.FreeAddr(b), PoolSize: 20, Timeout: patient})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cache.Close() })
	r := NewReadThrough(cache, usual())
	load := func(context.Context) ([]byte, error) { return nil, nil }
	b.ReportAllocs()
	for b.Loop() {
		_, _ = r.Fetch(b.Context(), service.CacheSearch, "key", load)
	}
}

func BenchmarkTake(b *testing.B) {
	for _, limit := range []int{100, 1_000_000} {
		b.Run(fmt.Sprint(limit), func(b *testing.B) {
			limiter := newLimiter(benchmarked(b).cache, limit, time.Minute)
			b.ReportAllocs()
			for b.Loop() {
				limiter.Take(b.Context(), "1b4e28ba-2fa1-11d2-883f-0016d3cca427")
			}
		})
	}
}
