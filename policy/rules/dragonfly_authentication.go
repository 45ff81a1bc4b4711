package rules

import "github.com/tripsage/infrastructure/policy/rule"

func dragonflyAuthentication() rule.Rule {
	return rule.Rule{
		ID:       "dragonfly-authentication",
		Title:    "Dragonfly asks its clients for a password",
		Severity: rule.High,
		Reason:   "Whoever reaches the port otherwise reads and changes what is cached: sessions, search results, rate limits.",
		Fix: "Operator: set authentication.passwordFromSecret (and aclFromSecret for users with few rights). " +
			"Container: mount a Secret with a flag file and give --flagfile, or --aclfile.",
		Sources: []string{"Dragonfly documentation, Server Configuration Flags: requirepass, aclfile", "Dragonfly Operator documentation, Authentication"},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, d := range dragonflyServers(r) {
				judgeAuthentication(c, r, d)
			}
		},
	}
}

func judgeAuthentication(c *rule.Context, r rule.Resource, d dragonflyServer) {
	if d.operated && !d.noneOf("authentication", "aclFromSecret") {
		return
	}
	password := d.flag("requirepass")
	if other := d.flag("PASSWORD"); !other.missing() { // DFLY_PASSWORD is what the operator sets
		password = other
	}
	if password.given() && password.text == "" {
		c.Violation(r, "%s: --requirepass is empty", d.name)
		return
	}
	for _, name := range []string{"flagfile", "aclfile"} {
		file := d.flag(name)
		if file.state == rule.Maybe {
			return
		}
		if !file.given() {
			continue
		}
		if volume, known := d.volume(file.text); known && volume.At("configMap").Known() {
			c.Violation(r, "%s: --%s is in a ConfigMap, which is no place for passwords", d.name, name)
		}
		return
	}
	switch {
	case !password.missing():
	case d.operated:
		c.Violation(r, "%s and %s are missing", d.process.At("authentication").Path(), d.process.At("aclFromSecret").Path())
	default:
		c.Violation(r, "%s: none of --flagfile, --aclfile and --requirepass is given", d.name)
	}
}

// noneOf says that all of the fields are known to be missing or empty.
func (d dragonflyServer) noneOf(fields ...string) bool {
	for _, field := range fields {
		if value := d.process.At(field); !value.Empty() && (!value.Settled() || value.IsObject()) {
			return false
		}
	}
	return true
}
