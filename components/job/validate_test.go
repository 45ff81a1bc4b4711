package job

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

func TestValidate(t *testing.T) {
	long := strings.Repeat("a", 53)
	for want, change := range map[string]func(*Args){
		`Name is "Migrate": expected a DNS label`:                          func(a *Args) { a.Name = "Migrate" },
		`Name is "` + long + `": expected at most 52 letters`:              func(a *Args) { a.Name = long },
		`Component is "": expected a DNS label`:                            func(a *Args) { a.Component = "" },
		`Version is "a/b": expected a label value`:                         func(a *Args) { a.Version = "a/b" },
		`Image is "api:latest": expected an image by digest`:               func(a *Args) { a.Image = "api:latest" },
		`ImagePullSecret is "a/b": expected a DNS label`:                   func(a *Args) { a.ImagePullSecret = "a/b" },
		`UserID is -1: expected a numeric user id above 0`:                 func(a *Args) { a.UserID = -1 },
		`Namespace is missing`:                                             func(a *Args) { a.Namespace = nil },
		`Env's name is "A-B": expected letters`:                            func(a *Args) { a.Env["A-B"] = "x" },
		`SecretsPath is "/a/": expected an absolute path`:                  func(a *Args) { a.SecretsPath = "/a/" },
		`Secrets[0].Secret.Version is missing`:                             func(a *Args) { a.Secrets[0].Secret.Version = nil },
		`Secrets[0].Files is missing`:                                      func(a *Args) { a.Secrets[0].Files = nil },
		`Resources.Requests.CPU is "1000m": expected the canonical form 1`: func(a *Args) { a.Resources.Requests.CPU = "1000m" },
		`Attempts is -1: expected 1 to 10`:                                 func(a *Args) { a.Attempts = -1 },
		`DeadlineSeconds is -5: expected 1 to 21600`:                       func(a *Args) { a.DeadlineSeconds = -5 },
		`Egress[0].Ports is missing`:                                       func(a *Args) { a.Egress[0].Ports = nil },
	} {
		t.Run(want, func(t *testing.T) {
			args := full()
			change(&args)
			err := args.withDefaults("migrate").Validate()
			require.ErrorContains(t, err, want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "one mistake, one line: %v", err)
		})
	}
	assert.NoError(t, full().withDefaults("migrate").Validate())
}

// Whatever Validate accepts makes a name that Kubernetes takes, in the label of
// the pods too.
func TestAcceptedNamesFitKubernetes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := full()
		args.Name = rapid.StringMatching(`[a-z][-a-z0-9]{0,60}`).Draw(t, "name")
		args.Arguments = rapid.SliceOf(rapid.String()).Draw(t, "arguments")
		args.Env = rapid.MapOf(rapid.StringMatching(`[A-Z_]{1,9}`), rapid.String()).Draw(t, "env")
		args = args.withDefaults("migrate")
		if args.Validate() != nil {
			t.Skip("not valid")
		}
		name, err := args.runName()
		require.NoError(t, err)
		assert.Empty(t, validation.IsDNS1123Label(name))
		assert.Empty(t, validation.IsValidLabelValue(name))
		again, err := args.runName()
		require.NoError(t, err)
		assert.Equal(t, name, again)
		_, err = pulumitest.Up(func(ctx *pulumi.Context) error {
			_, err := New(ctx, "migrate", args)
			return err
		})
		require.NoError(t, err)
	})
}
