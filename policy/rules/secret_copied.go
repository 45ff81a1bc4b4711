package rules

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func secretCopied() rule.Rule {
	return rule.Rule{
		ID:       "secret-copied",
		Title:    "A value that is secret in one resource is plain in no other",
		Severity: rule.Critical,
		Reason:   "A password that pulumi.Unsecret, string formatting within an apply, or a copied text took the mark from is in the open.",
		Fix:      "Pass the secret output itself, and put it into Secrets only. Then have the password made anew.",
		Sources:  []string{"Pulumi documentation, Secrets handling", "OWASP Secrets Management Cheat Sheet"},
		Parameters: []rule.Parameter{
			{Name: "length", Default: 12.0, Description: "From how many letters on a secret is looked for elsewhere."},
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			known := knownSecrets(s, int(c.Number("length")))
			if len(known) == 0 {
				return
			}
			for _, r := range s.Resources {
				eachText(r.Properties, func(v rule.Value, text string) {
					i := slices.IndexFunc(known, func(one knownSecret) bool { return strings.Contains(text, one.text) })
					if i >= 0 && !saidElsewhere(r, v) {
						c.Violation(r, "%s has the value that is secret in %s: %s", v.Path(), known[i].owner, known[i].path)
					}
				})
			}
		},
	}
}

// saidElsewhere says that another rule of secrets reports the text.
func saidElsewhere(r rule.Resource, text rule.Value) bool {
	if secretKind(text.String()) != "" {
		return true
	}
	same := func(path string) bool { return path == text.Path() }
	return slices.ContainsFunc(neverPlain(r), func(v rule.Value) bool { return same(v.Path()) }) ||
		slices.ContainsFunc(openPlaces(r), func(place openPlace) bool {
			return same(place.value.Path()) && (place.namedSecret() != "" || place.randomSecret(defaultLength, defaultBits) != "")
		})
}

type knownSecret struct{ text, owner, path string }

// knownSecrets are the texts that are marked as secret and are secrets by
// their name or look: user names and addresses in Secrets are not.
func knownSecrets(s rule.Stack, length int) []knownSecret {
	var all []knownSecret
	for _, r := range s.Resources {
		for _, value := range neverPlain(r) {
			text, ok := value.Text()
			if !ok || !value.Secret() {
				continue
			}
			if raw, err := base64.StdEncoding.DecodeString(text); err == nil && r.Is("", "Secret") {
				text = string(raw)
			}
			text = strings.TrimSpace(text)
			name := lastName(value.Path())
			certain := strings.HasPrefix(r.Type, "random:") || strings.HasPrefix(r.Type, "tls:") || secretName(name) && !putInLater(text)
			if len(text) >= length && (certain || secretKind(text) != "" || randomPart(text, defaultLength, defaultBits) != "") {
				all = append(all, knownSecret{text, r.Title(), value.Path()})
			}
		}
	}
	return all
}
