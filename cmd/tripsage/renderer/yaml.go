package renderer

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"gopkg.in/yaml.v3"
)

// encode writes YAML with two spaces of indentation and a stable order of keys.
func encode(properties resource.PropertyMap) ([]byte, error) {
	root, err := node(resource.NewObjectProperty(properties))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}

func node(value resource.PropertyValue) (*yaml.Node, error) {
	switch {
	case value.IsObject():
		return mapping(value.ObjectValue())
	case value.IsArray():
		return sequence(value.ArrayValue())
	case value.IsNumber() && value.NumberValue() == math.Trunc(value.NumberValue()) && math.Abs(value.NumberValue()) < 1<<53:
		// Pulumi knows only floating-point numbers; Kubernetes reads 1e+06 as no integer.
		return scalar(int64(value.NumberValue()))
	case value.IsString() || value.IsNumber() || value.IsBool() || value.IsNull():
		return scalar(value.V)
	default:
		return nil, fmt.Errorf("a value of type %s cannot be written as YAML", value.TypeString())
	}
}

// scalar leaves it to the library which text needs quotes, in YAML 1.1 too.
func scalar(value any) (*yaml.Node, error) {
	text, _ := value.(string)
	if style, known := styleOf(text); known {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: style}, nil
	}
	var n yaml.Node
	err := n.Encode(value)
	return &n, err
}

// styleOf decides where the library would write something else than it was
// given: text that begins with white space, control characters and the key that
// merges.
func styleOf(text string) (style yaml.Style, known bool) {
	lines := strings.Contains(text, "\n")
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) && (!lines || r != '\n' && r != '\t') }
	switch {
	case text == "<<" || strings.ContainsFunc(text, unprintable):
		return yaml.DoubleQuotedStyle, true
	case !lines:
		return 0, false
	case strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\n") || strings.HasPrefix(text, "\t"):
		return yaml.DoubleQuotedStyle, true
	default:
		return yaml.LiteralStyle, true
	}
}

func sequence(items []resource.PropertyValue) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.SequenceNode}
	if len(items) == 0 {
		n.Style = yaml.FlowStyle
	}
	for _, item := range items {
		child, err := node(item)
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, child)
	}
	return n, nil
}

// mapping leaves out keys without value, as the provider does.
func mapping(properties resource.PropertyMap) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.MappingNode}
	keys := make([]resource.PropertyKey, 0, len(properties))
	for key, value := range properties {
		if !value.IsNull() {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		n.Style = yaml.FlowStyle
	}
	slices.SortFunc(keys, compareKeys)
	for _, key := range keys {
		name, err := scalar(string(key))
		if err != nil {
			return nil, err
		}
		child, err := node(properties[key])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		n.Content = append(n.Content, name, child)
	}
	return n, nil
}

// first are the keys that people look for at the top of an object.
func first() []resource.PropertyKey {
	return []resource.PropertyKey{"apiVersion", "kind", "metadata", "name", "namespace"}
}

func compareKeys(a, b resource.PropertyKey) int {
	rank := func(key resource.PropertyKey) int {
		if at := slices.Index(first(), key); at >= 0 {
			return at
		}
		return len(first())
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
}
