package infra

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/components/vercelproject"
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
	fs.once("mesh.origins", m.Origins)
}

// validateOrigins checks that some page may call the API from a browser.
func (s Spec) validateOrigins(fs *faults) {
	if s.Mesh != nil && len(s.Mesh.Origins) == 0 && len(s.meshOrigins()) == 0 {
		fs.add("mesh.origins", s.Mesh.Origins, "the frontend's address, since the stack has no tripsage:vercel",
			"list the https addresses of the pages that call the API", "vercel")
	}
}

func (v Vercel) validate(fs *faults) {
	if v.Team != "" {
		fs.like("vercel.team", v.Team, formID)
	}
	fs.like("vercel.project", v.Project, form{`^[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?$`, "1 to 52 small letters, digits and inner dashes", "copy it from Vercel or choose one"})
	if strings.Contains(v.Project, "---") {
		fs.add("vercel.project", v.Project, "no three dashes in a row", "choose another name")
	}
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
	for _, region := range v.Regions {
		fs.oneOf("vercel.regions", region, vercelproject.Regions()...)
	}
	fs.once("vercel.regions", v.Regions)
}

func (v Vercel) validateDomains(fs *faults) {
	domainOK := fs.like("vercel.domain", v.Domain, formHost)
	for _, domain := range v.RedirectDomains {
		fs.like("vercel.redirectDomains", domain, formHost)
	}
	fs.once("vercel.redirectDomains", v.RedirectDomains)
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
	for _, key := range []struct{ path, name, value string }{
		{"vercel.supabaseAnonKey", "NEXT_PUBLIC_SUPABASE_ANON_KEY", v.SupabaseAnonKey},
		{"vercel.googleMapsKey", "NEXT_PUBLIC_GOOGLE_MAPS_API_KEY", v.GoogleMapsKey},
		{"vercel.stripePublishableKey", "NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY", v.StripePublishableKey},
		{"vercel.analyticsID", "NEXT_PUBLIC_VERCEL_ANALYTICS_ID", v.AnalyticsID},
	} {
		if reason := vercelproject.SecretReason(key.name, key.value); reason != "" {
			fs.addUnshown(key.path, "something public, but "+reason,
				"have it replaced where it comes from, and give the public key: browsers get this value")
		} else if !regexp.MustCompile(`^[-._A-Za-z0-9]*$`).MatchString(key.value) {
			fs.add(key.path, key.value, "letters, digits, dots, dashes and underscores", "copy it from where it was made")
		}
	}
	if v.SupabaseAnonKey == "" {
		fs.add("vercel.supabaseAnonKey", "", "the key from Supabase's API settings", "copy the one that is called anon or publishable")
	}
	if len(v.NextAuthSecret.Reveal()) < minSessionSecret {
		fs.add("vercel.nextAuthSecret", v.NextAuthSecret, "at least 32 characters", "make one with `openssl rand -base64 32`")
	}
	if dsn, err := url.Parse(v.SentryDSN.Reveal()); v.SentryDSN.IsSet() && (err != nil || dsn.Scheme != "https" || dsn.User == nil) {
		fs.add("vercel.sentryDSN", v.SentryDSN, "https://key@host/project", "copy it from Sentry's client keys")
	}
}
