package stacks

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// stackFile reads a stack file with Pulumi's own loader and applies the
// project's defaults, as the engine does before it starts a program.
func stackFile(t testing.TB, path string) config.Map {
	t.Helper()
	project, err := workspace.LoadProject("../Pulumi.yaml")
	require.NoError(t, err)
	quiet := diag.DefaultSink(io.Discard, io.Discard, diag.FormatOptions{Color: colors.Never})
	stack, err := workspace.LoadProjectStack(quiet, project, path)
	require.NoError(t, err)
	for name, declared := range project.Config {
		require.NotNil(t, declared.Default, "without a default the engine calls %s required", name)
		key := config.MustMakeKey(string(project.Name), name)
		if _, isSet := stack.Config[key]; !isSet {
			require.NoError(t, stack.Config.Set(key, defaultValue(t, declared.Default), false))
		}
	}
	return stack.Config
}

func defaultValue(t testing.TB, value any) config.Value {
	t.Helper()
	if text, isText := value.(string); isText {
		return config.NewValue(text)
	}
	object, err := json.Marshal(value)
	require.NoError(t, err)
	return config.NewObjectValue(string(object))
}

// configure hands the configuration to the programs of this test the way the
// engine does, in the environment.
func configure(t *testing.T, values config.Map) {
	t.Helper()
	plain, err := values.Decrypt(config.Base64Crypter)
	require.NoError(t, err)
	byName := map[string]string{}
	for key, text := range plain {
		byName[key.String()] = text
	}
	var hidden []string
	for _, key := range values.SecureKeys() {
		hidden = append(hidden, key.String())
	}
	setJSON(t, pulumi.EnvConfig, byName)
	setJSON(t, pulumi.EnvConfigSecretKeys, hidden)
}

func setJSON(t *testing.T, name string, value any) {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	t.Setenv(name, string(text))
}

// encrypted is a value as `pulumi config set --secret` writes it, in a cipher
// of the tests.
func encrypted(text string) config.Value {
	return config.NewSecureValue(base64.StdEncoding.EncodeToString([]byte(text)))
}

// set changes one value, given as YAML or JSON at a path below the namespace.
func set(t *testing.T, values config.Map, path, text string) {
	t.Helper()
	key, err := config.ParseKey("tripsage:" + path)
	require.NoError(t, err)
	require.NoError(t, values.Set(key, config.NewValue(text), true))
}
