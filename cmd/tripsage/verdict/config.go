package verdict

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

// Keys of Pulumi's policy configuration, and ours for exemptions.
const (
	all       = "all"
	levelKey  = "enforcementLevel"
	exemptKey = "exempt"
)

// Configuration is what the engine is given on top of the stack's profile: the
// user's file, and the level for every rule whose level the file does not set.
// Both may be empty. Every fault of the file is reported.
func Configuration(level string, file []byte, rules []Rule) (map[string]any, error) {
	config := map[string]any{}
	if len(file) > 0 {
		if err := json.Unmarshal(file, &config); err != nil {
			return nil, fmt.Errorf("it must be an object as Pulumi's --policy-pack-config has it: %w", err)
		}
	}
	known := map[string]Rule{all: {}}
	for _, rule := range rules {
		known[rule.ID] = rule
	}
	var faults []error
	for _, id := range slices.Sorted(maps.Keys(config)) {
		rule, ok := known[id]
		if !ok {
			faults = append(faults, fmt.Errorf("there is no rule %q; `tripsage policy rules` lists them", id))
			continue
		}
		faults = append(faults, checkSetting(id, config[id], rule))
	}
	if level != "" {
		config[all] = level
	}
	if len(config) == 0 {
		config = nil
	}
	return config, errors.Join(faults...)
}

// checkSetting leaves the types of parameters to the engine, which has the
// pack's schema for them.
func checkSetting(id string, setting any, rule Rule) error {
	fields, isObject := setting.(map[string]any)
	if !isObject {
		return checkLevel(id, setting)
	}
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		parameter := name == exemptKey && id != all
		for _, one := range rule.Parameters {
			parameter = parameter || one.Name == name
		}
		switch {
		case name == levelKey:
			faults = append(faults, checkLevel(id, fields[name]))
		case !parameter:
			faults = append(faults, fmt.Errorf("%s: there is no parameter %q", id, name))
		}
	}
	return errors.Join(faults...)
}

func checkLevel(id string, level any) error {
	levels := []string{"advisory", engine.Mandatory, "remediate", "disabled"}
	if text, ok := level.(string); ok && slices.Contains(levels, text) {
		return nil
	}
	return fmt.Errorf("%s: the level is %v; expected one of %q", id, level, levels)
}

// Levels says the level of each rule under configurations of which the later
// ones win, as the engine applies them.
func Levels(rules []Rule, configs ...map[string]any) map[string]string {
	levels := map[string]string{}
	for _, config := range configs {
		for _, rule := range rules {
			for _, key := range []string{all, rule.ID} {
				if level := levelOf(config[key]); level != "" {
					levels[rule.ID] = level
				}
			}
		}
	}
	return levels
}

func levelOf(setting any) string {
	if fields, ok := setting.(map[string]any); ok {
		setting = fields[levelKey]
	}
	level, _ := setting.(string)
	return level
}
