package postgres

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// BenchmarkStores measures one request after the other, over a direct connection to a real server.
func BenchmarkStores(b *testing.B) {
	s := newStand(b, servicetest.StartPostgres(b), namedStatements)
	by := someone()
	for range 30 {
		s.trip(b, by)
	}
	trip := s.trip(b, by)
	random := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- test data that is the same each time
	embeddings := clustered(random, 50, 3_000)
	s.fill(b, by, embeddings)
	s.exec(b, "analyze")
	for name, call := range map[string]func() error{
		"trip":   func() error { _, err := s.Trip(b.Context(), by, trip.ID); return err },
		"trips":  func() error { _, err := s.ListTrips(b.Context(), by, page(20)); return err },
		"search": func() error { _, err := s.SearchMemories(b.Context(), by, model, embeddings[7], 10); return err },
		"update": func() error {
			_, err := s.UpdateTrip(b.Context(), by, trip.ID, 0, service.TripChange{Name: &trip.Name})
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, call())
			}
		})
	}
}
