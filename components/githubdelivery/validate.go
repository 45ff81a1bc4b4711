package githubdelivery

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// Limits of GitHub's environments.
// Source: https://docs.github.com/en/rest/deployments/environments
const (
	maxReviewers   = 6
	maxWaitMinutes = 43200
	maxPattern     = 255

	wildcards = "*?[]"
)

var (
	repositoryPattern  = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$`)
	environmentPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	// refPattern is a name of a branch or tag that may have wildcards after its
	// first letter, so no pattern matches everything or any prefix.
	refPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/+*?\[\]-]*$`)
)

// Validate reports every fault of complete arguments, and no secret value.
func (a Args) Validate() error {
	faults := []error{validateRepository("Repository", a.Repository)}
	if !environmentPattern.MatchString(a.Environment) {
		faults = append(faults, fault.Of("Environment", a.Environment, "1 to 100 letters, digits, dots, dashes and underscores"))
	}
	if a.WaitMinutes < 0 || a.WaitMinutes > maxWaitMinutes {
		faults = append(faults, fault.Of("WaitMinutes", a.WaitMinutes, fmt.Sprintf("0 to %d minutes", maxWaitMinutes)))
	}
	faults = append(faults, a.validateReviewers()...)
	if len(a.Branches)+len(a.Tags) == 0 {
		faults = append(faults, fault.Missing("Branches and Tags",
			`a pattern in one of them, for instance Branches "main" or Tags "v*": without any, every branch could deploy`))
	}
	faults = append(faults, validatePatterns("Branches", a.Branches)...)
	faults = append(faults, validatePatterns("Tags", a.Tags)...)
	faults = append(faults, a.validateValues()...)
	faults = append(faults, a.validateRules()...)
	faults = append(faults, a.validateFiles()...)
	return errors.Join(faults...)
}

func validateRepository(key, name string) error {
	switch {
	case name == "":
		return fault.Missing(key, "the name of an existing repository, without its owner")
	case !repositoryPattern.MatchString(name):
		return fault.Of(key, name, "the name of a repository without its owner; the provider has the owner")
	}
	return nil
}

func (a Args) validateReviewers() []error {
	faults := validateIDs("Reviewers.Users", a.Reviewers.Users)
	faults = append(faults, validateIDs("Reviewers.Teams", a.Reviewers.Teams)...)
	n := a.Reviewers.count()
	if n > maxReviewers {
		faults = append(faults, fault.Of("Number of Reviewers", n,
			fmt.Sprintf("at most %d users and teams together; put people in a team", maxReviewers)))
	}
	if n > 0 {
		return faults
	}
	switch {
	case a.RequireReviewers:
		faults = append(faults, fault.Missing("Reviewers", "at least one user or team, because RequireReviewers is set"))
	case len(a.Tags) > 0:
		faults = append(faults, fault.Missing("Reviewers",
			"at least one user or team, because Tags deploy releases and anyone who can push could push such a tag"))
	}
	return faults
}

func validateIDs(key string, ids []int) []error {
	var faults []error
	seen := map[int]bool{}
	for i, id := range ids {
		at := fmt.Sprintf("%s[%d]", key, i)
		switch {
		case id <= 0:
			faults = append(faults, fault.Of(at, id, "a numeric id above 0"))
		case seen[id]:
			faults = append(faults, fault.Of(at, id, "an id that is not in the list already"))
		}
		seen[id] = true
	}
	return faults
}

func validatePatterns(key string, patterns []string) []error {
	var faults []error
	seen := map[string]bool{}
	for i, pattern := range patterns {
		at := fmt.Sprintf("%s[%d]", key, i)
		switch {
		case pattern == "":
			faults = append(faults, fault.Missing(at, "the name of a branch or tag, or a pattern"))
		case strings.ContainsAny(pattern[:1], wildcards):
			faults = append(faults, fault.Of(at, pattern,
				"a pattern that begins with a letter or digit, like release/*: one that begins with a wildcard lets names in that nobody thought of"))
		case !validRef(pattern):
			faults = append(faults, fault.Of(at, pattern, "a Git name of letters, digits and ._/+-, with the wildcards *, ? and []"))
		case seen[pattern]:
			faults = append(faults, fault.Of(at, pattern, "a pattern that is not in the list already"))
		}
		seen[pattern] = true
	}
	return faults
}

// validRef keeps to the part of Git's rules that our alphabet leaves
// (source: git help check-ref-format).
func validRef(name string) bool {
	if len(name) > maxPattern || !refPattern.MatchString(name) {
		return false
	}
	for _, part := range strings.Split(name, "/") {
		if part == "" || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return !strings.Contains(name, "..") && !strings.HasSuffix(name, ".")
}
