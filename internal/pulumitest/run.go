package pulumitest

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

const (
	// Project is the project's name in recorded runs.
	Project = "tripsage"
	// Stack is the stack's name in recorded runs.
	Stack = "test"
)

// Recording is what a program registered, in a stable order.
type Recording struct {
	Resources []Resource
}

// Up runs the program as an update does, in which every output becomes known.
func Up(program pulumi.RunFunc) (Recording, error) {
	return run(program)
}

// Preview runs the program as the preview of a stack that is up already: the
// generated values are known. The preview of a new stack cannot be recorded,
// because the SDK's mocks fail on a secret whose value is unknown.
func Preview(program pulumi.RunFunc) (Recording, error) {
	return run(program, func(info *pulumi.RunInfo) { info.DryRun = true })
}

func run(program pulumi.RunFunc, options ...pulumi.RunOption) (Recording, error) {
	r := &recorder{}
	options = append(options, pulumi.WithMocks(Project, Stack, r))
	err := pulumi.RunErr(program, options...)
	return Recording{Resources: r.sorted()}, err
}

// JSON renders the recording for a golden file.
func (r Recording) JSON(t testing.TB) []byte {
	t.Helper()
	text, err := json.MarshalIndent(r.Resources, "", "  ")
	require.NoError(t, err)
	return append(text, '\n')
}

// One returns the only resource with the type and name, and fails the test if
// there is not exactly one.
func (r Recording) One(t testing.TB, typ, name string) Resource {
	t.Helper()
	var found []Resource
	for _, one := range r.Resources {
		if one.Type == typ && one.Name == name {
			found = append(found, one)
		}
	}
	require.Len(t, found, 1, "resources of type %s with name %s", typ, name)
	return found[0]
}

// OfType returns all resources of the type.
func (r Recording) OfType(typ string) []Resource {
	var found []Resource
	for _, one := range r.Resources {
		if one.Type == typ {
			found = append(found, one)
		}
	}
	return found
}

// Decode turns the resource's inputs into a typed object, for instance one of
// k8s.io/api. A secret in a place of another type is an error.
func (r Resource) Decode(into any) error {
	text, err := json.Marshal(r.Inputs)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("inputs of %s %s: %w", r.Type, r.Name, err)
	}
	return nil
}
