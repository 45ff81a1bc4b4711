package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func rbacEscalation() rule.Rule {
	return rule.Rule{
		ID:       "rbac-escalation",
		Title:    "No role lets its holder become somebody greater",
		Severity: rule.Critical,
		Reason:   "With any of these one makes oneself cluster-admin, or another account, or root on a node.",
		Fix: "Take the verb out of the role. What has to be done once, an administrator does with an account of " +
			"their own.",
		Sources: []string{"Kubernetes, Role Based Access Control Good Practices: privilege escalation risks"},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, one := range grants(r) {
				for _, way := range escalations() {
					verbs, resources := one.on(way.group, way.resources, way.verbs)
					if (one.open || way.named) && len(verbs) > 0 {
						c.Violation(r, "%s allows to %s %s: %s",
							one.Path(), strings.Join(verbs, ", "), strings.Join(resources, ", "), way.gives)
					}
				}
			}
		},
	}
}

// escalation is a way to more rights. named says that it is one even to objects
// that the role names.
type escalation struct {
	group            string
	resources, verbs []string
	named            bool
	gives            string
}

func escalations() []escalation {
	write := []string{"create", "update", "patch"}
	const authentication, admission = "authentication.k8s.io", "admissionregistration.k8s.io"
	const certificates = "certificates.k8s.io"
	return []escalation{
		{rbac, []string{"roles", "clusterroles"}, []string{"bind", "escalate"}, false, "any right"},
		{"", []string{"users", "groups", "serviceaccounts"}, []string{"impersonate"}, false, "anybody's rights"},
		{authentication, []string{"uids"}, []string{"impersonate"}, false, "anybody's rights"},
		{"", []string{"serviceaccounts/token"}, []string{"create"}, false, "tokens of other accounts"},
		{certificates, []string{"signers"}, []string{"approve", "sign"}, false, "client certificates for anybody"},
		{
			certificates, []string{"certificatesigningrequests/approval"}, []string{"update", "patch"}, false,
			"client certificates for anybody",
		},
		{admission, []string{
			"mutatingwebhookconfigurations", "validatingwebhookconfigurations", "mutatingadmissionpolicies",
			"validatingadmissionpolicies",
		}, write, true, "reading and changing all that is sent to the API"},
		{"", []string{"persistentvolumes"}, write, true, "files of the nodes, by a hostPath volume"},
		{"", []string{"nodes/proxy"}, append(write, "get"), true, "commands in all pods, through the kubelet"},
		{"", []string{"namespaces"}, write, true, "namespaces without the Pod Security Standard"},
	}
}
