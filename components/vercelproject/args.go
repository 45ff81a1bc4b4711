package vercelproject

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Args configure one Vercel project and what belongs to it.
type Args struct {
	// Name is the project's name at Vercel. Default: the component's name.
	Name string
	// Team is the id of the Vercel team, team_.... Default: the provider's own.
	Team string
	// Repository is the frontend's repository on GitHub as owner/name. Vercel's
	// GitHub App has to be installed there.
	Repository string
	// ProductionBranch is what the production domains show.
	ProductionBranch string
	// Site is how the frontend is built and served. JSON makes vercel.json of it.
	Site Site

	// Environment has the variables of each target.
	Environment map[Target]Variables
	// Domains lead to the site, or to each other.
	Domains []Domain
	// Zone has the DNS records of Domains, if Vercel runs the zone.
	Zone Zone
	// Protection keeps strangers away from previews.
	Protection Protection
	// Firewall is in front of every deployment.
	Firewall Firewall
	// Retention says when old deployments go.
	Retention Retention

	// SkewProtection is how long a page that is open already gets its own
	// version from functions after a new deployment: "30 minutes", "12 hours",
	// "1 day" or "7 days". Default: "12 hours"; the Hobby plan has none.
	SkewProtection string
	// ProductionOnly builds no previews: Vercel skips every other branch, and so
	// no build of a pull request sees this project's secrets.
	ProductionOnly bool
	// PromoteByHand keeps the domains on the old deployment until a person or a
	// workflow promotes the new one.
	PromoteByHand bool
	// Protect makes Pulumi refuse to delete the project.
	Protect bool
}

// Target is one of the three kinds of environments at Vercel.
type Target string

const (
	// Production is for deployments of the production branch.
	Production Target = "production"
	// Preview is for deployments of every other branch.
	Preview Target = "preview"
	// Development is what `vercel env pull` writes to a developer's machine.
	Development Target = "development"
)

// Variables are environment variables by name. A name is in one of the two.
type Variables struct {
	// Plain values can be read by everyone who may see the project. A name that
	// starts with NEXT_PUBLIC_ ends up in browsers.
	Plain map[string]string
	// Secret values are stored as sensitive: Vercel never shows them again.
	// They have to be outputs, as pulumi.ToSecret or a secret of the
	// configuration makes them.
	Secret map[string]pulumi.StringInput
}

// Domain is a name that browsers use.
type Domain struct {
	// Name is the full name, for instance "www.tripsage.ai".
	Name string
	// RedirectTo is another one of the Domains; empty: the name shows the site.
	RedirectTo string
	// StatusCode of the redirect: 301, 302, 307 or 308. Default: 308.
	StatusCode int
	// Branch shows that branch instead of production.
	Branch string
}

// Zone is a DNS zone whose name servers are Vercel's.
type Zone struct {
	// Name is the zone, for instance "tripsage.ai". Empty: another provider
	// runs the zone, and no record is made here.
	Name string
	// IPv4 are the addresses for the zone's own name. Default: 76.76.21.21.
	IPv4 []string
	// IPv6 likewise. Default: none, because Vercel serves no IPv6.
	IPv6 []string
	// CNAME is the target of names below the zone. Default: cname.vercel-dns.com.
	CNAME string
	// TTLSeconds is 60 or more. Default: 300.
	TTLSeconds int
}

// Protection says who may see deployments that are not on a production domain.
type Protection struct {
	// Method is "vercel" (members of the team), "password" (they and everyone
	// with the password; an add-on on Pro) or "none". Default: "vercel".
	Method string
	// Password goes with the method "password"; a secret output.
	Password pulumi.StringInput
	// Everything protects the production domains too, for instance of a staging
	// project. Not on the Hobby plan.
	Everything bool
	// Reason has to say why, if Method is "none". It is kept in the component's
	// outputs.
	Reason string
}

// Retention is how long deployments are kept: "1m", "2m", "3m", "6m", "1y" or
// "unlimited". Vercel always keeps the ones in use.
type Retention struct {
	// Production deployments are what an instant rollback goes back to. Default: "1y".
	Production string
	// Preview deployments. Default: "3m".
	Preview string
	// Canceled and Errored deployments. Default: "1m".
	Canceled, Errored string
}
