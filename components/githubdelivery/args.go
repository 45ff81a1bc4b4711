package githubdelivery

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Args configure the delivery of one stack from one repository.
type Args struct {
	// Repository is the name, without its owner, of the existing repository
	// whose workflows deploy.
	Repository string
	// Environment is the environment's name. Default: the component's name.
	Environment string

	// Reviewers approve a deployment; one approval is enough.
	Reviewers Reviewers
	// RequireReviewers refuses an environment without reviewers. Environments
	// with Tags are refused without reviewers in any case.
	RequireReviewers bool
	// AllowSelfReview lets a reviewer approve a deployment that they started.
	AllowSelfReview bool
	// WaitMinutes delays each deployment, 0 to 43200 (30 days).
	WaitMinutes int
	// Branches are name patterns of the branches that may deploy, for instance
	// "main" or "release/*". A star does not match a slash.
	Branches []string
	// Tags are name patterns of the tags that may deploy, for instance "v*".
	Tags []string

	// Variables are plain values that workflows read as vars.NAME.
	Variables map[string]string
	// Secrets are values that workflows read as secrets.NAME: outputs, for
	// instance made with pulumi.ToSecret. Plain strings are refused.
	Secrets map[string]pulumi.StringInput

	// Branch are the repository's branch rules. nil: not owned here.
	Branch *BranchRules
	// Tag are the repository's rules for release tags. nil: not owned here.
	Tag *TagRules
	// Actions limits which actions workflows may use. nil: not owned here.
	Actions *ActionsPolicy
	// OIDC is the subject of the tokens that workflows show to clouds. nil: not
	// owned here.
	OIDC *OIDC
	// Files are generated files that the stack publishes.
	Files []File

	// Protect makes Pulumi refuse to delete the environment and the rules.
	// GitHub makes an environment that a workflow names and that is not there:
	// a deleted gate comes back as an open one.
	Protect bool
}

// Reviewers are numeric ids, at most six together.
// Source: "gh api users/NAME --jq .id", "gh api orgs/ORG/teams/SLUG --jq .id".
type Reviewers struct {
	Users []int
	Teams []int
}

// BranchRules allow changes only by reviewed, checked and signed pull requests.
type BranchRules struct {
	// Branches are name patterns. Default: the repository's default branch.
	Branches []string
	// Checks must pass on the latest code. At least one.
	Checks []Check
	// Approvals are needed to merge, 1 to 10. Default: 1.
	Approvals int
	// Bypass are the exceptions. Default: none, not even administrators.
	Bypass []Actor
}

// Check is a required status check.
type Check struct {
	// Name is what GitHub shows: a job's name, or "workflow / job".
	Name string
	// App is the id of the GitHub App that reports it. Default: 15368, which is
	// GitHub Actions on github.com.
	App int
}

// TagRules make matching tags immutable: nobody moves or deletes a release.
type TagRules struct {
	// Patterns are name patterns. Default: Args.Tags, or "v*" without any.
	Patterns []string
	// Bypass are the exceptions. Default: none.
	Bypass []Actor
}

// ActorType says what kind of thing an Actor is.
type ActorType string

// The kinds of bypass actors that the provider knows.
const (
	// App is a GitHub App, by its app id.
	App ActorType = "Integration"
	// Team is a team of the organization.
	Team ActorType = "Team"
	// Role is a repository role: 2 maintain, 4 write, 5 admin.
	Role ActorType = "RepositoryRole"
	// OrganizationAdmin is every owner of the organization; its id is 1.
	OrganizationAdmin ActorType = "OrganizationAdmin"
)

// Actor may bypass rules.
type Actor struct {
	Type ActorType
	ID   int
	// Always lets the actor push past the rules. Default: only merge a pull
	// request past them, which leaves a trace.
	Always bool
}

// ActionsPolicy allows the actions of GitHub, those of the repository's owner,
// and the ones named here.
type ActionsPolicy struct {
	// Patterns are "owner/*", "owner/name@*" or "owner/name@<commit>".
	Patterns []string
	// Verified allows every creator that GitHub's marketplace verified.
	Verified bool
}

// OIDC is the repository's subject claim.
type OIDC struct {
	// Claims make up the subject, in this order. They have to tell repositories
	// and environments apart. Default: repo, context, job_workflow_ref.
	Claims []string
}

// File is a generated file in a repository of the same owner.
type File struct {
	// Repository is the name without owner. Default: Args.Repository.
	Repository string
	// Branch is where the file belongs. Default: "main".
	Branch string
	// Path is relative to the repository's root, with slashes.
	Path string
	// Content is the whole file, at most 1 MiB of UTF-8. Never a secret.
	Content string
	// CommitMessage is the commit's message and the pull request's title.
	// Default: "Update <path> from the stack's configuration".
	CommitMessage string
	// Direct commits to Branch instead of opening a pull request, and refuses to
	// overwrite a file that somebody else made there.
	Direct bool
}
