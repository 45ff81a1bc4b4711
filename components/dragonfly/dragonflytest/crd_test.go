package dragonflytest_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/components/dragonfly"
	"github.com/tripsage/infrastructure/components/dragonfly/dragonflytest"
	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

// accept checks a value against a schema as a strict API server does.
func accept(path string, schema map[string]any, value any) error {
	if schema["x-kubernetes-int-or-string"] == true {
		return kindOf(path, value, "integer", "string")
	}
	kind, _ := schema["type"].(string)
	if err := kindOf(path, value, kind); err != nil {
		return err
	}
	switch typed := value.(type) {
	case []any:
		for i, item := range typed {
			if err := accept(fmt.Sprintf("%s[%d]", path, i), schema["items"].(map[string]any), item); err != nil {
				return err
			}
		}
	case map[string]any:
		return acceptObject(path, schema, typed)
	}
	return nil
}

func acceptObject(path string, schema map[string]any, value map[string]any) error {
	required, _ := schema["required"].([]any)
	for _, key := range required {
		if _, ok := value[key.(string)]; !ok {
			return fmt.Errorf("%s.%s is missing", path, key)
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for key, item := range value {
		inner, known := properties[key].(map[string]any)
		if additional, ok := schema["additionalProperties"].(map[string]any); ok {
			inner, known = additional, true
		}
		if !known {
			return fmt.Errorf("%s.%s is an unknown field", path, key)
		}
		if err := accept(path+"."+key, inner, item); err != nil {
			return err
		}
	}
	return nil
}

func kindOf(path string, value any, kinds ...string) error {
	kind := map[bool]string{true: "integer", false: "number"}
	var got string
	switch typed := value.(type) {
	case string:
		got = "string"
	case bool:
		got = "boolean"
	case float64:
		got = kind[typed == float64(int64(typed))]
	case []any:
		got = "array"
	case map[string]any:
		got = "object"
	}
	if !slices.Contains(kinds, got) {
		return fmt.Errorf("%s is %q, not %q", path, got, kinds)
	}
	return nil
}

// plain is the definition's spec schema after JSON, as an API server gets it.
func plain(t *testing.T) (crd, spec map[string]any) {
	t.Helper()
	text, err := json.Marshal(dragonflytest.CRD())
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &crd))
	version := crd["spec"].(map[string]any)["versions"].([]any)[0].(map[string]any)
	schema := version["schema"].(map[string]any)["openAPIV3Schema"].(map[string]any)
	return crd, schema["properties"].(map[string]any)["spec"].(map[string]any)
}

func made(t *testing.T) map[string]any {
	t.Helper()
	secret := dragonfly.SecretRef{Name: pulumi.String("cache"), Version: pulumi.String("v1")}
	recording, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		_, err := dragonfly.NewReplicated(ctx, "dragonfly", dragonfly.ReplicatedArgs{
			Args: dragonfly.Args{
				Namespace: pulumi.String("production"), Image: componenttest.Image, Secret: secret, ImagePullSecret: "registry",
				Clients: []dragonfly.Peer{{Name: "api", PodLabels: map[string]string{"app": "api"}}},
			},
			TLSSecret: "tls",
			Snapshot: &dragonfly.Snapshot{
				Schedule: "0 * * * *", URL: "s3://bucket", Region: "eu-central-1", CIDRs: []string{"0.0.0.0/0"}, Credentials: &secret,
			},
		})
		return err
	})
	require.NoError(t, err)
	text, err := json.Marshal(recording.One(t, "kubernetes:dragonflydb.io/v1alpha1:Dragonfly", "dragonfly").Inputs["spec"])
	require.NoError(t, err)
	var spec map[string]any
	require.NoError(t, json.Unmarshal(text, &spec))
	return spec
}

func TestWhatTheComponentSendsIsAccepted(t *testing.T) {
	_, schema := plain(t)
	assert.NoError(t, accept("spec", schema, made(t)))
}

func TestMistakesAreRefused(t *testing.T) {
	_, schema := plain(t)
	for want, change := range map[string]func(map[string]any){
		"spec.replica is an unknown field":           func(s map[string]any) { s["replica"] = 1.0 },
		"spec.snapshot.corn is an unknown field":     func(s map[string]any) { s["snapshot"].(map[string]any)["corn"] = "" },
		`spec.replicas is "string"`:                  func(s map[string]any) { s["replicas"] = "3" },
		"spec.image is missing":                      func(s map[string]any) { delete(s, "image") },
		"spec.aclFromSecret.key is missing":          func(s map[string]any) { delete(s["aclFromSecret"].(map[string]any), "key") },
		`spec.resources.limits.cpu is "boolean"`:     func(s map[string]any) { s["resources"].(map[string]any)["limits"].(map[string]any)["cpu"] = true },
		`spec.podMetadata.labels.x is "integer"`:     func(s map[string]any) { s["podMetadata"].(map[string]any)["labels"].(map[string]any)["x"] = 1.0 },
		"spec.topologySpreadConstraints[0].maxSkew ": func(s map[string]any) { delete(s["topologySpreadConstraints"].([]any)[0].(map[string]any), "maxSkew") },
	} {
		spec := made(t)
		change(spec)
		assert.ErrorContains(t, accept("spec", schema, spec), want)
	}
}

// A structural schema names the type of every node, once, and hides nothing.
func TestTheSchemaIsStructural(t *testing.T) {
	_, spec := plain(t)
	var walk func(path string, schema map[string]any)
	walk = func(path string, schema map[string]any) {
		assert.NotContains(t, schema, "x-kubernetes-preserve-unknown-fields", path)
		if schema["x-kubernetes-int-or-string"] == true {
			assert.NotContains(t, schema, "type", path)
			return
		}
		assert.Contains(t, []any{"object", "array", "string", "boolean", "integer"}, schema["type"], path)
		if schema["type"] == "object" {
			_, fixed := schema["properties"]
			_, open := schema["additionalProperties"]
			assert.True(t, fixed != open, "%s has either names or free keys", path)
		}
		for _, key := range []string{"items", "additionalProperties"} {
			if inner, ok := schema[key].(map[string]any); ok {
				walk(path+"."+key, inner)
			}
		}
		properties, _ := schema["properties"].(map[string]any)
		for name, inner := range properties {
			walk(path+"."+name, inner.(map[string]any))
		}
	}
	walk("spec", spec)
}

func TestEachCallGivesItsOwnCopy(t *testing.T) {
	dragonflytest.CRD()["kind"] = "changed"
	assert.Equal(t, "CustomResourceDefinition", dragonflytest.CRD()["kind"])
}
