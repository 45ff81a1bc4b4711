// Package github is the upstream GitHub provider as a Pulumi provider.
package github

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	upstream "github.com/integrations/terraform-provider-github/v6/github"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	sdk "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"

	"github.com/tripsage/infrastructure/tools/providers/bridged"
)

const (
	// Name is the package's name, the prefix of all type tokens.
	Name = "github"
	// Version is the version of github.com/pulumi/pulumi-github/sdk/v6 whose
	// types are served here; the engine looks the plugin up by it.
	Version = "6.7.0"
)

// served are the resources that our components use.
func served() []string {
	return []string{
		"github_actions_environment_secret",
		"github_actions_environment_variable",
		"github_actions_repository_oidc_subject_claim_customization_template",
		"github_actions_repository_permissions",
		"github_repository_environment",
		"github_repository_environment_deployment_policy",
		"github_repository_file",
		"github_repository_pull_request",
		"github_repository_ruleset",
	}
}

// Provider returns the provider with the types of the Go SDK.
func Provider() (bridged.Plugin, error) {
	return bridged.New(tfbridge.ProviderInfo{
		P:       sdk.NewProvider(subset(upstream.Provider())),
		Name:    Name,
		Version: Version,
		Config: map[string]*tfbridge.SchemaInfo{
			"base_url": {Default: &tfbridge.DefaultInfo{
				EnvVars: []string{"GITHUB_BASE_URL"},
				Value:   "https://api.github.com/",
			}},
			"token": {
				Default: &tfbridge.DefaultInfo{EnvVars: []string{"GITHUB_TOKEN"}},
				Secret:  tfbridge.True(),
			},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			// GitHub has no second secret of the same name.
			"github_actions_environment_secret": {DeleteBeforeReplace: true},
		},
		// As the official plugin: state of the first version has no version, and
		// previews show what the provider plans.
		EnableZeroDefaultSchemaVersion: true,
		EnableAccurateBridgePreview:    true,
	})
}

// subset leaves the served resources only.
func subset(p *schema.Provider) *schema.Provider {
	maps.DeleteFunc(p.ResourcesMap, func(name string, _ *schema.Resource) bool {
		return !slices.Contains(served(), name)
	})
	clear(p.DataSourcesMap)
	return p
}
