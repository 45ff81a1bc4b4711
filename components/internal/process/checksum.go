package process

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// SecretsAnnotation is the pod annotation that changes with the mounted Secrets.
const SecretsAnnotation = "checksum/secrets" // #nosec G101 -- a name, not a secret

// SecretsChecksum joins the versions of the Secrets into one.
func (p Process) SecretsChecksum() pulumi.StringOutput {
	versions := make(pulumi.StringArray, 0, len(p.Secrets))
	for _, secret := range p.Secrets {
		versions = append(versions, secret.Secret.Version)
	}
	return versions.ToStringArrayOutput().ApplyT(func(list []string) (string, error) {
		return Checksum(list)
	}).(pulumi.StringOutput)
}

// Checksum is a SHA-256 over the JSON form, in which the keys of maps are sorted.
func Checksum(value any) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
