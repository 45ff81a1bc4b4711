package preview

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-github/sdk/v6/go/github"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumiverse/pulumi-vercel/sdk/go/vercel"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// property is a property's type in a Pulumi schema.
type property struct {
	Ref                         string `json:"$ref"`
	Items, AdditionalProperties *property
}

type schema struct {
	Resources map[string]struct{ InputProperties map[string]property }
	Types     map[string]struct{ Properties map[string]property }
}

// The SDKs are made by others from the same upstream providers. Whatever our
// components can set is known to the plugins under the same name, and the other
// way round.
func TestPluginsKnowWhatTheSDKsKnow(t *testing.T) {
	for name, inputs := range map[string]map[string]pulumi.Input{
		"github": {
			"github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret":                                                             github.ActionsEnvironmentSecretArgs{},
			"github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable":                                                         github.ActionsEnvironmentVariableArgs{},
			"github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions":                                                     github.ActionsRepositoryPermissionsArgs{},
			"github:index/repositoryEnvironment:RepositoryEnvironment":                                                                   github.RepositoryEnvironmentArgs{},
			"github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy":                                   github.RepositoryEnvironmentDeploymentPolicyArgs{},
			"github:index/repositoryFile:RepositoryFile":                                                                                 github.RepositoryFileArgs{},
			"github:index/repositoryPullRequest:RepositoryPullRequest":                                                                   github.RepositoryPullRequestArgs{},
			"github:index/repositoryRuleset:RepositoryRuleset":                                                                           github.RepositoryRulesetArgs{},
			"github:index/actionsRepositoryOidcSubjectClaimCustomizationTemplate:ActionsRepositoryOidcSubjectClaimCustomizationTemplate": github.ActionsRepositoryOidcSubjectClaimCustomizationTemplateArgs{},
		},
		"vercel": {
			"vercel:index/attackChallengeMode:AttackChallengeMode":               vercel.AttackChallengeModeArgs{},
			"vercel:index/dnsRecord:DnsRecord":                                   vercel.DnsRecordArgs{},
			"vercel:index/firewallConfig:FirewallConfig":                         vercel.FirewallConfigArgs{},
			"vercel:index/project:Project":                                       vercel.ProjectArgs{},
			"vercel:index/projectDeploymentRetention:ProjectDeploymentRetention": vercel.ProjectDeploymentRetentionArgs{},
			"vercel:index/projectDomain:ProjectDomain":                           vercel.ProjectDomainArgs{},
			"vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": vercel.ProjectEnvironmentVariableArgs{},
		},
	} {
		served := readSchema(t, name)
		assert.Len(t, served.Resources, len(inputs), "resources of %s", name)
		for token, args := range inputs {
			resource, ok := served.Resources[token]
			if assert.True(t, ok, "%s is not served", token) {
				differences := served.compare(token, resource.InputProperties, args.ElementType())
				assert.Equal(t, newerSDK()[token], differences, token)
			}
		}
	}
}

// newerSDK is what the SDK knows and the plugin does not: the SDK 1.15.0 was
// made from the upstream version 2.8.0, which is not to be had as a Go module.
// The plugin refuses these inputs.
func newerSDK() map[string][]string {
	const (
		project  = "vercel:index/project:Project"
		domain   = "vercel:index/projectDomain:ProjectDomain"
		variable = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable"
	)
	return map[string][]string{
		project: {
			project + ".environments[].comment is only in the SDK",
			project + ".environments[].customEnvironmentIds is only in the SDK",
			project + ".oidcTokenConfig.issuerMode is only in the SDK",
			project + ".protectionBypassForAutomationSecret is only in the SDK",
		},
		domain: {domain + ".customEnvironmentId is only in the SDK"},
		variable: {
			variable + ".comment is only in the SDK",
			variable + ".customEnvironmentIds is only in the SDK",
		},
	}
}

// readSchema asks the plugin itself.
func readSchema(t *testing.T, name string) schema {
	t.Helper()
	var dir string
	for plugin, folder := range suite.plugins {
		if strings.HasPrefix(plugin, "resource-"+name+"-v") {
			dir = folder
		}
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(suite.root, "bin", "pulumi"),
		"package", "get-schema", filepath.Join(dir, "pulumi-resource-"+name))
	cmd.Env = append(cmd.Environ(), "PULUMI_HOME="+t.TempDir(), "PULUMI_SKIP_UPDATE_CHECK=true")
	out, err := cmd.Output()
	require.NoError(t, err)
	var served schema
	require.NoError(t, json.Unmarshal(out, &served))
	return served
}

// compare lists the paths that only the SDK's type or only the plugin has.
func (s schema) compare(path string, served map[string]property, sdk reflect.Type) []string {
	var differences []string
	left := make(map[string]bool, len(served))
	for name := range served {
		left[name] = true
	}
	for i := range sdk.NumField() {
		name, _, _ := strings.Cut(sdk.Field(i).Tag.Get("pulumi"), ",")
		here := path + "." + name
		p, ok := served[name]
		if !ok {
			differences = append(differences, here+" is only in the SDK")
			continue
		}
		delete(left, name)
		differences = append(differences, s.nested(here, p, sdk.Field(i).Type)...)
	}
	for name := range left {
		differences = append(differences, path+"."+name+" is only in the plugin")
	}
	slices.Sort(differences)
	return differences
}

func (s schema) nested(path string, p property, sdk reflect.Type) []string {
	switch sdk.Kind() {
	case reflect.Pointer:
		return s.nested(path, p, sdk.Elem())
	case reflect.Slice, reflect.Map:
		inner := p.Items
		if sdk.Kind() == reflect.Map {
			inner = p.AdditionalProperties
		}
		if inner == nil {
			return []string{path + " is a " + sdk.Kind().String() + " only in the SDK"}
		}
		return s.nested(path+"[]", *inner, sdk.Elem())
	case reflect.Struct:
		return s.compare(path, s.Types[strings.TrimPrefix(p.Ref, "#/types/")].Properties, sdk)
	default:
		if p.Ref != "" || p.Items != nil {
			return []string{path + " is " + sdk.Kind().String() + " only in the SDK"}
		}
		return nil
	}
}
