package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

// The types of GitHub's provider that several rules are about.
const (
	githubEnvironment = "github:index/repositoryEnvironment:RepositoryEnvironment"
	githubRuleset     = "github:index/repositoryRuleset:RepositoryRuleset"
)

// approvers counts the reviewers of an environment. ok is false when some of
// them are not known.
func approvers(environment rule.Resource) (count int, ok bool) {
	reviewers := environment.At("reviewers")
	for _, one := range reviewers.Items() {
		count += len(one.At("users").Items()) + len(one.At("teams").Items())
	}
	return count, reviewers.Settled()
}

// rulesetCovers says whether a ruleset of that target is for the ref, for
// instance "refs/heads/main". Whether it is active is another rule's business.
func rulesetCovers(ruleset rule.Resource, target, ref string) rule.Answer {
	if ruleset.At("target").NotText(target) {
		return rule.No
	}
	names := ruleset.At("conditions", "refName")
	includes, excludes := names.At("includes"), names.At("excludes")
	switch {
	case slices.ContainsFunc(excludes.Texts(), func(one string) bool { return refMatches(one, ref) }):
		return rule.No
	case ruleset.At("target").Unknown() || !excludes.Settled():
		return rule.Maybe
	case slices.ContainsFunc(includes.Texts(), func(one string) bool { return refMatches(one, ref) }):
		return rule.Yes
	case !includes.Settled():
		return rule.Maybe
	}
	return rule.No
}

// refMatches says that the pattern of a ruleset means the ref. The default
// branch is taken for main.
func refMatches(pattern, ref string) bool {
	switch pattern {
	case "~ALL", ref:
		return true
	case "~DEFAULT_BRANCH":
		return ref == "refs/heads/main"
	}
	matched, err := path.Match(pattern, ref)
	return err == nil && matched || strings.HasSuffix(pattern, "/**/*") && strings.HasPrefix(ref, strings.TrimSuffix(pattern, "**/*"))
}

// deployed are the repositories that the stack has deployment environments in,
// with the first environment of each.
func deployed(s rule.Stack) map[string]rule.Resource {
	first := map[string]rule.Resource{}
	for _, environment := range s.OfType(githubEnvironment) {
		name, known := environment.At("repository").Text()
		if _, seen := first[name]; known && !seen {
			first[name] = environment
		}
	}
	return first
}

// refGuard is a ruleset for one ref of one repository.
type refGuard struct {
	owner rule.Resource
	// certain says that it is known to hold for that ref and repository.
	certain bool
}

// refGuards are the repository's rulesets for the ref.
func refGuards(s rule.Stack, repository, target, ref string) []refGuard {
	var all []refGuard
	for _, ruleset := range s.OfType(githubRuleset) {
		answer := rulesetCovers(ruleset, target, ref)
		if ruleset.At("repository").NotText(repository) || answer == rule.No {
			continue
		}
		all = append(all, refGuard{ruleset, answer == rule.Yes && ruleset.At("repository").Known()})
	}
	return all
}

// refDemand is something that one of the guards must ask for.
type refDemand struct {
	says string
	// met answers for one set of rules.
	met func(rules rule.Value) rule.Answer
	// about says which sets of rules it is asked of; nil: of all.
	about func(rules rule.Value) bool
}

// judgeGuards reports what none of the guards asks for, on the first of them.
func judgeGuards(c *rule.Context, all []refGuard, demands []refDemand) {
	for _, wanted := range demands {
		answer, asked := rule.No, false
		for _, one := range all {
			rules := one.owner.At("rules")
			if wanted.about != nil && !wanted.about(rules) {
				continue
			}
			asked = true
			met := wanted.met(rules)
			if !one.certain {
				met = max(met, rule.Maybe)
			}
			answer = max(answer, met)
		}
		if answer == rule.No && asked {
			c.Violation(all[0].owner, "%s", wanted.says)
		}
	}
}

// demandField is the demand that a field is true.
func demandField(name, says string) refDemand {
	return refDemand{says: says, met: func(rules rule.Value) rule.Answer { return fieldTrue(rules.At(name)) }}
}

func fieldTrue(v rule.Value) rule.Answer {
	switch {
	case v.Unknown():
		return rule.Maybe
	case v.True():
		return rule.Yes
	default:
		return rule.No
	}
}
