package rules

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// secretForm is a form that only secrets have.
type secretForm struct {
	kind string
	// words are parts of the form, one of which every secret of it has: a text
	// without any is not searched further.
	words   []string
	pattern *regexp.Regexp
	// real says of a match whether it is a secret; nil: always.
	real func(match string) bool
}

// secretFormList knows forms that their issuers made recognisable, or that are
// standards. Three texts were made from each of the 216 patterns of gitleaks
// 8.28: of 165 all three are found, by these forms or as random texts
// (randomPart). Most of the others are short keys that only a vendor's name beside
// them gives away.
var secretFormList = []secretForm{
	// RFC 7468, and OpenSSH's and PGP's likewise.
	form("a private key", `-----BEGIN [A-Z0-9 ]*PRIVATE KEY`, "PRIVATE KEY"),
	// RFC 7519. Supabase's anonymous key is one, and is public.
	{"a JSON web token", []string{"eyJ"}, regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{5,}\.eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{10,}`), privateToken},
	// RFC 3986, section 3.2.1: a password in a URL is deprecated since 2005.
	{"a URL with a password", []string{"://"}, regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@"'<>]*:[^/\s@"'<>]+@`), realPassword},
	// docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
	form("an AWS access key", `\b(AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b`, "AKIA", "ASIA", "ABIA", "ACCA"),
	// cloud.google.com/docs/authentication/api-keys
	form(googleKey, `\bAIza[A-Za-z0-9_-]{35}`, "AIza"),
	form("a Google OAuth secret", `\b(GOCSPX-[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{20,})`, "GOCSPX-", "ya29."),
	// learn.microsoft.com/azure/storage/common/storage-configure-connection-string
	form("an Azure account key", `\b(AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,}={0,2}`, "AccountKey=", "SharedAccessKey="),
	// github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats
	form("a GitHub token", `\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,})`, "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
	form("a GitLab token", `\bgl(pat|dt|rt|cbt|ptt|ft|oas)-[A-Za-z0-9_-]{20,}`, "gl"),
	// docs.stripe.com/keys
	form("a Stripe secret key", `\b[rs]k_(live|test)_[A-Za-z0-9]{10,}`, "k_live_", "k_test_"),
	form("a webhook's signing secret", `\bwhsec_[A-Za-z0-9+/]{16,}`, "whsec_"),
	// api.slack.com/authentication/token-types
	form("a Slack token", `\b(xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{10,})`, "xox", "xapp-"),
	form("a Slack webhook", `hooks\.slack\.com/(services|workflows|triggers)/[A-Za-z0-9+/_-]{20,}`, "hooks.slack.com"),
	form("a Discord webhook", `discord(app)?\.com/api/webhooks/[0-9]{15,}/[A-Za-z0-9_-]{30,}`, "/api/webhooks/"),
	// platform.openai.com/docs/api-reference/authentication; Anthropic, OpenRouter and others have the same prefix.
	{"an API key of a language model", []string{"sk-"}, regexp.MustCompile(`\bsk-[A-Za-z0-9_-]{20,}`), hasDigit},
	form("a Hugging Face token", `\b(hf|api_org)_[A-Za-z0-9]{30,}`, "hf_", "api_org_"),
	form("a PlanetScale password", `\bpscale_(tkn|pw|oauth)_[A-Za-z0-9=._-]{30,}`, "pscale_"),
	form("a 1Password secret key", `\bA3-[A-Z0-9]{6}-([A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(-[A-Z0-9]{5}){3}\b`, "A3-"),
	// supabase.com/docs/guides/api/api-keys
	form("a Supabase secret key", `\b(sb_secret_[A-Za-z0-9_-]{10,}|sbp_[a-f0-9]{40})`, "sb_secret_", "sbp_"),
	// vercel.com/changelog/new-token-formats-and-secret-scanning
	form("a Vercel token", `\b(vc[piark]_[A-Za-z0-9_-]{24,}|vercel_blob_rw_[A-Za-z0-9_]{20,})`, "vcp_", "vci_", "vca_", "vcr_", "vck_", "vercel_blob_rw_"),
	// pulumi.com/docs/pulumi-cloud/access-management/access-tokens
	form("a Pulumi token", `\bpul-[0-9a-f]{40}\b`, "pul-"),
	// docs.sentry.io/account/auth-tokens
	form("a Sentry token", `\b(sntrys_[A-Za-z0-9+/=_]{20,}|sntryu_[a-f0-9]{64})`, "sntrys_", "sntryu_"),
	// duffel.com/docs/api/overview/making-requests/authentication
	form("a Duffel token", `\bduffel_(live|test)_[A-Za-z0-9_-]{20,}`, "duffel_"),
	form("an npm token", `\bnpm_[A-Za-z0-9]{36}`, "npm_"),
	form("a PyPI token", `\bpypi-AgE[A-Za-z0-9_-]{40,}`, "pypi-AgE"),
	form("a Docker token", `\bdckr_(pat|oat)_[A-Za-z0-9_-]{20,}`, "dckr_"),
	form("a Vault token", `\bhv[sbr]\.[A-Za-z0-9_-]{24,}`, "hvs.", "hvb.", "hvr."),
	form("a DigitalOcean token", `\bdo[opr]_v1_[a-f0-9]{64}`, "_v1_"),
	form("a Grafana token", `\b(glsa_[A-Za-z0-9]{32}_[a-fA-F0-9]{8}|glc_eyJ[A-Za-z0-9+/=]{30,})`, "glsa_", "glc_eyJ"),
	form("a SendGrid key", `\bSG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}`, "SG."),
	form("a Twilio key", `\bSK[0-9a-f]{32}\b`, "SK"),
	form("a Mailgun key", `\bkey-[0-9a-f]{32}\b`, "key-"),
	form("a PagerDuty or Linear key", `\b(lin_api_[A-Za-z0-9]{40}|pdus\+_[A-Za-z0-9_-]{20,})`, "lin_api_", "pdus+_"),
	form("a Shopify token", `\bshp(at|ca|pa|ss)_[a-fA-F0-9]{32}`, "shp"),
	// age-encryption.org/v1
	form("an age key", `\bAGE-SECRET-KEY-1[A-Z0-9]{50,}`, "AGE-SECRET-KEY-1"),
	// crypt(5), RFC 7677 and PostgreSQL's pg_authid: hashes that can be tried against dictionaries.
	form("a password's hash", `\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}|\$argon2(id|i|d)\$|\$y\$[./A-Za-z0-9]+\$|\$6\$[^$\s]+\$[./A-Za-z0-9]{80,}|SCRAM-SHA-256\$[0-9]+:`, "$2", "$argon2", "$y$", "$6$", "SCRAM-SHA-256$"),
	// RFC 6750 and RFC 7617.
	{"an Authorization header", []string{"earer ", "asic "}, regexp.MustCompile(`\b([Bb]earer|[Bb]asic) [A-Za-z0-9+/._~-]{16,}={0,2}`), hasDigit},
	// kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry
	form("a registry's password", `"auth"\s*:\s*"[A-Za-z0-9+/]{12,}={0,2}"`, `"auth"`),
}

