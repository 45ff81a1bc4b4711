package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func vercelCSP() rule.Rule {
	return rule.Rule{
		ID:       "vercel-csp",
		Title:    "The Content-Security-Policy in the published vercel.json lets in only what was chosen",
		Severity: rule.High,
		Reason: "The policy is what is left when a script gets into a page: with unsafe-eval, a wildcard or a whole scheme it runs " +
			"what it likes and sends what it finds to anybody.",
		Fix: "Name each origin in full, with https. Set default-src, object-src 'none' and base-uri. Leave 'unsafe-eval' out.",
		Sources: []string{
			"OWASP Content Security Policy Cheat Sheet", "Google CSP Evaluator", "W3C Content Security Policy Level 3", "deployment guide, Project Configuration",
		},
		Parameters: []rule.Parameter{{
			Name: "inline-scripts", Default: true,
			Description: "Whether scripts in the pages themselves may run without a nonce ('unsafe-inline'), as static pages of Next.js need it.",
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			file, _ := vercelJSON(r)
			for _, one := range headersOf(file) {
				if !strings.EqualFold(one.name, "content-security-policy") {
					continue
				}
				for _, fault := range policyFaults(one.value, c.Flag("inline-scripts")) {
					c.Violation(r, "vercel.json: %s: %s", one.at.Path(), fault)
				}
			}
		},
	}
}

// policyFaults are the weak places of a policy, in its order.
func policyFaults(policy string, inline bool) []string {
	var faults []string
	sources := map[string][]string{}
	for _, part := range strings.Split(policy, ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		name := strings.ToLower(words[0])
		if _, twice := sources[name]; twice { // browsers take the first
			continue
		}
		sources[name] = words[1:]
		for _, source := range words[1:] {
			if fault := sourceFault(name, strings.ToLower(source)); fault != "" {
				faults = append(faults, name+" has "+source+", "+fault)
			}
		}
	}
	fallback, hasFallback := sources["default-src"]
	of := func(name string) []string {
		if list, ok := sources[name]; ok {
			return list
		}
		return fallback
	}
	if !hasFallback {
		faults = append(faults, "default-src is missing, so everything that is not named is allowed")
	}
	if objects := of("object-src"); hasFallback && !slices.Equal(objects, []string{"'none'"}) {
		faults = append(faults, "object-src is not 'none', so plugins may be loaded")
	}
	if _, ok := sources["base-uri"]; !ok {
		faults = append(faults, "base-uri is missing, so a page can be made to load its scripts from elsewhere")
	}
	scripts := of("script-src")
	safe := slices.ContainsFunc(scripts, func(one string) bool {
		return strings.HasPrefix(one, "'nonce-") || strings.HasPrefix(one, "'sha") || one == "'strict-dynamic'"
	})
	if !inline && !safe && slices.Contains(scripts, "'unsafe-inline'") {
		faults = append(faults, "script-src has 'unsafe-inline' without a nonce")
	}
	return faults
}

// sourceFault says what is wrong with one source of a directive, or "".
func sourceFault(directive, source string) string {
	code := slices.Contains([]string{
		"default-src", "script-src", "script-src-elem", "style-src", "connect-src", "frame-src", "child-src", "worker-src",
		"object-src", "form-action", "base-uri", "frame-ancestors",
	}, directive)
	scripts := slices.Contains([]string{"default-src", "script-src", "script-src-elem", "object-src", "base-uri"}, directive)
	switch {
	case source == "'unsafe-eval'":
		return "which runs texts as programs"
	case strings.Contains(source, "*"):
		return "which lets in hosts that nobody chose"
	case strings.HasPrefix(source, "http:") || strings.HasPrefix(source, "ws:"):
		return "which is not encrypted"
	case code && (source == "https:" || source == "wss:"):
		return "which is every host"
	case scripts && (source == "data:" || source == "blob:" || source == "filesystem:"):
		return "from which a page can make its own scripts"
	}
	return ""
}
