package engine_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

// withPack are options with the pack in testdata.
func withPack(t *testing.T, program pulumi.RunFunc) engine.Options {
	t.Helper()
	o := newOptions(t)
	require.NoError(t, buildPack())
	o.Policy = &engine.Policy{Pack: packProgram()}
	o.Program = program
	return o
}

func packProgram() string { return filepath.Join(packFolder, "pack") }

var buildPack = sync.OnceValue(func() error {
	out, err := exec.Command("go", "build", "-o", packProgram(), "./testdata/pack").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
})

// passwords is a program that makes some of the given lengths.
func passwords(lengths map[string]int) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		for name, length := range lengths {
			args := &random.RandomPasswordArgs{Length: pulumi.Int(length)}
			if _, err := random.NewRandomPassword(ctx, name, args); err != nil {
				return err
			}
		}
		return nil
	}
}

const passwordType = "random:index/randomPassword:RandomPassword"

func passwordURN(name string) string {
	return "urn:pulumi:test::enginetest::" + passwordType + "::" + name
}

func tooShort(name, says string) engine.Violation {
	return engine.Violation{
		Rule: "long-passwords", Level: engine.Mandatory, URN: passwordURN(name), Type: passwordType, Name: name,
		Message: "Passwords are long\n" + says + "\nFix: Make it longer.",
	}
}

func onePassword(name string) engine.Violation {
	return engine.Violation{
		Rule: "few-passwords", Level: "advisory", URN: passwordURN(name), Type: passwordType, Name: name,
		Message: "A stack has few passwords\n" + name + " is a password",
	}
}

func TestAdviceStopsNothing(t *testing.T) {
	o := withPack(t, passwords(map[string]int{"b": 24, "a": 24}))
	var judged []engine.Summary
	o.Policy.Judged = func(s engine.Summary) { judged = append(judged, s) }
	up, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	assert.Equal(t, []engine.Violation{onePassword("a"), onePassword("b")}, up.Violations)
	assert.Equal(t, 3, up.Rules)
	assert.Equal(t, []engine.Remedy{
		{Rule: "special", URN: passwordURN("a"), Type: passwordType, Name: "a"},
		{Rule: "special", URN: passwordURN("b"), Type: passwordType, Name: "b"},
	}, up.Remedies)
	require.Len(t, judged, 1, "the preview's verdict comes before the update")
	assert.Equal(t, up.Violations, judged[0].Violations)
	assert.True(t, contains(read(t, statePath(o.Home)), `"special":false`), "what was mended is what was made")

	again, err := engine.Preview(t.Context(), o)
	require.NoError(t, err)
	assert.False(t, again.Changed())
	assert.Equal(t, up.Violations, again.Violations)
	assert.Len(t, judged, 1, "a preview by itself calls nobody")
}

// Every mandatory violation is listed, from rules of resources and of the
// stack, and nothing is changed, by a preview as by an update.
func TestViolationsStopBeforeAnythingChanges(t *testing.T) {
	o := withPack(t, passwords(map[string]int{"fine": 40}))
	_, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	before := read(t, statePath(o.Home))

	o.Program = passwords(map[string]int{"fine": 40, "short": 8, "shorter": 7})
	o.Policy.Judged = func(engine.Summary) { t.Error("the verdict stops the run") }
	for name, operation := range map[string]func() (engine.Summary, error){
		"preview": func() (engine.Summary, error) { return engine.Preview(t.Context(), o) },
		"up":      func() (engine.Summary, error) { return engine.Up(t.Context(), o) },
	} {
		t.Run(name, func(t *testing.T) {
			summary, err := operation()
			var refused *engine.PolicyError
			require.ErrorAs(t, err, &refused)
			want := []engine.Violation{
				tooShort("short", "length is 8, expected at least 20"), tooShort("shorter", "length is 7, expected at least 20"),
			}
			assert.Equal(t, &engine.PolicyError{Operation: "preview", Violations: want}, refused)
			assert.Equal(t, append(want, onePassword("fine"), onePassword("short"), onePassword("shorter")), summary.Violations)
			assert.EqualError(t, err, `preview: 2 mandatory violations of the policies
  long-passwords, short (random:index/randomPassword:RandomPassword):
    Passwords are long
    length is 8, expected at least 20
    Fix: Make it longer.
  long-passwords, shorter (random:index/randomPassword:RandomPassword):
    Passwords are long
    length is 7, expected at least 20
    Fix: Make it longer.`)
			assert.Equal(t, string(before), string(read(t, statePath(o.Home))))
		})
	}
}

func TestPolicyConfigurationArrives(t *testing.T) {
	o := withPack(t, passwords(map[string]int{"a": 24}))
	o.Policy.Config = map[string]any{
		"all": "mandatory", "long-passwords": map[string]any{"minimum": 25, "enforcementLevel": "advisory"},
	}
	_, err := engine.Preview(t.Context(), o)
	var refused *engine.PolicyError
	require.ErrorAs(t, err, &refused)
	stack := onePassword("a")
	stack.Level = engine.Mandatory
	assert.Equal(t, []engine.Violation{stack}, refused.Violations, "a rule of the whole stack stops a preview as well")

	o.Policy.Config["few-passwords"] = "disabled"
	summary, err := engine.Preview(t.Context(), o)
	require.NoError(t, err)
	advice := tooShort("a", "length is 24, expected at least 25")
	advice.Level = "advisory"
	assert.Equal(t, []engine.Violation{advice}, summary.Violations)
	assert.Equal(t, 2, summary.Rules)

	o.Policy.Config["long-passwords"] = map[string]any{"minimum": "many"}
	_, err = engine.Preview(t.Context(), o)
	assert.ErrorContains(t, err, "long-passwords: minimum: Invalid type. Expected: number, given: string")
}

// A preview cannot judge what it does not know. The update does, and stops
// before that resource.
func TestAViolationThatOnlyTheUpdateSees(t *testing.T) {
	o := withPack(t, func(ctx *pulumi.Context) error {
		id, err := random.NewRandomId(ctx, "id", &random.RandomIdArgs{ByteLength: pulumi.Int(4)})
		if err != nil {
			return err
		}
		length := id.Hex.ApplyT(func(string) int { return 5 }).(pulumi.IntOutput)
		_, err = random.NewRandomPassword(ctx, "later", &random.RandomPasswordArgs{Length: length})
		return err
	})
	_, err := engine.Preview(t.Context(), o)
	require.NoError(t, err)
	_, err = engine.Up(t.Context(), o)
	var refused *engine.PolicyError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, &engine.PolicyError{
		Operation: "up", Violations: []engine.Violation{tooShort("later", "length is 5, expected at least 20")},
	}, refused)
	state := urns(t, read(t, statePath(o.Home)))
	assert.Contains(t, state, "urn:pulumi:test::enginetest::random:index/randomId:RandomId::id")
	assert.NotContains(t, state, passwordURN("later"))
}

func TestAPackThatDoesNotStart(t *testing.T) {
	o := newOptions(t)
	o.Policy = &engine.Policy{Pack: "/bin/false"}
	_, err := engine.Up(t.Context(), o)
	var failed *engine.UpdateError
	require.ErrorAs(t, err, &failed)
	assert.ErrorContains(t, err, `policy pack "/bin/false" failed to start`)
	o.Policy.Pack = "pack"
	_, err = engine.Up(t.Context(), o)
	assert.ErrorContains(t, err, `engine option Policy.Pack is "pack"; it must be an absolute path`)
}
