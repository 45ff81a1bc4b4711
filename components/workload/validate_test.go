package workload

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

func TestValidate(t *testing.T) {
	for want, change := range map[string]func(*Args){
		`Name is "Api": expected a DNS label`:                               func(a *Args) { a.Name = "Api" },
		`Component is "": expected a DNS label`:                             func(a *Args) { a.Component = "" },
		`Version is "a/b": expected a label value`:                          func(a *Args) { a.Version = "a/b" },
		`Image is "api:latest": expected an image by digest`:                func(a *Args) { a.Image = "api:latest" },
		`UserID is -1: expected a numeric user id above 0`:                  func(a *Args) { a.UserID = -1 },
		`Namespace is missing`:                                              func(a *Args) { a.Namespace = nil },
		`Env's name is "A-B": expected letters`:                             func(a *Args) { a.Env["A-B"] = "x" },
		`SecretsPath is "/a/": expected an absolute path`:                   func(a *Args) { a.SecretsPath = "/a/" },
		`SecretsPath is "a": expected an absolute path`:                     func(a *Args) { a.SecretsPath = "a" },
		`Secrets[0].Secret.Version is missing`:                              func(a *Args) { a.Secrets[0].Secret.Version = nil },
		`Secrets[0].Secret.Name is missing`:                                 func(a *Args) { a.Secrets[0].Secret.Name = nil },
		`Secrets[1].Files is missing`:                                       func(a *Args) { a.Secrets[1].Files = nil },
		`Secrets[1].Files is "database-url": expected a name that no other`: func(a *Args) { a.Secrets[1].Files["database-url"] = "x" },
		`Secrets[1].Files is "../x": expected a plain file name`:            func(a *Args) { a.Secrets[1].Files["../x"] = "x" },
		`Secrets[1].Files[dragonfly-url] is missing: expected a key`:        func(a *Args) { a.Secrets[1].Files["dragonfly-url"] = "" },
		`Resources.Requests.CPU is "1000m": expected the canonical form 1`:  func(a *Args) { a.Resources.Requests.CPU = "1000m" },
		`Resources.Limits.Memory is missing`:                                func(a *Args) { a.Resources.Limits.Memory = "" },
		`Resources.Requests.Memory is "1Gi": expected at most Limits.Memory`: func(a *Args) {
			a.Resources.Requests.Memory = "1Gi"
		},
		`Ports.HTTP is 70000: expected a TCP port`:                                              func(a *Args) { a.Ports.HTTP, a.Ingress = 70000, nil },
		`Ports.Metrics is 8000: expected another port than Ports.HTTP`:                          func(a *Args) { a.Ports.Metrics, a.Ingress = 8000, nil },
		`Ports.Service is 9090: expected another port than Ports.Metrics`:                       func(a *Args) { a.Ports.Service = 9090 },
		`Health.LivePath is "health": expected a path that starts with /`:                       func(a *Args) { a.Health.LivePath = "health" },
		`Health.ReadyPath is "ready": expected a path that starts with /`:                       func(a *Args) { a.Health.ReadyPath = "ready" },
		`Health.StartupSeconds is -1: expected 1 or more`:                                       func(a *Args) { a.Health.StartupSeconds = -1 },
		`Shutdown.GraceSeconds is 30: expected at least PreStopSeconds 20 + AppSeconds 20`:      func(a *Args) { a.Shutdown.PreStopSeconds = 20 },
		`Shutdown.PreStopSeconds is -1: expected 1 or more`:                                     func(a *Args) { a.Shutdown.PreStopSeconds = -1 },
		`Shutdown.AppSeconds is -1: expected 1 or more`:                                         func(a *Args) { a.Shutdown.AppSeconds = -1 },
		`Scaling.Min is 0: expected 1 or more pods`:                                             func(a *Args) { a.Scaling.Min = 0 },
		`Scaling.Max is 2: expected at least Scaling.Min (3)`:                                   func(a *Args) { a.Scaling.Max = 2 },
		`Scaling.CPUPercent is 170: expected 1 to 100 percent`:                                  func(a *Args) { a.Scaling.CPUPercent = 170 },
		`Scaling.MemoryPercent is -1: expected 1 to 100 percent`:                                func(a *Args) { a.Scaling.MemoryPercent = -1 },
		`Scaling.MaxUnavailable is 3: expected 1 to 2`:                                          func(a *Args) { a.Scaling.MaxUnavailable = 3 },
		`Ingress[0].Ports is 5000: expected a port that the pod listens on, one of [8000 9090]`: func(a *Args) { a.Ingress[0].Ports = []int{5000} },
		`Ingress[1].Ports is missing`:                                                           func(a *Args) { a.Ingress[1].Ports = nil },
		`Egress[0].Ports[0] is 0: expected a TCP port`:                                          func(a *Args) { a.Egress[0].Ports = []int{0} },
		`Egress[1].Peer.Name is "postgres": expected a name that no other peer`:                 func(a *Args) { a.Egress[1].Peer.Name = "postgres" },
		`Egress[0].peer "postgres" has PodLabels map[]`:                                         func(a *Args) { a.Egress[0].Peer.PodLabels = nil },
		`Egress[1].CIDRs[0] is "10.0.0.1/8": expected an address range`:                         func(a *Args) { a.Egress[1].Peer.CIDRs[0] = "10.0.0.1/8" },
		`Egress[1].Except[0] is "::/8": expected a part of CIDRs[0] 0.0.0.0/0`:                  func(a *Args) { a.Egress[1].Peer.Except[0] = "::/8" },
	} {
		t.Run(want, func(t *testing.T) {
			args := full()
			change(&args)
			err := args.withDefaults("tripsage-api").Validate()
			require.ErrorContains(t, err, want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "one mistake, one line: %v", err)
		})
	}
}

