package analyzer

import (
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tripsage/infrastructure/policy/rule"
)

// Judge runs rules under their settings.
type Judge struct {
	rules    []rule.Rule
	settings map[string]Setting
	today    time.Time
	// Of the rules that are on: those about single resources, about the stack,
	// and those that mend.
	single, whole, mending []rule.Rule
}

// NewJudge makes a judge. Exemptions are current or expired as of today.
func NewJudge(rules []rule.Rule, settings map[string]Setting, today time.Time) *Judge {
	j := &Judge{rules: rules, settings: settings, today: today}
	for _, one := range rules {
		level := settings[one.ID].Level
		if level == Disabled {
			continue
		}
		if one.Check != nil {
			j.single = append(j.single, one)
		}
		if one.CheckStack != nil {
			j.whole = append(j.whole, one)
		}
		if one.Remedy != nil && level == Remediate {
			j.mending = append(j.mending, one)
		}
	}
	return j
}

// Verdict is one violation, with what the reader needs.
type Verdict struct {
	Rule     rule.Rule
	Level    Level
	Resource rule.Resource // its URN is "" for the stack as a whole
	Message  string
}

// Resource runs the rules about single resources.
func (j *Judge) Resource(r rule.Resource) []Verdict {
	return j.run(j.single, r, func(one rule.Rule, c *rule.Context) { one.Check(c, r) })
}

// Stack runs the rules about all resources together.
func (j *Judge) Stack(s rule.Stack) []Verdict {
	s.Memory = rule.NewMemory()
	all := j.run(j.whole, rule.Resource{}, func(one rule.Rule, c *rule.Context) { one.CheckStack(c, s) })
	return append(all, j.expired()...)
}

// run runs the rules. about is the resource to blame when a rule itself fails.
func (j *Judge) run(rules []rule.Rule, about rule.Resource, check func(rule.Rule, *rule.Context)) []Verdict {
	var all []Verdict
	for _, one := range rules {
		setting := j.settings[one.ID]
		c := rule.NewContext(one, setting.Parameters)
		failure := guarded(one, c, check)
		for _, v := range c.Violations() {
			if exempt, note := setting.exempts(v.Resource, j.today); !exempt {
				all = append(all, Verdict{Rule: one, Level: setting.Level, Resource: v.Resource, Message: v.Message + note})
			}
		}
		if failure != "" {
			all = append(all, Verdict{Rule: one, Level: setting.Level, Resource: about, Message: failure})
		}
	}
	return all
}

// guarded turns a panic of the rule into words.
func guarded(one rule.Rule, c *rule.Context, check func(rule.Rule, *rule.Context)) (failure string) {
	defer func() {
		if reason := recover(); reason != nil {
			failure = fmt.Sprintf("the rule itself failed, so nothing is known: %v. This is a fault of the policy pack: please report it", reason)
		}
	}()
	check(one, c)
	return ""
}

// exempts says whether an exemption covers the resource today; if one did, note
// says since when not.
func (s Setting) exempts(r rule.Resource, today time.Time) (exempt bool, note string) {
	for _, e := range s.Exempt {
		if !e.covers(r) {
			continue
		}
		if !e.expired(today) {
			return true, ""
		}
		note = fmt.Sprintf(" (exempt until %s: %s)", e.Until.Format(time.DateOnly), e.Reason)
	}
	return false, note
}

// covers says whether the resource is, or may be, one of the exemption's. What
// a preview does not know the name of may be any of its kind.
func (e Exemption) covers(r rule.Resource) bool {
	if r.ObjectName().Unknown() || r.Namespace().Unknown() {
		kind, _, _ := strings.Cut(e.Resource, " ")
		matched, err := path.Match(kind, r.Kind())
		return err == nil && matched
	}
	matched, err := path.Match(e.Resource, r.Title())
	return err == nil && matched
}

func (e Exemption) expired(today time.Time) bool { return !today.Before(e.Until.AddDate(0, 0, 1)) }

// ExpiredID is the rule that no exemption outlives its date.
const ExpiredID = "exemption-expired"

// Expired is the rule that the judge itself sees to.
func Expired() rule.Rule {
	return rule.Rule{
		ID:       ExpiredID,
		Title:    "Exemptions are not past their date",
		Severity: rule.Medium,
		Reason:   "An exemption is for a time, so that somebody looks again.",
		Fix:      "Mend the resource and remove the exemption, or set a new date with a reason that holds today.",
		Sources:  []string{"this pack"},
		// What it judges is the configuration, so the judge does it.
		CheckStack: func(*rule.Context, rule.Stack) {},
	}
}

func (j *Judge) expired() []Verdict {
	own := j.settings[ExpiredID]
	if own.Level == Disabled {
		return nil
	}
	var all []Verdict
	for _, one := range j.rules {
		for _, e := range j.settings[one.ID].Exempt {
			if e.expired(j.today) && j.settings[one.ID].Level != Disabled {
				all = append(all, Verdict{Rule: Expired(), Level: own.Level, Message: fmt.Sprintf(
					"the exemption of %q from %s ended on %s; its reason was: %s", e.Resource, one.ID, e.Until.Format(time.DateOnly), e.Reason)})
			}
		}
	}
	return all
}

// Mended is what a rule changed.
type Mended struct {
	Rule       rule.Rule
	Properties property.Map
}

// mends says that some rule may mend.
func (j *Judge) mends() bool { return len(j.mending) > 0 }

// Remedies runs the remedies of the rules whose level is Remediate, each on
// what the one before left. One that fails changes nothing.
func (j *Judge) Remedies(r rule.Resource) []Mended {
	var all []Mended
	for _, one := range j.mending {
		if exempt, _ := j.settings[one.ID].exempts(r, j.today); exempt {
			continue
		}
		if properties, changed := mend(one, r); changed {
			r.Properties = rule.Of(properties)
			all = append(all, Mended{Rule: one, Properties: properties})
		}
	}
	return all
}

func mend(one rule.Rule, r rule.Resource) (properties property.Map, changed bool) {
	defer func() {
		if recover() != nil { // the rule's check will say that the fault is still there
			changed = false
		}
	}()
	return one.Remedy(r)
}
