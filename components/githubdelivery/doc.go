// Package githubdelivery is what one stack needs in an existing GitHub
// repository so that Actions can deploy it: a guarded environment with its
// variables and secrets, and, in the one stack that owns them, the rules of the
// repository. The owner (organization or user) comes from the provider. The
// repository is never created, renamed or deleted here.
//
// # Who owns what
//
// The environment, its variables and its secrets belong to the stack. Branch,
// Tag, Actions and OIDC are settings of the whole repository, which the stacks
// share: exactly one stack may set each of them, or the stacks undo each
// other's work at every update. The same holds for each generated file. nil
// means that this stack leaves the setting alone.
//
// # Decisions
//
//   - An environment always has patterns of branches or tags that may deploy.
//     GitHub refuses every deployment while the patterns are not there yet, so
//     an environment is never open, not even for a moment.
//   - Administrators cannot skip the gate, and who started a deployment cannot
//     approve it, unless AllowSelfReview says so.
//   - Environments that deploy from tags have at least one reviewer.
//   - Rulesets, not branch protection: they hold for administrators too, apply
//     to tags, and need no GraphQL.
//   - A required check counts only when the named GitHub App reports it (by
//     default GitHub Actions), because anyone with the statuses permission can
//     report a check of any name.
//   - The pull request rule and the signature rule stand together with linear
//     history, so merge with "Squash and merge": merge commits are not linear
//     and GitHub cannot sign what it rebases. The repository must allow squash
//     merging.
//   - A changed secret is deleted before it is made again. The other order
//     would delete the new value, because both have the same name.
//
// # Generated files
//
// A branch that requires pull requests refuses a commit that the API makes, and
// the rules of the frontend's repository need not be ours. Therefore a file
// goes to a branch of its own and a pull request proposes it: that works in
// every repository, people see the difference before it is live, and the
// deploying identity needs no exception. The branch's name has a hash of the
// content, so a new content gets a fresh branch and a fresh pull request, and
// an older pull request that is still open is closed. Turn on "Automatically
// delete head branches" in the repository to have merged ones cleaned up.
//
// File.Direct commits to the branch itself. Behind rules of pull requests that
// needs a bypass actor: the GitHub App that runs Pulumi, with Always set.
//
// No commit author is set, so GitHub signs the commits of a GitHub App as
// verified; a personal token would make unsigned ones. Deleting the stack, or
// taking a file out of it, leaves the file where it is: a site should not lose
// its headers because a stack went away.
//
// # What is not here
//
//   - The default permissions of GITHUB_TOKEN: release 6.7.0 of the provider
//     has no resource for them. Set "read repository contents" in the
//     organization, and permissions: in each workflow.
//   - The merge methods that a pull request may use: not in this release either.
//   - Dependabot, packages (GHCR has no resource), teams and members.
//   - Protection rules and rulesets in private repositories need a paid plan;
//     GitHub answers with an error, never with a weaker environment.
package githubdelivery
