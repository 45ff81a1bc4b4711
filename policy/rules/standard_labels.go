package rules

import (
	"maps"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tripsage/infrastructure/policy/rule"
)

const labelPrefix = "app.kubernetes.io/"

// standardLabelList are the recommended labels that each object must have.
func standardLabelList() []string {
	return []string{
		labelPrefix + "name", labelPrefix + "instance", labelPrefix + "component", labelPrefix + "part-of", labelPrefix + "managed-by",
		labelPrefix + "version",
	}
}

func standardLabels() rule.Rule {
	return rule.Rule{
		ID:       "standard-labels",
		Title:    "Kubernetes objects have the recommended labels",
		Severity: rule.Low,
		Reason:   "Dashboards, cost reports and whoever cleans up find out by them what an object is and whose.",
		Fix:      "Add the labels to metadata.labels.",
		Sources: []string{
			"Kubernetes documentation, Recommended Labels", "kube-linter required-label-owner (with owner among the labels)",
		},
		Parameters: []rule.Parameter{
			{Name: "labels", Default: standardLabelList(), Description: "The labels that each object must have."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if !wholeObject(r) {
				return
			}
			if missing := missingOf(r.At("metadata", "labels"), c.Texts("labels")); len(missing) > 0 {
				c.Violation(r, "metadata.labels has no %s", strings.Join(missing, ", no "))
			}
		},
		Remedy: addStandardLabels,
	}
}

// wholeObject says that the resource is one object of Kubernetes: no list, no
// patch, no chart.
func wholeObject(r rule.Resource) bool {
	return r.Kind() != "" && r.At("apiVersion").Known() && !strings.HasSuffix(r.Kind(), "Patch") && !strings.HasSuffix(r.Kind(), "List")
}

// missingOf are the labels that are known to be missing or empty.
func missingOf(labels rule.Value, wanted []string) []string {
	var missing []string
	for _, one := range wanted {
		if labels.At(one).Empty() {
			missing = append(missing, one)
		}
	}
	return missing
}

// addStandardLabels adds what follows from the object's name and the project,
// if nothing else is missing.
func addStandardLabels(r rule.Resource) (property.Map, bool) {
	labels := r.At("metadata", "labels")
	missing := missingOf(labels, standardLabelList())
	if !wholeObject(r) || len(missing) == 0 || !labels.Missing() && !labels.IsObject() {
		return property.Map{}, false
	}
	obvious := map[string]string{labelPrefix + "managed-by": "pulumi"}
	if name := r.ObjectName().String(); labelValue.MatchString(name) && len(name) <= maxLabel {
		obvious[labelPrefix+"name"], obvious[labelPrefix+"instance"] = name, name
	}
	if parts := strings.Split(r.URN, "::"); len(parts) > 1 { // urn:pulumi:stack::project::type::name
		obvious[labelPrefix+"part-of"] = parts[1]
	}
	raw, _ := labels.Raw()
	all := map[string]property.Value{}
	if labels.IsObject() {
		maps.Copy(all, raw.AsMap().AsMap())
	}
	for _, one := range missing {
		if obvious[one] == "" {
			return property.Map{}, false
		}
		all[one] = property.New(obvious[one])
	}
	root, _ := r.Properties.Raw()
	return rule.Set(root.AsMap(), property.WithGoValue(raw, property.NewMap(all)), "metadata", "labels")
}
