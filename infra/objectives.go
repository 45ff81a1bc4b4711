package infra

import "time"

// objectives are the service levels that a release is judged by.
type objectives struct {
	// successPercent is the least share of requests without a server error.
	successPercent float64
	// latencyP95 is what 95 of 100 requests may take.
	latencyP95 time.Duration
}

// apiObjectives are the success criteria of the deployment guide: under 0.1 %
// errors, and 95 % of requests in half a second.
func apiObjectives() objectives {
	return objectives{successPercent: 99.9, latencyP95: 500 * time.Millisecond}
}
