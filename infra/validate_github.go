package infra

import (
	"crypto/x509"
	"encoding/base64"
	"regexp"
	"slices"
)

// smokeToken is the form of a JSON Web Token, RFC 7519.
var smokeToken = regexp.MustCompile(`^[\w-]+\.[\w-]+\.[\w-]+$`)

// mostReviewers is GitHub's own limit for an environment.
const mostReviewers = 6

func (g GitHub) validate(fs *faults) {
	fs.like("github.owner", g.Owner, form{`^[A-Za-z0-9][-A-Za-z0-9]{0,38}$`, "a GitHub user or organization", "write it as in its address on GitHub"})
	fs.like("github.repository", g.Repository, form{`^[A-Za-z0-9_][-._A-Za-z0-9]{0,99}$`, "the name of a repository without its owner", "the owner is github.owner"})
	g.validatePolicy(fs)
	g.validateReviewers(fs)
	fs.between("github.waitMinutes", g.WaitMinutes, 0, 43200)
	for _, check := range g.RequiredChecks {
		fs.like("github.requiredChecks", check, form{`^\S(.{0,98}\S)?$`, "the name of a check", "write it as GitHub shows it"})
	}
	fs.once("github.requiredChecks", g.RequiredChecks)
	for _, secret := range []struct {
		path  string
		value Secret
	}{
		{"github.deliveryToken", g.DeliveryToken}, {"github.vercelToken", g.VercelToken},
		{"github.previewDeliveryToken", g.PreviewDeliveryToken}, {"github.previewVercelToken", g.PreviewVercelToken},
	} {
		if !secret.value.IsSet() {
			fs.add(secret.path, secret.value, "a value", "set it with `pulumi config set --path --secret "+secret.path+"`")
		}
	}
	if g.SmokeToken.IsSet() && !smokeToken.MatchString(g.SmokeToken.Reveal()) {
		fs.add("github.smokeToken", g.SmokeToken, "an access token of Supabase, three parts with dots between", "sign the test user in and take access_token from the answer")
	}
	g.validateLogin(fs)
}

// validateLogin checks where jobs log in.
func (g GitHub) validateLogin(fs *faults) {
	fs.address("github.clusterServer", g.ClusterServer, form{`^https` + restOfAddress,
		"the https address of the API server", "`kubectl config view --minify` shows it"})
	fs.like("github.clusterAudience", g.ClusterAudience, form{`^\S+$`, "whom tokens are for", "write the API server's --oidc-client-id"})
	if g.PulumiOrganization != "" {
		fs.like("github.pulumiOrganization", g.PulumiOrganization, formID)
	}
	if g.ClusterCA == "" {
		return
	}
	text, err := base64.StdEncoding.DecodeString(g.ClusterCA)
	if err != nil || !x509.NewCertPool().AppendCertsFromPEM(text) {
		fs.add("github.clusterCA", g.ClusterCA, "a certificate as PEM, in base64", "copy certificate-authority-data of a kubeconfig")
	}
}

// validatePolicy checks what may deploy. Without a policy any branch could.
func (g GitHub) validatePolicy(fs *faults) {
	if (g.Branch == "") == (g.Tags == "") {
		fs.add("github.branch", g.Branch, "either github.branch or github.tags", "set one and leave the other empty", "github.tags")
		return
	}
	if g.Branch != "" {
		fs.like("github.branch", g.Branch, formBranch)
		return
	}
	fs.like("github.tags", g.Tags, form{`^[A-Za-z0-9][-._A-Za-z0-9]*\*?$`, "a pattern such as v*", "start with what all release tags start with: * alone would let any tag deploy"})
}

func (g GitHub) validateReviewers(fs *faults) {
	all := slices.Concat(g.Reviewers, g.ReviewerTeams)
	if len(all) > mostReviewers {
		fs.add("github.reviewers", all, "at most 6 users and teams together", "name a team in place of its members", "github.reviewerTeams")
	}
	if g.Tags != "" && len(all) == 0 {
		fs.add("github.reviewers", g.Reviewers, "at least one reviewer: releases are deployed with approval",
			"list numeric ids of users, or of teams in github.reviewerTeams", "github.reviewerTeams", "github.tags")
	}
	for path, ids := range map[string][]int{"github.reviewers": g.Reviewers, "github.reviewerTeams": g.ReviewerTeams} {
		for i, id := range ids {
			if id < 1 || slices.Contains(ids[:i], id) {
				fs.add(path, id, "numeric ids of GitHub, each once", "`gh api users/<name> --jq .id` shows one")
			}
		}
	}
}
