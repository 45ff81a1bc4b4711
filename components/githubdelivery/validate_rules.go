package githubdelivery

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

const maxApprovals = 10

var (
	// actionPattern has no wildcard in its owner: "*/*" would allow everything.
	actionPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._*-]+(/[A-Za-z0-9._*-]+)*(@[A-Za-z0-9._/*-]+)?$`)
	claimPattern  = regexp.MustCompile(`^[a-z][a-z_]*$`)
)

func (a Args) validateRules() []error {
	var faults []error
	if a.Branch != nil {
		faults = append(faults, fault.Under("Branch.", a.Branch.validate()))
	}
	if a.Tag != nil {
		faults = append(faults, fault.Under("Tag.", a.Tag.validate(a.Tags)))
	}
	if a.Actions != nil {
		for i, pattern := range a.Actions.Patterns {
			if !actionPattern.MatchString(pattern) {
				faults = append(faults, fault.Of(fmt.Sprintf("Actions.Patterns[%d]", i), pattern,
					"owner/name, owner/name@ref or owner/*, with a named owner"))
			}
		}
	}
	if a.OIDC != nil {
		faults = append(faults, fault.Under("OIDC.", a.OIDC.validate()))
	}
	return faults
}

func (b BranchRules) validate() error {
	faults := validatePatterns("Branches", b.Branches)
	if b.Approvals < 1 || b.Approvals > maxApprovals {
		faults = append(faults, fault.Of("Approvals", b.Approvals, fmt.Sprintf("1 to %d", maxApprovals)))
	}
	if len(b.Checks) == 0 {
		faults = append(faults, fault.Missing("Checks", `at least one status check, for instance "test": without any, untested code can be merged`))
	}
	seen := map[string]bool{}
	for i, check := range b.Checks {
		at := fmt.Sprintf("Checks[%d]", i)
		switch {
		case strings.TrimSpace(check.Name) == "" || strings.TrimSpace(check.Name) != check.Name:
			faults = append(faults, fault.Of(at+".Name", check.Name, "the check's name as GitHub shows it, without spaces around it"))
		case seen[check.Name]:
			faults = append(faults, fault.Of(at+".Name", check.Name, "a check that is not in the list already"))
		}
		if check.App <= 0 {
			faults = append(faults, fault.Of(at+".App", check.App, "the id of a GitHub App, above 0"))
		}
		seen[check.Name] = true
	}
	return errors.Join(append(faults, validateBypass(b.Bypass)...)...)
}

// validate wants every tag that deploys to be immutable: the reviewers approve
// a name, and the name must go on to mean what they saw.
func (r TagRules) validate(deployed []string) error {
	faults := validatePatterns("Patterns", r.Patterns)
	for _, tag := range deployed {
		if !slices.Contains(r.Patterns, tag) {
			faults = append(faults, fault.Of("Patterns", r.Patterns, fmt.Sprintf("to hold %q too, because Tags deploys it", tag)))
		}
	}
	return errors.Join(append(faults, validateBypass(r.Bypass)...)...)
}

func validateBypass(actors []Actor) []error {
	var faults []error
	types := []ActorType{App, Team, Role, OrganizationAdmin}
	seen := map[string]bool{}
	for i, actor := range actors {
		at := fmt.Sprintf("Bypass[%d]", i)
		id := fmt.Sprintf("%s %d", actor.Type, actor.ID)
		switch {
		case !slices.Contains(types, actor.Type):
			faults = append(faults, fault.Of(at+".Type", string(actor.Type), fmt.Sprintf("one of %v", types)))
		case actor.ID <= 0:
			faults = append(faults, fault.Of(at+".ID", actor.ID, "a numeric id above 0"))
		case actor.Type == OrganizationAdmin && actor.ID != 1:
			faults = append(faults, fault.Of(at+".ID", actor.ID, "1, the id of all the organization's owners"))
		case seen[id]:
			faults = append(faults, fault.Of(at, id, "an actor that is not in the list already"))
		}
		seen[id] = true
	}
	return faults
}

// validate wants subjects that differ between repositories and environments.
// Otherwise a cloud that trusts production's subject trusts every workflow.
func (o OIDC) validate() error {
	var faults []error
	seen := map[string]bool{}
	for i, claim := range o.Claims {
		at := fmt.Sprintf("Claims[%d]", i)
		switch {
		case !claimPattern.MatchString(claim):
			faults = append(faults, fault.Of(at, claim, "the name of a claim, for instance job_workflow_ref"))
		case seen[claim]:
			faults = append(faults, fault.Of(at, claim, "a claim that is not in the list already"))
		}
		seen[claim] = true
	}
	if !seen["repo"] && !seen["repository"] && !seen["repository_id"] {
		faults = append(faults, fault.Of("Claims", o.Claims, "to hold repo, or all repositories of the owner look alike"))
	}
	if !seen["context"] && !seen["environment"] {
		faults = append(faults, fault.Of("Claims", o.Claims, "to hold context, or all environments look alike"))
	}
	return errors.Join(faults...)
}
