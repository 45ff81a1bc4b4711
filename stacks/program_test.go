package stacks

import (
	"encoding/base64"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

// each runs the test for every stack that the repository ships.
func each(t *testing.T, test func(t *testing.T, stack string)) {
	t.Helper()
	files, err := filepath.Glob("../Pulumi.*.yaml")
	require.NoError(t, err)
	var stacks []string
	for _, file := range files {
		stacks = append(stacks, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml"))
	}
	require.Equal(t, []string{"local", "production", "staging"}, stacks)
	for _, stack := range stacks {
		t.Run(stack, func(t *testing.T) { test(t, stack) })
	}
}

// complete is a shipped stack file with what it leaves to others: the images
// that are built, and secrets; and with the group that one of these belongs to.
func complete(t *testing.T, stack string) config.Map {
	t.Helper()
	if stack == "local" {
		return shipped(t)
	}
	values := stackFile(t, "../Pulumi."+stack+".yaml")
	for path, value := range secretsOf() {
		require.NoError(t, values.Set(config.MustParseKey("tripsage:"+path), encrypted(value), true))
	}
	set(t, values, "embedding.url", "https://api.openai.com/v1")
	set(t, values, "embedding.model", "text-embedding-3-small")
	return values
}

// secretsOf gives each secret key a value that is found nowhere else.
func secretsOf() map[string]string {
	taint := func(name string) string { return "hunter2-" + name + "-hunter2-hunter2-hunter2" }
	return map[string]string{
		"database.url":                     "postgres://api:" + taint("database") + "@db.tripsage.supabase.co:6543/postgres",
		"database.migrationURL":            "postgres://postgres:" + taint("owner") + "@db.tripsage.supabase.co:5432/postgres",
		"database.directURL":               "postgres://api:" + taint("direct") + "@db.tripsage.supabase.co:5432/postgres",
		"auth.jwtSecret":                   taint("tokens"),
		"api.encryptionKeys":               base64.StdEncoding.EncodeToString([]byte("hunter2-hunter2-hunter2-hunter2-")),
		"monitoring.databaseURL":           "postgres://monitor:" + taint("monitor") + "@db.tripsage.supabase.co:5432/postgres",
		"monitoring.critical.webhookURL":   "https://alerts.example.com/" + taint("critical-webhook"),
		"monitoring.critical.slackURL":     "https://hooks.slack.com/services/" + taint("critical-slack"),
		"monitoring.critical.pagerDutyKey": "hunter2hunter2hunter2hunter2hunt",
		"monitoring.warning.webhookURL":    "https://alerts.example.com:8443/" + taint("warning-webhook"),
		"monitoring.warning.slackURL":      "https://hooks.slack.com/services/" + taint("warning-slack"),
		"monitoring.warning.pagerDutyKey":  "hunter2hunter2hunter2hunter2warn",
		"embedding.apiKey":                 taint("embedding"),
		"vercel.nextAuthSecret":            taint("session"),
		"vercel.sentryDSN":                 "https://" + taint("sentry") + "@o1.ingest.sentry.io/2",
		"github.deliveryToken":             taint("delivery"),
		"github.vercelToken":               taint("vercel"),
		"github.previewDeliveryToken":      taint("preview-delivery"),
		"github.previewVercelToken":        taint("preview-vercel"),
		"github.smokeToken":                "eyJ." + taint("smoke") + ".c2ln",
	}
}

func TestEverySecretKeyIsTainted(t *testing.T) {
	for _, knob := range Knobs() {
		if knob.Placeholder != "" {
			assert.Contains(t, secretsOf(), knob.Key)
		}
	}
}

// The whole graph: types, names, parents, providers, inputs, secretness.
func TestGraph(t *testing.T) {
	each(t, func(t *testing.T, stack string) {
		configure(t, complete(t, stack))
		recording, err := pulumitest.Up(Program)
		require.NoError(t, err)
		pulumitest.Golden(t, stack+".json", recording.JSON(t))
	})
}

func TestSameGraphEveryTime(t *testing.T) {
	each(t, func(t *testing.T, stack string) {
		configure(t, complete(t, stack))
		first, err := pulumitest.Up(Program)
		require.NoError(t, err)
		for range 10 {
			again, err := pulumitest.Up(Program)
			require.NoError(t, err)
			require.Equal(t, string(first.JSON(t)), string(again.JSON(t)))
		}
	})
}

// A preview does not know generated values, but it knows every resource.
func TestPreviewHasTheSameResources(t *testing.T) {
	each(t, func(t *testing.T, stack string) {
		configure(t, complete(t, stack))
		update, err := pulumitest.Up(Program)
		require.NoError(t, err)
		preview, err := pulumitest.Preview(Program)
		require.NoError(t, err)
		assert.Equal(t, names(update), names(preview))
	})
}

// A secret of the configuration is in no input, unless that is secret.
func TestSecretsStaySecret(t *testing.T) {
	each(t, func(t *testing.T, stack string) {
		configure(t, complete(t, stack))
		recording, err := pulumitest.Up(Program)
		require.NoError(t, err)
		hidden, shown := 0, 0
		for _, one := range recording.Resources {
			in, out := count(one.Inputs, false)
			hidden, shown = hidden+in, shown+out
			assert.Zero(t, out, "%s %s shows a secret", one.Type, one.Name)
		}
		assert.Zero(t, shown)
		assert.Equal(t, stack != "local", hidden > 0, "the search finds what is there")
	})
}

// count tells how often a tainted text is below the value, inside a secret and
// outside of any.
func count(value any, inSecret bool) (hidden, shown int) {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			in, out := count(inner, inSecret || key == "secret")
			hidden, shown = hidden+in, shown+out
		}
	case []any:
		for _, inner := range value {
			in, out := count(inner, inSecret)
			hidden, shown = hidden+in, shown+out
		}
	case string:
		decoded, _ := base64.StdEncoding.DecodeString(value)
		if strings.Contains(value+string(decoded), "hunter2") {
			if inSecret {
				return 1, 0
			}
			return 0, 1
		}
	}
	return hidden, shown
}

