package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

func checkBackend(backend string) error {
	kinds := []string{"s3", "gs", "azblob", "https", "http", "file"}
	u, err := url.Parse(backend)
	if backend == "" || err == nil && slices.Contains(kinds, u.Scheme) {
		return nil
	}
	return fmt.Errorf("backend %q: expected a URL of Pulumi's that starts with one of %q, such as s3://my-bucket", backend, kinds)
}

// encryption is what the committed stack file says of how its secrets are
// encrypted: "" nothing, so with our own passphrase; "passphrase" with somebody
// else's; anything else is the URL of a key, such as awskms://...
type encryption string

const passphrase encryption = "passphrase"

func encryptionOf(stackFile *yaml.Node) encryption {
	if provider := child(stackFile, "secretsprovider"); provider != nil && provider.Value != "" {
		return encryption(provider.Value)
	}
	if child(stackFile, "encryptionsalt") != nil {
		return passphrase
	}
	return ""
}

// own says that the stack file names its encryption.
func (e encryption) own() bool { return e != "" }

// provider is its name for a new stack.
func (e encryption) provider(backend string) string {
	switch {
	case e != "":
		return string(e)
	case hasSecretsOfItsOwn(backend):
		return "default"
	default:
		return string(passphrase)
	}
}

// hasSecretsOfItsOwn says that the backend encrypts for those who name nothing
// else: Pulumi Cloud does, a bucket or a folder does not.
func hasSecretsOfItsOwn(backend string) bool { return strings.HasPrefix(backend, "http") }

// check reports what is missing. given says that a passphrase was named.
func (e encryption) check(o Options, given bool) error {
	switch {
	case e == "" && o.Backend != "" && !hasSecretsOfItsOwn(o.Backend):
		return fmt.Errorf("the backend %s is shared, so Pulumi.%s.yaml must say how the state is encrypted: "+
			"make the stack with pulumi stack init, which adds encryptionsalt or secretsprovider, and commit the file", o.Backend, o.Stack)
	case e == passphrase && !given:
		return fmt.Errorf("Pulumi.%s.yaml is encrypted with a passphrase of its own (encryptionsalt): "+ //nolint:staticcheck // a file name
			"set PULUMI_CONFIG_PASSPHRASE_FILE to the file that holds it", o.Stack)
	default:
		return nil
	}
}

// exists reports whether the stack was ever made.
func (s *session) exists(ctx context.Context) (bool, error) {
	state, err := s.state(ctx)
	return state != nil, err
}

// state is what is on record; nil when the stack does not exist. Our own
// backend is read directly, which takes no time.
func (s *session) state(ctx context.Context) (*stackState, error) {
	if s.options.Backend == "" {
		return s.home.readState(s.copy.project, s.options.Stack)
	}
	exported, stderr, _, err := s.cli(ctx, "", "stack", "export")
	if err != nil {
		if strings.Contains(stderr, "no stack named") {
			return nil, nil
		}
		return nil, fmt.Errorf("read the state in %s: %w: %s", s.options.Backend, err, strings.TrimSpace(stderr))
	}
	var file struct {
		Deployment stackState `json:"deployment"`
	}
	if err := json.Unmarshal([]byte(exported), &file); err != nil {
		return nil, fmt.Errorf("read the state in %s: %w", s.options.Backend, err)
	}
	return &file.Deployment, nil
}