// shortestForm is how long a text of any of the forms is at least.
const shortestForm = 10

const googleKey = "a Google API key"

func form(kind, pattern string, words ...string) secretForm {
	return secretForm{kind: kind, words: words, pattern: regexp.MustCompile(pattern)}
}

// secretKind says what kind of secret the text has somewhere, or "". What is
// public by design, such as a publishable key, is none.
func secretKind(text string) string {
	if len(text) < shortestForm {
		return ""
	}
	if kind := plainKind(text); kind != "" {
		return kind
	}
	if decoded, ok := decodeText(text); ok {
		if kind := plainKind(decoded); kind != "" {
			return kind + ", in base64"
		}
	}
	// A PEM block within a base64 text, as kubeconfig files have it.
	for rest := text; ; {
		at := strings.Index(rest, "LS0tLS1CRUdJTi")
		if at < 0 {
			return ""
		}
		rest = rest[at:]
		end := strings.IndexFunc(rest, func(r rune) bool { return !strings.ContainsRune(base64Letters, r) })
		if end < 0 {
			end = len(rest)
		}
		if decoded, ok := decodeText(rest[:end]); ok && plainKind(decoded) != "" {
			return plainKind(decoded) + ", in base64"
		}
		rest = rest[end:]
	}
}

func plainKind(text string) string {
	for _, one := range secretFormList {
		if !containsAny(text, one.words) {
			continue
		}
		for _, match := range one.pattern.FindAllString(text, -1) {
			if one.real == nil || one.real(match) {
				return one.kind
			}
		}
	}
	return ""
}

func containsAny(text string, words []string) bool {
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="

// decodeText reads a whole text as base64 of another text.
func decodeText(text string) (decoded string, ok bool) {
	text = strings.TrimSpace(text)
	if len(text) < 24 || strings.Trim(text[:24], base64Letters) != "" {
		return "", false
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || !utf8.Valid(raw) {
		return "", false
	}
	return string(raw), true
}

// privateToken is false of a token that says to be Supabase's anonymous key:
// browsers get it, and row level security is what protects the data.
func privateToken(token string) bool {
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	var claims struct {
		Role string `json:"role"`
	}
	return err != nil || json.Unmarshal(payload, &claims) != nil || claims.Role != "anon"
}

// realPassword is false of a URL whose password is put in later.
func realPassword(match string) bool {
	user := match[strings.Index(match, "://")+len("://") : len(match)-1]
	_, password, _ := strings.Cut(user, ":")
	if unescaped, err := url.PathUnescape(password); err == nil {
		password = unescaped
	}
	return !putInLater(password)
}

func hasDigit(text string) bool { return strings.ContainsAny(text, "0123456789") }
