package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func vercelFunctions() rule.Rule {
	return rule.Rule{
		ID:       "vercel-functions",
		Title:    "Functions of the frontend run in chosen regions and end in time",
		Severity: rule.Medium,
		Reason: "A function far from the database takes long and may take personal data out of its region; one that never ends costs " +
			"money for every second.",
		Fix: "Set regions and functions.<glob>.maxDuration in vercel.json, and serverlessFunctionRegion and " +
			"resourceConfig.functionDefaultTimeout of the project.",
		Sources: []string{"deployment guide, Project Configuration", "deployment guide, Key Metrics to Track", "Vercel documentation, vercel.json: regions, functions"},
		Parameters: []rule.Parameter{
			{Name: "regions", Default: []string{"iad1", "fra1"}, Description: "The regions that functions may run in."},
			{Name: "seconds", Default: 30.0, Description: "How long a function may run at most."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Type == vercelProject {
				judgeRegion(c, r, "", r.At("serverlessFunctionRegion"))
				judgeDuration(c, r, "", r.At("resourceConfig", "functionDefaultTimeout"))
				return
			}
			file, _ := vercelJSON(r)
			if file.IsObject() && file.At("regions").Empty() {
				c.Violation(r, "vercel.json: regions is %s", file.At("regions").Show())
			}
			for _, region := range file.At("regions").Items() {
				judgeRegion(c, r, "vercel.json: ", region)
			}
			functions := file.At("functions")
			for _, glob := range functions.Keys() {
				duration := functions.At(glob, "maxDuration")
				if duration.Missing() {
					c.Violation(r, "vercel.json: %s is missing", duration.Path())
				}
				judgeDuration(c, r, "vercel.json: ", duration)
			}
		},
	}
}

func judgeRegion(c *rule.Context, r rule.Resource, file string, region rule.Value) {
	if text, ok := region.Text(); ok && !slices.Contains(c.Texts("regions"), text) {
		c.Violation(r, "%s%s is %s, expected one of %q", file, region.Path(), region.Show(), c.Texts("regions"))
	}
}

func judgeDuration(c *rule.Context, r rule.Resource, file string, duration rule.Value) {
	if seconds, ok := duration.Number(); ok && (seconds > c.Number("seconds") || seconds <= 0) {
		c.Violation(r, "%s%s is %s, at most %.0f are allowed", file, duration.Path(), duration.Show(), c.Number("seconds"))
	}
}
