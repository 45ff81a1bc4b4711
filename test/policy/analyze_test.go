package policytest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/localcluster/toolchain"
	"github.com/tripsage/infrastructure/stacks"
)

// policyProgram is the pack as tripsage builds it.
func policyProgram(t *testing.T) string {
	t.Helper()
	pack, _, err := builder(t).Policy(interruptible(t))
	require.NoError(t, err)
	return pack
}

// `pulumi policy analyze` judges what an export of the stack has on record. It
// tells the pack no stack, so the profile comes as configuration.
func testAnalysis(t *testing.T, o *cli) {
	built, err := builder(t).Pulumi(interruptible(t))
	require.NoError(t, err)
	pulumi := func(dir string, args ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), filepath.Join(built.Root, "bin", "pulumi"), args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PULUMI_HOME="+t.TempDir(), "PULUMI_SKIP_UPDATE_CHECK=true", "NO_COLOR=1",
			"PULUMI_BACKEND_URL=file://"+filepath.Join(o.home(), "state"),
			"PULUMI_CONFIG_PASSPHRASE_FILE="+filepath.Join(o.home(), "passphrase"))
		out, err := cmd.CombinedOutput()
		o.said.Write(out)
		return string(out), err
	}
	exported := filepath.Join(t.TempDir(), "state.json")
	out, err := pulumi(filepath.Join(o.home(), "work", "local"), "stack", "export", "--stack", "local", "--file", exported)
	require.NoError(t, err, out)
	analyze := func(config string) (string, error) {
		return pulumi(t.TempDir(), "policy", "analyze", "--diff", "--file", exported,
			"--policy-pack", policyProgram(t), "--policy-pack-config", config)
	}
	profile := filepath.Join(o.checkout, "policy", "profiles", "local.json")

	out, err = analyze(changed(t, profile, `"all":"mandatory"`))
	assert.NoError(t, err, "the shipped stack passes: %s", out)
	assert.NotContains(t, out, plantedSays)

	out, err = analyze(changed(t, profile, `"all":"mandatory","autoscaler-minimum":{"minimum":99}`))
	assert.Error(t, err)
	assert.Contains(t, out, "one or more mandatory policy violations were found")
	assert.Contains(t, out, plantedSays)
	assert.Contains(t, out, "See: docs/policies.md#autoscaler-minimum")
}

// changed is a copy of a file of configuration with other settings, which are
// given as JSON without the braces.
func changed(t *testing.T, file, settings string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	config := decoded[object](t, string(text))
	for key, value := range decoded[object](t, "{"+settings+"}") {
		config[key] = value
	}
	path := filepath.Join(t.TempDir(), "config.json")
	require.NoError(t, os.WriteFile(path, []byte(asText(t, config)), 0o600))
	return path
}

// A plain engine, driven by Pulumi's own Automation API and without anything of
// tripsage's, is stopped by the pack as well: by a stack file that the program
// takes and a rule does not.
func TestPlainEngine(t *testing.T) {
	p := newPlainEngine(t)
	mandatory := changed(t, filepath.Join("../..", "policy", "profiles", "local.json"), `"all":"mandatory"`)
	assert.NoError(t, p.preview(t, mandatory), "the shipped stack passes: %v", p.found)

	p.edit(t, "tripsage.local/dragonfly@", "docker.io/somebody/dragonfly@")
	want := "image-registry Deployment tripsage/dragonfly"
	require.NoError(t, p.preview(t, ""), "the profile of the stack local advises")
	assert.Contains(t, p.found, "advisory high "+want)
	err := p.preview(t, mandatory)
	require.Error(t, err)
	assert.Contains(t, err.Error(), "code: 1\n", "the CLI's exit code")
	assert.Contains(t, p.found, "mandatory high "+want)
}

// plainEngine is the Pulumi CLI with our program on an unreachable cluster: the
// Kubernetes provider then goes by what the program says.
type plainEngine struct {
	dir, pack string
	stack     auto.Stack
	found     []string // level, severity, rule and resource of each violation
}

