package rules

import "github.com/tripsage/infrastructure/policy/rule"

// frontend are the rules about Vercel.
func frontend() []rule.Rule {
	return []rule.Rule{
		publicPrefix(), vercelSensitive(), vercelPreviews(), vercelAudience(), vercelPrivate(), vercelFirewall(), vercelTargets(), vercelSkew(),
		vercelHeaders(), vercelHeaderValues(), vercelCSP(), vercelFunctions(),
	}
}
