package rules

import (
	"regexp"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

// variableForm is $(NAME), or $$ that stands for a single one. Names in lower
// case are left out: in a shell's argument, $(date) is a command.
var variableForm = regexp.MustCompile(`\$\$|\$\(([A-Z_][A-Z0-9_]*)\)`)

func envReference() rule.Rule {
	return rule.Rule{
		ID:       "env-reference",
		Title:    "A variable is set before it is used",
		Severity: rule.Medium,
		Reason: "Kubernetes replaces $(NAME) in a command, an argument or a variable by what is set already. What is not set " +
			"stays there as it is, and the program gets \"$(NAME)\".",
		Fix:     "Set the variable in env, above the one that uses it; or write $$(NAME) if that is what is meant.",
		Sources: []string{"Kubernetes documentation, Define Dependent Environment Variables"},
		Check: perContainer(func(c *rule.Context, r rule.Resource, container rule.Container) {
			if !container.At("envFrom").Empty() { // it may be in there
				return
			}
			set := map[string]bool{}
			for _, variable := range container.At("env").Items() {
				name, known := variable.At("name").Text()
				if !known {
					return
				}
				unset(c, r, container, variable.At("value"), set)
				set[name] = true
			}
			if container.At("env").Unknown() {
				return
			}
			for _, list := range []string{"command", "args"} {
				for _, word := range container.At(list).Items() {
					unset(c, r, container, word, set)
				}
			}
		}),
	}
}

// unset reports the variables that a text uses and that are not set.
func unset(c *rule.Context, r rule.Resource, container rule.Container, text rule.Value, set map[string]bool) {
	for _, match := range variableForm.FindAllStringSubmatch(text.String(), -1) {
		name := match[1]
		// Services have variables of their own.
		if name == "" || set[name] || strings.Contains(name, "_SERVICE_") || strings.Contains(name, "_PORT") {
			continue
		}
		c.Violation(r, "container %s: %s uses $(%s), which is not set", container.Name(), text.Path(), name)
	}
}
