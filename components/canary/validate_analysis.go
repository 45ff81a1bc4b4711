package canary

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

const (
	// leastInterval is what Flagger uses for anything shorter.
	leastInterval = 10 * time.Second
	// leastWindow holds two scrapes, which a rate needs.
	leastWindow = 30 * time.Second
	// mostPromotion keeps a release from standing in the way of the next one.
	mostPromotion = 24 * time.Hour
)

// intervalPattern is stricter than that of Flagger's definition, which also
// lets "1mx" pass and then uses a default.
var intervalPattern = regexp.MustCompile(`^[1-9][0-9]{0,4}[ms]$`)

// Validate reports every fault of a complete analysis.
func (a Analysis) Validate() error {
	interval, errInterval := parseInterval("Interval", a.Interval, leastInterval)
	errWay := a.validateWay()
	faults := []error{errInterval, errWay, a.Objectives.validate()}
	if a.Threshold < 1 || a.Threshold > 100 {
		faults = append(faults, fault.Of("Threshold", a.Threshold, "1 to 100 failed checks"))
	}
	if errInterval == nil {
		faults = append(faults, a.validateWebhooks(interval))
	}
	if errInterval == nil && errWay == nil {
		faults = append(faults, a.validatePromotion(interval))
	}
	return errors.Join(faults...)
}

// validateWay checks that exactly one way to release is set, and all of it.
func (a Analysis) validateWay() error {
	linear, listed, counted := a.StepWeight != 0 || a.MaxWeight != 0, len(a.StepWeights) > 0, a.Iterations != 0
	switch {
	case counted && (linear || listed):
		return fault.Of("Iterations", a.Iterations, "no MaxWeight, StepWeight or StepWeights beside it: a release goes by weights or by a number of checks")
	case linear && listed:
		return fault.Of("StepWeights", a.StepWeights, "no MaxWeight or StepWeight beside it: the last of the steps is the maximum")
	case counted:
		return a.validateIterations()
	case linear:
		return a.validateLinear()
	case listed:
		return a.validateListed()
	default:
		return fault.Missing("StepWeight", "MaxWeight and StepWeight, or StepWeights, or Iterations: how a new version gets its traffic")
	}
}

func (a Analysis) validateIterations() error {
	if a.Iterations < 1 || a.Iterations > 1000 {
		return fault.Of("Iterations", a.Iterations, "1 to 1000 checks")
	}
	if !slices.ContainsFunc(a.Webhooks, func(w Webhook) bool { return w.Type == Rollout }) {
		return fault.Missing("Webhooks", fmt.Sprintf("one of the type %q that sends requests to the new pods: with Iterations users do not, and without requests every check fails", Rollout))
	}
	return nil
}

func (a Analysis) validateLinear() error {
	if a.MaxWeight < 1 || a.MaxWeight > 100 {
		return fault.Of("MaxWeight", a.MaxWeight, "1 to 100 percent of the traffic")
	}
	if a.StepWeight < 1 || a.StepWeight > a.MaxWeight {
		return fault.Of("StepWeight", a.StepWeight, fmt.Sprintf("1 to MaxWeight (%d)", a.MaxWeight))
	}
	if a.MaxWeight%a.StepWeight != 0 {
		beyond := (a.MaxWeight/a.StepWeight + 1) * a.StepWeight
		return fault.Of("StepWeight", a.StepWeight, fmt.Sprintf("a divisor of MaxWeight (%d): Flagger would go on to %d", a.MaxWeight, min(beyond, 100)))
	}
	return nil
}

func (a Analysis) validateListed() error {
	last := 0
	for i, weight := range a.StepWeights {
		if weight <= last || weight > 100 {
			return fault.Of(fmt.Sprintf("StepWeights[%d]", i), weight, fmt.Sprintf("more than the step before (%d) and at most 100 percent", last))
		}
		last = weight
	}
	return nil
}

// checks is how many checks a good version passes until its promotion.
func (a Analysis) checks() int { return max(a.Iterations, len(a.Weights())) }

// validatePromotion checks the time that a good version takes: the checks must
// have seen a whole window of it, and the next release must get its turn.
func (a Analysis) validatePromotion(interval time.Duration) error {
	took := time.Duration(a.checks()) * interval
	if took > mostPromotion {
		return fault.Of("Interval", a.Interval, fmt.Sprintf("%d checks in at most %s, not %s: use fewer checks or a shorter interval", a.checks(), mostPromotion, took))
	}
	window, err := parseInterval("", a.Objectives.Window, 0)
	if err == nil && took < window {
		return fault.Of("Objectives.Window", a.Objectives.Window, fmt.Sprintf("at most the %s that %d checks take: a promotion would not wait for one window of the new version", took, a.checks()))
	}
	return nil
}

func (o Objectives) validate() error {
	_, err := parseInterval("Objectives.Window", o.Window, leastWindow)
	faults := []error{err}
	if !(o.SuccessRatePercent >= 50 && o.SuccessRatePercent <= 100) { // also refuses NaN
		faults = append(faults, fault.Of("Objectives.SuccessRatePercent", o.SuccessRatePercent, "a percentage from 50 to 100, such as 99.9"))
	}
	if o.LatencyMilliseconds < 1 || o.LatencyMilliseconds > 60_000 {
		faults = append(faults, fault.Of("Objectives.LatencyMilliseconds", o.LatencyMilliseconds, "1 to 60000 milliseconds"))
	}
	return errors.Join(faults...)
}

func parseInterval(key, text string, least time.Duration) (time.Duration, error) {
	interval, err := time.ParseDuration(text)
	if err != nil || !intervalPattern.MatchString(text) {
		return 0, fault.Of(key, text, `whole seconds or minutes, such as "30s" or "1m"`)
	}
	if interval < least {
		return 0, fault.Of(key, text, "at least "+least.String())
	}
	return interval, nil
}
