package dragonfly

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

const (
	deploymentType = "kubernetes:apps/v1:Deployment"
	policyType     = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
)

func full() Args {
	return Args{
		Namespace: pulumi.String("tripsage"),
		Image:     componenttest.Image,
		Secret:    SecretRef{Name: pulumi.String("cache"), Version: pulumi.String("v1")},
		Threads:   2,
		Clients:   []Peer{{Name: "api", PodLabels: map[string]string{"app": "api"}}},
		Scrapers:  []Peer{{Name: "prometheus", PodLabels: map[string]string{"app": "prometheus"}}},
	}
}

func program(args Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := New(ctx, "dragonfly", args)
		return err
	}
}

func TestTree(t *testing.T) {
	recording := componenttest.Golden(t, "dragonfly.json", program(full()))
	componenttest.Contract(t, recording, Type, "dragonfly")
	template := componenttest.PodTemplate(t, recording, deploymentType)
	componenttest.Restricted(t, template)

	container := template.Spec.Containers[0]
	assert.Empty(t, container.Command, "the image's entry point is the program")
	assert.Empty(t, container.Env)
	assert.Contains(t, container.Args, "--proactor_threads=2")
	assert.Contains(t, container.Args, "--maxmemory=512mb")
	assert.Equal(t, "640Mi", container.Resources.Limits.Memory().String())
	assert.Equal(t, "v1", template.Annotations["checksum/secrets"])
	assert.Equal(t, "false", template.Labels["sidecar.istio.io/inject"])
	assert.Empty(t, template.Spec.ImagePullSecrets)
}

func TestImagePullSecret(t *testing.T) {
	args := full()
	args.ImagePullSecret = "registry"
	recording, err := pulumitest.Up(program(args))
	require.NoError(t, err)
	template := componenttest.PodTemplate(t, recording, deploymentType)
	assert.Equal(t, []corev1.LocalObjectReference{{Name: "registry"}}, template.Spec.ImagePullSecrets)
}

func TestOnlyScrapersReachTheAdminPort(t *testing.T) {
	recording, err := pulumitest.Up(program(full()))
	require.NoError(t, err)
	ports := map[string]int32{}
	for _, one := range recording.OfType(policyType) {
		var policy networkingv1.NetworkPolicy
		require.NoError(t, one.Decode(&policy))
		assert.Equal(t, Selector("dragonfly"), policy.Spec.PodSelector.MatchLabels)
		require.Len(t, policy.Spec.Ingress, 1)
		require.Len(t, policy.Spec.Ingress[0].Ports, 1)
		ports[policy.Name] = policy.Spec.Ingress[0].Ports[0].Port.IntVal
	}
	assert.Equal(t, map[string]int32{"dragonfly-from-api": Port, "dragonfly-from-prometheus": MetricsPort}, ports)
}

// A rotated password restarts the pod, and changes nothing else.
func TestSecretVersionChangesThePodOnly(t *testing.T) {
	args := full()
	before, err := pulumitest.Up(program(args))
	require.NoError(t, err)
	args.Secret.Version = pulumi.String("v2")
	after, err := pulumitest.Up(program(args))
	require.NoError(t, err)
	var changed []string
	for i := range before.Resources {
		one, err := json.Marshal(before.Resources[i])
		require.NoError(t, err)
		two, err := json.Marshal(after.Resources[i])
		require.NoError(t, err)
		if string(one) != string(two) {
			changed = append(changed, before.Resources[i].Type)
		}
	}
	assert.Equal(t, []string{deploymentType}, changed)
}

func TestValidate(t *testing.T) {
	for want, change := range map[string]func(*Args){
		`Name is "Cache": expected a DNS label`:                             func(a *Args) { a.Name = "Cache" },
		`Image is "dragonfly:v1": expected an image by digest`:              func(a *Args) { a.Image = "dragonfly:v1" },
		`Version is "-": expected a label value`:                            func(a *Args) { a.Version = "-" },
		`Namespace is missing`:                                              func(a *Args) { a.Namespace = nil },
		`Secret.Name is missing`:                                            func(a *Args) { a.Secret.Name = nil },
		`Secret.Version is missing`:                                         func(a *Args) { a.Secret.Version = nil },
		`Threads is -1: expected 1 or more`:                                 func(a *Args) { a.Threads, a.MaxMemoryMiB = -1, 256 },
		`MaxMemoryMiB is 300: expected at least 512: 256 MiB for each of 2`: func(a *Args) { a.MaxMemoryMiB = 300 },
		`MemoryLimitMiB is 500: expected at least MaxMemoryMiB (512)`:       func(a *Args) { a.MemoryLimitMiB = 500 },
		`Resources.Requests.CPU is "3": expected at most Limits.CPU (2)`:    func(a *Args) { a.CPURequest = "3" },
		`ImagePullSecret is "a b": expected a DNS label`:                    func(a *Args) { a.ImagePullSecret = "a b" },
		`Clients[0].Name is "": expected a DNS label`:                       func(a *Args) { a.Clients[0].Name = "" },
		`Scrapers[0].Name is "api": expected a name that no peer in`:        func(a *Args) { a.Scrapers[0].Name = "api" },
	} {
		t.Run(want, func(t *testing.T) {
			args := full()
			change(&args)
			err := args.withDefaults("dragonfly").Validate()
			require.ErrorContains(t, err, want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "one mistake, one line: %v", err)
		})
	}
}

func TestBadArgsRegisterNothing(t *testing.T) {
	recording, err := pulumitest.Up(program(Args{}))
	assert.ErrorContains(t, err, "dragonfly dragonfly:")
	assert.Empty(t, recording.Resources)
}

// CheckMemory accepts exactly threads x 256 MiB <= maxmemory <= limit, however
// large the numbers are.
func TestCheckMemory(t *testing.T) {
	number := rapid.OneOf(rapid.IntRange(-1, 8), rapid.IntRange(0, 3000), rapid.Int())
	rapid.Check(t, func(t *rapid.T) {
		threads, maxMemory, limit := number.Draw(t, "threads"), number.Draw(t, "maxmemory"), number.Draw(t, "limit")
		need := new(big.Int).Mul(big.NewInt(int64(threads)), big.NewInt(MiBPerThread))
		fits := threads >= 1 && need.Cmp(big.NewInt(int64(maxMemory))) <= 0 && maxMemory <= limit
		assert.Equal(t, fits, CheckMemory(threads, maxMemory, limit) == nil)
	})
}

func TestCheckMemoryDoesNotOverflow(t *testing.T) {
	assert.ErrorContains(t, CheckMemory(1<<56, 512, 1024), "MaxMemoryMiB is 512")
}

// The defaults fit for every number of threads, and leave room over the data.
func TestMemoryDefaultsFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := Args{Threads: rapid.IntRange(1, 64).Draw(t, "threads")}.withDefaults("x")
		assert.NoError(t, CheckMemory(args.Threads, args.MaxMemoryMiB, args.MemoryLimitMiB))
		assert.Greater(t, args.MemoryLimitMiB, args.MaxMemoryMiB)
		assert.NoError(t, args.resources().Validate())
	})
}
