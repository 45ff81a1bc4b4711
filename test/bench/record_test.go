package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

// record is a resource in a stack's state.
type record struct {
	URN                     string
	Type                    string
	Custom                  bool
	Provider                string // URN::ID
	Inputs                  map[string]any
	Dependencies            []string
	AdditionalSecretOutputs []string
}

func (r record) name() string { return r.URN[strings.LastIndex(r.URN, "::")+2:] }

func (r record) providerURN() string { return r.Provider[:max(0, strings.LastIndex(r.Provider, "::"))] }

// version is the option that asks for a provider's version; false when the
// record is not a provider.
func (r record) version() (pulumi.ResourceOption, bool) {
	version, _ := r.Inputs["version"].(string)
	return pulumi.Version(version), strings.HasPrefix(r.Type, "pulumi:providers:")
}

// custom are the resources other than components and the stack itself, by type
// and name.
func custom(records []record) map[string]record {
	found := map[string]record{}
	for _, r := range records {
		if r.Custom {
			found[r.Type+" "+r.name()] = r
		}
	}
	return found
}

// export reads a stack's state, its secrets included: the bare program has to
// have the same inputs. They stay in memory and in a state that is encrypted
// again and deleted soon.
func export(ctx context.Context, o engine.Options) ([]record, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(o.PulumiRoot, "bin", "pulumi"),
		"stack", "export", "--show-secrets", "--stack", o.Stack)
	cmd.Dir = filepath.Join(o.Home, "work", o.Stack)
	cmd.Env = append(os.Environ(),
		"PULUMI_HOME="+filepath.Join(o.Home, "pulumi"),
		"PULUMI_BACKEND_URL=file://"+filepath.Join(o.Home, "state"),
		"PULUMI_CONFIG_PASSPHRASE_FILE="+filepath.Join(o.Home, "passphrase"),
		"PULUMI_SKIP_UPDATE_CHECK=true",
	)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("export the stack: %w: %s", err, stderr.String())
	}
	var state struct {
		Deployment struct{ Resources []record }
	}
	err = json.Unmarshal(out, &state)
	return state.Deployment.Resources, err
}

// openSecret returns the value of a secret in an exported state.
func openSecret(value map[string]any) (secret any, isSecret bool, err error) {
	const signature, ofSecret = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
	text, hasText := value["plaintext"].(string)
	if value[signature] != ofSecret || !hasText {
		return nil, false, nil
	}
	err = json.Unmarshal([]byte(text), &secret)
	return secret, true, err
}