func names(recording pulumitest.Recording) []string {
	var all []string
	for _, one := range recording.Resources {
		all = append(all, one.Type+" "+one.Name)
	}
	slices.Sort(all)
	return all
}

// One value changes exactly the resources that depend on it.
func TestWhatOneValueChanges(t *testing.T) {
	configure(t, shipped(t))
	before, err := pulumitest.Up(Program)
	require.NoError(t, err)
	const deployment = "kubernetes:apps/v1:Deployment "
	for path, row := range map[string]struct {
		text    string
		changed []string
	}{
		"images.api": {"tripsage.local/other" + digest, []string{
			"kubernetes:batch/v1:Job tripsage-api-migrate", deployment + "tripsage-api",
		}},
		"api.logLevel":            {"warn", []string{"kubernetes:core/v1:ConfigMap tripsage-api-env", deployment + "tripsage-api"}},
		"api.replicas.max":        {"1", []string{"kubernetes:autoscaling/v2:HorizontalPodAutoscaler tripsage-api", deployment + "tripsage-api"}},
		"cache.cpuRequest":        {"60m", []string{deployment + "dragonfly"}},
		"database.storageGiB":     {"3", []string{"kubernetes:core/v1:PersistentVolumeClaim postgres-data"}},
		"database.maxConnections": {"210", []string{"kubernetes:apps/v1:StatefulSet postgres"}},
		"kubernetes.cluster":      {"other", []string{"pulumi:providers:kubernetes kubernetes"}},
	} {
		t.Run(path, func(t *testing.T) {
			values := shipped(t)
			set(t, values, path, row.text)
			configure(t, values)
			after, err := pulumitest.Up(Program)
			require.NoError(t, err)
			assert.ElementsMatch(t, row.changed, different(t, before, after))
		})
	}
}

// Switching the tracks moves the traffic, and no pod restarts.
func TestASwitchOfTracksChangesTheRoutesOnly(t *testing.T) {
	const virtualService = "kubernetes:networking.istio.io/v1:VirtualService tripsage-api"
	const service = "kubernetes:core/v1:Service tripsage-api"
	for name, row := range map[string]struct {
		without []string
		changed []string
	}{
		"in a mesh":      {nil, []string{virtualService}},
		"without a mesh": {[]string{"mesh"}, []string{service, service + "-preview"}},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := complete(t, "staging"), complete(t, "staging")
			set(t, after, "release.blueGreen.active", "green")
			for _, values := range []config.Map{before, after} {
				for _, path := range row.without {
					require.NoError(t, values.Remove(config.MustParseKey("tripsage:"+path), true))
				}
			}
			spec, err := loadWith(t, before)
			require.NoError(t, err)
			set(t, after, "images.api", spec.Release.BlueGreen.IdleImage)
			set(t, after, "release.blueGreen.idleImage", spec.Images.API)
			assert.ElementsMatch(t, row.changed, different(t, graph(t, before), graph(t, after)))
		})
	}
}

func graph(t *testing.T, values config.Map) pulumitest.Recording {
	t.Helper()
	configure(t, values)
	recording, err := pulumitest.Up(Program)
	require.NoError(t, err)
	return recording
}

// different lists what only one of the recordings has as it is.
func different(t *testing.T, before, after pulumitest.Recording) []string {
	t.Helper()
	count := map[string]int{}
	label := map[string]string{}
	for sign, recording := range map[int]pulumitest.Recording{1: before, -1: after} {
		for _, one := range recording.Resources {
			text, err := json.Marshal(one)
			require.NoError(t, err)
			count[string(text)] += sign
			label[string(text)] = one.Type + " " + one.Name
		}
	}
	var found []string
	for text, n := range count {
		if n != 0 {
			found = append(found, label[text])
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
