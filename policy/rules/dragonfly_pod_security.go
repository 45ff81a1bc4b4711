package rules

import (
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tripsage/infrastructure/policy/rule"
)

func dragonflyPodSecurity() rule.Rule {
	return rule.Rule{
		ID:       "dragonfly-pod-security",
		Title:    "The Dragonfly operator makes pods that keep the rules for pods",
		Severity: rule.High,
		Reason: "The operator copies the security contexts of the Dragonfly object and adds nothing: a namespace " +
			"that enforces the restricted standard refuses its pods, any other runs them as root.",
		Fix: "Set podSecurityContext and containerSecurityContext as on any pod: the message names the rule whose " +
			"page says how.",
		Sources: []string{
			"Pod Security Standards, restricted: all controls", "kube-linter no-read-only-root-fs",
			"kube-linter default-service-account", "kube-score container-security-context-user-group-id",
		},
		Parameters: highIDs().Parameters,
		Check: func(c *rule.Context, r rule.Resource) {
			pod, names := operatedPod(r)
			if names == nil {
				return
			}
			ids := map[string]any{"minimum": c.Number("minimum"), "accepted": c.Texts("accepted")}
			for _, one := range append(
				podSecurityStandard(), runAsGroup(), highIDs(), readOnlyRootFilesystem(), serviceAccount(),
			) {
				found := rule.NewContext(one, ids)
				one.Check(found, pod)
				for _, v := range found.Violations() {
					c.Violation(r, "%s: %s", one.ID, names.Replace(v.Message))
				}
			}
		},
	}
}

// operatedPod is the pod that the operator makes of a Dragonfly object, as far
// as the object says, and the names that its fields have there. They are nil
// when it is no such object.
func operatedPod(r rule.Resource) (pod rule.Resource, names *strings.Replacer) {
	spec := r.At("spec")
	if !r.Is("dragonflydb.io", "Dragonfly") || spec.Unknown() {
		return rule.Resource{}, nil
	}
	fields := map[string]property.Value{}
	for theirs, ours := range map[string]string{
		"podSecurityContext": "securityContext", "serviceAccountName": "serviceAccountName",
		"initContainers": "initContainers", "additionalVolumes": "volumes",
	} {
		fields[ours], _ = spec.At(theirs).Raw()
	}
	var containers []property.Value
	for _, one := range spec.At("additionalContainers").Items() {
		container, _ := one.Raw()
		containers = append(containers, container)
	}
	own, _ := spec.At("containerSecurityContext").Raw()
	containers = append(containers, property.New(map[string]property.Value{
		"name": property.New("dragonfly"), "securityContext": own,
	}))
	fields["containers"] = property.New(containers)
	pod = rule.Resource{Type: "kubernetes:core/v1:Pod", Properties: rule.Of(property.NewMap(
		map[string]property.Value{"spec": property.New(fields)},
	))}
	last := strconv.Itoa(len(containers) - 1)
	return pod, strings.NewReplacer(
		"spec.containers["+last+"].securityContext", "spec.containerSecurityContext",
		"spec.containers[", "spec.additionalContainers[",
		"spec.volumes[", "spec.additionalVolumes[",
		"spec.securityContext", "spec.podSecurityContext",
	)
}
