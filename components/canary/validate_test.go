package canary

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/components/internal/traffic"
)

// by replaces the way to release.
func by(change Analysis) func(*Args) {
	return func(a *Args) {
		a.Analysis.MaxWeight, a.Analysis.StepWeight = change.MaxWeight, change.StepWeight
		a.Analysis.StepWeights, a.Analysis.Iterations = change.StepWeights, change.Iterations
	}
}

func TestValidate(t *testing.T) {
	for want, change := range map[string]func(*Args){
		`Name is "Api": expected a DNS label`:                      func(a *Args) { a.Name = "Api" },
		`expected a shorter name: Flagger makes "aaaa`:             func(a *Args) { a.Name = strings.Repeat("a", 56) },
		`Version is "a b": expected a label value`:                 func(a *Args) { a.Version = "a b" },
		`Namespace is missing`:                                     func(a *Args) { a.Namespace = nil },
		`Port is 70000: expected a TCP port`:                       func(a *Args) { a.Port = 70000 },
		`TargetPort is "8000": expected a DNS label`:               func(a *Args) { a.TargetPort = "8000" },
		`ProgressDeadlineSeconds is 5: expected 60 to 3600`:        func(a *Args) { a.ProgressDeadlineSeconds = 5 },
		`Hosts[0] is "*": expected one full host name: a wildcard`: func(a *Args) { a.Hosts[0] = "*" },
		`Hosts[0] is "*.tripsage.ai": expected one full host name`: func(a *Args) { a.Hosts[0] = "*.tripsage.ai" },
		`Hosts[0] is "https://api.tripsage.ai": expected a full`:   func(a *Args) { a.Hosts[0] = "https://api.tripsage.ai" },
		`Hosts[1] is "api.tripsage.ai": expected each host once`:   func(a *Args) { a.Hosts = append(a.Hosts, a.Hosts[0]) },
		`Hosts is missing: expected the host names`:                func(a *Args) { a.Hosts = nil },
		`Gateways is missing: expected the Gateway`:                func(a *Args) { a.Gateways = nil },
		`Gateways[0] is "mesh": expected a Gateway's name`:         func(a *Args) { a.Gateways[0] = "mesh" },
		`Gateways[0] is "a/b/c": expected name or namespace/name`:  func(a *Args) { a.Gateways[0] = "a/b/c" },
		`Gateways[1] is "production/tripsage-api": expected each`:  func(a *Args) { a.Gateways = append(a.Gateways, a.Gateways[0]) },
		`Traffic.CORS.Origins[0] is "*"`:                           func(a *Args) { a.Traffic.CORS = &traffic.CORS{Origins: []string{"*"}} },

		`Analysis.StepWeight is missing: expected MaxWeight and StepWeight`:                          by(Analysis{}),
		`Analysis.MaxWeight is 120: expected 1 to 100 percent`:                                       by(Analysis{MaxWeight: 120, StepWeight: 10}),
		`Analysis.MaxWeight is 0: expected 1 to 100 percent`:                                         by(Analysis{StepWeight: 10}),
		`Analysis.StepWeight is 60: expected 1 to MaxWeight (50)`:                                    by(Analysis{MaxWeight: 50, StepWeight: 60}),
		`Analysis.StepWeight is 0: expected 1 to MaxWeight (50)`:                                     by(Analysis{MaxWeight: 50}),
		`Analysis.StepWeight is 20: expected a divisor of MaxWeight (50): Flagger would go on to 60`: by(Analysis{MaxWeight: 50, StepWeight: 20}),
		`Analysis.StepWeights[1] is 5: expected more than the step before (10)`:                      by(Analysis{StepWeights: []int{10, 5}}),
		`Analysis.StepWeights[1] is 101: expected more than the step before (10)`:                    by(Analysis{StepWeights: []int{10, 101}}),
		`Analysis.StepWeights is [10]: expected no MaxWeight or StepWeight beside it`:                by(Analysis{StepWeights: []int{10}, MaxWeight: 10}),
		`Analysis.Iterations is 5: expected no MaxWeight, StepWeight or StepWeights`:                 by(Analysis{Iterations: 5, MaxWeight: 50, StepWeight: 10}),
		`Analysis.Iterations is -1: expected 1 to 1000 checks`:                                       by(Analysis{Iterations: -1}),
		`Analysis.Webhooks is missing: expected one of the type "rollout" that sends`:                func(a *Args) { by(Analysis{Iterations: 5})(a); a.Analysis.Webhooks = nil },
		`Analysis.Interval is "60": expected whole seconds or minutes`:                               func(a *Args) { a.Analysis.Interval, a.Analysis.Objectives.Window = "60", "1m" },
		`Analysis.Interval is "1m30s": expected whole seconds or minutes`:                            func(a *Args) { a.Analysis.Interval, a.Analysis.Objectives.Window = "1m30s", "1m" },
		`Analysis.Interval is "5s": expected at least 10s`:                                           func(a *Args) { a.Analysis.Interval, a.Analysis.Objectives.Window = "5s", "1m" },
		`Analysis.Interval is "30s": expected more than the 30s that the webhooks`:                   func(a *Args) { a.Analysis.Interval = "30s" },
		`Analysis.Interval is "600m": expected 5 checks in at most 24h0m0s, not 50h0m0s`:             func(a *Args) { a.Analysis.Interval, a.Analysis.Objectives.Window = "600m", "1m" },
		`Analysis.Objectives.Window is "10m": expected at most the 5m0s that 5 checks take`:          func(a *Args) { a.Analysis.Objectives.Window = "10m" },
		`Analysis.Objectives.Window is "20s": expected at least 30s`:                                 func(a *Args) { a.Analysis.Objectives.Window = "20s" },
		`Analysis.Objectives.Window is "1h": expected whole seconds or minutes`:                      func(a *Args) { a.Analysis.Objectives.Window = "1h" },
		`Analysis.Objectives.SuccessRatePercent is 0.999: expected a percentage`:                     func(a *Args) { a.Analysis.Objectives.SuccessRatePercent = 0.999 },
		`Analysis.Objectives.SuccessRatePercent is 101: expected a percentage`:                       func(a *Args) { a.Analysis.Objectives.SuccessRatePercent = 101 },
		`Analysis.Objectives.SuccessRatePercent is NaN: expected a percentage`:                       func(a *Args) { a.Analysis.Objectives.SuccessRatePercent = math.NaN() },
		`Analysis.Objectives.LatencyMilliseconds is 0: expected 1 to 60000`:                          func(a *Args) { a.Analysis.Objectives.LatencyMilliseconds = 0 },
		`Analysis.Threshold is -1: expected 1 to 100 failed checks`:                                  func(a *Args) { a.Analysis.Threshold = -1 },
		`Analysis.Webhooks[1].Name is "approve": expected a name that no other`:                      func(a *Args) { a.Analysis.Webhooks[1].Name = "approve" },
		`Analysis.Webhooks[0].Type is "": expected one of [confirm-rollout`:                          func(a *Args) { a.Analysis.Webhooks[0].Type = "" },
		`Analysis.Webhooks[0].URL is "": expected an address`:                                        func(a *Args) { a.Analysis.Webhooks[0].URL = "" },
		`Analysis.Webhooks[0].URL is "ftp://gate/": expected an address`:                             func(a *Args) { a.Analysis.Webhooks[0].URL = "ftp://gate/" },
		`Analysis.Webhooks[0].URL has a user or a password in it`:                                    func(a *Args) { a.Analysis.Webhooks[0].URL = "http://me:hunter2@gate/" },
		`Analysis.Webhooks[0].TimeoutSeconds is -1: expected 1 to 3600`:                              func(a *Args) { a.Analysis.Webhooks[0].TimeoutSeconds = -1 },
	} {
		t.Run(want, func(t *testing.T) {
			args := full()
			change(&args)
			err := args.withDefaults("tripsage-api").Validate()
			require.ErrorContains(t, err, want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "one mistake, one line: %v", err)
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestValidateReportsAllAtOnce(t *testing.T) {
	err := Args{Name: "X", Hosts: []string{"*"}, Analysis: Analysis{Threshold: -1}}.withDefaults("x").Validate()
	for _, want := range []string{"Name is", "Namespace is", "Hosts[0] is", "Gateways is", "Analysis.Threshold is", "Analysis.StepWeight is", "Analysis.Objectives.LatencyMilliseconds is"} {
		assert.ErrorContains(t, err, want)
	}
}

func TestAShortIntervalStillLooksBackFarEnough(t *testing.T) {
	args := full()
	args.Analysis.Interval, args.Analysis.Webhooks = "15s", nil
	filled := args.withDefaults("tripsage-api")
	assert.NoError(t, filled.Validate())
	assert.Equal(t, "30s", filled.Analysis.Objectives.Window)
}

// simulated goes through the steps as Flagger 1.36 computes them: it adds until
// the weight has reached the maximum, and never looks whether it went beyond.
func simulated(a Analysis) []int {
	most := a.MaxWeight
	if len(a.StepWeights) > 0 {
		most = a.StepWeights[len(a.StepWeights)-1]
	}
	var out []int
	for weight := 0; weight < most; {
		if a.StepWeight > 0 {
			weight = min(weight+a.StepWeight, 100)
		} else {
			weight = a.StepWeights[slices.Index(a.StepWeights, weight)+1]
		}
		out = append(out, weight)
	}
	return out
}

// Whatever weights are accepted: they rise, end at the maximum, leave the rest
// to the primary, and are those that Flagger will use.
func TestWeightsRiseToTheMaximum(t *testing.T) {
	weight := rapid.IntRange(-5, 130)
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		analysis := full().Analysis
		if rapid.Bool().Draw(t, "listed") {
			analysis.MaxWeight, analysis.StepWeight = 0, 0
			analysis.StepWeights = rapid.SliceOfN(rapid.IntRange(1, 110), 1, 6).Draw(t, "steps")
			if rapid.Bool().Draw(t, "sorted") {
				slices.Sort(analysis.StepWeights)
			}
		} else {
			analysis.MaxWeight, analysis.StepWeight = weight.Draw(t, "max"), weight.Draw(t, "step")
		}
		if analysis.withDefaults().Validate() != nil {
			return
		}
		accepted++
		steps := analysis.Weights()
		require.NotEmpty(t, steps)
		assert.Equal(t, simulated(analysis), steps)
		last := 0
		for _, step := range steps {
			assert.Greater(t, step, last)
			assert.LessOrEqual(t, step, 100)
			last = step
		}
		if analysis.MaxWeight > 0 {
			assert.Equal(t, analysis.MaxWeight, last)
		}
	})
	assert.Positive(t, accepted)
}

// No text is accepted that Flagger would read in another way than we do.
func FuzzInterval(f *testing.F) {
	for _, seed := range []string{"1m", "30s", "90s", "1mx", "0s", "1h", "-1m", "1m30s", "99999m", "１m"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		interval, err := parseInterval("x", text, leastInterval)
		if err == nil {
			assert.GreaterOrEqual(t, interval, leastInterval)
			assert.Regexp(t, "^[0-9]+(m|s)$", text)
		}
	})
}
