package manifests

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// stack is the rendered objects of one Pulumi.<name>.yaml.
type stack struct {
	name    string
	objects []object
}

// object is one rendered file.
type object struct {
	*unstructured.Unstructured
	file string
}

// title names an object within its stack: "Deployment/tripsage-api".
func (o object) title() string { return o.GetKind() + "/" + o.GetName() }

func (s stack) files() []string {
	var files []string
	for _, o := range s.objects {
		files = append(files, o.file)
	}
	return files
}

// renderAll renders every stack of the checkout with the operator's program.
func renderAll(ctx context.Context) ([]stack, error) {
	program := filepath.Join(suite.dir, "tripsage")
	if out, err := command(ctx, "go", "build", "-o", program, "./cmd/tripsage"); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(suite.checkout, "Pulumi.*.yaml"))
	if err != nil {
		return nil, err
	}
	var stacks []stack
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml")
		dir := filepath.Join(suite.dir, "rendered", name)
		if out, err := command(ctx, program, "render", "--stack", name, "--out", dir); err != nil {
			return nil, fmt.Errorf("%w\n%s", err, out)
		}
		objects, err := readObjects(dir)
		if err != nil {
			return nil, err
		}
		progress("stack %s: %d objects", name, len(objects))
		stacks = append(stacks, stack{name, objects})
	}
	return stacks, nil
}

// command runs a program in the checkout.
func command(ctx context.Context, name string, args ...string) (output []byte, err error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = suite.checkout
	output, err = cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s %s: %w", filepath.Base(name), strings.Join(args, " "), err)
	}
	return output, err
}

// readObjects reads the files below a folder, each with one object.
func readObjects(dir string) ([]object, error) {
	var objects []object
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		o, err := readObject(path)
		objects = append(objects, o)
		return err
	})
	return objects, err
}

func readObject(path string) (object, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return object{}, err
	}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), len(text)+1)
	var fields, second map[string]any
	if err := decoder.Decode(&fields); err != nil {
		return object{}, fmt.Errorf("%s: %w", path, err)
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return object{}, fmt.Errorf("%s: more than one object in a file", path)
	}
	o := object{&unstructured.Unstructured{Object: fields}, path}
	if o.GetAPIVersion() == "" || o.GetKind() == "" || o.GetName() == "" {
		return o, fmt.Errorf("%s: no apiVersion, kind or name", path)
	}
	return o, nil
}

// The three stacks of the design are there, and none of them is empty.
func TestEveryStackIsRendered(t *testing.T) {
	var names []string
	for _, s := range suite.stacks {
		names = append(names, s.name)
		assert.NotEmpty(t, s.objects, s.name)
	}
	for _, name := range []string{"local", "staging", "production"} {
		assert.Contains(t, names, name)
	}
}

// forEachStack runs the same test once a stack.
func forEachStack(t *testing.T, test func(*testing.T, stack)) {
	t.Helper()
	require.NotEmpty(t, suite.stacks)
	for _, s := range suite.stacks {
		t.Run(s.name, func(t *testing.T) { test(t, s) })
	}
}

// oneOfEachKind are objects of all stacks, the first of each kind.
func oneOfEachKind() []object {
	var kinds []string
	var some []object
	for _, s := range suite.stacks {
		for _, o := range s.objects {
			if kind := o.GroupVersionKind().String(); !slices.Contains(kinds, kind) {
				kinds, some = append(kinds, kind), append(some, o)
			}
		}
	}
	return some
}
