package githubdelivery

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-github/sdk/v6/go/github"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	hashLength = 10
	// proposal is the text of the pull requests.
	proposal = "Pulumi generated this file from the stack's configuration. " +
		"Change the configuration, not the file: the next update proposes the generated text again."
)

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// newFiles returns the numbers of the pull requests.
func newFiles(ctx *pulumi.Context, o owner, files []File) (pulumi.IntArrayOutput, error) {
	numbers := pulumi.IntArray{}
	for _, file := range files {
		logical := o.logical + "-file-" + file.Repository + "-" + file.Path
		if file.Direct {
			if err := commit(ctx, o, logical, file); err != nil {
				return pulumi.IntArrayOutput{}, err
			}
			continue
		}
		number, err := propose(ctx, o, logical, file)
		if err != nil {
			return pulumi.IntArrayOutput{}, err
		}
		numbers = append(numbers, number)
	}
	return numbers.ToIntArrayOutput(), nil
}

// commit writes to the target branch. It does not overwrite a file that Pulumi
// does not know, because nobody would see the difference: import that one first.
func commit(ctx *pulumi.Context, o owner, logical string, file File) error {
	args := fileArgs(file)
	args.Branch = pulumi.String(file.Branch)
	args.OverwriteOnCreate = pulumi.Bool(false)
	_, err := github.NewRepositoryFile(ctx, logical, args, o.parent(), pulumi.RetainOnDelete(true))
	return err
}

// propose writes to a branch of its own and opens a pull request.
//
// Every change replaces the file instead of updating it. An update would make a
// branch that is gone (merged, then deleted) again from the commit at which it
// first started; a new file starts at the tip of the target. Its pull request
// follows, since a merged one cannot be used again; the old one is closed first
// because GitHub allows one open pull request for each pair of branches.
func propose(ctx *pulumi.Context, o owner, logical string, file File) (pulumi.IntOutput, error) {
	args := fileArgs(file)
	args.Branch = pulumi.String(file.head())
	args.AutocreateBranch = pulumi.Bool(true)
	args.AutocreateBranchSourceBranch = pulumi.String(file.Branch)
	args.OverwriteOnCreate = pulumi.Bool(true)
	made, err := github.NewRepositoryFile(ctx, logical, args, o.parent(), pulumi.RetainOnDelete(true),
		pulumi.ReplaceOnChanges([]string{"content", "commitMessage"}))
	if err != nil {
		return pulumi.IntOutput{}, err
	}
	request, err := github.NewRepositoryPullRequest(ctx, logical, &github.RepositoryPullRequestArgs{
		BaseRepository: pulumi.String(file.Repository),
		BaseRef:        pulumi.String(file.Branch),
		HeadRef:        made.Branch.Elem(),
		Title:          pulumi.String(file.CommitMessage),
		Body:           pulumi.String(proposal),
	}, o.parent(), pulumi.ReplaceWith([]pulumi.Resource{made}), pulumi.DeleteBeforeReplace(true))
	if err != nil {
		return pulumi.IntOutput{}, err
	}
	return request.Number, nil
}

// fileArgs leaves the author out: GitHub then signs the commits of an App.
func fileArgs(file File) *github.RepositoryFileArgs {
	return &github.RepositoryFileArgs{
		Repository:    pulumi.String(file.Repository),
		File:          pulumi.String(file.Path),
		Content:       pulumi.String(file.Content),
		CommitMessage: pulumi.String(file.CommitMessage),
	}
}

// head names the branch of a proposal: the same text for the same place has the
// same branch, so an update without changes proposes nothing.
func (f File) head() string {
	sum := sha256.Sum256([]byte(f.Branch + "\x00" + f.Path + "\x00" + f.Content))
	slug := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(f.Path), "-"), "-")
	return "infra/" + slug + "-" + hex.EncodeToString(sum[:])[:hashLength]
}
