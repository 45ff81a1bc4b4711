package rules

import (
	"math"

	"github.com/tripsage/infrastructure/policy/rule"
)

func passwordStrength() rule.Rule {
	return rule.Rule{
		ID:       "password-strength",
		Title:    "Generated passwords cannot be guessed",
		Severity: rule.Medium,
		Reason:   "Nobody has to remember a generated password, so there is no reason for a short one, which can be tried out.",
		Fix:      "Set length to 32 or more; with letters and digits that is 190 bits.",
		Sources:  []string{"NIST SP 800-131A, security strength", "OWASP Secrets Management Cheat Sheet"},
		Parameters: []rule.Parameter{
			{Name: "bits", Default: 128.0, Description: "How many bits of randomness there must be at least."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			length, known := r.At("length").Number()
			if r.Type != "random:index/randomPassword:RandomPassword" || !known {
				return
			}
			if bits := length * math.Log2(alphabet(r)); bits < c.Number("bits") {
				c.Violation(r, "length is %.0f, which makes %.0f bits, at least %.0f wanted", length, bits, c.Number("bits"))
			}
		},
	}
}

// alphabet counts the different letters that the password may have, at most.
func alphabet(r rule.Resource) float64 {
	count := 1.0 // log2 of nothing
	for name, letters := range map[string]float64{"lower": 26, "upper": 26, "numeric": 10, "special": 21} {
		if r.At(name).False() || name == "numeric" && r.At("number").False() {
			continue
		}
		if own, given := r.At("overrideSpecial").Text(); name == "special" && given {
			letters = float64(len(own))
		}
		count += letters
	}
	return max(count-1, 1)
}