// tracks is the image of full by the names of two tracks.
func tracks(names ...string) []Track {
	out := make([]Track, 0, len(names))
	for _, name := range names {
		out = append(out, Track{Name: name, Image: componenttest.Image})
	}
	return out
}

func TestValidateTracks(t *testing.T) {
	long := strings.Repeat("a", 50)
	for want, change := range map[string]func(*Args){
		`Tracks[1].Name is "blue": expected a name that no other track has: a selector with it would catch the pods of both tracks`: func(a *Args) {
			a.Tracks = tracks("blue", "blue", "green")
		},
		`Tracks[1].Name is "Green": expected a DNS label`:                                         func(a *Args) { a.Tracks = tracks("blue", "Green") },
		`Tracks[0].Name is "": expected a DNS label`:                                              func(a *Args) { a.Tracks, a.Routing = tracks(""), Routing{} },
		`Tracks[1].Image is "api:v2": expected an image by digest`:                                func(a *Args) { a.Tracks[1].Image = "api:v2" },
		`Tracks[0].Version is "v 1": expected a label value`:                                      func(a *Args) { a.Tracks[0].Version = "v 1" },
		`Tracks[0].Env's name is "A B": expected letters`:                                         func(a *Args) { a.Tracks[0].Env = map[string]string{"A B": ""} },
		`Tracks[1].Scaling.MaxUnavailable is 2: expected 1 to 1`:                                  func(a *Args) { a.Tracks[1].Scaling = &Scaling{Min: 2, Max: 4, MaxUnavailable: 2} },
		`Tracks[1].Scaling.Min is 0: expected 1 or more pods`:                                     func(a *Args) { a.Tracks[1].Scaling = &Scaling{Max: 4} },
		`Scaling.Min is 0: expected 1 or more pods`:                                               func(a *Args) { a.Scaling.Min = 0 },
		`Image is "` + componenttest.Image + `": expected nothing beside Tracks`:                  func(a *Args) { a.Image = componenttest.Image },
		`Tracks[1].Name is "` + long + `": expected a shorter name`:                               func(a *Args) { a.Tracks[1].Name = long },
		`Name is "` + long + `-12345": expected a shorter name: "` + long + `-12345-preview"`:     func(a *Args) { a.Name, a.Tracks, a.Routing.Active = long+"-12345", tracks("a", "b"), "a" },
		`Tracks is [blue]: expected at least two for Routing.Service "Active"`:                    func(a *Args) { a.Tracks = a.Tracks[:1] },
		`Tracks is []: expected at least two for Routing.Service "Active"`:                        func(a *Args) { a.Tracks, a.Image = nil, componenttest.Image },
		`Routing.Active is "red": expected one of the tracks [blue green]`:                        func(a *Args) { a.Routing.Active = "red" },
		`Routing.Active is "": expected one of the tracks [blue green]: without it the Service's`: func(a *Args) { a.Routing.Active = "" },
		`Routing.Active is "blue": expected nothing: only Routing.Service "Active" looks at it`:   func(a *Args) { a.Routing.Service = ServiceAll },
		`Routing.Service is "Some": expected All, Active or External`:                             func(a *Args) { a.Routing = Routing{Service: "Some"} },
		`Routing.Service is "External": expected no Tracks beside it`:                             func(a *Args) { a.Routing = Routing{Service: ServiceExternal} },
		`ImagePullSecret is "a/b": expected a DNS label`:                                          func(a *Args) { a.ImagePullSecret = "a/b" },
		`Ingress[0].Ports is 15020: expected a port that the pod listens on, one of [8000 9090]`:  func(a *Args) { a.Ingress[0].Ports = []int{MeshMetricsPort} },
	} {
		t.Run(want, func(t *testing.T) {
			args := blueGreen()
			change(&args)
			err := args.withDefaults("tripsage-api").Validate()
			require.ErrorContains(t, err, want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "one mistake, one line: %v", err)
		})
	}
}

