package ruletest

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"gopkg.in/yaml.v3"

	"github.com/tripsage/infrastructure/policy/rule"
)

// root makes a value the root of properties, as the engine has them.
func root(v rule.Value) rule.Value {
	properties, _ := v.Raw()
	if !properties.IsMap() {
		return rule.Of(property.Map{})
	}
	return rule.Of(properties.AsMap())
}

func object(document rule.Value) rule.Resource {
	version, kind := document.At("apiVersion").String(), document.At("kind").String()
	if !strings.Contains(version, "/") {
		version = "core/" + version
	}
	name := document.At("metadata", "name").String()
	return named("kubernetes:"+version+":"+kind, name, root(document))
}

func resource(document rule.Value) rule.Resource {
	r := named(document.At("type").String(), document.At("name").String(), root(document.At("properties")))
	r.Protect = document.At("protect").True()
	r.Parent = document.At("parent").String()
	return r
}

func named(kind, name string, properties rule.Value) rule.Resource {
	return rule.Resource{
		URN: "urn:pulumi:test::tripsage::" + kind + "::" + name, Type: kind, Name: name, Properties: properties,
	}
}

// link turns names of parents into URNs.
func link(resources []rule.Resource) {
	for i, r := range resources {
		for _, other := range resources {
			if r.Parent != "" && other.Name == r.Parent {
				resources[i].Parent = other.URN
			}
		}
	}
}

// convert is a YAML node as a property.
func convert(node *yaml.Node) (property.Value, error) {
	switch {
	case node.Kind == yaml.DocumentNode:
		return convert(node.Content[0])
	case node.Tag == "!unknown":
		return property.New(property.Computed), nil
	case node.Tag == "!secret":
		plain := *node
		plain.Tag = ""
		value, err := convert(&plain)
		return value.WithSecret(true), err
	}
	switch node.Kind {
	case yaml.MappingNode:
		fields := map[string]property.Value{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			value, err := convert(node.Content[i+1])
			if err != nil {
				return value, err
			}
			fields[node.Content[i].Value] = value
		}
		return property.New(property.NewMap(fields)), nil
	case yaml.SequenceNode:
		var items []property.Value
		for _, item := range node.Content {
			value, err := convert(item)
			if err != nil {
				return value, err
			}
			items = append(items, value)
		}
		return property.New(property.NewArray(items)), nil
	case yaml.ScalarNode:
		var value any
		if err := node.Decode(&value); err != nil {
			return property.Value{}, err
		}
		if whole, ok := value.(int); ok {
			value = float64(whole)
		}
		return property.Any(value)
	default:
		return property.Value{}, fmt.Errorf("line %d: anchors and aliases are not read", node.Line)
	}
}
