package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func publicPrefix() rule.Rule {
	return rule.Rule{
		ID:       "public-prefix",
		Title:    "No secret has a name that sends it to browsers",
		Severity: rule.Critical,
		Reason:   "Next.js writes every variable with this prefix into the scripts that all visitors load.",
		Fix: "Take the prefix off, use the variable on the server only, and have the secret made anew if it was built already. " +
			"Keys that are made for browsers say so in their names: ANON, PUBLISHABLE.",
		Sources: []string{"Next.js documentation, Environment Variables: Bundling for the Browser", "deployment guide, Environment Variable Issues"},
		Parameters: []rule.Parameter{
			{Name: "prefixes", Default: []string{"NEXT_PUBLIC_"}, Description: "The beginnings of names that browsers get."},
			{
				Name: "allowed", Default: []string{"NEXT_PUBLIC_GOOGLE_MAPS_API_KEY"},
				Description: "Names that look like secrets and are public, because their issuer restricts them to the site.",
			},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, one := range vercelVariables(r) {
				judgePublic(c, r, one.key.String(), one.value, one.sensitive.True())
			}
			for _, place := range openPlaces(r) { // in pods; what their values look like is secret-format's
				judgePublic(c, r, place.name, rule.Value{}, false)
			}
			if strings.HasPrefix(r.Type, "github:index/") {
				judgePublic(c, r, r.At("secretName").String(), rule.Value{}, true)
				judgePublic(c, r, r.At("variableName").String(), r.At("value"), false)
			}
		},
	}
}

// judgePublic reports a variable that browsers get and that is a secret: it is
// stored as one (kept), or its value or name says so.
func judgePublic(c *rule.Context, r rule.Resource, name string, value rule.Value, kept bool) {
	i := slices.IndexFunc(c.Texts("prefixes"), func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	if i < 0 {
		return
	}
	kind := secretKind(value.String())
	switch {
	case kept:
		c.Violation(r, "%s is kept as a secret, and browsers get it", name)
	case kind == googleKey:
	case kind != "":
		c.Violation(r, "%s has %s, and browsers get it", name, kind)
	case secretName(strings.TrimPrefix(name, c.Texts("prefixes")[i])) && !slices.Contains(c.Texts("allowed"), name):
		c.Violation(r, "%s has the name of a secret, and browsers get it", name)
	}
}
