package manifests

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// jsonSchema makes the JSON schema of one kind from an OpenAPI v3 document of
// the API server. It is strict: where the document lists the fields of an
// object, no other one is allowed.
//
// Version 3 of the document is used because version 2 drops what JSON schema
// can say and Swagger cannot, such as the choices in Istio's definitions.
func jsonSchema(document []byte, kind schema.GroupVersionKind) ([]byte, error) {
	var api struct {
		Components struct {
			Schemas map[string]map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(document, &api); err != nil {
		return nil, err
	}
	all := api.Components.Schemas
	for name, one := range all {
		if !describes(one, kind) {
			continue
		}
		reachable := map[string]any{}
		collect(all, name, reachable)
		return json.Marshal(map[string]any{"$ref": definition + name, "definitions": reachable})
	}
	return nil, fmt.Errorf("the API server's document has no schema of %s", kind)
}

const (
	component  = "#/components/schemas/"
	definition = "#/definitions/"
)

// describes tells whether a schema is that of the kind, and not of a type that
// many kinds share.
func describes(one map[string]any, kind schema.GroupVersionKind) bool {
	kinds, _ := one["x-kubernetes-group-version-kind"].([]any)
	if len(kinds) != 1 {
		return false
	}
	is, _ := kinds[0].(map[string]any)
	return is["group"] == kind.Group && is["version"] == kind.Version && is["kind"] == kind.Kind
}

// collect adds the named schema, made strict, and all that it refers to.
func collect(all map[string]map[string]any, name string, into map[string]any) {
	if _, done := into[name]; done {
		return
	}
	into[name] = nil // schemas may refer to themselves
	into[name] = strict(all[name], true, func(reference string) string {
		other := strings.TrimPrefix(reference, component)
		collect(all, other, into)
		return definition + other
	})
}

// strict translates a schema node. Only in a structural one are the listed
// fields all there are; the branches of anyOf and the like list the few that
// they are about.
func strict(node map[string]any, structural bool, refer func(string) string) map[string]any {
	out := maps.Clone(node)
	delete(out, "description")
	if reference, ok := out["$ref"].(string); ok {
		out["$ref"] = refer(reference)
	}
	for key, value := range out {
		switch value := value.(type) {
		case map[string]any:
			switch key {
			case "properties":
				out[key] = strictEach(value, structural, refer)
			case "items", "additionalProperties":
				out[key] = strict(value, structural, refer)
			case "not":
				out[key] = strict(value, false, refer)
			}
		case []any:
			if key == "allOf" || key == "anyOf" || key == "oneOf" {
				out[key] = strictAll(value, refer)
			}
		}
	}
	closeFields(out, structural)
	return translate(out)
}

// closeFields refuses fields that are not listed.
func closeFields(node map[string]any, structural bool) {
	_, lists := node["properties"]
	_, open := node["additionalProperties"]
	if structural && lists && !open && node["x-kubernetes-preserve-unknown-fields"] != true {
		node["additionalProperties"] = false
	}
}

// translate turns what only OpenAPI says into JSON schema.
func translate(node map[string]any) map[string]any {
	if node["x-kubernetes-int-or-string"] == true {
		node["type"] = []any{"integer", "string"}
	}
	for exclusive, bound := range map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"} {
		if is, ok := node[exclusive].(bool); ok {
			delete(node, exclusive)
			if is {
				node[exclusive] = node[bound]
			}
		}
	}
	if node["nullable"] == true {
		return map[string]any{"anyOf": []any{node, map[string]any{"type": "null"}}}
	}
	return node
}

func strictEach(properties map[string]any, structural bool, refer func(string) string) map[string]any {
	out := map[string]any{}
	for name, value := range properties {
		out[name] = strict(value.(map[string]any), structural, refer)
	}
	return out
}

func strictAll(branches []any, refer func(string) string) []any {
	out := make([]any, len(branches))
	for i, branch := range branches {
		out[i] = strict(branch.(map[string]any), false, refer)
	}
	return out
}
