package githubdelivery

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// check wants one line of words for one mistake.
func check(t *testing.T, cases map[string]func(*Args)) {
	t.Helper()
	for want, change := range cases {
		t.Run(want, func(t *testing.T) {
			args := production()
			change(&args)
			err := args.withDefaults("production").Validate()
			require.ErrorContains(t, err, want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "one mistake, one line: %v", err)
		})
	}
}

func TestGoodArgs(t *testing.T) {
	assert.NoError(t, staging().withDefaults("staging").Validate())
	assert.NoError(t, production().withDefaults("production").Validate())
	args := staging()
	args.Branches = []string{"main", "release/*", "hotfix-[0-9]"}
	assert.NoError(t, args.withDefaults("staging").Validate())
}

func TestValidateEnvironment(t *testing.T) {
	branches := func(patterns ...string) func(*Args) { return func(a *Args) { a.Branches = patterns } }
	check(t, map[string]func(*Args){
		`Repository is missing: expected the name of an existing repository`: func(a *Args) { a.Repository = "" },
		`Repository is "tripsage/infrastructure": expected the name of a repository without its owner`: func(a *Args) {
			a.Repository = "tripsage/infrastructure"
		},
		`Environment is "pro/duction": expected 1 to 100 letters`:         func(a *Args) { a.Environment = "pro/duction" },
		`WaitMinutes is 43201: expected 0 to 43200 minutes`:               func(a *Args) { a.WaitMinutes = 43201 },
		`WaitMinutes is -1: expected 0 to 43200 minutes`:                  func(a *Args) { a.WaitMinutes = -1 },
		`Number of Reviewers is 7: expected at most 6 users and teams`:    func(a *Args) { a.Reviewers.Users = []int{1, 2, 3, 4, 5} },
		`Reviewers.Users[1] is 1001: expected an id that is not in`:       func(a *Args) { a.Reviewers.Users = []int{1001, 1001} },
		`Reviewers.Teams[0] is 0: expected a numeric id above 0`:          func(a *Args) { a.Reviewers.Teams = []int{0} },
		`Reviewers is missing: expected at least one user or team`:        func(a *Args) { a.Reviewers = Reviewers{} },
		`because RequireReviewers is set`:                                 func(a *Args) { a.Reviewers, a.Tags, a.Branches = Reviewers{}, nil, []string{"main"} },
		`because Tags deploy releases`:                                    func(a *Args) { a.Reviewers, a.RequireReviewers = Reviewers{}, false },
		`Branches and Tags is missing: expected a pattern in one of them`: func(a *Args) { a.Tags = nil },
		`Branches[0] is missing: expected the name of a branch or tag`:    branches(""),
		`Branches[0] is "*": expected a pattern that begins with`:         branches("*"),
		`Branches[0] is "**/*": expected a pattern that begins with`:      branches("**/*"),
		`Branches[0] is "[a-z]*": expected a pattern that begins with`:    branches("[a-z]*"),
		`Branches[0] is "*main": expected a pattern that begins with`:     branches("*main"),
		`Branches[0] is "?*": expected a pattern that begins with`:        branches("?*"),
		`Branches[0] is "a b": expected a Git name`:                       branches("a b"),
		`Branches[0] is "a..b": expected a Git name`:                      branches("a..b"),
		`Branches[0] is "a/": expected a Git name`:                        branches("a/"),
		`Branches[0] is "a.lock": expected a Git name`:                    branches("a.lock"),
		`Branches[1] is "main": expected a pattern that is not in`:        branches("main", "main"),
		`Tags[0] is "*": expected a pattern that begins with`:             func(a *Args) { a.Tags, a.Tag = []string{"*"}, nil },
	})
}

