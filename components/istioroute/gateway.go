package istioroute

import (
	"maps"

	networking "istio.io/api/networking/v1"
)

// gatewaySpec opens 443 for the hosts and 80 to send everybody there. "./" lets
// only VirtualServices of this namespace bind to the hosts.
func gatewaySpec(args Args) *networking.Gateway {
	hosts := make([]string, 0, len(args.Hosts))
	for _, host := range args.Hosts {
		hosts = append(hosts, "./"+host)
	}
	return &networking.Gateway{
		Selector: maps.Clone(args.Ingress.PodLabels),
		Servers: []*networking.Server{
			{
				Port:  &networking.Port{Number: 443, Name: "https", Protocol: "HTTPS"},
				Hosts: hosts,
				Tls: &networking.ServerTLSSettings{
					Mode:               networking.ServerTLSSettings_SIMPLE,
					CredentialName:     args.TLSSecret,
					MinProtocolVersion: networking.ServerTLSSettings_TLSV1_2,
				},
			},
			{
				Port:  &networking.Port{Number: 80, Name: "http", Protocol: "HTTP"},
				Hosts: hosts,
				Tls:   &networking.ServerTLSSettings{HttpsRedirect: true},
			},
		},
	}
}
