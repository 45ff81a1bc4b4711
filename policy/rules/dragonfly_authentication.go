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
		Parameters: []rule.Parameter{{
			Name: "users", Default: true,
			Description: "Whether the operator's Dragonfly must have users with rights of their own (aclFromSecret), so that clients cannot do everything.",
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, d := range dragonflyServers(r) {
				judgeAuthentication(c, r, d)
			}
		},
	}
}

func judgeAuthentication(c *rule.Context, r rule.Resource, d dragonflyServer) {
	acl := d.process.At("aclFromSecret")
	if d.operated && c.Flag("users") && acl.Empty() && d.flag("aclfile").missing() {
		c.Violation(r, "%s is %s", acl.Path(), acl.Show())
	}
	if d.operated && !lacksPassword(d.process.At("authentication")) {
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
		c.Violation(r, "%s has no passwordFromSecret", d.process.At("authentication").Path())
	default:
		c.Violation(r, "%s: none of --flagfile, --aclfile and --requirepass is given", d.name)
	}
}

// lacksPassword says that the operator's authentication is known to be nothing.
func lacksPassword(authentication rule.Value) bool {
	password, certificate := authentication.At("passwordFromSecret"), authentication.At("clientCaCertSecret")
	return password.At("name").Empty() && certificate.At("name").Empty()
}
