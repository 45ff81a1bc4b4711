// Package leak recognises secrets that slipped into plain values.
package leak

import "regexp"

// form is one that only secrets have.
type form struct {
	kind    string
	pattern *regexp.Regexp
}

// forms lists those with few false alarms. It does not find a password that
// looks like a word or a random text without a prefix: it is a net below the
// reviewers, not instead of them. JSON web tokens are not here, because some are
// public; the callers know which.
func forms() []form {
	return []form{
		{"a private key", regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|PRIVATE KEY-----`)},
		{"a GitHub token", regexp.MustCompile(`\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,})`)},
		{"a Stripe secret key", regexp.MustCompile(`\b[rs]k_(live|test)_[A-Za-z0-9]{3,}`)},
		{"a webhook's signing secret", regexp.MustCompile(`\bwhsec_[A-Za-z0-9+/]{8,}`)},
		{"an AWS access key", regexp.MustCompile(`\b(AKIA|ASIA)[A-Z0-9]{16}\b`)},
		{"a Slack token", regexp.MustCompile(`\bxox[abeoprs]-[A-Za-z0-9-]{10,}`)},
		{"a Supabase secret key", regexp.MustCompile(`\bsb_secret_[A-Za-z0-9_-]{6,}`)},
		{"a Pulumi token", regexp.MustCompile(`\bpul-[0-9a-f]{40}\b`)},
		{"an API key", regexp.MustCompile(`\bsk-[A-Za-z0-9_-]{16,}`)},
		{"a URL with a password", regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@"']*:[^/\s@"']+@`)},
	}
}

// Kind says what kind of secret the text holds somewhere, or "". It never
// repeats the text.
func Kind(text string) string {
	for _, one := range forms() {
		if one.pattern.MatchString(text) {
			return one.kind
		}
	}
	return ""
}
