package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

// The frontend files of the shipped stacks, word for word.
func TestFrontendFilesOfTheShippedStacks(t *testing.T) {
	for file, args := range map[string][]string{
		"vercel-staging.json":    {"vercel-json", "--stack", "staging"},
		"vercel-production.json": {"vercel-json", "--stack", "production"},
	} {
		t.Run(file, func(t *testing.T) {
			out, err := tripsage(t, args...)
			require.NoError(t, err)
			pulumitest.Golden(t, file, []byte(out))
		})
	}
}

func TestTheLocalStackHasNoFrontend(t *testing.T) {
	_, err := tripsage(t, "vercel-json")
	require.ErrorContains(t, err, `stack "local" has no frontend: Pulumi.local.yaml does not set tripsage:vercel`)
}
