package secret

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

const (
	secretType   = "kubernetes:core/v1:Secret"
	passwordType = "random:index/randomPassword:RandomPassword"
)

func full() Args {
	return Args{
		Namespace: pulumi.String("tripsage"),
		Component: "database",
		Version:   "1.2.3",
		Generated: map[string]Generated{"password": {}, "token": {Length: 64}, "key": {Key: true, Lasting: true}},
		Given:     map[string]pulumi.StringInput{"api-key": pulumi.String("p@ss/word")},
		Composed: map[string]Composed{
			"url": {
				Template: "postgres://app:{password}@{host}:5432/tripsage?key={api-key}",
				With:     map[string]pulumi.StringInput{"host": pulumi.String("postgres.tripsage.svc")},
				URL:      true,
			},
			"flags": {Template: "--requirepass={password}\n"},
		},
	}
}

func program(args Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := New(ctx, "app", args)
		return err
	}
}

// content returns the decoded Secret, and fails unless all of it is marked secret.
func content(t *testing.T, recording pulumitest.Recording) map[string]string {
	t.Helper()
	marked, ok := recording.One(t, secretType, "app").Inputs["data"].(map[string]any)
	require.True(t, ok)
	require.Len(t, marked, 1, "data is not a secret as a whole")
	data, ok := marked["secret"].(map[string]any)
	require.True(t, ok)
	out := map[string]string{}
	for key, value := range data {
		plain, err := base64.StdEncoding.DecodeString(value.(string))
		require.NoError(t, err)
		out[key] = string(plain)
	}
	return out
}

func TestTree(t *testing.T) {
	recording := componenttest.Golden(t, "secret.json", program(full()))
	componenttest.Contract(t, recording, Type, "app")
	assert.Len(t, recording.OfType(passwordType), 4, "three values and the key of the version")
}

func TestChildrenUseTheCallersProvider(t *testing.T) {
	recording, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		provider, err := random.NewProvider(ctx, "mine", &random.ProviderArgs{})
		if err != nil {
			return err
		}
		_, err = New(ctx, "app", full(), pulumi.Providers(provider))
		return err
	})
	require.NoError(t, err)
	for _, one := range recording.OfType(passwordType) {
		assert.Equal(t, "mine", one.Provider)
	}
}

func TestValues(t *testing.T) {
	recording, err := pulumitest.Up(program(full()))
	require.NoError(t, err)
	got := content(t, recording)
	assert.Len(t, got["password"], defaultLength)
	assert.Len(t, got["token"], 64)
	assert.Equal(t, "--requirepass="+got["password"]+"\n", got["flags"])
	parsed, err := url.Parse(got["url"])
	require.NoError(t, err)
	password, _ := parsed.User.Password()
	assert.Equal(t, got["password"], password)
	assert.Equal(t, "postgres.tripsage.svc:5432", parsed.Host)
	assert.Equal(t, "p@ss/word", parsed.Query().Get("key"))
	assert.NotContains(t, got, "host")
}

type outputs struct {
	name, version, password string
}

// results runs the component and returns its outputs. The resource "probe" in
// the recording has them as inputs, which shows whether they are marked secret.
func results(t *testing.T, args Args) (outputs, pulumitest.Recording) {
	t.Helper()
	var out outputs
	recording, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		c, err := New(ctx, "app", args)
		if err != nil {
			return err
		}
		pulumi.All(c.Ref().Name, c.Ref().Version, c.Value("password")).ApplyT(func(in []any) error {
			out = outputs{in[0].(string), in[1].(string), in[2].(string)}
			return nil
		})
		probe := &struct{ pulumi.ResourceState }{}
		return ctx.RegisterComponentResourceV2("test:index:Probe", "probe", pulumi.Map{
			"version": c.Version, "password": c.Value("password"),
		}, probe)
	})
	require.NoError(t, err)
	return out, recording
}

func TestOutputsCarryTheRightMarks(t *testing.T) {
	out, recording := results(t, full())
	assert.Equal(t, "app", out.name)
	assert.Regexp(t, "^[0-9a-f]{32}$", out.version)
	probe := recording.One(t, "test:index:Probe", "probe").Inputs
	assert.Equal(t, out.version, probe["version"], "the version can be printed")
	assert.Equal(t, map[string]any{"secret": out.password}, probe["password"])
}

func TestEpochReplacesGeneratedValues(t *testing.T) {
	before, _ := results(t, full())
	args := full()
	args.Epoch = "2"
	after, recording := results(t, args)
	assert.NotEqual(t, before.password, after.password)
	assert.NotEqual(t, before.version, after.version)
	for _, one := range recording.OfType(passwordType) {
		if one.Name != "app-key" {
			assert.Equal(t, map[string]any{"epoch": "2"}, one.Inputs["keepers"])
		}
	}
}

// What a lasting key has sealed can still be opened in the next epoch.
func TestLastingValuesOutliveTheEpoch(t *testing.T) {
	before, err := pulumitest.Up(program(full()))
	require.NoError(t, err)
	args := full()
	args.Epoch = "2"
	after, err := pulumitest.Up(program(args))
	require.NoError(t, err)
	assert.Equal(t, before.One(t, passwordType, "app-key"), after.One(t, passwordType, "app-key"))
	assert.Equal(t, content(t, before)["key"], content(t, after)["key"])
	key, err := base64.StdEncoding.DecodeString(content(t, before)["key"])
	require.NoError(t, err)
	assert.Len(t, key, 32)
}

// Two texts make two keys, and nothing of the text is in the key.
func TestCipherKey(t *testing.T) {
	assert.Equal(t, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", cipherKey("abc"), "SHA-256 of FIPS 180-2's example")
	assert.NotEqual(t, cipherKey("abc"), cipherKey("abd"))
}

func TestVersionFollowsGivenAndComposedValues(t *testing.T) {
	before, _ := results(t, full())
	given := full()
	given.Given["api-key"] = pulumi.String("another")
	composed := full()
	composed.Composed["flags"] = Composed{Template: "--requirepass={password} "}
	same, _ := results(t, full())
	changed, _ := results(t, given)
	rewritten, _ := results(t, composed)
	assert.Equal(t, before.version, same.version)
	assert.NotEqual(t, before.version, changed.version)
	assert.NotEqual(t, before.version, rewritten.version)
}

func TestVersionDependsOnItsKey(t *testing.T) {
	one, err := version("key one", map[string]string{"a": "1234"})
	require.NoError(t, err)
	two, err := version("key two", map[string]string{"a": "1234"})
	require.NoError(t, err)
	assert.NotEqual(t, one, two, "without the key nobody can test guesses")
}

func TestNewLeavesTheCallersMapsAlone(t *testing.T) {
	args := full()
	_, err := pulumitest.Up(program(args))
	require.NoError(t, err)
	assert.Equal(t, full().Generated, args.Generated)
	assert.Len(t, args.Given, 1)
	assert.Len(t, args.Composed["url"].With, 1)
}

func TestBadArgsRegisterNothing(t *testing.T) {
	recording, err := pulumitest.Up(program(Args{}))
	assert.ErrorContains(t, err, "secret app:")
	assert.Empty(t, recording.Resources)
}

func TestFaultsShowNoValue(t *testing.T) {
	args := full()
	args.Composed["url"] = Composed{Template: "redis://:hunter2@{"}
	err := args.withDefaults("app").Validate()
	require.ErrorContains(t, err, "Composed[url].Template has a { without a }")
	assert.False(t, strings.Contains(err.Error(), "hunter2"))
}
