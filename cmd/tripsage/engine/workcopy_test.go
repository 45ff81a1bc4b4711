package engine

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

func TestMergeStack(t *testing.T) {
	override := map[string]any{"p:images": map[string]any{"api": "new"}}
	tests := map[string]struct {
		committed string
		want      string
		own       bool
	}{
		"empty file": {"", "encryptionsalt: SALT\nconfig: {p:images: {api: new}}", false},
		"replaces the value in place of its short name": {
			"config: {images: {api: old, db: old}, p:b: 1}",
			"encryptionsalt: SALT\nconfig: {p:b: 1, p:images: {api: new}}", false,
		},
		"keeps secure values and the owner's salt": {
			"encryptionsalt: OWN\nconfig: {p:token: {secure: v1:x}}",
			"encryptionsalt: OWN\nconfig: {p:token: {secure: v1:x}, p:images: {api: new}}", true,
		},
		"keeps a secrets provider": {
			"secretsprovider: awskms://x", "secretsprovider: awskms://x\nconfig: {p:images: {api: new}}", true,
		},
		"null config": {"config:", "encryptionsalt: SALT\nconfig: {p:images: {api: new}}", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, own, err := mergeStack([]byte(tt.committed), "p", override, "SALT")
			require.NoError(t, err)
			assert.YAMLEq(t, tt.want, string(got))
			assert.Equal(t, tt.own, own.own())
		})
	}
	for _, bad := range []string{"- a list", "just text", "a: b: c"} {
		_, _, err := mergeStack([]byte(bad), "p", nil, "")
		require.Error(t, err, bad)
	}
}

// What is not overridden must decode to the same values as before.
func FuzzMergeStack(f *testing.F) {
	f.Add("config:\n  a: \"007\"\n  b: [1, '1', 0x10, 1e3, ~, 2001-01-01]\n")
	f.Add("config: {a: &x {b: c}, d: *x}\nenvironment: [e]\n")
	f.Add("# only a comment\n")
	f.Add("config: {0}")
	f.Fuzz(func(t *testing.T, committed string) {
		type stack struct {
			Salt   string         `yaml:"encryptionsalt"`
			Config map[string]any `yaml:"config"`
		}
		var before, after stack
		if yaml.Unmarshal([]byte(committed), &before) != nil {
			t.Skip()
		}
		merged, own, err := mergeStack([]byte(committed), "p", map[string]any{"p:new": "x"}, "SALT")
		if err != nil {
			return
		}
		require.NoError(t, yaml.Unmarshal(merged, &after))
		assert.Equal(t, "x", after.Config["p:new"])
		for _, overridden := range []string{"p:new", "new"} {
			delete(before.Config, overridden)
			delete(after.Config, overridden)
		}
		assert.Len(t, after.Config, len(before.Config))
		for key, value := range before.Config {
			assert.Equal(t, value, after.Config[key], key)
		}
		if !own.own() {
			assert.Equal(t, "SALT", after.Salt)
		}
	})
}

func TestEnvironmentKeepsTheDevelopersPulumiOut(t *testing.T) {
	o := Options{Stack: "s", PulumiRoot: "/root-of-pulumi", Env: map[string]string{"KUBECONFIG": "/k"}}
	inherited := []string{
		"HOME=/h", "PATH=/usr/bin", "PULUMI_ACCESS_TOKEN=pul-1", "PULUMI_CONFIG_PASSPHRASE=clear",
		"PULUMI_CONFIG_PASSPHRASE_FILE=/theirs", "PULUMI_BACKEND_URL=https://x", "PULUMI_STACK=other",
	}
	env, err := environment(inherited, o, home("/home-of-ours"), "")
	require.NoError(t, err)
	assert.Subset(t, env, []string{
		"HOME=/h", "PATH=/root-of-pulumi/bin:/usr/bin", "KUBECONFIG=/k",
		"PULUMI_CONFIG_PASSPHRASE_FILE=/home-of-ours/passphrase", "PULUMI_BACKEND_URL=file:///home-of-ours/state",
	})
	for _, entry := range env {
		assert.NotContains(t, entry, "pul-1")
		assert.NotContains(t, entry, "clear")
		assert.NotContains(t, entry, "PULUMI_STACK")
	}

	env, err = environment(inherited, o, home("/home-of-ours"), passphrase)
	require.NoError(t, err)
	assert.Contains(t, env, "PULUMI_CONFIG_PASSPHRASE_FILE=/theirs")
	_, err = environment(nil, o, home("/home-of-ours"), passphrase)
	require.ErrorContains(t, err, "set PULUMI_CONFIG_PASSPHRASE_FILE")
	_, err = environment(nil, o, home("/home-of-ours"), "awskms://key")
	require.NoError(t, err, "a key needs no passphrase")

	o.Backend = "https://api.example.com"
	env, err = environment(inherited, o, home("/home-of-ours"), passphrase)
	require.NoError(t, err)
	assert.Subset(t, env, []string{"PULUMI_ACCESS_TOKEN=pul-1", "PULUMI_BACKEND_URL=https://api.example.com"})
	_, err = environment(inherited, o, home("/home-of-ours"), "")
	require.NoError(t, err, "Pulumi Cloud encrypts by itself")
	assert.Equal(t, "default", encryption("").provider(o.Backend))
	o.Backend = "s3://bucket"
	env, err = environment(inherited, o, home("/home-of-ours"), passphrase)
	require.NoError(t, err)
	assert.NotContains(t, env, "PULUMI_ACCESS_TOKEN=pul-1", "a bucket has no use for it")
}

func TestOptionsNameEveryFault(t *testing.T) {
	err := Options{Project: "relative", Stack: "../x", Home: "/h"}.validate(true)
	require.ErrorContains(t, err, `Project is "relative"`)
	require.ErrorContains(t, err, `PulumiRoot is ""`)
	require.ErrorContains(t, err, `stack name "../x"`)
	require.ErrorContains(t, err, "Program is missing")
	require.ErrorContains(t, Options{Project: "/p", Stack: "s", Home: "/h", PulumiRoot: "/none"}.validate(false),
		"no Pulumi CLI at /none/bin/pulumi")
}

func TestPluginNamesAreChecked(t *testing.T) {
	err := home(t.TempDir()).linkPlugins(map[string]string{"random": "/x"})
	require.ErrorContains(t, err, "must be named like resource-kubernetes-v4.25.0")
}
