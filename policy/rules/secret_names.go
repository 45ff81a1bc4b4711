package rules

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// secretName says that something with this name is a secret. It goes by the
// last words: JWT_SECRET and dbPassword are secrets, JWT_SECRET_FILE and
// tokenTTL are not.
func secretName(name string) bool {
	words := wordsOf(name)
	if slices.ContainsFunc(words, publicWord) || slices.ContainsFunc(words, digestWord) {
		return false
	}
	words = trimWords(words)
	if len(words) == 0 {
		return false
	}
	last, before := words[len(words)-1], ""
	if len(words) > 1 {
		before = words[len(words)-2]
	}
	switch {
	case slices.Contains([]string{"key", "keys"}, last):
		return slices.Contains([]string{
			"api", "app", "application", "private", "access", "secret", "signing", "encryption", "master", "account", "auth",
			"session", "role", "storage", "shared", "hmac", "webhook", "deploy", "ssh", "jwt", "license", "admin",
		}, before)
	case last == "secret" || last == "secrets":
		// These are names of Secrets: tlsSecret, imagePullSecrets.
		return !slices.Contains([]string{"tls", "pull", "existing", "external", "sealed", "image", "var", "run"}, before)
	case last == "string":
		return before == "connection"
	case last == "config":
		return before == "kube"
	}
	return slices.Contains([]string{"pass", "pwd", "pw", "credential", "credentials", "kubeconfig", "masterauth", "passcode"}, last) ||
		slices.ContainsFunc([]string{
			"password", "passwords", "passwd", "passphrase", "secret", "token", "tokens", "requirepass",
			"apikey", "secretkey", "privatekey", "accesskey", "signingkey", "encryptionkey",
		}, func(end string) bool { return strings.HasSuffix(last, end) })
}

// passwordName says that the value is a password, so that it may be anything.
func passwordName(name string) bool {
	words := trimWords(wordsOf(name))
	return len(words) > 0 && slices.ContainsFunc([]string{"password", "passwd", "passphrase", "pwd", "pw", "pass", "passcode"},
		func(end string) bool { return strings.HasSuffix(words[len(words)-1], end) })
}

// trimWords leaves out last words that say nothing: PASSWORD_2, TOKEN_OLD.
func trimWords(words []string) []string {
	for len(words) > 1 {
		last := words[len(words)-1]
		if strings.Trim(last, "0123456789") != "" &&
			!slices.Contains([]string{"value", "plain", "base64", "b64", "old", "new", "previous", "current", "primary", "secondary"}, last) {
			break
		}
		words = words[:len(words)-1]
	}
	return words
}

// publicName says that everybody may read what has this name.
func publicName(name string) bool { return slices.ContainsFunc(wordsOf(name), publicWord) }

func publicWord(word string) bool {
	return slices.Contains([]string{"public", "publishable", "pub", "anon"}, word)
}

// digestName says that what has this name looks random and is no secret.
func digestName(name string) bool {
	words := wordsOf(name)
	return slices.ContainsFunc(words, digestWord) || len(words) > 0 &&
		slices.Contains([]string{"id", "ids", "version", "arn", "crt", "cert", "certificate", "bundle", "ca", "jwks"}, words[len(words)-1])
}

func digestWord(word string) bool {
	return slices.Contains([]string{
		"checksum", "checksums", "hash", "digest", "digests", "sha", "sha1", "sha256", "sha512", "md5", "fingerprint", "thumbprint",
		"commit", "revision", "etag", "uuid", "integrity",
	}, word)
}

// wordsOf splits a name such as "databaseURL", "DATABASE_URL" or
// "checksum/secrets" into small words.
func wordsOf(name string) []string {
	var words []string
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		start := 0
		letters := []rune(part)
		for i := 1; i < len(letters); i++ {
			if unicode.IsUpper(letters[i]) && !unicode.IsUpper(letters[i-1]) {
				words = append(words, strings.ToLower(string(letters[start:i])))
				start = i
			}
		}
		words = append(words, strings.ToLower(string(letters[start:])))
	}
	return words
}

// laterForms are values that something else puts in: references, templates,
// files, names in programs.
var laterForms = regexp.MustCompile(`^(\$|%[A-Za-z(]|<|\[|\*|/|\./|~/|@|file:|vault:|op://|ref\+|arn:|projects/|\.?[A-Za-z_]+(\.[A-Za-z_]+)+$)|\$\(|\$\{|\{\{|[()]`)

// nothings are values that say that there is none.
var nothings = regexp.MustCompile(`^(?i:true|false|yes|no|on|off|none|null|nil|undefined|required|optional|enabled|disabled|redacted|hidden|x+|\.+|-+)$`)

// notNumbers are numbers, durations and plain addresses.
var plainForms = regexp.MustCompile(`^([0-9.]+(ms|s|m|h|d|[KMG]i?[Bb]?)?|[a-z]+://[^@]*)$`)

// putInLater says that the text is not a value, but says where it comes from.
func putInLater(text string) bool {
	text = strings.TrimSpace(text)
	return text == "" || nothings.MatchString(text) || laterForms.MatchString(text)
}

// literalSecret says that the value, which has the name of a secret, is one.
func literalSecret(name, text string) bool {
	if putInLater(text) {
		return false
	}
	return passwordName(name) || !plainForms.MatchString(strings.TrimSpace(text))
}
