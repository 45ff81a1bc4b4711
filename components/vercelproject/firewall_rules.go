package vercelproject

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumiverse/pulumi-vercel/sdk/go/vercel"
)

const everyHost = "*"

func newFirewall(ctx *pulumi.Context, o owner, args Args) error {
	f := args.Firewall
	config := &vercel.FirewallConfigArgs{
		ProjectId: o.project,
		TeamId:    o.team,
		Enabled:   pulumi.Bool(true),
	}
	if f.OWASP != "" {
		config.ManagedRulesets = &vercel.FirewallConfigManagedRulesetsArgs{Owasp: coreRules(f.OWASP)}
	}
	if rules := f.rules(); len(rules) > 0 {
		config.Rules = &vercel.FirewallConfigRulesArgs{Rules: rules}
	}
	if len(f.DenyIPs) > 0 {
		config.IpRules = &vercel.FirewallConfigIpRulesArgs{Rules: f.addressRules()}
	}
	_, err := vercel.NewFirewallConfig(ctx, o.logical, config, o.parent())
	return err
}

// newAttackMode says that the mode is off as well as on, so that one which was
// turned on by hand shows up as a difference.
func newAttackMode(ctx *pulumi.Context, o owner, args Args) error {
	_, err := vercel.NewAttackChallengeMode(ctx, o.logical, &vercel.AttackChallengeModeArgs{
		ProjectId: o.project,
		TeamId:    o.team,
		Enabled:   pulumi.Bool(args.Firewall.AttackMode),
	}, o.parent())
	return err
}

func (f Firewall) rules() vercel.FirewallConfigRulesRuleArray {
	var rules vercel.FirewallConfigRulesRuleArray
	if len(f.DenyPaths) > 0 {
		rules = append(rules, rule("Deny scanners", "Nobody who uses the site asks for these paths.",
			f.DenyPaths, &vercel.FirewallConfigRulesRuleActionArgs{Action: pulumi.String("deny")}))
	}
	for _, limit := range f.RateLimits {
		description := fmt.Sprintf("%d requests in %d seconds for each client address, then 429.", limit.Requests, limit.WindowSeconds)
		rules = append(rules, rule("Rate limit "+limit.Path, description, []string{limit.Path}, limit.action()))
	}
	return rules
}

// rule matches a request whose path starts with one of the prefixes. Conditions
// within a group have to match all, so each prefix is a group. Active is left
// out: it is the default, and the provider forgets it of the last rule, which
// would then differ for ever.
func rule(name, description string, prefixes []string, action *vercel.FirewallConfigRulesRuleActionArgs) *vercel.FirewallConfigRulesRuleArgs {
	groups := make(vercel.FirewallConfigRulesRuleConditionGroupArray, 0, len(prefixes))
	for _, prefix := range prefixes {
		groups = append(groups, &vercel.FirewallConfigRulesRuleConditionGroupArgs{
			Conditions: vercel.FirewallConfigRulesRuleConditionGroupConditionArray{
				&vercel.FirewallConfigRulesRuleConditionGroupConditionArgs{
					Type:  pulumi.String("path"),
					Op:    pulumi.String("pre"),
					Value: pulumi.String(prefix),
				},
			},
		})
	}
	return &vercel.FirewallConfigRulesRuleArgs{
		Name:            pulumi.String(name),
		Description:     pulumi.String(description),
		ConditionGroups: groups,
		Action:          action,
	}
}

// action answers 429, and not with a challenge, which a script on the page
// cannot solve.
func (l RateLimit) action() *vercel.FirewallConfigRulesRuleActionArgs {
	return &vercel.FirewallConfigRulesRuleActionArgs{
		Action: pulumi.String("rate_limit"),
		RateLimit: &vercel.FirewallConfigRulesRuleActionRateLimitArgs{
			Algo:   pulumi.String("fixed_window"),
			Keys:   pulumi.ToStringArray([]string{"ip"}),
			Limit:  pulumi.Int(l.Requests),
			Window: pulumi.Int(l.WindowSeconds),
			Action: pulumi.String("rate_limit"),
		},
	}
}

func (f Firewall) addressRules() vercel.FirewallConfigIpRulesRuleArray {
	rules := make(vercel.FirewallConfigIpRulesRuleArray, 0, len(f.DenyIPs))
	for _, address := range f.DenyIPs {
		rules = append(rules, &vercel.FirewallConfigIpRulesRuleArgs{
			Action:   pulumi.String("deny"),
			Hostname: pulumi.String(everyHost),
			Ip:       pulumi.String(address),
		})
	}
	return rules
}

// coreRules turns on every category, also those for languages that we do not
// run: who tries them is not a visitor.
func coreRules(action string) *vercel.FirewallConfigManagedRulesetsOwaspArgs {
	on, do := pulumi.Bool(true), pulumi.String(action)
	return &vercel.FirewallConfigManagedRulesetsOwaspArgs{
		Gen:  &vercel.FirewallConfigManagedRulesetsOwaspGenArgs{Active: on, Action: do},
		Java: &vercel.FirewallConfigManagedRulesetsOwaspJavaArgs{Active: on, Action: do},
		Lfi:  &vercel.FirewallConfigManagedRulesetsOwaspLfiArgs{Active: on, Action: do},
		Ma:   &vercel.FirewallConfigManagedRulesetsOwaspMaArgs{Active: on, Action: do},
		Php:  &vercel.FirewallConfigManagedRulesetsOwaspPhpArgs{Active: on, Action: do},
		Rce:  &vercel.FirewallConfigManagedRulesetsOwaspRceArgs{Active: on, Action: do},
		Rfi:  &vercel.FirewallConfigManagedRulesetsOwaspRfiArgs{Active: on, Action: do},
		Sd:   &vercel.FirewallConfigManagedRulesetsOwaspSdArgs{Active: on, Action: do},
		Sqli: &vercel.FirewallConfigManagedRulesetsOwaspSqliArgs{Active: on, Action: do},
		Xss:  &vercel.FirewallConfigManagedRulesetsOwaspXssArgs{Active: on, Action: do},
	}
}
