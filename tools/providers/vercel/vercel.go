// Package vercel is the upstream Vercel provider as a Pulumi provider.
package vercel

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	upstream "github.com/hashicorp/terraform-plugin-framework/resource"
	pfbridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/vercel/terraform-provider-vercel/vercel"

	"github.com/tripsage/infrastructure/tools/providers/bridged"
)

const (
	// Name is the package's name, the prefix of all type tokens.
	Name = "vercel"
	// Version is the version of github.com/pulumiverse/pulumi-vercel/sdk whose
	// types are served here; the engine looks the plugin up by it.
	Version = "1.15.0"
)

// served are the resources that our components use.
func served() []string {
	return []string{
		"vercel_attack_challenge_mode",
		"vercel_dns_record",
		"vercel_firewall_config",
		"vercel_project",
		"vercel_project_deployment_retention",
		"vercel_project_domain",
		"vercel_project_environment_variable",
	}
}

// Provider returns the provider with the types of the Go SDK.
func Provider() (bridged.Plugin, error) {
	return bridged.New(tfbridge.ProviderInfo{
		P:       pfbridge.ShimProvider(subset{vercel.New()}),
		Name:    Name,
		Version: Version,
		Resources: map[string]*tfbridge.ResourceInfo{
			"vercel_firewall_config":              {ComputeID: ofProject},
			"vercel_project_deployment_retention": {ComputeID: ofProject},
		},
	})
}

// ofProject is the id of what a project has one of and what has no id of its
// own: the project's, after its team's if it has one.
func ofProject(_ context.Context, state resource.PropertyMap) (resource.ID, error) {
	project := state["projectId"]
	if !project.IsString() {
		return "", errors.New("the service named no project: expected its id in projectId")
	}
	id := project.StringValue()
	if team := state["teamId"]; team.IsString() && team.StringValue() != "" {
		id = team.StringValue() + "/" + id
	}
	return resource.ID(id), nil
}

// subset is a provider with the served resources only.
type subset struct{ provider.Provider }

func (s subset) Resources(ctx context.Context) []func() upstream.Resource {
	return slices.DeleteFunc(s.Provider.Resources(ctx), func(make func() upstream.Resource) bool {
		var meta upstream.MetadataResponse
		make().Metadata(ctx, upstream.MetadataRequest{ProviderTypeName: Name}, &meta)
		return !slices.Contains(served(), meta.TypeName)
	})
}

func (s subset) DataSources(context.Context) []func() datasource.DataSource { return nil }
