package vercelproject

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/leak"
)

// SecretReason says why a plain variable looks like a secret, or "". It is a
// net for slips, not a scanner: it knows names that only secrets have, and
// values whose form their issuers made recognisable. The reason never quotes
// the value.
func SecretReason(key, value string) string {
	if reason := nameReason(key); reason != "" {
		return reason
	}
	return valueReason(value)
}

// nameReason goes by whole words, so that for instance MONKEY_BARS passes. A key
// or token may be public, then it says so: NEXT_PUBLIC_, PUBLISHABLE or ANON.
func nameReason(key string) string {
	words := strings.Split(strings.ToUpper(key), "_")
	for _, word := range words {
		switch word {
		case "SECRET", "SECRETS", "PASSWORD", "PASSWD", "CREDENTIALS", "PRIVATE":
			return "its name has the word " + word
		}
	}
	for _, word := range []string{"PUBLIC", "PUBLISHABLE", "ANON"} {
		if slices.Contains(words, word) {
			return ""
		}
	}
	switch last := words[len(words)-1]; last {
	case "KEY", "TOKEN":
		return "its name ends in " + last + " and does not say that it is public"
	}
	return ""
}

func valueReason(value string) string {
	if kind := leak.Kind(value); kind != "" {
		return "its value has the form of " + kind
	}
	if secretToken(value) {
		return "its value is a JSON Web Token, and not one for Supabase's role anon"
	}
	return ""
}

// secretToken recognises a JSON Web Token. Supabase's anonymous key is one too
// and is public by design; its payload says so.
func secretToken(value string) bool {
	parts := strings.Split(value, ".")
	if len(parts) != 3 || !strings.HasPrefix(value, "eyJ") {
		return false
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct{ Role string }
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return true
	}
	return claims.Role != "anon"
}
