package istioroute

import (
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

func TestValidate(t *testing.T) {
	for want, change := range map[string]func(*Args){
		`Name is "API": expected a DNS label`:                                                 func(a *Args) { a.Name = "API" },
		`Version is "-": expected a label value`:                                              func(a *Args) { a.Version = "-" },
		`Namespace is missing`:                                                                func(a *Args) { a.Namespace = nil },
		`ServicePort is 70000: expected a TCP port`:                                           func(a *Args) { a.ServicePort = 70000 },
		`ContainerPort is -1: expected a TCP port`:                                            func(a *Args) { a.ContainerPort = -1; a.Callers = nil },
		`Hosts is missing: expected at least one public DNS name`:                             func(a *Args) { a.Hosts = nil },
		`Hosts[0] is "*.tripsage.ai": expected one full DNS name: a wildcard`:                 func(a *Args) { a.Hosts = []string{"*.tripsage.ai"} },
		`Hosts[0] is "*": expected one full DNS name: a wildcard`:                             func(a *Args) { a.Hosts = []string{"*"} },
		`Hosts[0] is "api": expected a full DNS name`:                                         func(a *Args) { a.Hosts = []string{"api"} },
		`Hosts[0] is "https://api.tripsage.ai": expected a full DNS name`:                     func(a *Args) { a.Hosts = []string{"https://api.tripsage.ai"} },
		`Hosts[1] is "api.tripsage.ai": expected each host once`:                              func(a *Args) { a.Hosts = []string{"api.tripsage.ai", "api.tripsage.ai"} },
		`TLSSecret is missing: expected the name of the Secret with the certificate`:          func(a *Args) { a.TLSSecret = "" },
		`TLSSecret is "A/B": expected a DNS name`:                                             func(a *Args) { a.TLSSecret = "A/B" },
		`TrustDomain is "spiffe://x": expected a DNS name`:                                    func(a *Args) { a.TrustDomain = "spiffe://x" },
		`Ingress.Namespace is "A": expected a DNS label`:                                      func(a *Args) { a.Ingress.Namespace = "A" },
		`Ingress.ServiceAccount is "A": expected a DNS label`:                                 func(a *Args) { a.Ingress.ServiceAccount = "A" },
		`Ingress.PodLabels[istio] is "*": expected a label value`:                             func(a *Args) { a.Ingress.PodLabels = map[string]string{"istio": "*"} },
		`WeightsOwner is "argo": expected pulumi or flagger`:                                  func(a *Args) { a.WeightsOwner = "argo" },
		`Tracks' weights is "stable=90 canary=20": expected a sum of exactly 100, not 110`:    func(a *Args) { a.Tracks[1].Weight = 20 },
		`Tracks' weights is "stable=90 canary=0": expected a sum of exactly 100, not 90`:      func(a *Args) { a.Tracks[1].Weight = 0 },
		`Tracks[1].Weight is -10: expected a share from 0 to 100`:                             func(a *Args) { a.Tracks[0].Weight, a.Tracks[1].Weight = 100, -10 },
		`Tracks[1].Weight is 110: expected a share from 0 to 100`:                             func(a *Args) { a.Tracks[1].Weight = 110 },
		`Tracks[1].Name is "stable": expected another name than that of Tracks[0]`:            func(a *Args) { a.Tracks[1].Name = "stable" },
		`Tracks[1].Name is "Canary": expected a DNS label`:                                    func(a *Args) { a.Tracks[1] = Track{Name: "Canary", Weight: 10} },
		`Tracks[1].Labels[tripsage.ai/track] is "-": expected a label value`:                  func(a *Args) { a.Tracks[1].Labels = map[string]string{"tripsage.ai/track": "-"} },
		`Tracks[1].Labels is map[app:api]: expected a label that Tracks[0] "stable" has with`: func(a *Args) { a.Tracks[1].Labels = map[string]string{"app": "api"} },
		`one pod could match both map[tripsage.ai/track:stable] and these`:                    func(a *Args) { a.Tracks[1].Labels = map[string]string{"tripsage.ai/track": "stable", "v": "2"} },
		`Preview.Tracks[0] is "green": expected the name of one of Tracks [stable canary]`:    func(a *Args) { a.Preview.Tracks = []string{"green"} },
		`Preview.Tracks[1] is "canary": expected each track once`:                             func(a *Args) { a.Preview.Tracks = []string{"canary", "canary"} },
		`Preview.Tracks is missing: expected the tracks that the header or cookie`:            func(a *Args) { a.Preview.Cookie = "x" },
		`Preview.Header is "X-Track": expected the name of a header in lower case`:            func(a *Args) { a.Preview = Preview{Tracks: []string{"canary"}, Header: "X-Track"} },
		`Preview.Cookie is "a=b": expected the name of a cookie`:                              func(a *Args) { a.Preview = Preview{Tracks: []string{"canary"}, Cookie: "a=b"} },
		`WebSocketPath is "ws": expected an absolute path such as /ws`:                        func(a *Args) { a.WebSocketPath = "ws" },
		`WebSocketPath is "/": expected an absolute path such as /ws, not /`:                  func(a *Args) { a.WebSocketPath = "/" },
		`WebSocketPath is "/ws/": expected an absolute path such as /ws`:                      func(a *Args) { a.WebSocketPath = "/ws/" },
		`Traffic.Retries.PerTryTimeout is 12s: expected at most 11s`:                          func(a *Args) { a.Traffic.Retries.PerTryTimeout = 12 * time.Second },
		`Traffic.Retries.Methods[0] is "POST": expected an idempotent method`:                 func(a *Args) { a.Traffic.Retries.Methods = []string{"POST"} },
		`Traffic.CORS.Origins[0] is "*": expected one exact origin`:                           func(a *Args) { a.Traffic.CORS = &CORS{Origins: []string{"*"}} },
		`Traffic.CORS.Origins[0] is "http://localhost:3000": expected an https origin`:        func(a *Args) { a.Traffic.CORS = &CORS{Origins: []string{"http://localhost:3000"}} },
		`Callers[0].Namespace is missing: expected the caller's namespace`:                    func(a *Args) { a.Callers = []Caller{{Name: "x"}} },
		`Callers[0].Namespace is missing: expected the caller's namespace, with its`:          func(a *Args) { a.Callers = []Caller{{Name: "x", ServiceAccount: "y"}} },
		`Callers[0].Namespace is "*": expected a DNS label`:                                   func(a *Args) { a.Callers[0].Namespace = "*" },
		`Callers[0].ServiceAccount is "*": expected a DNS name`:                               func(a *Args) { a.Callers[0].ServiceAccount = "*" },
		`Callers[0].Name is "": expected a DNS label`:                                         func(a *Args) { a.Callers[0].Name = "" },
		`Callers[0].Name is "ingress": expected a name that no other caller has, nor the`:     func(a *Args) { a.Callers[0].Name = "ingress" },
		`Callers[1].Name is "x": expected a name that no other caller has`:                    func(a *Args) { a.Callers = append(a.Callers, a.Callers[0]) },
		`Callers[0].Ports[0] is 65536: expected a TCP port from 1 to 65535`:                   func(a *Args) { a.Callers[0].Ports = []int{65536} },
		`Callers[0].Methods[0] is "get": expected one of GET`:                                 func(a *Args) { a.Callers[0].Methods = []string{"get"} },
		`Callers[0].Paths[0] is "api": expected an absolute path`:                             func(a *Args) { a.Callers[0].Paths = []string{"api"} },
		`Callers[0].Paths[0] is "/a/*/b": expected an absolute path`:                          func(a *Args) { a.Callers[0].Paths = []string{"/a/*/b"} },
		`PlainPorts[0] is 0: expected a TCP port`:                                             func(a *Args) { a.PlainPorts = []int{0} },
		`PlainPorts[0] is 8000: expected another port than ContainerPort`:                     func(a *Args) { a.PlainPorts = []int{8000} },
		`PlainPorts[1] is 9090: expected each port once`:                                      func(a *Args) { a.PlainPorts = []int{9090, 9090} },
	} {
		t.Run(want, func(t *testing.T) {
			args := canary()
			args.Callers = []Caller{{Name: "x", Namespace: "y"}}
			change(&args)
			err := args.withDefaults("tripsage-api").Validate()
			require.ErrorContains(t, err, want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "one mistake, one line: %v", err)
		})
	}
}

func TestUnderFlaggerTheRoutesBelongToTheCanary(t *testing.T) {
	args := blueGreen()
	args.WeightsOwner, args.WebSocketPath = OwnerFlagger, "/ws"
	err := args.withDefaults("tripsage-api").Validate()
	for _, key := range []string{"Tracks", "Preview", "WebSocketPath", "Traffic"} {
		assert.ErrorContains(t, err, key+` is set while WeightsOwner is "flagger": expected it to be empty`)
	}
	assert.Len(t, strings.Split(err.Error(), "\n"), 4)
}

func TestBadArgsRegisterNothing(t *testing.T) {
	recording, err := pulumitest.Up(program(Args{Namespace: pulumi.String("x")}))
	assert.ErrorContains(t, err, "istioroute tripsage-api:\nHosts is missing")
	assert.Empty(t, recording.Resources)
}

// Two sets of labels are disjoint exactly when no pod carries both.
func TestDisjoint(t *testing.T) {
	set := rapid.MapOf(rapid.SampledFrom([]string{"a", "b", "c"}), rapid.SampledFrom([]string{"1", "2"}))
	rapid.Check(t, func(t *rapid.T) {
		one, other := set.Draw(t, "one"), set.Draw(t, "other")
		both := false
		for code := range 27 { // each of three labels is absent, 1 or 2
			pod := map[string]string{}
			for i, key := range []string{"a", "b", "c"} {
				if value := []int{code % 3, code / 3 % 3, code / 9}[i]; value > 0 {
					pod[key] = []string{"", "1", "2"}[value]
				}
			}
			both = both || carries(pod, one) && carries(pod, other)
		}
		assert.Equal(t, both, !disjoint(one, other))
	})
}

func carries(pod, labels map[string]string) bool {
	for key, value := range labels {
		if pod[key] != value {
			return false
		}
	}
	return true
}
