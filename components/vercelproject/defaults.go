package vercelproject

import (
	"cmp"
	"net/http"
	"slices"
)

const (
	methodVercel   = "vercel"
	methodPassword = "password"
	methodNone     = "none"
)

func (a Args) withDefaults(name string) Args {
	a.Name = cmp.Or(a.Name, name)
	a.Site = a.Site.withDefaults()
	a.Zone = a.Zone.withDefaults()
	a.Firewall = a.Firewall.withDefaults(a.Site.Plan)
	a.Protection.Method = cmp.Or(a.Protection.Method, methodVercel)
	a.Retention = a.Retention.withDefaults()
	if limits, _ := a.Site.Plan.limits(); limits.skewGuard {
		a.SkewProtection = cmp.Or(a.SkewProtection, "12 hours")
	}
	a.Domains = slices.Clone(a.Domains)
	for i, domain := range a.Domains {
		if domain.RedirectTo != "" {
			a.Domains[i].StatusCode = cmp.Or(domain.StatusCode, http.StatusPermanentRedirect)
		}
	}
	return a
}

func (z Zone) withDefaults() Zone {
	if z.Name == "" {
		return z
	}
	if len(z.IPv4) == 0 {
		z.IPv4 = []string{"76.76.21.21"}
	}
	z.CNAME = cmp.Or(z.CNAME, "cname.vercel-dns.com")
	z.TTLSeconds = cmp.Or(z.TTLSeconds, 300)
	return z
}

func (r Retention) withDefaults() Retention {
	return Retention{
		Production: cmp.Or(r.Production, "1y"),
		Preview:    cmp.Or(r.Preview, "3m"),
		Canceled:   cmp.Or(r.Canceled, "1m"),
		Errored:    cmp.Or(r.Errored, "1m"),
	}
}
