package renderer_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	yamlv3 "gopkg.in/yaml.v3"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/tripsage/infrastructure/cmd/tripsage/renderer"
	"github.com/tripsage/infrastructure/internal/offline"
)

// thing is a graph of one object with the spec.
func thing(spec resource.PropertyValue) offline.Graph {
	return offline.Graph{Resources: []offline.Resource{{
		Type: "kubernetes:example.com/v1:Thing", Name: "x", Custom: true,
		Properties: resource.PropertyMap{
			"apiVersion": resource.NewStringProperty("example.com/v1"), "kind": resource.NewStringProperty("Thing"),
			"metadata": resource.NewObjectProperty(resource.PropertyMap{"name": resource.NewStringProperty("x")}),
			"spec":     spec,
		},
	}}}
}

// awkward text is what YAML reads as something else unless it is quoted.
func awkward() []string {
	return []string{"", " ", "yes", "no", "on", "off", "y", "N", "true", "null", "~", "0777", "0x1F", "1_000", "1:30", "1e3", "-",
		"- a", "a: b", "a #b", "#", "&a", "*a", "!a", "%a", "@a", "`a`", "{", "[", "|", ">", "'", `"`, `\`, "\t", "a\n", "\na\n\n", "a \nb",
		"2001-01-01", "=", "<<", ".inf", ".nan", "\u2028", "\ufeff", "é", "🚀", "\x00", "\u0085", "a\r\nb", "a\n\tb\n", "a\tb\n \t\nc", "a\n\t", "---", "..."}
}

func properties(t *rapid.T, depth int) resource.PropertyValue {
	text := rapid.OneOf(rapid.SampledFrom(awkward()), rapid.String())
	kinds := 4
	if depth > 0 {
		kinds = 6
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return resource.NewBoolProperty(rapid.Bool().Draw(t, "bool"))
	case 1:
		return resource.NewNumberProperty(float64(rapid.IntRange(-1<<52, 1<<52).Draw(t, "int")))
	case 2:
		return resource.NewNumberProperty(rapid.Float64Range(-1e6, 1e6).Draw(t, "float"))
	case 3:
		return resource.NewStringProperty(strings.ToValidUTF8(text.Draw(t, "text"), ""))
	case 4:
		items := []resource.PropertyValue{}
		for range rapid.IntRange(0, 4).Draw(t, "length") {
			items = append(items, properties(t, depth-1))
		}
		return resource.NewArrayProperty(items)
	default:
		object := resource.PropertyMap{}
		for range rapid.IntRange(0, 4).Draw(t, "size") {
			object[resource.PropertyKey(strings.ToValidUTF8(text.Draw(t, "key"), ""))] = properties(t, depth-1)
		}
		return resource.NewObjectProperty(object)
	}
}

// Both what Kubernetes' programs read YAML with and a newer reader get back
// exactly what the program meant.
func TestYAMLMeansWhatTheProgramMeans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := properties(t, 3)
		found, err := renderer.Objects(thing(spec))
		require.NoError(t, err)
		want, err := json.Marshal(spec.Mappable())
		require.NoError(t, err)

		var kubernetes struct {
			Spec json.RawMessage `json:"spec"`
		}
		require.NoError(t, yaml.Unmarshal(found[0].Content, &kubernetes), "%s", found[0].Content)
		assert.JSONEq(t, string(want), string(kubernetes.Spec), "%s", found[0].Content)

		var newer struct {
			Spec any `yaml:"spec"`
		}
		require.NoError(t, yamlv3.Unmarshal(found[0].Content, &newer))
		again, err := json.Marshal(newer.Spec)
		require.NoError(t, err)
		assert.JSONEq(t, string(want), string(again), "%s", found[0].Content)
	})
}

const taint = "hunter2hunter2hunter2"

// withTaint marks some places secret and puts the taint below them.
func withTaint(t *rapid.T, depth int) resource.PropertyValue {
	if rapid.Bool().Draw(t, "secret") || depth == 0 {
		inner := resource.NewStringProperty("a " + taint + " b")
		if rapid.Bool().Draw(t, "nested") {
			inner = resource.NewArrayProperty([]resource.PropertyValue{resource.NewObjectProperty(resource.PropertyMap{taint: inner})})
		}
		if rapid.Bool().Draw(t, "as output") {
			return resource.NewOutputProperty(resource.Output{Element: inner, Known: true, Secret: true})
		}
		return resource.MakeSecret(inner)
	}
	return resource.NewObjectProperty(resource.PropertyMap{
		"secret": withTaint(t, depth-1), "plain": properties(t, 1),
		"list": resource.NewArrayProperty([]resource.PropertyValue{withTaint(t, depth-1)}),
	})
}

func TestNothingMarkedSecretIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		found, err := renderer.Objects(thing(withTaint(t, 3)))
		require.NoError(t, err)
		assert.NotContains(t, string(found[0].Content), taint)
		assert.Contains(t, string(found[0].Content), "[secret]")
	})
}

func TestASecretThatIsMarkedAsAWholeKeepsItsKeys(t *testing.T) {
	graph := thing(resource.NewNullProperty())
	for name, value := range map[resource.PropertyKey]string{"apiVersion": "v1", "kind": "Secret"} {
		graph.Resources[0].Properties[name] = resource.NewStringProperty(value)
	}
	data := resource.NewObjectProperty(resource.PropertyMap{"key": resource.NewStringProperty(taint)})
	graph.Resources[0].Properties["data"] = resource.MakeSecret(data)
	graph.Resources[0].Properties["stringData"] = resource.MakeSecret(resource.NewStringProperty(taint))
	found, err := renderer.Objects(graph)
	require.NoError(t, err)
	assert.Equal(t, `apiVersion: v1
kind: Secret
metadata:
  name: x
data:
  key: cmVkYWN0ZWQ=
stringData: '[secret]'
`, string(found[0].Content))
}

func TestWhatIsNoYAML(t *testing.T) {
	asset := resource.NewAssetProperty(nil)
	_, err := renderer.Objects(thing(resource.NewObjectProperty(resource.PropertyMap{"file": asset})))
	assert.ErrorContains(t, err, "spec: file: a value of type asset cannot be written as YAML")
}
