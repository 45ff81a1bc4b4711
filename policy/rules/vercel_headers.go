package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func vercelHeaders() rule.Rule {
	return rule.Rule{
		ID:       "vercel-headers",
		Title:    "The published vercel.json sets the security headers on every page",
		Severity: rule.High,
		Reason: "Without them browsers show the site in other sites' frames, guess the types of files, send whole addresses to other " +
			"sites, and come without https.",
		Fix: `Put the headers into an entry of vercel.json with the source "/(.*)" and no conditions. "tripsage vercel-json" shows the ` +
			"file that the stack's configuration makes.",
		Sources: []string{"deployment guide, Project Configuration", "OWASP Secure Headers Project", "Vercel documentation, vercel.json: headers"},
		Parameters: []rule.Parameter{{
			Name: "headers", Description: "The headers that every answer must have.",
			Default: []string{
				"X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Strict-Transport-Security", "Permissions-Policy",
				"Content-Security-Policy",
			},
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			file, ok := vercelJSON(r)
			if !ok {
				return
			}
			if file.Missing() {
				c.Violation(r, "content is no JSON object")
				return
			}
			set := headersOf(file)
			for _, name := range c.Texts("headers") {
				if !slices.ContainsFunc(set, func(one header) bool { return one.always && strings.EqualFold(one.name, name) }) {
					c.Violation(r, "vercel.json: no entry for all pages has the header %s", name)
				}
			}
		},
	}
}
