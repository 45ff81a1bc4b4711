package rules

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func secretUnmarked() rule.Rule {
	return rule.Rule{
		ID:       "secret-unmarked",
		Title:    "Properties that hold secrets are secret for Pulumi, too",
		Severity: rule.High,
		Reason:   "Pulumi encrypts in its state, and hides in its output, only what is marked as secret.",
		Fix:      "Take the value from config.RequireSecret or from a resource's secret output, or wrap it in pulumi.ToSecret.",
		Sources:  []string{"Pulumi documentation, Secrets handling", "deployment guide, Secret Management"},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, value := range neverPlain(r) {
				if value.Known() && !value.Secret() && !value.Empty() {
					c.Violation(r, "%s is not marked as secret", value.Path())
				}
			}
		},
	}
}

// neverPlain are the properties of a resource that hold secrets whatever they
// look like.
func neverPlain(r rule.Resource) []rule.Value {
	if r.Is("", "Secret") {
		return append(secretEntries(r.At("data")), secretEntries(r.At("stringData"))...)
	}
	name := r.Type[strings.LastIndex(r.Type, ":")+1:]
	switch {
	case strings.HasPrefix(r.Type, "github:index/") && strings.HasSuffix(name, "Secret"):
		return []rule.Value{r.At("plaintextValue")}
	case r.Type == "vercel:index/project:Project":
		return append([]rule.Value{
			r.At("passwordProtection", "password"), r.At("protectionBypassForAutomationSecret"),
		}, sensitive(r.At("environments").Items()...)...)
	case r.Type == "vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables":
		return sensitive(r.At("variables").Items()...)
	case strings.HasPrefix(r.Type, "vercel:index/") && strings.HasSuffix(name, "EnvironmentVariable"):
		return sensitive(r.Properties)
	case r.Type == "random:index/randomPassword:RandomPassword":
		return []rule.Value{r.At("result"), r.At("bcryptHash")}
	case r.Type == "random:index/randomBytes:RandomBytes":
		return []rule.Value{r.At("base64"), r.At("hex")}
	case r.Type == "tls:index/privateKey:PrivateKey":
		return []rule.Value{r.At("privateKeyPem"), r.At("privateKeyPemPkcs8"), r.At("privateKeyOpenssh")}
	case r.Type == "pulumi:providers:github":
		return []rule.Value{r.At("token"), r.At("appAuth", "pemFile")}
	case r.Type == "pulumi:providers:vercel":
		return []rule.Value{r.At("apiToken")}
	case r.Type == "pulumi:providers:kubernetes" && credentials.MatchString(r.At("kubeconfig").String()):
		return []rule.Value{r.At("kubeconfig")}
	}
	return nil
}

// credentials are in a kubeconfig unless a program fetches them.
var credentials = regexp.MustCompile(`\b(client-key-data|token|password|refresh-token)["']?\s*:`)

// secretEntries are those of a Kubernetes Secret but certificates. All of them
// count as one when none is marked and there is more than one.
func secretEntries(entries rule.Value) []rule.Value {
	var all []rule.Value
	for _, key := range entries.Keys() {
		value := entries.At(key)
		text := value.String()
		if decoded, ok := decodeText(text); ok {
			text = decoded
		}
		if strings.Contains(text, "-----BEGIN CERTIFICATE") && secretKind(text) == "" {
			continue
		}
		all = append(all, value)
	}
	return all
}

// sensitive are the values of Vercel's variables that are stored as sensitive.
func sensitive(variables ...rule.Value) []rule.Value {
	var all []rule.Value
	for _, one := range slices.DeleteFunc(variables, func(one rule.Value) bool { return !one.At("sensitive").True() }) {
		all = append(all, one.At("value"))
	}
	return all
}
