package vercelproject

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

const self = "'self'"

// directive is one line of a Content-Security-Policy.
type directive struct {
	name    string
	sources []string
}

// validate refuses every origin that is not exactly https, a host and perhaps a
// port. That leaves no room for wildcards, or for quotes and semicolons that
// would change the policy.
func (o Origins) validate() error {
	var faults []error
	for _, one := range []struct{ key, origin string }{
		{"API", o.API}, {"Supabase", o.Supabase}, {"Sentry", o.Sentry},
	} {
		if one.origin != "" {
			faults = append(faults, checkOrigin(one.key, one.origin))
		}
	}
	for _, list := range []struct {
		key     string
		origins []string
	}{
		{"Script", o.Script}, {"Style", o.Style}, {"Image", o.Image}, {"Font", o.Font},
		{"Connect", o.Connect}, {"Frame", o.Frame}, {"Form", o.Form},
	} {
		for i, origin := range list.origins {
			faults = append(faults, checkOrigin(fmt.Sprintf("%s[%d]", list.key, i), origin))
		}
	}
	return errors.Join(faults...)
}

func checkOrigin(key, origin string) error {
	if strings.Contains(origin, "@") {
		return errors.New(key + " has a user or a key before an @: expected only the origin, https:// and what follows the @ up to the next slash")
	}
	if strings.Contains(origin, "*") {
		return fault.Of(key, origin, "each origin by its own name: a wildcard lets in hosts that nobody chose")
	}
	parsed, err := url.Parse(origin)
	if err != nil || parsed.Scheme != "https" || "https://"+parsed.Host != origin {
		return fault.Of(key, origin, `an https origin without a path, such as "https://api.tripsage.ai"`)
	}
	host := parsed.Hostname()
	if _, err := netip.ParseAddr(host); err == nil || !domainPattern.MatchString(host) || len(host) > maxDomain {
		return fault.Of(key, origin, `an https origin with a domain name in small letters, such as "https://api.tripsage.ai"`)
	}
	if strings.HasSuffix(parsed.Host, ":") {
		return fault.Of(key, origin, "a port after the colon, or no colon")
	}
	return nil
}

// policy returns the directives in a fixed order. What is not named falls back
// to the site itself.
func (o Origins) policy() []directive {
	script := sources(self, "'unsafe-inline'")
	style := sources(self, "'unsafe-inline'")
	image := sources(self, "data:", "blob:", o.Supabase)
	font := sources(self)
	connect := sources(self, o.API, socket(o.API), o.Supabase, socket(o.Supabase), o.Sentry)
	for _, origin := range o.Connect {
		connect = append(connect, origin, socket(origin))
	}
	frame := sources(self)
	if o.GoogleMaps {
		script = append(script, "https://maps.googleapis.com")
		style = append(style, "https://fonts.googleapis.com")
		image = append(image, "https://maps.googleapis.com", "https://maps.gstatic.com")
		font = append(font, "https://fonts.gstatic.com")
		connect = append(connect, "https://maps.googleapis.com", "https://places.googleapis.com")
	}
	if o.Stripe {
		script = append(script, stripeScripts)
		connect = append(connect, "https://api.stripe.com")
		frame = append(frame, stripeScripts, "https://hooks.stripe.com")
	}
	if o.Analytics {
		script = append(script, "https://va.vercel-scripts.com")
		connect = append(connect, "https://vitals.vercel-insights.com")
	}
	return []directive{
		{"default-src", sources(self)},
		{"script-src", append(script, o.Script...)},
		{"style-src", append(style, o.Style...)},
		{"img-src", append(image, o.Image...)},
		{"font-src", append(font, o.Font...)},
		{"connect-src", connect},
		{"frame-src", append(frame, o.Frame...)},
		{"worker-src", sources(self, "blob:")},
		{"object-src", sources("'none'")},
		{"base-uri", sources(self)},
		{"form-action", append(sources(self), o.Form...)},
		{"frame-ancestors", sources("'none'")},
		{"upgrade-insecure-requests", nil},
	}
}

// header is the policy as a header's value, each source once.
func (o Origins) header() string {
	var parts []string
	for _, one := range o.policy() {
		words := []string{one.name}
		for _, source := range one.sources {
			if !slices.Contains(words, source) {
				words = append(words, source)
			}
		}
		parts = append(parts, strings.Join(words, " "))
	}
	return strings.Join(parts, "; ")
}

// sources leaves out what is empty.
func sources(list ...string) []string {
	return slices.DeleteFunc(list, func(one string) bool { return one == "" })
}

// socket is the WebSocket twin of an https origin: browsers do not take one for
// the other.
func socket(origin string) string {
	if origin == "" {
		return ""
	}
	return "wss" + strings.TrimPrefix(origin, "https")
}