func TestValidateValues(t *testing.T) {
	variable := func(name, value string) func(*Args) { return func(a *Args) { a.Variables[name] = value } }
	secret := func(name string, value pulumi.StringInput) func(*Args) {
		return func(a *Args) { a.Secrets[name] = value }
	}
	check(t, map[string]func(*Args){
		`Variables' name is "log_level": expected upper case letters`:        variable("log_level", "info"),
		`Variables' name is "1ST": expected upper case letters`:              variable("1ST", "info"),
		`Variables' name is "GITHUB_SHA": expected a name without`:           variable("GITHUB_SHA", "x"),
		`Secrets' name is "GITHUB_PAT": expected a name without`:             secret("GITHUB_PAT", secretText("x")),
		`Secrets' name is "A-B": expected upper case letters`:                secret("A-B", secretText("x")),
		`Name is "PULUMI_STACK": expected to be used once`:                   secret("PULUMI_STACK", secretText("x")),
		`Variables[EMPTY] is missing`:                                        variable("EMPTY", ""),
		`Variables[BIG] has 49153 bytes: expected at most 49152`:             variable("BIG", strings.Repeat("x", maxValueBytes+1)),
		`Variables[DB_PASSWORD] has the name of a secret: expected a value`:  variable("DB_PASSWORD", "hunter2"),
		`Secrets[DB_PASSWORD] is plain text: expected a secret output`:       secret("DB_PASSWORD", pulumi.String("hunter2")),
		`Secrets[DB_PASSWORD] is missing`:                                    secret("DB_PASSWORD", nil),
		`Variables[DB] holds a URL with a password`:                          variable("DB", "postgres://app:hunter2@db/app"),
		`Variables[NEXT_PUBLIC_KEY] holds a Stripe secret key`:               variable("NEXT_PUBLIC_KEY", "sk_"+"live_0123456789"),
		`Number of Variables is 101: expected at most 100 in an environment`: many,
	})
	args := production()
	args.Variables["Pulumi_Stack"] = "x"
	err := args.withDefaults("production").Validate()
	assert.ErrorContains(t, err, `Name is "Pulumi_Stack": expected to be used once in Variables and Secrets; GitHub takes it for PULUMI_STACK`)
}

func many(a *Args) {
	a.Variables = map[string]string{}
	for i := range maxValues + 1 {
		a.Variables[fmt.Sprintf("V%d", i)] = "x"
	}
}

func TestValidateRules(t *testing.T) {
	bypass := func(actors ...Actor) func(*Args) { return func(a *Args) { a.Branch.Bypass = actors } }
	check(t, map[string]func(*Args){
		`Branch.Checks is missing: expected at least one status check`:       func(a *Args) { a.Branch.Checks = nil },
		`Branch.Checks[1].Name is "test": expected a check that is not in`:   func(a *Args) { a.Branch.Checks[1].Name = "test" },
		`Branch.Checks[0].Name is " ": expected the check's name`:            func(a *Args) { a.Branch.Checks[0].Name = " " },
		`Branch.Checks[0].App is -1: expected the id of a GitHub App`:        func(a *Args) { a.Branch.Checks[0].App = -1 },
		`Branch.Approvals is 11: expected 1 to 10`:                           func(a *Args) { a.Branch.Approvals = 11 },
		`Branch.Branches[0] is "*": expected a pattern that begins with`:     func(a *Args) { a.Branch.Branches = []string{"*"} },
		`Branch.Bypass[0].Type is "User": expected one of [Integration Team`: bypass(Actor{Type: "User", ID: 1}),
		`Branch.Bypass[0].ID is 0: expected a numeric id above 0`:            bypass(Actor{Type: App}),
		`Branch.Bypass[0].ID is 2: expected 1, the id of all`:                bypass(Actor{Type: OrganizationAdmin, ID: 2}),
		`Branch.Bypass[1] is "Team 7": expected an actor that is not in`:     bypass(Actor{Type: Team, ID: 7}, Actor{Type: Team, ID: 7, Always: true}),
		`Tag.Patterns is [release-*]: expected to hold "v*" too`:             func(a *Args) { a.Tag.Patterns = []string{"release-*"} },
		`Actions.Patterns[0] is "*": expected owner/name`:                    func(a *Args) { a.Actions.Patterns = []string{"*"} },
		`Actions.Patterns[0] is "*/*": expected owner/name`:                  func(a *Args) { a.Actions.Patterns = []string{"*/*"} },
		`OIDC.Claims is [context]: expected to hold repo`:                    func(a *Args) { a.OIDC.Claims = []string{"context"} },
		`OIDC.Claims is [repo job_workflow_ref]: expected to hold context`:   func(a *Args) { a.OIDC.Claims = []string{"repo", "job_workflow_ref"} },
		`OIDC.Claims[2] is "repo": expected a claim that is not in the list`: func(a *Args) { a.OIDC.Claims = []string{"repo", "context", "repo"} },
		`OIDC.Claims[2] is "sub:x": expected the name of a claim`:            func(a *Args) { a.OIDC.Claims = []string{"repo", "context", "sub:x"} },
	})
}

