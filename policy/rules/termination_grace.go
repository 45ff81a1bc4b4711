package rules

import (
	"regexp"
	"strconv"
	"time"

	"github.com/tripsage/infrastructure/policy/rule"
)

func terminationGrace() rule.Rule {
	return rule.Rule{
		ID:       "termination-grace",
		Title:    "A pod has the time that its end takes",
		Severity: rule.High,
		Reason: "Kubernetes kills what is left when terminationGracePeriodSeconds are over, and the preStop hook is in that time: " +
			"requests that are being answered are cut off at each release.",
		Fix: "Set terminationGracePeriodSeconds above the sum of the preStop hook's sleep and the times that the program takes to " +
			"drain and to shut down.",
		Sources: []string{"Kubernetes documentation, Pod Lifecycle: Termination of Pods"},
		Parameters: []rule.Parameter{{
			Name:        "variables",
			Description: "Variables of a container's environment that say how long parts of its end take.",
			Default:     []string{"SHUTDOWN_DRAIN", "SHUTDOWN_TIMEOUT"},
		}},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			for _, r := range s.Resources {
				pod, ok := r.Pod()
				if !ok || !pod.Lasting() {
					continue
				}
				own := pod.Spec.At("terminationGracePeriodSeconds")
				grace, known := own.Number()
				if own.Missing() {
					grace, known = 30, true // Kubernetes' default
				}
				for _, container := range pod.Main() {
					sleep := sleeps(container)
					needs := sleep
					for _, name := range c.Texts("variables") {
						needs += variable(s, r, container, name).Seconds()
					}
					if known && (grace <= needs || grace <= 0) {
						c.Violation(r, "container %s: %s is %s; its end takes %v seconds, %v of them before it is told",
							container.Name(), own.Path(), own.Show(), needs, sleep)
					}
				}
			}
		},
	}
}

var sleepForm = regexp.MustCompile(`\bsleep[ =]+([0-9]+)`)

// sleeps is for how long the preStop hook does nothing, as far as we can see.
func sleeps(container rule.Container) (seconds float64) {
	hook := container.At("lifecycle", "preStop")
	if seconds, known := hook.At("sleep", "seconds").Number(); known {
		return seconds
	}
	line := ""
	for _, word := range hook.At("exec", "command").Texts() {
		line += word + " "
	}
	for _, match := range sleepForm.FindAllStringSubmatch(line, -1) {
		if one, err := strconv.ParseFloat(match[1], 64); err == nil {
			seconds += one
		}
	}
	return seconds
}

// variable is a duration in the container's environment, 0 if it is not there or
// not known.
func variable(s rule.Stack, r rule.Resource, container rule.Container, name string) time.Duration {
	own := container.At("env").Items()
	for i := range own {
		last := own[len(own)-1-i]
		if last.At("name").Unknown() || last.At("name").IsText(name) {
			return lasts(last.At("value"))
		}
	}
	if container.At("env").Unknown() {
		return 0
	}
	sources := container.At("envFrom").Items()
	for i := range sources {
		last := sources[len(sources)-1-i]
		settings, found := configMap(s, r, last.At("configMapRef", "name"))
		if !found || !last.At("prefix").Empty() || settings.At("data").Unknown() {
			return 0
		}
		if value := settings.At("data", name); !value.Missing() {
			return lasts(value)
		}
	}
	return 0
}

// configMap is the ConfigMap of that name beside the resource.
func configMap(s rule.Stack, r rule.Resource, name rule.Value) (found rule.Resource, ok bool) {
	text, known := name.Text()
	for _, one := range s.Objects("", "ConfigMap") {
		if known && one.ObjectName().IsText(text) && rule.SameNamespace(one, r) == rule.Yes {
			return one, true
		}
	}
	return rule.Resource{}, false
}

func lasts(v rule.Value) time.Duration {
	length, err := time.ParseDuration(v.String())
	if err != nil {
		return 0
	}
	return length
}