func newPlainEngine(t *testing.T) *plainEngine {
	t.Helper()
	built, err := builder(t).Pulumi(interruptible(t))
	require.NoError(t, err)
	p := &plainEngine{dir: t.TempDir(), pack: policyProgram(t)}
	home := t.TempDir()
	linkPlugins(t, built, home)
	for _, name := range []string{"Pulumi.yaml", "Pulumi.local.yaml"} {
		text, err := os.ReadFile(filepath.Join("../..", name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(p.dir, name), text, 0o600))
	}
	p.edit(t, "  tripsage:environment: local\n", "  tripsage:environment: local\n"+imagesOf(t))
	kubeconfig := filepath.Join(home, "kubeconfig")
	require.NoError(t, os.WriteFile(kubeconfig, []byte(`apiVersion: v1
kind: Config
clusters: [{name: none, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: none, context: {cluster: none, user: none}}]
current-context: none
users: [{name: none, user: {token: none}}]
`), 0o600))
	cli, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: built.Root})
	require.NoError(t, err)
	workspace, err := auto.NewLocalWorkspace(t.Context(), auto.WorkDir(p.dir), auto.PulumiHome(home), auto.Pulumi(cli), auto.Program(stacks.Program),
		auto.EnvVars(map[string]string{
			"PULUMI_BACKEND_URL": "file://" + t.TempDir(), "PULUMI_CONFIG_PASSPHRASE": "of a test", "PULUMI_SKIP_UPDATE_CHECK": "true",
			"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true", "KUBECONFIG": kubeconfig,
		}))
	require.NoError(t, err)
	p.stack, err = auto.UpsertStack(t.Context(), "local", workspace)
	require.NoError(t, err)
	return p
}

// imagesOf gives every image that the stack wants, as `tripsage up` would.
func imagesOf(t *testing.T) string {
	t.Helper()
	wants, err := stacks.TargetOf(filepath.Join("../..", "Pulumi.local.yaml"))
	require.NoError(t, err)
	text := "  tripsage:images:\n"
	for _, name := range wants.Images {
		text += "    " + name + ": tripsage.local/" + strings.ToLower(name) + "@sha256:" + strings.Repeat("0123456789abcdef", 4) + "\n"
	}
	return text
}

func linkPlugins(t *testing.T, built toolchain.Engine, home string) {
	t.Helper()
	for name, from := range built.Plugins {
		to := filepath.Join(home, "plugins", name)
		require.NoError(t, os.MkdirAll(to, 0o700))
		files, err := os.ReadDir(from)
		require.NoError(t, err)
		for _, file := range files {
			require.NoError(t, os.Symlink(filepath.Join(from, file.Name()), filepath.Join(to, file.Name())))
		}
	}
}

// edit replaces a piece of the stack file.
func (p *plainEngine) edit(t *testing.T, old, new string) {
	t.Helper()
	path := filepath.Join(p.dir, "Pulumi.local.yaml")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(text), old), "%q in\n%s", old, text)
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(text), old, new, 1)), 0o600))
}

func (p *plainEngine) preview(t *testing.T, config string) error {
	t.Helper()
	p.found = nil
	stream, done := make(chan events.EngineEvent), make(chan struct{})
	go func() {
		defer close(done)
		for event := range stream {
			if e := event.PolicyEvent; e != nil {
				resource, _, _ := strings.Cut(strings.TrimPrefix(e.Message, "<{%note%}>"), ": ")
				p.found = append(p.found, strings.Join([]string{e.EnforcementLevel, e.Severity, e.PolicyName, resource}, " "))
			}
		}
	}()
	options := []optpreview.Option{optpreview.PolicyPacks(p.pack), optpreview.EventStreams(stream), optpreview.Color("never")}
	if config != "" {
		options = append(options, optpreview.PolicyPackConfigs(config))
	}
	_, err := p.stack.Preview(interruptible(t), options...)
	<-done
	return err
}
