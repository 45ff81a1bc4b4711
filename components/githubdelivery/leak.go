package githubdelivery

import (
	"regexp"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/leak"
)

// publicPrefix marks variables that the frontend's build puts into the browser.
// Their names say KEY or TOKEN although everybody may read them.
const publicPrefix = "NEXT_PUBLIC_"

// secretName matches names that end with a word for a secret. Only the end
// counts: TOKEN_TTL_SECONDS and SECRET_NAME are no secrets.
var secretName = regexp.MustCompile(`(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRETS|TOKEN|CREDENTIALS?|` +
	`KUBE_?CONFIG|(PRIVATE|API|ACCESS|SECRET|SIGNING|ENCRYPTION|SERVICE_ROLE)_?KEY)(_?[0-9]+)?$`)

// webToken is a JSON web token. In what browsers get it may be public.
var webToken = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{5,}\.eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}`)

// leaked says what kind of secret a text holds, or "".
func leaked(text string, public bool) string {
	if kind := leak.Kind(text); kind != "" {
		return kind
	}
	if !public && webToken.MatchString(text) {
		return "a JSON web token"
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
