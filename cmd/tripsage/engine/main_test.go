package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/localcluster/toolchain"
)

// The kill tests need a run in a process of its own: the test binary itself,
// started again with this variable naming a file of options.
const helperVariable = "TRIPSAGE_ENGINE_TEST_HELPER"

func TestMain(m *testing.M) {
	if file := os.Getenv(helperVariable); file != "" {
		if err := helper(file); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(run(m))
}

// packFolder is for a policy pack that several tests use.
var packFolder string

func run(m *testing.M) int {
	var err error
	if packFolder, err = os.MkdirTemp("", "tripsage-pack-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(packFolder) }()
	return m.Run()
}

type helperOptions struct {
	Project, Home, PulumiRoot string
	Plugins                   map[string]string
	// Reached is made when the program is half way; it goes on when Proceed
	// exists.
	Reached, Proceed string
}

// helper runs Up on a program that stops half way.
func helper(file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var o helperOptions
	if err := json.Unmarshal(content, &o); err != nil {
		return err
	}
	_, err = engine.Up(context.Background(), engine.Options{
		Project: o.Project, Stack: "test", Home: o.Home, PulumiRoot: o.PulumiRoot, Plugins: o.Plugins,
		Program: func(ctx *pulumi.Context) error {
			if err := program(ctx, "first"); err != nil {
				return err
			}
			// "first" is on record before the barrier, whatever the timing.
			if err := waitForFirst(o.Home); err != nil {
				return err
			}
			if err := os.WriteFile(o.Reached, nil, 0o600); err != nil {
				return err
			}
			for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
				if _, err := os.Stat(o.Proceed); err == nil {
					return program(ctx, "second")
				}
				time.Sleep(20 * time.Millisecond)
			}
			return errors.New("nobody let the program go on")
		},
	})
	return err
}

// program is a component with a generated password, like our real ones.
func program(ctx *pulumi.Context, name string) error {
	var settings struct {
		Epoch  string `json:"epoch"`
		Length int    `json:"length"`
	}
	if err := config.New(ctx, "").TryObject("password", &settings); err != nil {
		return err
	}
	parent := &component{}
	if err := ctx.RegisterComponentResource("test:index:Box", name, parent); err != nil {
		return err
	}
	password, err := random.NewRandomPassword(ctx, name+"-password", &random.RandomPasswordArgs{
		Length:  pulumi.Int(settings.Length),
		Keepers: pulumi.StringMap{"epoch": pulumi.String(settings.Epoch)},
	}, pulumi.Parent(parent))
	if err != nil {
		return err
	}
	ctx.Export(name, password.Result)
	ctx.Export(name+"Length", password.Length)
	return ctx.RegisterResourceOutputs(parent, pulumi.Map{"password": password.Result})
}

type component struct{ pulumi.ResourceState }

// waitForFirst waits until the first password is on record. Its name alone
// would not tell: a create under way is in the state too, without results.
func waitForFirst(home string) error {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		content, err := os.ReadFile(statePath(home))
		if err == nil && contains(content, "ciphertext") {
			return nil
		}
	}
	return errors.New("the first password never came on record")
}

func statePath(home string) string {
	return filepath.Join(home, "state", ".pulumi", "stacks", "enginetest", "test.json")
}

// stackFile has the forms that a naive copy would change: numbers that are
// strings, nesting, a long integer, comments.
const stackFile = `# the committed file
config:
  enginetest:password:
    epoch: "1"
    length: 24
  enginetest:replicas: "007"
  enginetest:nested:
    list: [1, "1", true, 12345678901]
    deep: {key: value, empty: ""}
`

// newOptions makes a project and a home of their own for one test.
func newOptions(t *testing.T) engine.Options {
	t.Helper()
	cache, err := toolchain.CacheDir()
	require.NoError(t, err)
	tools, err := filepath.Abs("../../../tools")
	require.NoError(t, err)
	builder := toolchain.Builder{Tools: tools, Cache: cache, Note: func(now string) { t.Log(now) }}
	built, err := builder.Pulumi(t.Context())
	require.NoError(t, err)
	project := t.TempDir()
	write(t, filepath.Join(project, "Pulumi.yaml"), "name: enginetest\nruntime: go\ndescription: a test\n")
	write(t, filepath.Join(project, "Pulumi.test.yaml"), stackFile)
	return engine.Options{
		Project: project, Stack: "test", Home: filepath.Join(t.TempDir(), "home"), PulumiRoot: built.Root,
		Plugins: built.Plugins,
		Program: func(ctx *pulumi.Context) error { return program(ctx, "first") },
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
}
