// Command pack is a small policy pack for the tests of package engine.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/policyx"
)

const password = "random:index/randomPassword:RandomPassword"

func main() {
	if err := policyx.Main(pack); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func pack(*pulumi.Context) (policyx.PolicyPack, error) {
	return policyx.NewPolicyPack("test", semver.MustParse("1.0.0"), policyx.EnforcementLevelMandatory, []policyx.Policy{
		policyx.NewResourceValidationPolicy("long-passwords", policyx.ResourceValidationPolicyArgs{
			Description:      "Passwords are long",
			EnforcementLevel: policyx.EnforcementLevelMandatory,
			ConfigSchema: &policyx.ConfigSchema{Properties: map[string]map[string]any{
				"minimum": {"type": "number", "default": 20},
			}},
			ValidateResource: func(_ context.Context, args policyx.ResourceValidationArgs) error {
				length, minimum := args.Resource.Properties.Get("length"), args.Config["minimum"].(float64)
				if args.Resource.Type == password && length.IsNumber() && length.AsNumber() < minimum {
					args.Manager.ReportViolation(fmt.Sprintf("length is %v, expected at least %v\nFix: Make it longer.", length.AsNumber(), minimum), "")
				}
				return nil
			},
		}),
		policyx.NewStackValidationPolicy("few-passwords", policyx.StackValidationPolicyArgs{
			Description:      "A stack has few passwords",
			EnforcementLevel: policyx.EnforcementLevelAdvisory,
			ValidateStack: func(_ context.Context, args policyx.StackValidationArgs) error {
				for _, r := range args.Resources {
					if r.Type == password {
						args.Manager.ReportViolation(r.Name+" is a password", r.URN)
					}
				}
				return nil
			},
		}),
		policyx.NewResourceRemediationPolicy("special", policyx.ResourceRemediationPolicyArgs{
			Description: "Passwords have no special characters",
			RemediateResource: func(_ context.Context, args policyx.ResourceRemediationArgs) (*property.Map, error) {
				special := args.Resource.Properties.Get("special")
				if args.Resource.Type != password || special.IsBool() && !special.AsBool() {
					return nil, nil
				}
				mended := args.Resource.Properties.Set("special", property.New(false))
				return &mended, nil
			},
		}),
	})
}