func TestValidateFiles(t *testing.T) {
	file := func(change func(*File)) func(*Args) { return func(a *Args) { change(&a.Files[0]) } }
	at := func(path string) func(*Args) { return file(func(f *File) { f.Path = path }) }
	check(t, map[string]func(*Args){
		`Files[0].Path is missing`:                                     at(""),
		`Files[0].Path is "../vercel.json": expected a path below`:     at("../vercel.json"),
		`Files[0].Path is "a/../../b": expected a path below`:          at("a/../../b"),
		`Files[0].Path is "/vercel.json": expected a path below`:       at("/vercel.json"),
		`Files[0].Path is "a\\b": expected a path below`:               at(`a\b`),
		`Files[0].Path is ".": expected a path below`:                  at("."),
		`Files[0].Path is "a:b": expected a path below`:                at("a:b"),
		`Files[0].Path is ".GIT/config": expected a path below`:        at(".GIT/config"),
		`Files[0].Repository is "a/b": expected the name of a`:         file(func(f *File) { f.Repository = "a/b" }),
		`Files[0].Branch is "release/*": expected the name of one`:     file(func(f *File) { f.Branch = "release/*" }),
		`Files[0].CommitMessage is " ": expected a text`:               file(func(f *File) { f.CommitMessage = " " }),
		`Files[0].Content is missing`:                                  file(func(f *File) { f.Content = "" }),
		`Files[0].Content's size is 1048577: expected at most`:         file(func(f *File) { f.Content = strings.Repeat("x", maxFileBytes+1) }),
		`Files[0].Content's encoding is "not UTF-8"`:                   file(func(f *File) { f.Content = "\xff" }),
		`Files[0].Content holds a GitHub token: expected no secret`:    file(func(f *File) { f.Content = "ghp_" + strings.Repeat("a", 36) }),
		`Files[1].Path is "vercel.json": expected a path that no`:      func(a *Args) { a.Files = append(a.Files, a.Files[0]) },
		`Files[0].Direct is true: expected false, or an App in Branch`: file(func(f *File) { f.Repository, f.Direct = "infrastructure", true }),
	})
}

func TestDirectBehindRules(t *testing.T) {
	args := production()
	args.Files[0].Repository, args.Files[0].Direct = "Infrastructure", true
	args.Branch.Branches = []string{"main", "release/*"}
	assert.ErrorContains(t, args.withDefaults("production").Validate(), "Files[0].Direct")
	args.Files[0].Branch = "release/1"
	assert.ErrorContains(t, args.withDefaults("production").Validate(), "Files[0].Direct")
	args.Files[0].Branch = "generated"
	assert.NoError(t, args.withDefaults("production").Validate(), "no rule holds for that branch")
	args.Files[0].Branch, args.Branch.Bypass = "main", []Actor{{Type: App, ID: 3, Always: true}}
	assert.NoError(t, args.withDefaults("production").Validate(), "the App may push past the rules")
}
