package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/tripsage/infrastructure/cmd/tripsage/renderer"
	"github.com/tripsage/infrastructure/internal/offline"
	"github.com/tripsage/infrastructure/stacks"
)

type object = map[string]any

// tripsage runs the program as main does and gives back its standard output.
// Nothing that the commands without a cluster do not need is there.
func tripsage(t *testing.T, args ...string) (string, error) {
	t.Helper()
	for _, name := range []string{"HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "KUBECONFIG", "PATH"} {
		t.Setenv(name, "")
	}
	var out bytes.Buffer
	root := rootCommand()
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

// committed are the stacks of the repository.
func committed(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("../../Pulumi.*.yaml")
	require.NoError(t, err)
	var names []string
	for _, path := range paths {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "Pulumi."), ".yaml"))
	}
	require.Subset(t, names, []string{"local", "staging", "production"})
	return names
}

func configOf(t *testing.T, stack string) object {
	t.Helper()
	text, err := os.ReadFile("../../Pulumi." + stack + ".yaml")
	require.NoError(t, err)
	var file struct{ Config object }
	require.NoError(t, yaml.Unmarshal(text, &file))
	return file.Config
}

// write makes a stack file of a project, which is made if it is not there.
func write(t *testing.T, project, stack string, config object) {
	t.Helper()
	text, err := yaml.Marshal(object{"config": config})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(project, "Pulumi."+stack+".yaml"), text, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(project, "Pulumi.yaml"), nil, 0o600))
}

// with sets the value at a path such as database.url, in a copy.
func with(config object, path string, value any) object {
	top, rest, nested := strings.Cut(path, ".")
	config = maps.Clone(config)
	if config == nil {
		config = object{}
	}
	if !nested {
		config[top] = value
		return config
	}
	inner, _ := config[top].(object)
	config[top] = with(inner, rest, value)
	return config
}

// taints gives every secret that the stack can have a value that is ours to
// look for, as encrypted in the file and as the engine decrypts it.
func taints(t *testing.T, stack string) (encrypted, plain object, secrets map[string]string) {
	t.Helper()
	project := t.TempDir()
	encrypted, plain, secrets = configOf(t, stack), configOf(t, stack), map[string]string{}
	if stack == "local" { // The only one of the three without a secret of its own.
		encrypted["tripsage:database"], plain["tripsage:database"] = object{"mode": "external"}, object{"mode": "external"}
		for _, name := range []string{"api", "dragonfly", "prometheus", "alertmanager", "postgresExporter"} {
			image := "tripsage.local/" + strings.ToLower(name) + "@sha256:" + strings.Repeat("0", 64)
			encrypted, plain = with(encrypted, "tripsage:images."+name, image), with(plain, "tripsage:images."+name, image)
		}
	}
	for i, knob := range stacks.Knobs() {
		if knob.Placeholder == "" {
			continue
		}
		value := tainted(knob.Placeholder, fmt.Sprintf("hunter%dtaint", i))
		require.NotEqual(t, knob.Placeholder, value, knob.Key)
		changed := with(encrypted, "tripsage:"+knob.Key, object{"secure": "v1:cipher:" + base64.StdEncoding.EncodeToString([]byte(value))})
		write(t, project, stack, changed)
		if _, err := stacks.Compare(project, stack, stack); err != nil {
			continue // This stack has no use for it.
		}
		encrypted, plain = changed, with(plain, "tripsage:"+knob.Key, value)
		secrets[knob.Key] = value
	}
	require.NotEmpty(t, secrets)
	return encrypted, plain, secrets
}

// tainted puts the mark into a placeholder, which stays as valid as it was.
func tainted(placeholder, mark string) string {
	key, err := base64.StdEncoding.DecodeString(placeholder)
	if err != nil {
		return strings.ReplaceAll(placeholder, "redacted", mark)
	}
	return base64.StdEncoding.EncodeToString([]byte(strings.Repeat(mark, len(key))[:len(key)]))
}

// assertClean looks for the secrets as they are and in base64.
func assertClean(t *testing.T, what, text string, secrets map[string]string) {
	t.Helper()
	for key, secret := range secrets {
		assert.NotContains(t, text, secret, "%s: %s", what, key)
		assert.NotContains(t, text, base64.StdEncoding.EncodeToString([]byte(secret)), "%s: %s", what, key)
	}
	assert.NotRegexp(t, `hunter\d+taint`, text, what)
}

