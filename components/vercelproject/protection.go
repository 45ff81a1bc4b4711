package vercelproject

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumiverse/pulumi-vercel/sdk/go/vercel"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// The provider takes these spellings; the SDK's comments show others.
const (
	protectPreviews   = "standard_protection"
	protectEverything = "all_deployments"
	protectNothing    = "none"
)

// validate reports what does not go together or is not in the plan.
func (p Protection) validate(plan Plan) error {
	faults := []error{oneOf("Method", p.Method, methodVercel, methodPassword, methodNone)}
	limits, known := plan.limits()
	switch {
	case p.Method == methodNone && p.Reason == "":
		faults = append(faults, fault.Missing("Reason", "why strangers may see every preview, since Method is \"none\""))
	case p.Method != methodNone && p.Reason != "":
		faults = append(faults, fault.Of("Reason", p.Reason, "nothing, unless Method is \"none\""))
	}
	if p.Method == methodPassword {
		faults = append(faults, checkSecret("Password", p.Password))
		if known && !limits.password {
			faults = append(faults, fault.Of("Method", p.Method, "\"vercel\": the plan "+string(plan)+" has no passwords"))
		}
	} else if p.Password != nil {
		faults = append(faults, fault.Of("Password", "(hidden)", "none, unless Method is \"password\""))
	}
	if p.Everything && (p.Method == methodNone || known && !limits.protectAll) {
		faults = append(faults, fault.Of("Everything", true, "false: the method or the plan does not protect production domains"))
	}
	return errors.Join(faults...)
}

func (p Protection) scope() string {
	switch {
	case p.Method == methodNone:
		return protectNothing
	case p.Everything:
		return protectEverything
	}
	return protectPreviews
}

// apply keeps the team's own way in beside a password: visitors may use either.
func (p Protection) apply(project *vercel.ProjectArgs) {
	project.VercelAuthentication = &vercel.ProjectVercelAuthenticationArgs{DeploymentType: pulumi.String(p.scope())}
	if p.Method == methodPassword {
		project.PasswordProtection = &vercel.ProjectPasswordProtectionArgs{
			DeploymentType: pulumi.String(p.scope()),
			Password:       pulumi.ToSecret(p.Password).(pulumi.StringOutput),
		}
	}
}

// summary is what the stack remembers.
func (p Protection) summary() string {
	if p.Method == methodNone {
		return p.Method + ": " + p.Reason
	}
	return p.Method + ", " + p.scope()
}

// checkSecret refuses a value that is missing, or written down as plain text
// where a secret belongs. It never shows the value.
func checkSecret(key string, value pulumi.StringInput) error {
	switch value.(type) {
	case nil:
		return fault.Missing(key, "a secret output, for instance from pulumi.ToSecret or a secret of the configuration")
	case pulumi.String, *pulumi.String:
		return errors.New(key + " is plain text: expected a secret output, for instance from pulumi.ToSecret or a secret of the configuration")
	}
	return nil
}
