package vercelproject

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

var (
	// projectPattern is stricter than the provider's at the two ends: Vercel
	// makes host names of it.
	projectPattern    = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$`)
	repositoryPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$`)
	branchPattern     = regexp.MustCompile(`^[A-Za-z0-9._/-]{1,250}$`)
	teamPattern       = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)
)

// Validate reports every fault of complete arguments, and no secret.
func (a Args) Validate() error {
	var faults []error
	if !projectPattern.MatchString(a.Name) || strings.Contains(a.Name, "---") {
		faults = append(faults, fault.Of("Name", a.Name, "1 to 52 small letters, digits and dashes, no dash at the ends and no three in a row"))
	}
	if !teamPattern.MatchString(a.Team) {
		faults = append(faults, fault.Of("Team", a.Team, "the id of a Vercel team, such as team_abc"))
	}
	if !repositoryPattern.MatchString(a.Repository) {
		faults = append(faults, fault.Of("Repository", a.Repository, "a GitHub repository as owner/name"))
	}
	if a.ProductionBranch == "" {
		faults = append(faults, fault.Missing("ProductionBranch", `the branch that the domains show, for instance "main"; without it Vercel guesses`))
	} else if !branchPattern.MatchString(a.ProductionBranch) {
		faults = append(faults, fault.Of("ProductionBranch", a.ProductionBranch, "the name of one branch, no pattern"))
	}
	return errors.Join(append(faults,
		fault.Under("Site.", a.Site.Validate()),
		a.validateSkewProtection(),
		validateEnvironment(a.Environment),
		a.validateDomains(),
		fault.Under("Zone.", a.Zone.validate(a.Domains)),
		fault.Under("Protection.", a.Protection.validate(a.Site.Plan)),
		fault.Under("Firewall.", a.Firewall.validate(a.Site.Plan)),
		fault.Under("Retention.", a.Retention.validate()),
	)...)
}

func (a Args) validateSkewProtection() error {
	limits, known := a.Site.Plan.limits()
	switch {
	case !known || a.SkewProtection == "" && !limits.skewGuard:
		return nil
	case !limits.skewGuard:
		return fault.Of("SkewProtection", a.SkewProtection, fmt.Sprintf("nothing: the plan %s has none", a.Site.Plan))
	}
	return oneOf("SkewProtection", a.SkewProtection, "30 minutes", "12 hours", "1 day", "7 days")
}

func (r Retention) validate() error {
	var faults []error
	for _, one := range []struct{ key, value string }{
		{"Production", r.Production}, {"Preview", r.Preview}, {"Canceled", r.Canceled}, {"Errored", r.Errored},
	} {
		faults = append(faults, oneOf(one.key, one.value, "1m", "2m", "3m", "6m", "1y", "unlimited"))
	}
	return errors.Join(faults...)
}
