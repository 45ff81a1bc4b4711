package rules

import (
	"regexp"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func corsOrigins() rule.Rule {
	return rule.Rule{
		ID:       "cors-origins",
		Title:    "Pages that may call an API from a browser are named",
		Severity: rule.High,
		Reason:   "With the user's own session, any page that the policy lets in reads and changes what the user may.",
		Fix:      "List each origin in corsPolicy.allowOrigins as exact, such as https://app.tripsage.ai.",
		Sources:  []string{"Istio, Virtual Service: CorsPolicy", "OWASP HTML5 Security Cheat Sheet: Cross Origin Resource Sharing"},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, policy := range corsPolicies(r) {
				for _, origin := range policy.At("allowOrigins").Items() {
					if field, why := tooManyOrigins(origin); why != "" {
						c.Violation(r, "%s is %s, which %s", field.Path(), field.Show(), why)
					}
				}
				for _, origin := range policy.At("allowOrigin").Items() { // as it was before Istio 1.6
					if origin.IsText("*") {
						c.Violation(r, "%s is %s, which lets every page in", origin.Path(), origin.Show())
					}
				}
			}
		},
	}
}

func corsPolicies(r rule.Resource) []rule.Value {
	var all []rule.Value
	switch {
	case r.Is(networkingIstio, "VirtualService"):
		for _, route := range r.At("spec", "http").Items() {
			all = append(all, route.At("corsPolicy"))
		}
	case r.Is(flaggerApp, "Canary"):
		all = append(all, r.At("spec", "service", "corsPolicy"))
	}
	return all
}

// tooManyOrigins says why a match lets in pages that nobody has named. Who wants
// in has any name, also one that begins like ours.
func tooManyOrigins(origin rule.Value) (field rule.Value, why string) {
	exact, prefix, expression := origin.At("exact"), origin.At("prefix"), origin.At("regex")
	if exact.IsText("*") {
		return exact, "lets every page in"
	}
	if text, known := prefix.Text(); known {
		if _, host, _ := strings.Cut(text, "://"); !strings.Contains(host, ":") {
			return prefix, "is the beginning of other hosts' names, too"
		}
	}
	if text, known := expression.Text(); known {
		matches, err := regexp.Compile("^(?:" + text + ")$")
		if err == nil && matches.MatchString("https://attacker.invalid") {
			return expression, "lets every page in"
		}
	}
	return origin, ""
}
