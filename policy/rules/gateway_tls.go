package rules

import "github.com/tripsage/infrastructure/policy/rule"

func gatewayTLS() rule.Rule {
	return rule.Rule{
		ID:       "gateway-tls",
		Title:    "Gateways serve only TLS 1.2 or later and send plain HTTP there",
		Severity: rule.High,
		Reason:   "Tokens and personal data cross the internet here; older protocol versions are broken.",
		Fix: "For HTTPS set tls.mode to SIMPLE or MUTUAL, tls.credentialName, and tls.minProtocolVersion to TLSV1_2 or TLSV1_3; " +
			"for HTTP set tls.httpsRedirect to true.",
		Sources: []string{"Istio, Gateway: ServerTLSSettings", "RFC 8996"},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is(networkingIstio, "Gateway") {
				return
			}
			for _, server := range r.At("spec", "servers").Items() {
				protocol := server.At("port", "protocol")
				switch {
				case protocol.Unknown():
				case protocol.IsText("HTTP", "HTTP2", "GRPC", "GRPC-WEB"):
					if redirect := server.At("tls", "httpsRedirect"); redirect.NotTrue() {
						c.Violation(r, "%s is %s, so requests in plain %s are served", redirect.Path(), redirect.Show(), protocol.Show())
					}
				default:
					checkServerTLS(c, r, server.At("tls"))
				}
			}
		},
	}
}

func checkServerTLS(c *rule.Context, r rule.Resource, tls rule.Value) {
	mode, oldest := tls.At("mode"), tls.At("minProtocolVersion")
	if mode.NotText("SIMPLE", "MUTUAL") {
		c.Violation(r, "%s is %s, not SIMPLE or MUTUAL", mode.Path(), mode.Show())
		return
	}
	if oldest.NotText("TLSV1_2", "TLSV1_3") {
		c.Violation(r, "%s is %s, not TLSV1_2 or TLSV1_3", oldest.Path(), oldest.Show())
	}
	name := tls.At("credentialName")
	if name.Empty() && tls.At("serverCertificate").Missing() && tls.At("credentialNames").Missing() &&
		tls.At("tlsCertificates").Missing() {
		c.Violation(r, "%s is %s: there is no certificate to serve with", name.Path(), name.Show())
	}
}
