package workload

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// podAnnotations say where Prometheus finds the metrics, and change with
// everything that the pods read only once, at their start.
func podAnnotations(args Args) (pulumi.StringMap, error) {
	config, err := checksum(args.Env)
	if err != nil {
		return nil, err
	}
	out := pulumi.StringMap{
		"prometheus.io/scrape": pulumi.String("true"),
		"prometheus.io/port":   pulumi.String(strconv.Itoa(args.Ports.Metrics)),
		"prometheus.io/path":   pulumi.String("/metrics"),
		"checksum/config":      pulumi.String(config),
	}
	if args.Mesh {
		maps.Copy(out, sidecarAnnotations(args.Shutdown))
	}
	if len(args.Secrets) > 0 {
		out["checksum/secrets"] = secretsChecksum(args.Secrets)
	}
	return out, nil
}

// secretsChecksum joins the versions of the Secrets into one.
func secretsChecksum(secrets []SecretFiles) pulumi.StringOutput {
	versions := make(pulumi.StringArray, 0, len(secrets))
	for _, secret := range secrets {
		versions = append(versions, secret.Secret.Version)
	}
	return versions.ToStringArrayOutput().ApplyT(func(list []string) (string, error) {
		return checksum(list)
	}).(pulumi.StringOutput)
}

// checksum is a SHA-256 over the JSON form, in which the keys of maps are sorted.
func checksum(value any) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
