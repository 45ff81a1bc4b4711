package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func githubEnvironmentExists() rule.Rule {
	return rule.Rule{
		ID:       "github-environment-exists",
		Title:    "Secrets, variables and deployment policies belong to an environment of the stack",
		Severity: rule.High,
		Reason: "An environment that the stack does not make has no reviewers and no rules of the stack's, and GitHub makes one by itself " +
			"for the first job that names it.",
		Fix:     "Make the environment with RepositoryEnvironment in the same stack, or correct the name.",
		Sources: []string{"GitHub documentation, Managing environments for deployment"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			for _, r := range s.Resources {
				environment, repository := r.At("environment"), r.At("repository")
				if !belongsToEnvironment(r.Type) || !environment.Known() || !repository.Known() {
					continue
				}
				if !hasEnvironment(s, environment, repository) {
					c.Violation(r, "%s is %s, and the stack has no such environment of %s", environment.Path(), environment.Show(), repository.Show())
				}
			}
		},
	}
}

func belongsToEnvironment(kind string) bool {
	for _, end := range []string{":ActionsEnvironmentSecret", ":ActionsEnvironmentVariable", ":RepositoryEnvironmentDeploymentPolicy"} {
		if strings.HasPrefix(kind, "github:") && strings.HasSuffix(kind, end) {
			return true
		}
	}
	return false
}

// hasEnvironment says whether the stack may have the environment.
func hasEnvironment(s rule.Stack, environment, repository rule.Value) bool {
	for _, one := range s.OfType(githubEnvironment) {
		if !one.At("environment").NotText(environment.String()) && !one.At("repository").NotText(repository.String()) {
			return true
		}
	}
	return false
}
