// Package bridged has what our bridged plugins share: which of the upstream
// resources they serve, and their Pulumi schema.
package bridged

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfgen"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// nameLength and nameSeparator are how the official plugins name what the
// program leaves without a name.
const (
	nameLength    = 255
	nameSeparator = "-"
)

// Complete fills in what follows from the resources: their tokens (all in the
// module index, as in the SDKs), names for what has none, and the refusal of
// inputs that the upstream provider does not know.
func Complete(info tfbridge.ProviderInfo) (tfbridge.ProviderInfo, error) {
	info.MetadataInfo = tfbridge.NewProviderMetadata([]byte("{}"))
	if info.Resources == nil {
		info.Resources = map[string]*tfbridge.ResourceInfo{}
	}
	strategy := tokens.SingleModule(info.Name+"_", "index", tokens.MakeStandard(info.Name))
	if err := info.ComputeTokens(strategy); err != nil {
		return info, err
	}
	info.SetAutonaming(nameLength, nameSeparator)
	info.P.ResourcesMap().Range(func(name string, res shim.Resource) bool {
		info.Resources[name].PreCheckCallback = refuseUnknown(info, name, res)
		return true
	})
	return info, nil
}

// refuseUnknown reports inputs that the upstream provider does not have. The
// bridge itself leaves them out without a word.
func refuseUnknown(info tfbridge.ProviderInfo, name string, res shim.Resource) tfbridge.PreCheckCallback {
	return func(_ context.Context, inputs, _ resource.PropertyMap) (resource.PropertyMap, error) {
		fields := info.Resources[name].GetFields()
		var known []string
		res.Schema().Range(func(field string, _ shim.Schema) bool {
			known = append(known, tfbridge.TerraformToPulumiNameV2(field, res.Schema(), fields))
			return true
		})
		slices.Sort(known)
		var unknown []string
		for key := range inputs {
			if !strings.HasPrefix(string(key), "__") && !slices.Contains(known, string(key)) {
				unknown = append(unknown, string(key))
			}
		}
		if len(unknown) == 0 {
			return inputs, nil
		}
		slices.Sort(unknown)
		return nil, fmt.Errorf("%s of %s: the provider that the built-in plugin is made of does not know it; it knows %s",
			strings.Join(unknown, ", "), info.Resources[name].Tok, strings.Join(known, ", "))
	}
}

// Schema is the plugin's schema, without texts.
func Schema(info tfbridge.ProviderInfo) ([]byte, error) {
	spec, err := tfgen.GenerateSchemaWithOptions(tfgen.GenerateSchemaOptions{
		ProviderInfo:    info,
		DiagnosticsSink: diag.DefaultSink(io.Discard, io.Discard, diag.FormatOptions{Color: colors.Never}),
		XInMemoryDocs:   true,
	})
	if err != nil {
		return nil, fmt.Errorf("make the schema of %s: %w", info.Name, err)
	}
	return json.Marshal(spec.PackageSpec)
}
