package vercelproject

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// Plan is what the team pays Vercel for.
type Plan string

const (
	// Hobby is free and not for commercial use.
	Hobby Plan = "hobby"
	// Pro is paid by the seat.
	Pro Plan = "pro"
	// Enterprise is by contract.
	Enterprise Plan = "enterprise"
)

// limits are what Vercel's documentation says of a plan, as read in 2026 for
// fluid compute: vercel.com/docs/functions/limitations (duration, memory,
// regions), .../vercel-firewall/vercel-waf#limits (rules, addresses),
// .../vercel-waf/rate-limiting (windows), .../deployment-protection.
type limits struct {
	functionSeconds, functionMB            int
	severalRegions                         bool
	rules, rateLimits, addresses           int
	windowSeconds                          int
	owasp, password, protectAll, skewGuard bool
}

func (p Plan) limits() (limits, bool) {
	switch p {
	case Hobby:
		return limits{
			functionSeconds: 300, functionMB: 2048,
			rules: 3, rateLimits: 1, addresses: 3, windowSeconds: 600,
		}, true
	case Pro:
		return limits{
			functionSeconds: 800, functionMB: 4096, severalRegions: true,
			rules: 40, rateLimits: 40, addresses: 100, windowSeconds: 600,
			password: true, protectAll: true, skewGuard: true,
		}, true
	case Enterprise:
		return limits{
			functionSeconds: 800, functionMB: 4096, severalRegions: true,
			rules: 1000, rateLimits: 1000, addresses: 1000, windowSeconds: 3600,
			owasp: true, password: true, protectAll: true, skewGuard: true,
		}, true
	}
	return limits{}, false
}

// Regions returns the codes of the regions that run functions, as of August
// 2026, from vercel.com/docs/regions.
func Regions() []string {
	return []string{
		"arn1", "bom1", "cdg1", "cle1", "cpt1", "dub1", "dxb1", "fra1", "gru1", "hkg1",
		"hnd1", "iad1", "icn1", "kix1", "lhr1", "pdx1", "sfo1", "sin1", "syd1", "yul1",
	}
}

// oneOf reports a value that is none of the allowed ones.
func oneOf(key, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	quoted := make([]string, 0, len(allowed))
	for _, one := range allowed {
		quoted = append(quoted, `"`+one+`"`)
	}
	return fault.Of(key, value, "one of "+strings.Join(quoted, ", "))
}
