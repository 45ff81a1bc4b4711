package preview

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/internal/outsidetest"
	"github.com/tripsage/infrastructure/localcluster/toolchain"
)

// suite is set once, before the first test.
var suite struct {
	root    string            // of the Pulumi CLI
	plugins map[string]string // as engine.Options has them
}

func TestMain(m *testing.M) {
	if err := prepare(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "prepare the tests of previews:", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func prepare(ctx context.Context) error {
	cache, err := toolchain.CacheDir()
	if err != nil {
		return err
	}
	tools, err := filepath.Abs("../../tools")
	if err != nil {
		return err
	}
	builder := &toolchain.Builder{Tools: tools, Cache: cache, Note: func(now string) { fmt.Fprintln(os.Stderr, now) }}
	built, err := builder.Pulumi(ctx)
	if err != nil {
		return err
	}
	providers, _, err := builder.Providers(ctx)
	if err != nil {
		return err
	}
	suite.root, suite.plugins = built.Root, built.Plugins
	maps.Copy(suite.plugins, providers)
	return nil
}

// world has both services and what makes the providers find them.
type world struct {
	github, vercel *service
	options        engine.Options
}

func newWorld(t *testing.T, program pulumi.RunFunc) world {
	t.Helper()
	w := world{github: newGitHub(), vercel: newVercel()}
	project := t.TempDir()
	for name, text := range map[string]string{"Pulumi.yaml": "name: preview\nruntime: go\n", "Pulumi.test.yaml": "config: {}\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(project, name), []byte(text), 0o600))
	}
	env := outsidetest.Proxy(t, w.vercel, vercelHosts()...)
	env["GITHUB_OWNER"] = owner
	env["VERCEL_API_TOKEN"] = strings.Repeat("a1", 12) // the provider wants 24 characters
	// A program that makes a provider of its own reads these two itself.
	t.Setenv("GITHUB_BASE_URL", w.github.serve(t).URL+"/")
	t.Setenv("GITHUB_TOKEN", "the-token-of-a-test")
	w.options = engine.Options{
		Project: project, Stack: "test", Home: filepath.Join(t.TempDir(), "home"),
		PulumiRoot: suite.root, Plugins: suite.plugins, Env: env, Program: program,
		// By default the provider waits a second after every write.
		Config: map[string]any{"github:writeDelayMs": "1"},
	}
	return w
}

// list has a line for each change.
func list(summary engine.Summary) string {
	var lines strings.Builder
	for _, change := range summary.Changes {
		fmt.Fprintln(&lines, change.Op, change.Type, change.Name)
	}
	return lines.String()
}

// nothingLeft asserts that a program that ran has nothing to change: that the
// providers find again what they were given.
func (w world) nothingLeft(t *testing.T) {
	t.Helper()
	summary, err := engine.Preview(t.Context(), w.options)
	require.NoError(t, err)
	for _, change := range summary.Changes {
		t.Errorf("%s %s %s again: %v", change.Op, change.Type, change.Name, change.Properties)
	}
}

// nowhere asserts that a value is in no file that a run leaves.
func nowhere(t *testing.T, o engine.Options, secret string) {
	t.Helper()
	files := 0
	require.NoError(t, filepath.WalkDir(o.Home, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		assert.NotContains(t, string(text), secret, path)
		return err
	}))
	assert.Positive(t, files)
}
