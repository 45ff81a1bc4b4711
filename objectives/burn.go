package objectives

import "time"

// Burn is a speed at which a budget is used up, seen in a long window and, so
// that the alert ends soon after the fault, in a short one.
type Burn struct {
	// Factor is how many times faster than allowed.
	Factor      float64
	Long, Short time.Duration
	Severity    Severity
	// Used is the share of the budget that is gone after Long.
	Used float64
}

// Burns are the pairs that Google's SRE workbook recommends for a budget of 30
// days (https://sre.google/workbook/alerting-on-slos/, table 5-8).
func Burns() []Burn {
	const hour = time.Hour
	return []Burn{
		{Factor: 14.4, Long: hour, Short: 5 * time.Minute, Severity: Critical, Used: 0.02},
		{Factor: 6, Long: 6 * hour, Short: 30 * time.Minute, Severity: Critical, Used: 0.05},
		{Factor: 3, Long: 24 * hour, Short: 2 * hour, Severity: Warning, Used: 0.1},
		{Factor: 1, Long: 72 * hour, Short: 6 * hour, Severity: Warning, Used: 0.1},
	}
}
