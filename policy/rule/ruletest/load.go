// Package ruletest reads resources from YAML for the tests of rules.
//
// A file is a stream of documents. One with apiVersion and kind is a Kubernetes
// object; any other resource has type, name and properties, and may have
// protect and parent (the name of another resource). A document that has only
// parameters sets the rule's. The tags !secret and !unknown make a value secret
// or unknown.
package ruletest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/tripsage/infrastructure/policy/rule"
)

// File is what a file holds.
type File struct {
	Resources  []rule.Resource
	Parameters map[string]any
}

// Read reads a file. Anything that it does not understand fails the test.
func Read(t testing.TB, path string) File {
	t.Helper()
	in, err := os.Open(path) // #nosec G304 -- a test's own file
	require.NoError(t, err)
	defer in.Close()
	file, err := parse(in)
	require.NoError(t, err, path)
	require.NotEmpty(t, file.Resources, "%s holds no resource", path)
	return file
}

func parse(in io.Reader) (file File, err error) {
	decoder := yaml.NewDecoder(in)
	for {
		var node yaml.Node
		if err := decoder.Decode(&node); errors.Is(err, io.EOF) {
			link(file.Resources)
			return file, nil
		} else if err != nil {
			return file, err
		}
		value, err := convert(&node)
		if err != nil {
			return file, err
		}
		if err := file.add(rule.Of(property.NewMap(map[string]property.Value{"": value})).At("")); err != nil {
			return file, err
		}
	}
}

func (f *File) add(document rule.Value) error {
	switch {
	case document.At("parameters").IsObject():
		f.Parameters = map[string]any{}
		for _, key := range document.At("parameters").Keys() {
			f.Parameters[key] = parameter(document.At("parameters", key))
		}
	case document.At("apiVersion").Known():
		f.Resources = append(f.Resources, object(document))
	case document.At("type").Known() && document.At("name").Known():
		f.Resources = append(f.Resources, resource(document))
	default:
		return fmt.Errorf("a document has neither apiVersion and kind, nor type and name, nor parameters: %s", document.Show())
	}
	return nil
}

func parameter(value rule.Value) any {
	if value.IsList() {
		return append([]string{}, value.Texts()...)
	}
	if number, ok := value.Number(); ok {
		return number
	}
	if text, ok := value.Text(); ok {
		return text
	}
	return value.True()
}
