// Package dragonflytest makes a CustomResourceDefinition for the Dragonfly
// resource, so that a real API server can check what our components send. Only
// tests import it.
//
// The definition is ours: the operator's module cannot be had from the module
// proxy, and copying 7,000 lines of its YAML would prove no more. It is derived
// from package dragonflyapi, whose fields were compared with the operator's
// release by hand (the package says which), and it is stricter than the
// operator's: it knows only the fields that we set, so that with strict field
// validation a field of any other name is refused. What it cannot say is which
// words a string may be.
package dragonflytest

import (
	"reflect"

	"github.com/tripsage/infrastructure/components/internal/dragonflyapi"
)

// CRD returns the definition as plain JSON values, for instance the content of
// an unstructured.Unstructured. Each call returns its own copy.
func CRD() map[string]any {
	const singular = "dragonfly"
	spec := schemaOf(reflect.TypeFor[dragonflyapi.Spec]())
	return map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1",
		"kind":       "CustomResourceDefinition",
		"metadata":   map[string]any{"name": dragonflyapi.Plural + "." + dragonflyapi.Group},
		"spec": map[string]any{
			"group": dragonflyapi.Group,
			"scope": "Namespaced",
			"names": map[string]any{
				"kind": dragonflyapi.Kind, "listKind": dragonflyapi.Kind + "List",
				"plural": dragonflyapi.Plural, "singular": singular,
			},
			"versions": []any{map[string]any{
				"name": dragonflyapi.Version, "served": true, "storage": true,
				"schema": map[string]any{"openAPIV3Schema": map[string]any{
					"type":     "object",
					"required": []any{"spec"},
					"properties": map[string]any{
						"apiVersion": map[string]any{"type": "string"},
						"kind":       map[string]any{"type": "string"},
						"metadata":   map[string]any{"type": "object"},
						"spec":       spec,
					},
				}},
			}},
		},
	}
}
