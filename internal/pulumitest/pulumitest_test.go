package pulumitest_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

type group struct{ pulumi.ResourceState }

func program(ctx *pulumi.Context) error {
	provider, err := random.NewProvider(ctx, "mine", &random.ProviderArgs{})
	if err != nil {
		return err
	}
	parent := &group{}
	if err := ctx.RegisterComponentResource("test:index:Group", "group", parent); err != nil {
		return err
	}
	first, err := random.NewRandomPassword(ctx, "first", &random.RandomPasswordArgs{
		Length: pulumi.Int(70), Keepers: pulumi.StringMap{"epoch": pulumi.String("1")},
	}, pulumi.Parent(parent), pulumi.Provider(provider), pulumi.Protect(true), pulumi.RetainOnDelete(true))
	if err != nil {
		return err
	}
	_, err = random.NewRandomPassword(ctx, "second", &random.RandomPasswordArgs{
		Length: pulumi.Int(16), OverrideSpecial: first.Result,
	})
	return err
}

const passwordType = "random:index/randomPassword:RandomPassword"

func TestUpRecordsTheTree(t *testing.T) {
	recording, err := pulumitest.Up(program)
	require.NoError(t, err)

	first := recording.One(t, passwordType, "first")
	assert.Equal(t, "test:index:Group group", first.Parent)
	assert.Equal(t, "mine", first.Provider)
	assert.True(t, first.Protect)
	assert.True(t, first.RetainOnDelete)
	assert.Equal(t, map[string]any{"length": 70.0, "keepers": map[string]any{"epoch": "1"}}, first.Inputs)

	second := recording.One(t, passwordType, "second")
	assert.Empty(t, second.Parent)
	assert.Empty(t, second.Provider)
	marked, ok := second.Inputs["overrideSpecial"].(map[string]any)
	require.True(t, ok, "a generated password stays secret when it is an input: %v", second.Inputs)
	assert.Len(t, marked["secret"], 70)
	assert.Len(t, recording.OfType(passwordType), 2)
}

func TestPreviewRecordsTheSameTree(t *testing.T) {
	up, err := pulumitest.Up(program)
	require.NoError(t, err)
	var dry bool
	preview, err := pulumitest.Preview(func(ctx *pulumi.Context) error {
		dry = ctx.DryRun()
		return program(ctx)
	})
	require.NoError(t, err)
	assert.True(t, dry)
	assert.Equal(t, string(up.JSON(t)), string(preview.JSON(t)))
}

func TestJSONIsTheSameEveryTime(t *testing.T) {
	var texts []string
	for range 5 {
		recording, err := pulumitest.Up(program)
		require.NoError(t, err)
		texts = append(texts, string(recording.JSON(t)))
	}
	for _, text := range texts {
		assert.Equal(t, texts[0], text)
	}
}

func TestDecode(t *testing.T) {
	recording, err := pulumitest.Up(program)
	require.NoError(t, err)
	var typed struct{ Length int }
	require.NoError(t, recording.One(t, passwordType, "first").Decode(&typed))
	assert.Equal(t, 70, typed.Length)

	var wrong struct{ Length string }
	assert.ErrorContains(t, recording.One(t, passwordType, "first").Decode(&wrong), "inputs of "+passwordType+" first")
}

func TestProgramErrorComesBack(t *testing.T) {
	_, err := pulumitest.Up(func(*pulumi.Context) error { return errors.New("no") })
	assert.ErrorContains(t, err, "no")
}
