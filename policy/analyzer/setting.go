package analyzer

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tripsage/infrastructure/policy/rule"
)

// Level is what a violation does.
type Level string

// The levels, by Pulumi's names.
const (
	Advisory  Level = "advisory"  // it is shown
	Mandatory Level = "mandatory" // it stops the run
	Remediate Level = "remediate" // it is mended if the rule can; if not, it stops the run
	Disabled  Level = "disabled"  // the rule does not run
)

// Levels are all levels.
func Levels() []Level { return []Level{Advisory, Mandatory, Remediate, Disabled} }

// Setting is the configuration of one rule.
type Setting struct {
	Level      Level
	Parameters map[string]any
	Exempt     []Exemption
}

// Exemption lets resources pass a rule, for a reason and for a time.
type Exemption struct {
	// Resource is the title of the resource as messages have it, with "*" for
	// anything but "/": "Deployment staging/dragonfly", "Deployment */*".
	Resource string
	Reason   string
	// Until is the last day.
	Until time.Time
}

// exemptKey and levelKey are the settings that every rule has.
const (
	exemptKey = "exempt"
	levelKey  = "enforcementLevel"
	allKey    = "all"
)

// Parse reads configuration in Pulumi's format: a level, or an object of
// enforcementLevel, exempt and the rule's parameters, for each rule; "all" is
// the level of those that have none. Every fault is reported.
func Parse(text []byte, rules []rule.Rule) (map[string]Setting, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, fmt.Errorf("policy configuration: %w", err)
	}
	fallback, err := level(allKey, raw[allKey], Mandatory)
	faults := []error{err}
	delete(raw, allKey)
	settings := map[string]Setting{}
	for _, r := range rules {
		given := map[string]any{}
		one := fallback
		if text, ok := raw[r.ID]; ok {
			if err := json.Unmarshal(text, &given); err != nil { // a level alone
				one, err = level(r.ID, text, fallback)
				faults = append(faults, err)
				given = map[string]any{}
			} else if text, ok := given[levelKey]; ok {
				encoded, _ := json.Marshal(text)
				one, err = level(r.ID, encoded, fallback)
				faults = append(faults, err)
			}
		}
		delete(given, levelKey)
		delete(raw, r.ID)
		setting, err := newSetting(r, one, given)
		settings[r.ID] = setting
		faults = append(faults, err)
	}
	for _, unknown := range slices.Sorted(maps.Keys(raw)) {
		faults = append(faults, fmt.Errorf("policy configuration: there is no rule %q; docs/policies.md lists them", unknown))
	}
	return settings, errors.Join(faults...)
}

func level(id string, text json.RawMessage, fallback Level) (Level, error) {
	if text == nil {
		return fallback, nil
	}
	var name Level
	if err := json.Unmarshal(text, &name); err != nil || !slices.Contains(Levels(), name) {
		return fallback, fmt.Errorf("policy configuration: %s: %s is no level: expected one of %q", id, text, Levels())
	}
	return name, nil
}

// newSetting checks what was given for the rule.
func newSetting(r rule.Rule, level Level, given map[string]any) (Setting, error) {
	s := Setting{Level: level, Parameters: map[string]any{}}
	var faults []error
	declared := map[string]rule.Parameter{}
	for _, p := range r.Parameters {
		declared[p.Name] = p
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		parameter, known := declared[key]
		switch {
		case key == exemptKey:
			exempt, err := exemptions(given[key])
			s.Exempt = exempt
			faults = append(faults, prefix(r.ID, err))
		case !known:
			faults = append(faults, prefix(r.ID, fmt.Errorf("there is no parameter %q: expected one of %q", key,
				append(slices.Sorted(maps.Keys(declared)), exemptKey, levelKey))))
		default:
			value, err := convert(parameter.Default, given[key])
			s.Parameters[key] = value
			faults = append(faults, prefix(r.ID+"."+key, err))
		}
	}
	return s, errors.Join(faults...)
}

func prefix(key string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("policy configuration: %s: %w", key, err)
}

// convert makes the value one of the default's type.
func convert(like, given any) (any, error) {
	switch like.(type) {
	case []string:
		items, ok := given.([]any)
		texts := make([]string, 0, len(items))
		for _, item := range items {
			text, isText := item.(string)
			ok = ok && isText
			texts = append(texts, text)
		}
		if ok {
			return texts, nil
		}
	case float64:
		if number, ok := given.(float64); ok {
			return number, nil
		}
	case bool:
		if flag, ok := given.(bool); ok {
			return flag, nil
		}
	case string:
		if text, ok := given.(string); ok {
			return text, nil
		}
	}
	return like, fmt.Errorf("%v is no %s", given, typeName(like))
}

func typeName(like any) string {
	switch like.(type) {
	case []string:
		return "list of strings"
	case float64:
		return "number"
	case bool:
		return "boolean"
	default:
		return "string"
	}
}

func exemptions(given any) (all []Exemption, err error) {
	items, ok := given.([]any)
	if !ok {
		return nil, fmt.Errorf("%s: %v is no list", exemptKey, given)
	}
	var faults []error
	for i, item := range items {
		fields, _ := item.(map[string]any)
		text := func(key string) string { value, _ := fields[key].(string); return strings.TrimSpace(value) }
		e := Exemption{Resource: text("resource"), Reason: text("reason")}
		var wrong []string
		if _, err := path.Match(e.Resource, ""); err != nil || e.Resource == "" {
			wrong = append(wrong, `resource is to be a title such as "Deployment staging/dragonfly", with * as a wildcard`)
		}
		if e.Reason == "" {
			wrong = append(wrong, "reason is missing")
		}
		if e.Until, err = time.Parse(time.DateOnly, text("until")); err != nil {
			wrong = append(wrong, fmt.Sprintf("until is %q: expected the last day, such as 2027-01-31", text("until")))
		}
		if len(wrong) > 0 {
			faults = append(faults, fmt.Errorf("%s[%d]: %s", exemptKey, i, strings.Join(wrong, "; ")))
		}
		all = append(all, e)
	}
	return all, errors.Join(faults...)
}
