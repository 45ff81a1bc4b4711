package vercelproject

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumiverse/pulumi-vercel/sdk/go/vercel"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

const (
	publicPrefix = "NEXT_PUBLIC_"

	// maxVariables is the size of all variables of a deployment together, from
	// vercel.com/docs/environment-variables.
	maxVariables = 64 << 10
)

var variablePattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,255}$`)

// reservedVariables are from
// vercel.com/docs/environment-variables/reserved-environment-variables,
// December 2025.
func reservedVariables() []string {
	return []string{
		"AWS_SECRET_KEY", "AWS_EXECUTION_ENV", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
		"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
		"NOW_REGION", "TZ", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
	}
}

func validateEnvironment(environment map[Target]Variables) error {
	var faults []error
	for _, target := range slices.Sorted(maps.Keys(environment)) {
		if err := oneOf("Environment's target", string(target), string(Production), string(Preview), string(Development)); err != nil {
			faults = append(faults, err)
			continue
		}
		err := environment[target].validate(target)
		faults = append(faults, fault.Under("Environment["+string(target)+"].", err))
	}
	return errors.Join(faults...)
}

func (v Variables) validate(target Target) error {
	var faults []error
	size := 0
	for _, key := range slices.Sorted(maps.Keys(v.Plain)) {
		value := v.Plain[key]
		size += len(key) + len(value)
		faults = append(faults, checkName("Plain", key), checkPlain(key, value))
	}
	for _, key := range slices.Sorted(maps.Keys(v.Secret)) {
		faults = append(faults, checkName("Secret", key), v.checkSecret(target, key))
	}
	if size > maxVariables {
		faults = append(faults, fault.Of("Plain", size, fmt.Sprintf("at most %d bytes of names and values", maxVariables)))
	}
	return errors.Join(faults...)
}

func checkName(kind, key string) error {
	if !variablePattern.MatchString(key) {
		return fault.Of(kind+"'s name", key, "letters, digits and underscores, and no digit first")
	}
	if slices.Contains(reservedVariables(), key) {
		return fault.Of(kind+"'s name", key, "another one: Vercel's functions use it themselves")
	}
	return nil
}

func checkPlain(key, value string) error {
	if value == "" {
		return fault.Missing("Plain["+key+"]", "a value; leave the name out if there is none")
	}
	reason := SecretReason(key, value)
	if reason == "" {
		return nil
	}
	want := "it in Secret, as a secret output"
	if strings.HasPrefix(key, publicPrefix) {
		want = "something public, because browsers get every name with " + publicPrefix
	}
	return fmt.Errorf("%s looks like a secret (%s): expected %s", "Plain["+key+"]", reason, want)
}

func (v Variables) checkSecret(target Target, key string) error {
	full := "Secret[" + key + "]"
	if _, twice := v.Plain[key]; twice {
		return fault.Of("Secret's name", key, "a name that Plain does not have")
	}
	if strings.HasPrefix(key, publicPrefix) {
		return errors.New(full + " would be sent to browsers: expected a name without " + publicPrefix + ", or in Plain if it is public")
	}
	if target == Development {
		return errors.New(full + " is for development: expected it in the developer's own .env.local, because Vercel has no sensitive variables there")
	}
	return checkSecret(full, v.Secret[key])
}

func newVariables(ctx *pulumi.Context, o owner, args Args) error {
	for _, target := range slices.Sorted(maps.Keys(args.Environment)) {
		variables := args.Environment[target]
		for _, key := range slices.Sorted(maps.Keys(variables.Plain)) {
			// Whether it is sensitive is left to the team's policy.
			if err := newVariable(ctx, o, target, key, pulumi.String(variables.Plain[key]), nil); err != nil {
				return err
			}
		}
		for _, key := range slices.Sorted(maps.Keys(variables.Secret)) {
			if err := newVariable(ctx, o, target, key, pulumi.ToSecret(variables.Secret[key]).(pulumi.StringOutput), pulumi.BoolPtr(true)); err != nil {
				return err
			}
		}
	}
	return nil
}

// newVariable deletes before it replaces: Vercel refuses a second variable of
// the same name and target.
func newVariable(ctx *pulumi.Context, o owner, target Target, key string, value pulumi.StringInput, sensitive pulumi.BoolPtrInput) error {
	name := fmt.Sprintf("%s-%s-%s", o.logical, target, key)
	_, err := vercel.NewProjectEnvironmentVariable(ctx, name, &vercel.ProjectEnvironmentVariableArgs{
		ProjectId: o.project,
		TeamId:    o.team,
		Targets:   pulumi.StringArray{pulumi.String(string(target))},
		Key:       pulumi.String(key),
		Value:     value,
		Sensitive: sensitive,
	}, o.parent(), pulumi.DeleteBeforeReplace(true))
	return err
}
