package rules

import "github.com/tripsage/infrastructure/policy/rule"

const (
	defaultLength = 20
	defaultBits   = 3.0
)

func secretEntropy() rule.Rule {
	return rule.Rule{
		ID:       "secret-entropy",
		Title:    "No random text is in the open",
		Severity: rule.High,
		Reason: "A text that a random generator made is a password, a token or a key more often than not, whatever its name. " +
			"Digests, UUIDs, certificates, public keys and ids are let pass.",
		Fix: "Put it into a Secret. If everybody may know it, say so in its name: a digest's ends in DIGEST, CHECKSUM or COMMIT, " +
			"an id's in ID, and a public key's name has PUBLIC in it.",
		Sources: []string{"gitleaks generic-api-key", "trufflehog, entropy", "OWASP Secrets Management Cheat Sheet"},
		Parameters: []rule.Parameter{
			{Name: "length", Default: float64(defaultLength), Description: "From how many letters on a text is judged."},
			{Name: "bits", Default: defaultBits, Description: "From how many bits of entropy in each letter on a text is random; hexadecimal digits have at most 4."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, place := range openPlaces(r) {
				part := place.randomSecret(int(c.Number("length")), c.Number("bits"))
				if part != "" && place.kind() == "" && place.namedSecret() == "" { // secret-format, secret-name
					c.Violation(r, "%s has a random text of %s, %.1f bits each", place.value.Path(), letters(part), entropy(part))
				}
			}
		},
	}
}
