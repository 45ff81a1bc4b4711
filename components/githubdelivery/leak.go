package githubdelivery

import (
	"regexp"
	"strings"
)

// publicPrefix marks variables that the frontend's build puts into the browser.
// Their names say KEY or TOKEN although everybody may read them.
const publicPrefix = "NEXT_PUBLIC_"

// secretName matches names that end with a word for a secret. Only the end
// counts: TOKEN_TTL_SECONDS and SECRET_NAME are no secrets.
var secretName = regexp.MustCompile(`(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRETS|TOKEN|CREDENTIALS?|` +
	`KUBE_?CONFIG|(PRIVATE|API|ACCESS|SECRET|SIGNING|ENCRYPTION|SERVICE_ROLE)_?KEY)(_?[0-9]+)?$`)

// leak is a form that only secrets have.
type leak struct {
	kind    string
	pattern *regexp.Regexp
	// public forms also appear in values that browsers get.
	public bool
}

// leaks lists forms with few false alarms. It does not find a password that
// looks like a word or a random text without a prefix: it is a net below the
// reviewers, not instead of them.
func leaks() []leak {
	return []leak{
		{kind: "a private key", pattern: regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY`)},
		{kind: "a GitHub token", pattern: regexp.MustCompile(`\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,})`)},
		{kind: "a Stripe key", pattern: regexp.MustCompile(`\b[rs]k_(live|test)_[A-Za-z0-9]{8,}`)},
		{kind: "an AWS access key", pattern: regexp.MustCompile(`\b(AKIA|ASIA)[A-Z0-9]{16}\b`)},
		{kind: "a Slack token", pattern: regexp.MustCompile(`\bxox[abeoprs]-[A-Za-z0-9-]{10,}`)},
		{kind: "a Supabase secret key", pattern: regexp.MustCompile(`\bsb_secret_[A-Za-z0-9_-]{8,}`)},
		{kind: "a Pulumi token", pattern: regexp.MustCompile(`\bpul-[0-9a-f]{40}\b`)},
		{kind: "a JSON web token", pattern: regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{5,}\.eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}`), public: true},
		{kind: "a URL with a password", pattern: regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@"']*:[^/\s@"']+@`)},
	}
}

// leaked says what kind of secret a text holds, or "".
func leaked(text string, public bool) string {
	for _, one := range leaks() {
		if public && one.public {
			continue
		}
		if one.pattern.MatchString(text) {
			return one.kind
		}
	}
	return ""
}

// suspicious says why a plain variable looks like a secret, or "". It never
// repeats the value.
func suspicious(name, value string) string {
	public := strings.HasPrefix(name, publicPrefix)
	if kind := leaked(value, public); kind != "" {
		return "holds " + kind
	}
	if !public && secretName.MatchString(strings.ToUpper(name)) {
		return "has the name of a secret"
	}
	return ""
}
