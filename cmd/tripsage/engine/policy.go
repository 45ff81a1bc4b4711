package engine

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Policy is a policy pack that judges what Preview and Up are about to do.
type Policy struct {
	// Pack is the pack: its program, or a folder with PulumiPolicy.yaml.
	Pack string
	// Config overrides the pack's own levels and parameters, in the form of
	// Pulumi's --policy-pack-config. nil overrides nothing.
	Config map[string]any
	// Judged, when set, is told the verdict of the preview that Up begins
	// with, if nothing in it stops the run.
	Judged func(Summary)
}

// Mandatory is the level of a violation that stops the run.
const Mandatory = string(apitype.Mandatory)

// Violation is one fault that the policy pack found. Its text is the pack's,
// which keeps secrets out of it.
type Violation struct {
	Rule string `json:"rule"`
	// Level is mandatory or advisory.
	Level string `json:"level"`
	// Severity is critical, high, medium or low; "" when the pack has none.
	Severity string `json:"severity,omitempty"`
	// URN is the stack's own for what is about no single resource.
	URN     string `json:"urn"`
	Type    string `json:"type"`
	Name    string `json:"name"`
	Message string `json:"message"`
}

// Remedy is one change that the policy pack made to a resource before it was
// judged; never the values.
type Remedy struct {
	Rule string `json:"rule"`
	URN  string `json:"urn"`
	Type string `json:"type"`
	Name string `json:"name"`
}

// PolicyError says that the policy pack stopped the run.
type PolicyError struct {
	// Operation is preview when nothing was changed, and up when the pack
	// learnt only by changing that a rule is broken.
	Operation string
	// Violations are the mandatory ones, in the Summary's order.
	Violations []Violation
}

// Error lists the violations.
func (e *PolicyError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Operation, e.Count())
	for _, v := range e.Violations {
		fmt.Fprintf(&b, "\n  %s, %s (%s):\n    %s", v.Rule, v.Name, v.Type, strings.ReplaceAll(v.Message, "\n", "\n    "))
	}
	return b.String()
}

// Count is the number of violations in words.
func (e *PolicyError) Count() string {
	if len(e.Violations) == 1 {
		return "1 mandatory violation of the policies"
	}
	return fmt.Sprintf("%d mandatory violations of the policies", len(e.Violations))
}

// policyArgs are the pack and its configuration as the engine takes them: no
// paths or one.
func (s *session) policyArgs() (packs, configs []string, err error) {
	policy := s.options.Policy
	if policy == nil {
		return nil, nil, nil
	}
	packs = []string{policy.Pack}
	if policy.Config == nil {
		return packs, nil, nil
	}
	path := filepath.Join(s.home.work(s.options.Stack), "policy.json")
	return packs, []string{path}, writeJSON(path, policy.Config)
}

// verdicts collects what the policy pack says in one run.
type verdicts struct {
	rules      map[string]bool
	violations []Violation
	remedies   []Remedy
}

func (v *verdicts) take(event apitype.EngineEvent) {
	switch {
	case event.PolicyEvent != nil:
		e := event.PolicyEvent
		urn := resource.URN(e.ResourceURN)
		v.violations = append(v.violations, Violation{
			Rule: e.PolicyName, Level: e.EnforcementLevel, Severity: e.Severity,
			URN: e.ResourceURN, Type: typeOf(urn), Name: nameOf(urn),
			Message: strings.TrimSpace(colors.Never.Colorize(e.Message)),
		})
	case event.PolicyRemediationEvent != nil:
		e := event.PolicyRemediationEvent
		urn := resource.URN(e.ResourceURN)
		v.remedies = append(v.remedies, Remedy{Rule: e.PolicyName, URN: e.ResourceURN, Type: typeOf(urn), Name: nameOf(urn)})
	case event.PolicyAnalyzeSummaryEvent != nil:
		v.ran(event.PolicyAnalyzeSummaryEvent.Passed, event.PolicyAnalyzeSummaryEvent.Failed)
	case event.PolicyAnalyzeStackSummaryEvent != nil:
		v.ran(event.PolicyAnalyzeStackSummaryEvent.Passed, event.PolicyAnalyzeStackSummaryEvent.Failed)
	}
}

func (v *verdicts) ran(lists ...[]string) {
	if v.rules == nil {
		v.rules = map[string]bool{}
	}
	for _, name := range slices.Concat(lists...) {
		v.rules[name] = true
	}
}

// sorted has what stops the run first, then goes by resource and rule, so that
// two runs list the same things alike. The engine judges a resource twice when
// it plans it twice.
func (v *verdicts) sorted() []Violation {
	slices.SortFunc(v.violations, func(a, b Violation) int {
		return cmp.Or(
			-cmp.Compare(a.Level, b.Level), cmp.Compare(a.URN, b.URN), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	v.violations = slices.Compact(v.violations)
	return v.violations
}

func (v *verdicts) mended() []Remedy {
	slices.SortFunc(v.remedies, func(a, b Remedy) int {
		return cmp.Or(cmp.Compare(a.URN, b.URN), cmp.Compare(a.Rule, b.Rule))
	})
	return slices.Compact(v.remedies)
}

// refusal is nil unless a mandatory rule is broken.
func (v *verdicts) refusal(operation string) *PolicyError {
	var broken []Violation
	for _, one := range v.sorted() {
		if one.Level == Mandatory {
			broken = append(broken, one)
		}
	}
	if len(broken) == 0 {
		return nil
	}
	return &PolicyError{Operation: operation, Violations: broken}
}

func typeOf(urn resource.URN) string {
	if !urn.IsValid() {
		return ""
	}
	return string(urn.Type())
}

func nameOf(urn resource.URN) string {
	if !urn.IsValid() {
		return ""
	}
	return urn.Name()
}
