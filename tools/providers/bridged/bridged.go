// Package bridged makes Pulumi providers of upstream Terraform providers, as
// the official plugins do, with types equal to those of the SDKs.
package bridged

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/typechecker"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfgen"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// How the official plugins name what the program leaves without a name.
const (
	nameLength    = 255
	nameSeparator = "-"
)

// Plugin is a provider that can be served.
type Plugin struct {
	Info tfbridge.ProviderInfo
	// Schema is the Pulumi schema as JSON, without texts.
	Schema []byte
}

// New fills in what follows from the resources of the provider: their tokens,
// all in the module index as in the SDKs, names for what has none, and the
// schema. Inputs that the schema does not have are refused; the bridge alone
// would leave them out without a word.
func New(info tfbridge.ProviderInfo) (Plugin, error) {
	info.MetadataInfo = tfbridge.NewProviderMetadata([]byte("{}"))
	if err := info.ComputeTokens(tokens.SingleModule(info.Name+"_", "index", tokens.MakeStandard(info.Name))); err != nil {
		return Plugin{}, fmt.Errorf("name the resources of %s: %w", info.Name, err)
	}
	info.SetAutonaming(nameLength, nameSeparator)
	generated, err := tfgen.GenerateSchemaWithOptions(tfgen.GenerateSchemaOptions{
		ProviderInfo:    info,
		DiagnosticsSink: diag.DefaultSink(io.Discard, io.Discard, diag.FormatOptions{Color: colors.Never}),
		XInMemoryDocs:   true,
	})
	if err != nil {
		return Plugin{}, fmt.Errorf("make the schema of %s: %w", info.Name, err)
	}
	schema, err := json.Marshal(generated.PackageSpec)
	if err != nil {
		return Plugin{}, fmt.Errorf("write the schema of %s: %w", info.Name, err)
	}
	checker := typechecker.New(generated.PackageSpec, true)
	for _, one := range info.Resources {
		one.PreCheckCallback = func(_ context.Context, inputs, _ resource.PropertyMap) (resource.PropertyMap, error) {
			return inputs, faults(checker.ValidateInputs(one.Tok, inputs))
		}
	}
	return Plugin{Info: info, Schema: schema}, nil
}

func faults(failures []typechecker.Failure) error {
	var all []error
	for _, failure := range failures {
		reason := failure.Reason
		if failure.ResourcePath != "" {
			reason = failure.ResourcePath + ": " + reason
		}
		all = append(all, errors.New(reason))
	}
	return errors.Join(all...)
}