func TestValidateReportsAllAtOnce(t *testing.T) {
	err := Args{Image: "x", Scaling: Scaling{Max: -1}}.withDefaults("Bad").Validate()
	for _, want := range []string{"Name", "Image", "Component", "Namespace", "Resources.Requests.CPU", "Scaling.Min", "Scaling.Max"} {
		assert.ErrorContains(t, err, want+" is ")
	}
}

func TestFullIsValid(t *testing.T) {
	assert.NoError(t, full().withDefaults("tripsage-api").Validate())
	single := full()
	single.Scaling = Scaling{Min: 1, Max: 1}
	single.Namespace = pulumi.String("x").ToStringOutput()
	assert.NoError(t, single.withDefaults("tripsage-api").Validate())
}

// Whatever numbers are accepted: a node can always be drained, and as long as
// there are two pods one of them goes on serving.
func TestBudgetFitsEveryNumberOfPods(t *testing.T) {
	number := rapid.IntRange(-2, 12)
	rapid.Check(t, func(t *rapid.T) {
		s := Scaling{Min: number.Draw(t, "min"), Max: number.Draw(t, "max"), MaxUnavailable: number.Draw(t, "away")}.withDefaults()
		if s.Validate() != nil {
			return
		}
		pods := rapid.IntRange(s.Min, s.Max).Draw(t, "pods")
		assert.Less(t, s.Remaining(pods), pods, "nothing can be drained")
		if pods > 1 {
			assert.GreaterOrEqual(t, s.Remaining(pods), 1, "nothing is left")
		}
	})
}

func TestEveryUsefulBudgetIsAccepted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		least := rapid.IntRange(2, 50).Draw(t, "min")
		s := Scaling{
			Min:            least,
			Max:            least + rapid.IntRange(0, 50).Draw(t, "more"),
			MaxUnavailable: rapid.IntRange(1, least-1).Draw(t, "away"),
		}
		assert.NoError(t, s.withDefaults().Validate())
	})
}

// The kubelet's SIGKILL never comes before both phases are over.
func TestShutdownFits(t *testing.T) {
	seconds := rapid.IntRange(-5, 120)
	rapid.Check(t, func(t *rapid.T) {
		s := Shutdown{PreStopSeconds: seconds.Draw(t, "preStop"), AppSeconds: seconds.Draw(t, "app"), GraceSeconds: seconds.Draw(t, "grace")}
		fits := s.PreStopSeconds >= 1 && s.AppSeconds >= 1 && s.PreStopSeconds+s.AppSeconds+shutdownMargin <= s.GraceSeconds
		assert.Equal(t, fits, s.Validate() == nil, "%+v: %v", s, s.Validate())
	})
}
