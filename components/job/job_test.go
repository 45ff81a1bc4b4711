package job

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

const (
	jobType    = "kubernetes:batch/v1:Job"
	policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
)

// full has every argument that has no default.
func full() Args {
	return Args{
		Namespace:       pulumi.String("tripsage"),
		Component:       "migration",
		Image:           componenttest.Image,
		ImagePullSecret: "ghcr",
		Arguments:       []string{"migrate", "up"},
		Env:             map[string]string{"LOG_LEVEL": "info", "ENVIRONMENT": "local"},
		Secrets: []SecretFiles{
			{Secret: SecretRef{Name: pulumi.String("migrate"), Version: pulumi.String("v1")}, Files: map[string]string{"database-url": "url"}},
		},
		Resources: Resources{
			Requests: Amounts{CPU: "100m", Memory: "64Mi", EphemeralStorage: "32Mi"},
			Limits:   Amounts{CPU: "1", Memory: "256Mi", EphemeralStorage: "256Mi"},
		},
		Egress: []Edge{{Peer: Peer{Name: "postgres", PodLabels: map[string]string{"app": "postgres"}}, Ports: []int{5432}}},
	}
}

func program(args Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := New(ctx, "migrate", args)
		return err
	}
}

func jobOf(t *testing.T, args Args) batchv1.Job {
	t.Helper()
	recording, err := pulumitest.Up(program(args))
	require.NoError(t, err)
	var job batchv1.Job
	require.NoError(t, recording.One(t, jobType, "migrate").Decode(&job))
	return job
}

func TestTree(t *testing.T) {
	recording := componenttest.Golden(t, "job.json", program(full()))
	componenttest.Contract(t, recording, Type, "migrate")
	template := componenttest.PodTemplate(t, recording, jobType)
	componenttest.Confined(t, template)
	assert.Equal(t, corev1.RestartPolicyNever, template.Spec.RestartPolicy)
	assert.Equal(t, "false", template.Labels["sidecar.istio.io/inject"], "a sidecar would outlive the program")
	container := template.Spec.Containers[0]
	assert.Equal(t, []string{"migrate", "up"}, container.Args)
	assert.Equal(t, corev1.TerminationMessageFallbackToLogsOnError, container.TerminationMessagePolicy)
	assert.Nil(t, container.LivenessProbe)
}

// What a Job that Pulumi keeps must and must not say.
func TestPulumiOwnsTheJob(t *testing.T) {
	job := jobOf(t, full())
	assert.Nil(t, job.Spec.TTLSecondsAfterFinished, "Kubernetes would delete it, and each preview would want it back")
	assert.Equal(t, map[string]string{"pulumi.com/replaceUnready": "true"}, job.Annotations, "and no skipAwait")
	assert.EqualValues(t, 3, *job.Spec.BackoffLimit, "four attempts are three after the first")
	assert.EqualValues(t, 600, *job.Spec.ActiveDeadlineSeconds)
	assert.Regexp(t, `^migrate-[0-9a-f]{10}$`, job.Name)
	assert.Equal(t, Selector("migrate")["app.kubernetes.io/instance"], job.Spec.Template.Labels["app.kubernetes.io/instance"])
}

// Each row is another run, so the Job has another name; order and the callers'
// maps do not matter.
func TestNameTellsRunsApart(t *testing.T) {
	names := map[string]string{}
	for what, change := range map[string]func(*Args){
		"nothing":             func(*Args) {},
		"image":               func(a *Args) { a.Image = strings.Replace(a.Image, "0123", "3210", 1) },
		"arguments":           func(a *Args) { a.Arguments = []string{"migrate", "status"} },
		"joined arguments":    func(a *Args) { a.Arguments = []string{"migrate up"} },
		"a variable":          func(a *Args) { a.Env["LOG_LEVEL"] = "debug" },
		"a variable that was": func(a *Args) { delete(a.Env, "LOG_LEVEL") },
	} {
		args := full()
		change(&args)
		name := jobOf(t, args).Name
		assert.Equal(t, name, jobOf(t, args).Name, what)
		assert.Empty(t, names[name], "%s has the name of another run", what)
		names[name] = what
	}
}

// The version of a Secret is an output: a name with it would be unknown in the
// preview that makes the Secret. The pod's annotation shows it instead.
func TestNameIsKnownBeforeTheSecretIs(t *testing.T) {
	before := jobOf(t, full())
	args := full()
	args.Secrets[0].Secret.Version = pulumi.String("v2")
	after := jobOf(t, args)
	assert.Equal(t, before.Name, after.Name)
	assert.NotEqual(t, before.Spec.Template.Annotations, after.Spec.Template.Annotations, "the template is immutable: the Job is replaced")
	args.Secrets = nil
	assert.Empty(t, jobOf(t, args).Spec.Template.Annotations)
}

func TestPoliciesLetItOutAndNobodyIn(t *testing.T) {
	recording, err := pulumitest.Up(program(full()))
	require.NoError(t, err)
	require.Len(t, recording.OfType(policyType), 1)
	var policy networkingv1.NetworkPolicy
	require.NoError(t, recording.One(t, policyType, "migrate-to-postgres").Decode(&policy))
	assert.Equal(t, []networkingv1.PolicyType{networkingv1.PolicyTypeEgress}, policy.Spec.PolicyTypes)
	assert.Equal(t, Selector("migrate"), policy.Spec.PodSelector.MatchLabels)
}

// dependencies records what a Job waits for, and how long Pulumi waits for it.
type dependencies struct {
	mu      sync.Mutex
	of      []string
	timeout string
}

func (d *dependencies) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if args.TypeToken == jobType {
		d.timeout = args.RegisterRPC.GetCustomTimeouts().GetCreate()
		for _, urn := range args.RegisterRPC.GetDependencies() {
			d.of = append(d.of, resource.URN(urn).Name())
		}
		slices.Sort(d.of)
	}
	return args.Name + "-id", args.Inputs, nil
}

func (d *dependencies) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

func TestTheWayOutIsOpenBeforeItStarts(t *testing.T) {
	seen := &dependencies{}
	require.NoError(t, pulumi.RunErr(program(full()), pulumi.WithMocks("tripsage", "test", seen)))
	assert.Equal(t, []string{"migrate", "migrate-to-postgres"}, seen.of, "the account and the policy")
	assert.Equal(t, "720s", seen.timeout, "Kubernetes ends a run that hangs before Pulumi loses patience")
}

func TestOutputs(t *testing.T) {
	var name string
	_, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		c, err := New(ctx, "migrate", full())
		if err != nil {
			return err
		}
		c.JobName.ApplyT(func(text string) error { name = text; return nil })
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, jobOf(t, full()).Name, name)
}

func TestBadArgsRegisterNothing(t *testing.T) {
	recording, err := pulumitest.Up(program(Args{}))
	assert.ErrorContains(t, err, "job migrate:")
	assert.Empty(t, recording.Resources)
}

func TestNewLeavesTheCallersArgsAlone(t *testing.T) {
	args := full()
	_, err := pulumitest.Up(program(args))
	require.NoError(t, err)
	assert.Empty(t, args.Version)
	assert.Equal(t, map[string]string{"LOG_LEVEL": "info", "ENVIRONMENT": "local"}, args.Env)
}
