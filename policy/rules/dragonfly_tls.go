package rules

import "github.com/tripsage/infrastructure/policy/rule"

func dragonflyTLS() rule.Rule {
	return rule.Rule{
		ID:       "dragonfly-tls",
		Title:    "Connections to Dragonfly are encrypted",
		Severity: rule.Medium,
		Reason:   "Dragonfly's pods are outside of the mesh: passwords and what is cached cross the network of the cluster as they are.",
		Fix: "Operator: set tlsSecretRef. Container: --tls with --tls_cert_file and --tls_key_file. Give the clients a rediss:// address " +
			"and the authority's certificate.",
		Sources:    []string{"Dragonfly documentation, TLS", "deployment guide, Cache Optimization: rediss://"},
		Parameters: []rule.Parameter{{Name: "required", Default: true, Description: "Whether connections must be encrypted."}},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, d := range dragonflyServers(r) {
				secret := d.process.At("tlsSecretRef", "name")
				switch tls := d.flag("tls"); {
				case !c.Flag("required"):
				case d.operated && secret.Empty() && tls.off():
					c.Violation(r, "%s is %s", secret.Path(), secret.Show())
				case !d.operated && tls.off():
					c.Violation(r, "%s: --tls is not given", d.name)
				}
			}
		},
	}
}
