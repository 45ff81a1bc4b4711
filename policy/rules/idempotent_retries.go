package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func idempotentRetries() rule.Rule {
	return rule.Rule{
		ID:       "idempotent-retries",
		Title:    "Only requests that may be repeated are retried after the destination may have acted on them",
		Severity: rule.High,
		Reason:   "A POST that is sent again after a reset or a 503 can book the same trip twice.",
		Fix: "Give the methods that may be repeated a route of their own, or retry only on connect-failure,refused-stream, " +
			"when the request did not arrive.",
		Sources: []string{"Istio, VirtualService: HTTPRetry", "RFC 9110, 9.2.2 Idempotent Methods"},
		Parameters: []rule.Parameter{
			{Name: "methods", Description: "the methods that may be repeated", Default: []string{"GET", "HEAD", "OPTIONS"}},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			methods := c.Texts("methods")
			for _, route := range httpRoutes(r) {
				attempts, _ := route.retries.At("attempts").Number()
				if attempts > 0 && retriesAnswered(route.retries) == rule.Yes && route.onMethods(methods) == rule.No {
					on := route.retries.At("retryOn")
					c.Violation(r, "%s is %s, but the route takes other methods than %s",
						on.Path(), on.Show(), strings.Join(methods, ", "))
				}
			}
		},
	}
}
