package policytest

import (
	"encoding/base64"
	"slices"
	"strings"
)

const noPlain = ownClaim + "no plain secret in environment, ConfigMap or output"

// leaks are things that nobody may read in the clear: formats that scanners
// know, and plain randomness. They are put together here so that no scanner
// takes this file for a leak.
func leaks() map[string]string {
	return map[string]string{
		"aws-key":        "AKIA" + "Q3EGRIZ7WTDMEXPO",
		"github-token":   "ghp_" + "x7Kq2mZ9vLw4TnB8sRy1cHd6JfPg3uQe5aWt",
		"github-fine":    "github_pat_" + "11ABCDEFG0x7Kq2mZ9vLw4_TnB8sRy1cHd6JfPg3uQe5aWtTnB8sRy1cHd6JfPg3uQe5aWt8sRy1cHd6J",
		"stripe-key":     "sk_live_" + "51H8x7Kq2mZ9vLw4TnB8sRy1",
		"slack-token":    "xoxb-" + "123456789012-1234567890123-x7Kq2mZ9vLw4TnB8sRy1cHd6",
		"google-key":     "AIza" + "SyD-x7Kq2mZ9vLw4TnB8sRy1cHd6JfPg3uQ",
		"openai-key":     "sk-proj-" + "x7Kq2mZ9vLw4TnB8sRy1cHd6JfPg3uQe5aWtx7Kq2mZ9vLw4",
		"pulumi-token":   "pul-" + "b0f4c1d29e8a7361f5c2d4e6a8b90713f5c2d4e6",
		"private-key":    "-----BEGIN " + "PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----\n",
		"json-web-token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + "eyJyb2xlIjoic2VydmljZV9yb2xlIiwiaXNzIjoic3VwYWJhc2UifQ.q7Zx2mZ9vLw4TnB8sRy1cHd6JfPg3uQe5aWtx7Kq2mZ",
		"database-url":   "postgres://postgres:" + "x7Kq2mZ9vLw4TnB8@db.tripsage.supabase.co:5432/postgres",
		"redis-url":      "rediss://:" + "x7Kq2mZ9vLw4TnB8@dragonfly:6379/0",
		"random":         "x7Kq2mZ9vLw4TnB8sRy1cHd6JfPg3uQe",
		"hex":            "9f86d081884c7d659a2feaa0c55ad015" + "a3bf4f1b2b0b822cd15d6c15b0f00a08",
	}
}

// named password-like variables hide in names rather than in values.
func secretOperators() []operator {
	var all []operator
	for name, leak := range leaks() {
		value, base := "KEY", name
		all = append(all,
			inContainers("leak-in-env-"+base, noPlain, func(c object) bool {
				return add(c, "env", object{"name": "API_" + value, "value": leak})
			}),
			each("leak-in-configmap-"+base, noPlain, ofKind("ConfigMap"), func(r *thing) bool {
				within(r.Properties, "data")["API_"+value] = leak
				return true
			}),
		)
	}
	slices.SortFunc(all, func(a, b operator) int { return strings.Compare(a.name, b.name) })
	leak := leaks()["github-token"]
	return append(all,
		inContainers("password-in-env", linter+"env-var-secret", func(c object) bool {
			return add(c, "env", object{"name": "ADMIN_PASSWORD", "value": "correct horse"})
		}),
		inContainers("secret-in-env", linter+"env-var-secret", func(c object) bool {
			return add(c, "env", object{"name": "CLIENT_SECRET", "value": "s3cr3t"})
		}),
		inContainers("leak-in-args", noPlain, func(c object) bool { return add(c, "args", "--token="+leak) }),
		inContainers("leak-in-command", noPlain, func(c object) bool {
			return add(c, "command", "sh", "-c", "export DATABASE_URL="+leaks()["database-url"]+"; exec app")
		}),
		each("leak-in-annotation", noPlain, workloads(), func(r *thing) bool {
			within(r.Properties, "metadata.annotations")["token"] = leak
			return true
		}),
		inEach("leak-in-pod-annotation", noPlain, workloads(), podMeta, func(meta object) bool {
			within(meta, "annotations")["token"] = leak
			return true
		}),
		each("leak-in-a-file", noPlain, ofKind("ConfigMap"), func(r *thing) bool {
			within(r.Properties, "data")["config.ini"] = "[database]\nurl = " + leaks()["database-url"] + "\n"
			return true
		}),
		each("leak-in-binary-data", noPlain, ofKind("ConfigMap"), func(r *thing) bool {
			within(r.Properties, "binaryData")["key"] = base64.StdEncoding.EncodeToString([]byte(leaks()["private-key"]))
			return true
		}),
		each("secret-in-the-clear", noPlain, ofKind("Secret"), func(r *thing) bool {
			hidden, ok := r.Properties["data"].(secret)
			return ok && put(r.Properties, "data", hidden.value)
		}),
		each("secret-as-text-in-the-clear", noPlain, ofKind("Secret"), puts("stringData", object{"token": leak})),
		each("leak-in-variable", noPlain, ofType(gitHub+"actionsEnvironmentVariable:ActionsEnvironmentVariable"), puts("value", leak)),
		each("github-secret-in-the-clear", noPlain, ofType(gitHub+"actionsEnvironmentSecret:ActionsEnvironmentSecret"), puts("plaintextValue", leak)),
		each("vercel-secret-in-the-clear", noPlain, ofType(vercelVariable).and(isSensitive), puts("value", leak)),
		each("short-password", "NIST SP 800-63B", ofType("random:index/randomPassword:RandomPassword"), puts("length", 8.0)),
		beside("leak-in-output", noPlain, ofKind("Namespace"), "pulumi:pulumi:Stack", func(thing) object {
			return object{"databaseURL": leaks()["database-url"]}
		}),
	)
}
