package policytest

import (
	"encoding/json"
	"slices"
	"strings"
)

const (
	vercelProject  = "vercel:index/project:Project"
	vercelVariable = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable"
	owasp          = "OWASP Secure Headers Project"
)

func isSensitive(r thing) bool { return r.Properties["sensitive"] == true }

// frontendOperators break what Vercel serves and who may see it.
func frontendOperators() []operator {
	return slices.Concat(headerOperators(), projectOperators(), variableOperators())
}

// vercelJSON changes the generated file.
func vercelJSON(name, source string, do func(file object) bool) operator {
	on := ofType(gitHub + "repositoryFile:RepositoryFile").and(func(r thing) bool { return r.Properties["file"] == "vercel.json" })
	return each(name, source, on, func(r *thing) bool {
		text, ok := r.Properties["content"].(string)
		var file object
		if !ok || json.Unmarshal([]byte(text), &file) != nil || !do(file) {
			return false
		}
		changed, err := json.MarshalIndent(file, "", "  ")
		return err == nil && put(r.Properties, "content", string(changed))
	})
}

// header changes a header of the generated file; "" takes it away.
func header(key, value string) func(object) bool {
	return func(file object) bool {
		for _, group := range objects(file, "headers") {
			for i, one := range objects(group, "headers") {
				if one["key"] != key {
					continue
				}
				if value == "" {
					list := group["headers"].([]any)
					return put(group, "headers", slices.Delete(slices.Clone(list), i, i+1))
				}
				return put(one, "value", value)
			}
		}
		return false
	}
}

func headerOperators() []operator {
	const required = ownClaim + "required headers in the generated vercel.json"
	all := []operator{
		vercelJSON("headers-removed", required, func(file object) bool { return drop(file, "headers") }),
		vercelJSON("headers-for-one-page", required, func(file object) bool {
			return put(objects(file, "headers")[0], "source", "/index.html")
		}),
		vercelJSON("framing-allowed", owasp, header("X-Frame-Options", "ALLOWALL")),
		vercelJSON("sniffing-allowed", owasp, header("X-Content-Type-Options", "sniff")),
		vercelJSON("referrer-unsafe", owasp, header("Referrer-Policy", "unsafe-url")),
		vercelJSON("transport-for-a-minute", owasp, header("Strict-Transport-Security", "max-age=60")),
		vercelJSON("transport-off", owasp, header("Strict-Transport-Security", "max-age=0; includeSubDomains")),
		vercelJSON("content-from-anywhere", owasp, header("Content-Security-Policy", "default-src *; frame-ancestors 'none'")),
		vercelJSON("scripts-from-anywhere", owasp, header("Content-Security-Policy",
			"default-src 'self'; script-src * 'unsafe-inline' 'unsafe-eval'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'")),
		vercelJSON("frames-from-anywhere", owasp, header("Content-Security-Policy", "default-src 'self'; frame-ancestors *")),
		vercelJSON("cors-header", owasp, func(file object) bool {
			return add(objects(file, "headers")[0], "headers", object{"key": "Access-Control-Allow-Origin", "value": "*"})
		}),
		each("vercel-json-broken", required, ofType(gitHub+"repositoryFile:RepositoryFile"), puts("content", "{")),
	}
	for _, key := range []string{
		"X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Strict-Transport-Security",
		"Permissions-Policy", "Content-Security-Policy",
	} {
		all = append(all, vercelJSON("no-header-"+strings.ToLower(key), required, header(key, "")))
	}
	return all
}

func projectOperators() []operator {
	const protection = ownClaim + "no preview without protection"
	in := func(name, source string, do func(*thing) bool) operator {
		return each(name, source, ofType(vercelProject), do)
	}
	return []operator{
		in("previews-unprotected", protection, drops("vercelAuthentication")),
		in("previews-for-everybody", protection, puts("vercelAuthentication.deploymentType", "none")),
		onStack("staging")(in("staging-public", protection, puts("vercelAuthentication.deploymentType", "only_preview_deployments"))),
		onStack("production")(in("production-previews", guide+"Vercel", drops("ignoreCommand"))),
		in("forks-deploy", "Vercel, Git fork protection", puts("gitForkProtection", false)),
		in("forks-deploy-unset", "Vercel, Git fork protection", drops("gitForkProtection")),
		in("source-public", "Vercel, build logs and source protection", puts("publicSource", true)),
		in("directories-listed", "Vercel, directory listing", puts("directoryListing", true)),
		in("code-for-support", "Vercel, customer success code visibility", puts("customerSuccessCodeVisibility", true)),
		in("no-skew-protection", "Vercel, skew protection", drops("skewProtection")),
		each("firewall-off", "Vercel, firewall", ofType("vercel:index/firewallConfig:FirewallConfig"), puts("enabled", false)),
		each("firewall-without-rules", "Vercel, firewall", ofType("vercel:index/firewallConfig:FirewallConfig"), puts("rules.rules", []any{})),
		without("firewall-removed", "Vercel, firewall", ofType("vercel:index/firewallConfig:FirewallConfig")),
	}
}

func variableOperators() []operator {
	const prefix = ownClaim + "no secret with the public prefix NEXT_PUBLIC_"
	variables := ofType(vercelVariable)
	sensitive := variables.and(isSensitive)
	return []operator{
		each("secret-made-public", prefix, sensitive, func(r *thing) bool {
			key, _ := r.Properties["key"].(string)
			return put(r.Properties, "key", "NEXT_PUBLIC_"+key)
		}),
		each("secret-renamed-public", prefix, sensitive, func(r *thing) bool {
			drop(r.Properties, "sensitive")
			return put(r.Properties, "key", "NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY")
		}),
		each("leak-in-public-variable", prefix, variables.and(func(r thing) bool {
			key, _ := r.Properties["key"].(string)
			return strings.HasPrefix(key, "NEXT_PUBLIC_")
		}), puts("value", leaks()["stripe-key"])),
		each("service-role-in-public-variable", prefix, variables.and(func(r thing) bool {
			return r.Properties["key"] == "NEXT_PUBLIC_SUPABASE_ANON_KEY"
		}), puts("value", secret{leaks()["json-web-token"]})),
		each("secret-readable", "Vercel, sensitive environment variables", sensitive, puts("sensitive", false)),
		each("secret-readable-unset", "Vercel, sensitive environment variables", sensitive, drops("sensitive")),
		onStack("production")(each("production-secret-in-previews", guide+"Vercel", sensitive, puts("targets", []any{"production", "preview"}))),
	}
}
