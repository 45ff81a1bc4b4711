package rules

import "github.com/tripsage/infrastructure/policy/rule"

// secrets are the rules about secrets in the open.
func secrets() []rule.Rule {
	return []rule.Rule{
		secretFormat(), secretNamed(), secretEntropy(), secretUnmarked(), secretMisplaced(), secretCopied(), secretEnvironment(), passwordStrength(),
	}
}
