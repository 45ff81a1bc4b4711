package rules

import "github.com/tripsage/infrastructure/policy/rule"

func meshBypass() rule.Rule {
	return rule.Rule{
		ID:       "mesh-bypass",
		Title:    "Pods take no traffic past Istio's proxy",
		Severity: rule.High,
		Reason:   "What does not pass the proxy is neither encrypted nor checked, whatever PeerAuthentications say.",
		Fix: `Remove the label sidecar.istio.io/inject: "false" and the annotations that exclude ports, or list the pods' ` +
			"app.kubernetes.io/component in outside.",
		Sources: []string{"Istio, Security Best Practices: Understand traffic capture limitations", "istioctl analyze IST0103 PodMissingProxy"},
		Parameters: []rule.Parameter{
			{Name: "outside", Description: "components whose pods may do without the proxy", Default: []string{"cache", "database", "migration", "monitoring"}},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			pod, ok := r.Pod()
			if !ok {
				return
			}
			labels, annotations := pod.Metadata.At("labels"), pod.Metadata.At("annotations")
			if component := labels.At("app.kubernetes.io/component"); component.NotText(c.Texts("outside")...) {
				for _, inject := range []rule.Value{labels.At("sidecar.istio.io/inject"), annotations.At("sidecar.istio.io/inject")} {
					if inject.IsText("false") || inject.False() {
						c.Violation(r, "%s is %s: there is no proxy", inject.Path(), inject.Show())
					}
				}
			}
			if excluded := annotations.At("traffic.sidecar.istio.io/excludeInboundPorts"); excluded.Known() && !excluded.Empty() {
				c.Violation(r, "%s is %s: these ports go past the proxy", excluded.Path(), excluded.Show())
			}
			if included := annotations.At("traffic.sidecar.istio.io/includeInboundPorts"); included.Known() && included.NotText("*") {
				c.Violation(r, "%s is %s: the other ports go past the proxy", included.Path(), included.Show())
			}
		},
	}
}
