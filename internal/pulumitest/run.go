package pulumitest

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/offline"
)

const (
	// Project is the project's name in recorded runs.
	Project = "tripsage"
	// Stack is the stack's name in recorded runs.
	Stack = "test"
)

// Resource is one registration as plain data.
type Resource = offline.Resource

// Recording is what a program registered, in a stable order.
type Recording struct {
	Resources []Resource
}

// Up runs the program as an update does, in which every output becomes known.
// Configuration comes from the environment, as it does from the engine
// (pulumi.EnvConfig and pulumi.EnvConfigSecretKeys).
func Up(program pulumi.RunFunc) (Recording, error) {
	return run(program, offline.Options{})
}

// Preview runs the program as the preview of a stack that is up already: the
// generated values are known. The preview of a new stack cannot be recorded,
// because the SDK's mocks fail on a secret whose value is unknown.
func Preview(program pulumi.RunFunc) (Recording, error) {
	return run(program, offline.Options{Preview: true})
}

func run(program pulumi.RunFunc, o offline.Options) (Recording, error) {
	o.Project, o.Stack = Project, Stack
	if err := fromEnvironment(pulumi.EnvConfig, &o.Config); err != nil {
		return Recording{}, err
	}
	if err := fromEnvironment(pulumi.EnvConfigSecretKeys, &o.SecretKeys); err != nil {
		return Recording{}, err
	}
	graph, err := offline.Evaluate(context.Background(), program, o)
	return Recording(graph), err
}

func fromEnvironment(name string, into any) error {
	text := os.Getenv(name)
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
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
