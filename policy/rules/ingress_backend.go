package rules

import "github.com/tripsage/infrastructure/policy/rule"

func ingressBackend() rule.Rule {
	return rule.Rule{
		ID:       "ingress-backend",
		Title:    "An Ingress leads to Services and ports of the stack",
		Severity: rule.High,
		Reason:   "The controller answers 503 or 404 for a backend that is not there.",
		Fix:      "Correct the Service's name and port; the Service has to be in the Ingress' namespace.",
		Sources:  []string{"kube-linter dangling-ingress", "kube-score ingress-targets-service"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.all("networking.k8s.io", "Ingress") {
				backends := []rule.Value{r.At("spec", "defaultBackend", "service")}
				for _, item := range r.At("spec", "rules").Items() {
					for _, path := range item.At("http", "paths").Items() {
						backends = append(backends, path.At("backend", "service"))
					}
				}
				for _, backend := range backends {
					checkBackend(c, v, r, backend)
				}
			}
		},
	}
}

func checkBackend(c *rule.Context, v stackView, r rule.Resource, backend rule.Value) {
	name, known := backend.At("name").Text()
	namespace, placed := namespaceOf(r)
	if !known || !placed {
		return
	}
	if v.service(serviceID{namespace, name}) == rule.No {
		c.Violation(r, "%s is %s: the stack has no such Service in namespace %s", backend.At("name").Path(), backend.At("name").Show(), namespace)
		return
	}
	service, found := v.find(objectID{"", "Service", namespace, name})
	port := backend.At("port", "number")
	if port.Missing() {
		port = backend.At("port", "name")
	}
	if found == rule.Yes && port.Known() && servicePort(service, port) == rule.No {
		c.Violation(r, "%s is %s, a port that %s does not have", port.Path(), port.Show(), service.Title())
	}
}
