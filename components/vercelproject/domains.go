package vercelproject

import (
	"errors"
	"net/http"
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumiverse/pulumi-vercel/sdk/go/vercel"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

const maxDomain = 253

var domainPattern = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

func checkDomain(key, name string) error {
	if !domainPattern.MatchString(name) || len(name) > maxDomain {
		return fault.Of(key, name, `a full domain name in small letters, such as "www.tripsage.ai"`)
	}
	return nil
}

// validateDomains also keeps redirects to one step: a chain costs each visitor
// another round trip, and a loop never ends.
func (a Args) validateDomains() error {
	byName := map[string]Domain{}
	for _, domain := range a.Domains {
		byName[domain.Name] = domain
	}
	var faults []error
	seen := map[string]bool{}
	for _, domain := range a.Domains {
		if seen[domain.Name] {
			faults = append(faults, fault.Of("Domains", domain.Name, "each name once"))
			continue
		}
		seen[domain.Name] = true
		err := errors.Join(checkDomain("Name", domain.Name), domain.validateRedirect(byName), domain.validateBranch(a.ProductionBranch))
		faults = append(faults, fault.Under("Domains["+domain.Name+"].", err))
	}
	return errors.Join(faults...)
}

func (d Domain) validateRedirect(domains map[string]Domain) error {
	if d.RedirectTo == "" {
		if d.StatusCode != 0 {
			return fault.Of("StatusCode", d.StatusCode, "none without RedirectTo")
		}
		return nil
	}
	var faults []error
	target, declared := domains[d.RedirectTo]
	switch {
	case d.RedirectTo == d.Name:
		faults = append(faults, fault.Of("RedirectTo", d.RedirectTo, "another domain: this is a loop"))
	case !declared:
		faults = append(faults, fault.Of("RedirectTo", d.RedirectTo, "one of the Domains"))
	case target.RedirectTo == d.Name:
		faults = append(faults, fault.Of("RedirectTo", d.RedirectTo, "a domain that shows the site: this is a loop, for it leads back here"))
	case target.RedirectTo != "":
		faults = append(faults, fault.Of("RedirectTo", d.RedirectTo, "a domain that shows the site, such as "+target.RedirectTo+", to which this one leads in turn"))
	}
	switch d.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		faults = append(faults, fault.Of("StatusCode", d.StatusCode, "301, 302, 307 or 308"))
	}
	return errors.Join(faults...)
}

// validateBranch knows from the provider's issue 202 that Vercel takes a domain
// with a branch for one of previews.
func (d Domain) validateBranch(production string) error {
	switch {
	case d.Branch == "":
		return nil
	case d.RedirectTo != "":
		return fault.Of("Branch", d.Branch, "none for a domain that redirects")
	case d.Branch == production:
		return fault.Of("Branch", d.Branch, "none for the production branch: every domain without a Branch shows it")
	}
	return nil
}

// newDomains makes the domains that show the site first: Vercel refuses to
// redirect to a domain that the project does not have yet.
func newDomains(ctx *pulumi.Context, o owner, args Args) error {
	targets := map[string]pulumi.Resource{}
	for _, redirects := range []bool{false, true} {
		for _, domain := range args.Domains {
			if (domain.RedirectTo != "") != redirects {
				continue
			}
			created, err := newDomain(ctx, o, domain, targets[domain.RedirectTo])
			if err != nil {
				return err
			}
			targets[domain.Name] = created
		}
	}
	return nil
}

func newDomain(ctx *pulumi.Context, o owner, domain Domain, target pulumi.Resource) (*vercel.ProjectDomain, error) {
	options := []pulumi.ResourceOption{o.parent()}
	args := &vercel.ProjectDomainArgs{
		ProjectId: o.project,
		TeamId:    o.team,
		Domain:    pulumi.String(domain.Name),
	}
	if target != nil {
		args.Redirect = pulumi.String(domain.RedirectTo)
		args.RedirectStatusCode = pulumi.Int(domain.StatusCode)
		options = append(options, pulumi.DependsOn([]pulumi.Resource{target}))
	}
	if domain.Branch != "" {
		args.GitBranch = pulumi.String(domain.Branch)
	}
	return vercel.NewProjectDomain(ctx, o.logical+"-"+domain.Name, args, options...)
}
