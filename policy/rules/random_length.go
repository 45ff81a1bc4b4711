package rules

import "github.com/tripsage/infrastructure/policy/rule"

func randomLength() rule.Rule {
	return rule.Rule{
		ID:       "random-length",
		Title:    "Generated passwords are long",
		Severity: rule.High,
		Reason:   "Nobody types them, so there is no reason for one that can be guessed.",
		Fix:      "Set length to at least the minimum.",
		Sources:  []string{"OWASP Secrets Management Cheat Sheet", "NIST SP 800-63B, Memorized Secret Verifiers"},
		Parameters: []rule.Parameter{
			{Name: "minimum", Default: 20.0, Description: "the least number of characters; 20 letters and digits are about 119 bits"},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Type != "random:index/randomPassword:RandomPassword" {
				return
			}
			if length, known := r.At("length").Number(); known && length < c.Number("minimum") {
				c.Violation(r, "length is %v; the minimum is %v", length, c.Number("minimum"))
			}
		},
	}
}
