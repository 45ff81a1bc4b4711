package canary

import (
	"testing"
	"time"

	flaggerv1 "github.com/fluxcd/flagger/pkg/apis/flagger/v1beta1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/components/internal/traffic"
	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

const canaryType = "kubernetes:flagger.app/v1beta1:Canary"

// full releases by weights, reachable from outside, with every kind of setting.
func full() Args {
	return Args{
		Namespace: pulumi.String("production"),
		Hosts:     []string{"api.tripsage.ai"},
		Gateways:  []string{"production/tripsage-api"},
		Traffic: Traffic{
			Timeout: 12500 * time.Millisecond,
			CORS:    &traffic.CORS{Origins: []string{"https://app.tripsage.ai"}, Credentials: true},
		},
		Analysis: Analysis{
			MaxWeight:  50,
			StepWeight: 10,
			Objectives: Objectives{SuccessRatePercent: 99.9, LatencyMilliseconds: 500},
			Webhooks: []Webhook{
				{Name: "approve", Type: ConfirmRollout, URL: "http://gate.production/approve"},
				{Name: "load", Type: Rollout, URL: "http://loadtester.production/", TimeoutSeconds: 30, Metadata: map[string]string{
					"cmd": "hey -z 1m -q 5 -c 2 http://tripsage-api-canary.production/health",
				}},
			},
		},
	}
}

// blueGreen switches all traffic after ten checks.
func blueGreen() Args {
	args := full()
	args.Hosts, args.Gateways, args.Traffic = nil, nil, Traffic{Retries: traffic.Retries{Off: true}}
	args.Analysis.MaxWeight, args.Analysis.StepWeight, args.Analysis.Iterations = 0, 0, 10
	return args
}

func program(args Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := New(ctx, "tripsage-api", args)
		return err
	}
}

func recorded(t *testing.T, recording pulumitest.Recording) flaggerv1.Canary {
	t.Helper()
	var out flaggerv1.Canary
	require.NoError(t, recording.One(t, canaryType, "tripsage-api").Decode(&out))
	return out
}

func TestTreeOfACanary(t *testing.T) {
	recording := componenttest.Golden(t, "canary.json", program(full()))
	componenttest.Contract(t, recording, Type, "tripsage-api")
	require.Len(t, recording.Resources, 2, "Flagger makes everything else")

	made := recorded(t, recording).Spec
	assert.Equal(t, []string{"mesh", "production/tripsage-api"}, made.Service.Gateways)
	assert.Equal(t, "12.500s", made.Service.Timeout)
	assert.Equal(t, "connect-failure,refused-stream", made.Service.Retries.RetryOn, "nothing that a POST may have met")
	assert.Equal(t, "tripsage-api", made.TargetRef.Name)
	assert.Equal(t, "tripsage-api", made.AutoscalerRef.Name)
	assert.InDelta(t, 99.9, *made.Analysis.Metrics[0].ThresholdRange.Min, 0)
	assert.InDelta(t, 500, *made.Analysis.Metrics[1].ThresholdRange.Max, 0)
	assert.False(t, made.SkipAnalysis)
	assert.True(t, made.RevertOnDeletion)
}

func TestTreeOfBlueGreen(t *testing.T) {
	recording := componenttest.Golden(t, "blue-green.json", program(blueGreen()))
	componenttest.Contract(t, recording, Type, "tripsage-api")
	made := recorded(t, recording).Spec
	assert.Equal(t, 10, made.Analysis.Iterations)
	assert.Zero(t, made.Analysis.MaxWeight)
	assert.False(t, made.Analysis.Mirror)
	assert.Equal(t, "33s", made.Service.Timeout)
	require.NotNil(t, made.Service.Retries, "without a policy Istio would use its own")
	assert.Zero(t, made.Service.Retries.Attempts)
}

func TestOutputs(t *testing.T) {
	var name, service string
	_, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		c, err := New(ctx, "release", Args{
			Name: "tripsage-api", Namespace: pulumi.String("production"), Traffic: full().Traffic, Analysis: full().Analysis,
		})
		if err != nil {
			return err
		}
		pulumi.All(c.Name, c.ServiceName).ApplyT(func(in []any) error {
			name, service = in[0].(string), in[1].(string)
			return nil
		})
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, "tripsage-api", name)
	assert.Equal(t, "tripsage-api", service)
}

func TestArgsAreNotWrittenTo(t *testing.T) {
	args := full()
	_, err := pulumitest.Up(program(args))
	require.NoError(t, err)
	assert.Equal(t, full(), args)
}

func TestBadArgsRegisterNothing(t *testing.T) {
	recording, err := pulumitest.Up(program(Args{}))
	assert.ErrorContains(t, err, "canary tripsage-api:")
	assert.Empty(t, recording.Resources)
}