// What the engine would decrypt goes through the program and into no file; nor
// does any other value that the program marks secret, such as a generated one.
func TestNoSecretIsRendered(t *testing.T) {
	for _, stack := range committed(t) {
		t.Run(stack, func(t *testing.T) {
			_, plain, secrets := taints(t, stack)
			options := offline.Options{Project: "tripsage", Stack: stack, Preview: true, Config: map[string]string{}}
			for key, value := range plain {
				text, isText := value.(string)
				if !isText {
					encoded, err := json.Marshal(value)
					require.NoError(t, err)
					text = string(encoded)
				}
				options.Config[key] = text
				for name := range secrets {
					if strings.HasPrefix("tripsage:"+name, key+".") {
						options.SecretKeys = append(options.SecretKeys, key)
					}
				}
			}
			graph, err := offline.Evaluate(t.Context(), stacks.Program, options)
			require.NoError(t, err)
			found := map[string]string{}
			for _, one := range graph.Resources {
				if strings.HasPrefix(one.Type, "vercel:") {
					continue // Its SDK marks every variable, the public ones too.
				}
				marked(resource.NewObjectProperty(one.Properties), false, one.Type+" "+one.Name, found)
			}
			all, err := json.Marshal(graph)
			require.NoError(t, err)
			for key, secret := range secrets {
				if key == "monitoring.databaseURL" { // It is taken apart: what is secret in it is the password.
					secret, _, _ = strings.Cut(strings.SplitN(secret, ":", 3)[2], "@")
				}
				assert.True(t, strings.Contains(string(all), secret) ||
					strings.Contains(string(all), base64.StdEncoding.EncodeToString([]byte(secret))),
					"%s must reach the graph, or this test looks at nothing", key)
			}
			maps.Copy(found, secrets)
			objects, err := renderer.Objects(graph)
			require.NoError(t, err)
			for _, one := range objects {
				assertClean(t, one.File, string(one.Content), found)
			}
		})
	}
}

// marked collects text that is marked secret and too long to be in a file by
// chance.
func marked(value resource.PropertyValue, secret bool, path string, into map[string]string) {
	switch {
	case value.IsSecret():
		marked(value.SecretValue().Element, true, path, into)
	case value.IsArray():
		for i, item := range value.ArrayValue() {
			marked(item, secret, fmt.Sprintf("%s[%d]", path, i), into)
		}
	case value.IsObject():
		for key, item := range value.ObjectValue() {
			marked(item, secret, path+"."+string(key), into)
		}
	case value.IsString() && secret && len(value.StringValue()) >= 16:
		into[path] = value.StringValue()
		if decoded, err := base64.StdEncoding.DecodeString(value.StringValue()); err == nil && len(decoded) >= 16 {
			into[path+" decoded"] = string(decoded)
		}
	}
}

// The commands print neither what is encrypted nor how it is encrypted, and of
// a secret in clear only that it is there.
func TestNoCommandPrintsASecret(t *testing.T) {
	for _, stack := range committed(t) {
		t.Run(stack, func(t *testing.T) {
			encrypted, plain, secrets := taints(t, stack)
			project := t.TempDir()
			write(t, project, "encrypted", encrypted)
			write(t, project, "clear", plain)
			write(t, project, "missing", configOf(t, stack))
			for _, name := range []string{"encrypted", "clear", "missing"} {
				for _, args := range [][]string{{"render"}, {"render", "--json"}, {"vercel-json"}, {"diff", "encrypted", name, "--all"},
					{"diff", name, "missing", "--json"}} {
					out, err := tripsage(t, append(args, "--project", project, "--stack", name)...)
					text := out + fmt.Sprint(err)
					assertClean(t, strings.Join(args, " "), text, secrets)
					assert.NotContains(t, text, "v1:cipher:")
					if name == "clear" && args[0] != "vercel-json" {
						assert.ErrorContains(t, err, "found a value in clear, expected an encrypted one")
					}
				}
			}
			files, err := filepath.Glob(filepath.Join(project, "rendered", "*", "*"))
			require.NoError(t, err)
			assert.NotEmpty(t, files)
			for _, file := range files {
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				assertClean(t, file, string(text), secrets)
				assert.NotContains(t, string(text), "v1:cipher:")
			}
		})
	}
}
