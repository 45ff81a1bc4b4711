package githubdelivery

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// GitHub's own rule, in its own words: letters of any case, digits and
// underscores, no digit first, no GITHUB_ in any case.
func githubTakes(name string) bool {
	for i, r := range strings.ToUpper(name) {
		letter, digit := r >= 'A' && r <= 'Z' || r == '_', r >= '0' && r <= '9'
		if !letter && (!digit || i == 0) {
			return false
		}
	}
	return name != "" && !strings.HasPrefix(strings.ToUpper(name), "GITHUB_")
}

// We take no name that GitHub refuses, and every upper-case name that it takes.
func TestValueNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(
			rapid.StringMatching(`(GITHUB_|github_|GitHub_)?[A-Za-z0-9_]{0,12}`),
			rapid.String(),
		).Draw(t, "name")
		err := validateValueName("Variables'", name)
		if err == nil {
			assert.True(t, githubTakes(name), name)
		}
		if githubTakes(name) && len(name) <= 255 && name == strings.ToUpper(name) {
			assert.NoError(t, err)
		}
	})
}

// Names that differ only in case never pass together.
func TestNamesAreUniqueInAnyCase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Z][A-Z_]{1,8}`).Draw(t, "name")
		args := Args{Variables: map[string]string{name: "x", strings.ToLower(name): "y"}}
		assert.NotEmpty(t, args.validateValueNames())
	})
}

// A pattern that passes has a letter or digit that every match begins with, so
// it never matches everything.
func TestPatternsAreNeverOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.OneOf(rapid.StringMatching(`[a-c*?/\[\]]{1,6}`), rapid.String()).Draw(t, "pattern")
		if len(validatePatterns("Branches", []string{pattern})) > 0 {
			return
		}
		other := "x" + rapid.StringMatching(`[a-z/]{0,5}`).Draw(t, "rest")
		if pattern[0] == 'x' {
			other = "y" + other
		}
		matched, err := path.Match(pattern, other)
		assert.False(t, matched && err == nil, "%s matches %s", pattern, other)
	})
}

// A path that passes stays below the root wherever it is joined.
func TestPathsStayBelow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.StringMatching(`[a.\\/:]{1,8}`), rapid.String()).Draw(t, "path")
		if validatePath(name) == nil {
			assert.True(t, strings.HasPrefix(path.Join("/checkout", name), "/checkout/"), name)
			assert.True(t, fs.ValidPath(name))
		}
	})
}

// The branch of a proposal is a Git name, the same for the same file, and
// another one for another content, target or path.
func TestHeadFollowsTheContent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		segment := rapid.StringMatching(`[A-Za-z0-9_.-]{1,8}[a-z]`)
		file := File{Branch: "main", Path: segment.Draw(t, "dir") + "/" + segment.Draw(t, "name"), Content: rapid.String().Draw(t, "content")}
		head := file.head()
		assert.True(t, validRef(head), head)
		assert.Equal(t, head, file.head())
		content, target, place := file, file, file
		content.Content += "\n"
		target.Branch = "develop"
		place.Path += "2"
		for _, other := range []File{content, target, place} {
			assert.NotEqual(t, head, other.head())
		}
	})
}

// Numbers of reviewers: 1 to 6 pass, in any mix.
func TestReviewerCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.IntRange(1, 1_000_000), 0, 9, rapid.ID)
		args := Args{Tags: []string{"v*"}, Reviewers: Reviewers{Users: ids.Draw(t, "users"), Teams: ids.Draw(t, "teams")}}
		n := args.Reviewers.count()
		assert.Equal(t, n >= 1 && n <= maxReviewers, len(args.validateReviewers()) == 0, fmt.Sprint(n))
	})
}

func TestSuspicious(t *testing.T) {
	jwt := "ey" + "J" + strings.Repeat("a", 8) + ".ey" + "J" + strings.Repeat("b", 8) + "." + strings.Repeat("c", 8)
	for _, tt := range []struct{ name, value, want string }{
		{"LOG_LEVEL", "info", ""},
		{"TOKEN_TTL_SECONDS", "300", ""},
		{"SECRET_NAME", "app", ""},
		{"API_URL", "https://api.tripsage.ai:443/v1?x=a@b", ""},
		{"SENTRY_DSN", "https://0123abcd@sentry.example/1", ""},
		{"NEXT_PUBLIC_GOOGLE_MAPS_API_KEY", "public", ""},
		{"NEXT_PUBLIC_SUPABASE_ANON_KEY", jwt, ""},
		{"SUPABASE_ANON", jwt, "holds a JSON web token"},
		{"NEXTAUTH_SECRET", "x", "has the name of a secret"},
		{"KUBECONFIG", "x", "has the name of a secret"},
		{"OPENAI_API_KEY_2", "x", "has the name of a secret"},
		{"X", "-----BEGIN OPENSSH " + "PRIVATE KEY-----", "holds a private key"},
		{"X", "AKIA" + strings.Repeat("A", 16), "holds an AWS access key"},
		{"X", "xoxb" + "-0123456789", "holds a Slack token"},
		{"X", "pul-" + strings.Repeat("0", 40), "holds a Pulumi token"},
		{"X", "sb_secret" + "_0123456789", "holds a Supabase secret key"},
		{"X", "see github_pat" + "_" + strings.Repeat("a", 22), "holds a GitHub token"},
		{"X", "redis://:hunter2@cache:6379", "holds a URL with a password"},
	} {
		assert.Equal(t, tt.want, suspicious(tt.name, tt.value), tt.name)
	}
}

// Faults never repeat the value of a variable or a file that looks secret.
func TestFaultsShowNoValue(t *testing.T) {
	args := production()
	args.Variables["DB"] = "postgres://app:hunter2@db/app"
	args.Files[0].Content = "postgres://app:hunter2@db/app"
	err := args.withDefaults("production").Validate()
	assert.ErrorContains(t, err, "Variables[DB]")
	assert.ErrorContains(t, err, "Files[0].Content")
	assert.NotContains(t, err.Error(), "hunter2")
}
