package policytest

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/tripsage/infrastructure/internal/offline"
	"github.com/tripsage/infrastructure/stacks"
)

const (
	project  = "tripsage"
	checkout = "../.."
)

// stack is the resources of a stack, as the engine would show them to the pack.
type stack struct {
	name      string
	resources []thing
}

// settings are the configuration of a stack by path: "cache.threads".
type settings = map[string]any

// hidden is a setting that is kept encrypted.
type hidden string

// shipped are the names of the stacks of this checkout.
func shipped() []string { return []string{"local", "staging", "production"} }

// load evaluates the stack of a Pulumi.<name>.yaml with what it leaves to
// others, and with changes; a nil one takes a setting away.
func load(t testing.TB, name string, preview bool, changes settings) stack {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout, "Pulumi."+name+".yaml"))
	require.NoError(t, err)
	var file struct{ Config map[string]any }
	require.NoError(t, yaml.Unmarshal(text, &file))
	secret := map[string]bool{}
	needed := given(t, name)
	for _, knob := range stacks.Knobs() {
		group := strings.Split(knob.Key, ".")[0]
		if _, known := needed[knob.Key]; !known && knob.Placeholder != "" && name != "local" && file.Config[project+":"+group] != nil {
			needed[knob.Key] = hidden(knob.Placeholder)
		}
	}
	for _, all := range []settings{needed, changes} {
		for _, path := range slices.Sorted(maps.Keys(all)) { // a group comes before what is in it
			set(file.Config, path, all[path])
		}
	}
	for _, all := range []settings{needed, changes} {
		for path, value := range all {
			group := project + ":" + strings.Split(path, ".")[0]
			if text, ok := value.(hidden); ok && strings.Contains(asText(t, file.Config[group]), string(text)) {
				secret[group] = true
			}
		}
	}
	options := offline.Options{Project: project, Stack: name, Config: map[string]string{}, Preview: preview}
	for key, value := range file.Config {
		options.Config[key] = asText(t, value)
		if secret[key] {
			options.SecretKeys = append(options.SecretKeys, key)
		}
	}
	graph, err := offline.Evaluate(t.Context(), stacks.Program, options)
	require.NoError(t, err)
	return stackOf(name, graph)
}

func asText(t testing.TB, value any) string {
	t.Helper()
	if text, ok := value.(string); ok {
		return text
	}
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

// set puts a setting into the configuration; nil takes it away.
func set(config map[string]any, path string, value any) {
	steps := strings.Split(path, ".")
	steps[0] = project + ":" + steps[0]
	for _, step := range steps[:len(steps)-1] {
		next, ok := config[step].(map[string]any)
		if !ok {
			next = map[string]any{}
			config[step] = next
		}
		config = next
	}
	last := steps[len(steps)-1]
	if config[last] = value; value == nil {
		delete(config, last)
	}
}

// given are the images that `tripsage up` builds, and the secrets.
func given(t testing.TB, stack string) settings {
	t.Helper()
	if stack == "local" {
		target, err := stacks.TargetOf(filepath.Join(checkout, "Pulumi."+stack+".yaml"))
		require.NoError(t, err)
		all := settings{}
		for _, name := range target.Images {
			all["images."+name] = "tripsage.local/" + strings.ToLower(name) + "@sha256:" + strings.Repeat("0123456789abcdef", 4)
		}
		return all
	}
	made := func(name string) hidden { return hidden("made-up-" + name + "-4Yx9Qm2LkT7vB3nR8wZc") }
	url := func(user, port string) hidden {
		return "postgres://" + hidden(user) + ":" + made(user) + "@db.tripsage.supabase.co:" + hidden(port) + "/postgres"
	}
	return settings{
		"database.url": url("api", "6543"), "database.directURL": url("direct", "5432"),
		"database.migrationURL": url("owner", "5432"),
		"auth.jwtSecret":        made("tokens") + made("tokens"),
		"api.encryptionKeys":    hidden(base64.StdEncoding.EncodeToString([]byte("made-up-keys-made-up-keys-made-u"))),
		"embedding.url":         "https://api.openai.com/v1", "embedding.model": "text-embedding-3-small",
		"embedding.apiKey":      made("embedding"),
		"vercel.nextAuthSecret": made("session") + made("session"),
		"vercel.sentryDSN":      "https://" + made("sentry") + "@o1.ingest.sentry.io/2",
		"github.deliveryToken":  made("delivery"), "github.vercelToken": made("vercel"),
		"github.previewDeliveryToken": made("preview-delivery"), "github.previewVercelToken": made("preview-vercel"), "github.smokeToken": "eyJ." + made("smoke") + ".c2ln",
	}
}

// stackOf names the resources as the engine does.
func stackOf(name string, graph offline.Graph) stack {
	types := map[string]string{}
	for _, one := range graph.Resources {
		types[one.Type+" "+one.Name] = one.Parent
	}
	urn := func(short string) string {
		kind, own, _ := strings.Cut(short, " ")
		above := ""
		for parent := types[short]; parent != ""; parent = types[parent] {
			before, _, _ := strings.Cut(parent, " ")
			above = before + "$" + above
		}
		above = strings.TrimSuffix(above, "$")
		return string(resource.NewURN(tokens.QName(name), project, tokens.Type(above), tokens.Type(kind), own))
	}
	root := string(resource.DefaultRootStackURN(tokens.QName(name), project))
	s := stack{name: name}
	for _, one := range graph.Resources {
		if one.Read {
			continue
		}
		made := thing{
			URN: urn(one.Type + " " + one.Name), Type: one.Type, Name: one.Name, Parent: root,
			Protect: one.Protect, Custom: one.Custom, Properties: plainMap(resource.FromResourcePropertyMap(one.Properties)),
		}
		if one.Parent != "" {
			made.Parent = urn(one.Parent)
		}
		s.resources = append(s.resources, made)
	}
	return s
}
