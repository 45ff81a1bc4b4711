package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func vercelHeaderValues() rule.Rule {
	return rule.Rule{
		ID:       "vercel-header-values",
		Title:    "The security headers in the published vercel.json protect",
		Severity: rule.Medium,
		Reason:   "Browsers ignore a header whose value they do not know, and say nothing.",
		Fix: "X-Frame-Options: DENY. X-Content-Type-Options: nosniff. Referrer-Policy: origin-when-cross-origin or stricter. " +
			"Strict-Transport-Security: max-age=63072000; includeSubDomains. Permissions-Policy: no feature for everybody.",
		Sources: []string{"deployment guide, Project Configuration", "OWASP HTTP Headers Cheat Sheet", "RFC 6797", "hstspreload.org"},
		Parameters: []rule.Parameter{
			{Name: "max-age", Default: 31536000.0, Description: "How many seconds Strict-Transport-Security must hold at least."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			file, _ := vercelJSON(r)
			for _, one := range headersOf(file) {
				if fault := headerFault(one, c.Number("max-age")); fault != "" {
					c.Violation(r, "vercel.json: %s is %s at %s: %s", one.name, one.at.Show(), one.at.Path(), fault)
				}
			}
		},
	}
}

// headerFault says what is wrong with a header's value, or "".
func headerFault(one header, seconds float64) string {
	value := strings.ToLower(strings.TrimSpace(one.value))
	switch strings.ToLower(one.name) {
	case "x-frame-options":
		if value != "deny" && value != "sameorigin" {
			return "expected DENY or SAMEORIGIN"
		}
	case "x-content-type-options":
		if value != "nosniff" {
			return "expected nosniff"
		}
	case "referrer-policy":
		for _, policy := range strings.Split(value, ",") {
			if !slices.Contains([]string{
				"no-referrer", "same-origin", "strict-origin", "origin", "strict-origin-when-cross-origin", "origin-when-cross-origin",
			}, strings.TrimSpace(policy)) {
				return "other sites get whole addresses, with what is in them"
			}
		}
	case "strict-transport-security":
		return transportFault(value, seconds)
	case "access-control-allow-origin":
		if value == "*" || value == "null" {
			return "scripts of every site may read the answers"
		}
	case "permissions-policy":
		if everyOrigin.MatchString(value) || value == "" {
			return "a feature is for everybody, or the value is empty"
		}
	}
	return ""
}

var (
	everyOrigin = regexp.MustCompile(`=\s*\(?\s*\*`)
	maxAge      = regexp.MustCompile(`(?:^|;)\s*max-age\s*=\s*"?([0-9]+)"?\s*(?:;|$)`)
)

func transportFault(value string, seconds float64) string {
	age := 0.0
	if found := maxAge.FindStringSubmatch(value); found != nil {
		age, _ = strconv.ParseFloat(found[1], 64)
	}
	if age < seconds {
		return fmt.Sprintf("expected a max-age of at least %.0f", seconds)
	}
	const year = 31536000
	if strings.Contains(value, "preload") && (!strings.Contains(value, "includesubdomains") || age < year) {
		return "preload needs includeSubDomains and a max-age of a year"
	}
	return ""
}
