package infra

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

func (m Mesh) validate(fs *faults) {
	fs.like("mesh.host", m.Host, formHost)
	fs.like("mesh.tlsSecret", m.TLSSecret, formObject)
	fs.like("mesh.gateway.namespace", m.Gateway.Namespace, formObject)
	fs.like("mesh.gateway.serviceAccount", m.Gateway.ServiceAccount, formObject)
	fs.like("mesh.gateway.label", m.Gateway.Label, formObject)
	fs.between("mesh.timeoutSeconds", m.TimeoutSeconds, 3, 300)
	for _, origin := range m.Origins {
		fs.web("mesh.origins", origin)
	}
}

// validateOrigins checks that some page may call the API from a browser.
func (s Spec) validateOrigins(fs *faults) {
	if s.Mesh != nil && s.Vercel == nil && len(s.Mesh.Origins) == 0 {
		fs.add("mesh.origins", s.Mesh.Origins, "the frontend's address, since the stack has no tripsage:vercel",
			"list the https addresses of the pages that call the API", "vercel")
	}
}

func (v Vercel) validate(fs *faults) {
	if v.Team != "" {
		fs.like("vercel.team", v.Team, formID)
	}
	fs.like("vercel.project", v.Project, form{`^[a-z0-9][-a-z0-9._]{0,99}$`, "a project name of small letters, digits and dashes", "copy it from Vercel or choose one"})
	fs.like("vercel.repository", v.Repository, formRepository)
	fs.like("vercel.productionBranch", v.ProductionBranch, formBranch)
	v.validateRegions(fs)
	fs.between("vercel.maxDurationSeconds", v.MaxDurationSeconds, 1, 300)
	v.validateDomains(fs)
	if v.PublishTo != "" {
		fs.like("vercel.publishTo", v.PublishTo, formBranch)
	}
	for _, origin := range v.ConnectTo {
		fs.web("vercel.connectTo", origin)
	}
	if v.SentryOrigin != "" {
		fs.web("vercel.sentryOrigin", v.SentryOrigin)
	}
	v.validateKeys(fs)
}

func (v Vercel) validateRegions(fs *faults) {
	if len(v.Regions) == 0 {
		fs.add("vercel.regions", v.Regions, "at least one region", "list where the functions run, such as iad1")
	}
	fs.each("vercel.regions", v.Regions, form{`^[a-z]{3}[0-9]$`, "the code of a Vercel region such as iad1", "see vercel.com/docs/edge-network/regions"})
}

func (v Vercel) validateDomains(fs *faults) {
	domainOK := fs.like("vercel.domain", v.Domain, formHost)
	fs.each("vercel.redirectDomains", v.RedirectDomains, formHost)
	if domainOK && slices.Contains(v.RedirectDomains, v.Domain) {
		fs.add("vercel.redirectDomains", v.Domain, "other domains than vercel.domain", "remove it: it would lead to itself", "vercel.domain")
	}
	if v.DNSZone == "" || !fs.like("vercel.dnsZone", v.DNSZone, formHost) {
		return
	}
	for _, domain := range append([]string{v.Domain}, v.RedirectDomains...) {
		if domain != v.DNSZone && !strings.HasSuffix(domain, "."+v.DNSZone) {
			fs.add("vercel.dnsZone", v.DNSZone, "a zone that holds "+domain, "name the zone of all the domains, or none", "vercel.domain", "vercel.redirectDomains")
		}
	}
}

// minSessionSecret is in characters: 32 of base64 are 192 bits.
const minSessionSecret = 32

func (v Vercel) validateKeys(fs *faults) {
	fs.web("vercel.supabaseURL", v.SupabaseURL)
	for _, key := range []struct{ path, value string }{
		{"vercel.googleMapsKey", v.GoogleMapsKey}, {"vercel.analyticsID", v.AnalyticsID},
	} {
		if key.value != "" {
			fs.like(key.path, key.value, formID)
		}
	}
	fs.like("vercel.supabaseAnonKey", v.SupabaseAnonKey, form{`^[-._A-Za-z0-9]{20,}$`, "the key from Supabase's API settings", "copy the one that is called anon or publishable"})
	if !regexp.MustCompile(`^(pk_(test|live)_[A-Za-z0-9]+)?$`).MatchString(v.StripePublishableKey) {
		fs.addUnshown("vercel.stripePublishableKey", "a publishable key, pk_live_... or pk_test_...",
			"never put sk_... here: browsers get this value")
	}
	if len(v.NextAuthSecret.Reveal()) < minSessionSecret {
		fs.add("vercel.nextAuthSecret", v.NextAuthSecret, "at least 32 characters", "make one with `openssl rand -base64 32`")
	}
	if dsn, err := url.Parse(v.SentryDSN.Reveal()); v.SentryDSN.IsSet() && (err != nil || dsn.Scheme != "https" || dsn.User == nil) {
		fs.add("vercel.sentryDSN", v.SentryDSN, "https://key@host/project", "copy it from Sentry's client keys")
	}
}
