package policytest

import (
	"fmt"
	"slices"
	"strings"
)

// cacheOperators break Dragonfly, as the operator's resource and as a
// Deployment of ours.
func cacheOperators() []operator {
	return slices.Concat(operatedCache(), ownCache())
}

// flags of Dragonfly's command line.
func dropFlag(place object, flag string) bool {
	args, _ := place["args"].([]any)
	kept := slices.DeleteFunc(slices.Clone(args), func(arg any) bool {
		return strings.HasPrefix(fmt.Sprint(arg), "--"+flag)
	})
	return len(kept) < len(args) && put(place, "args", kept)
}

func putFlag(place object, flag, value string) bool {
	return dropFlag(place, flag) && add(place, "args", "--"+flag+"="+value)
}

func operatedCache() []operator {
	cache := ofKind("Dragonfly")
	inSpec := func(name, source string, do func(spec object) bool) operator {
		return each("dragonfly-"+name, source, cache, func(r *thing) bool { return do(within(r.Properties, "spec")) })
	}
	const fit, auth, snapshots = ownClaim + "Dragonfly: memory fit", ownClaim + "Dragonfly: auth", ownClaim + "Dragonfly: snapshots in production"
	return []operator{
		inSpec("no-auth", auth, dropsHere("authentication")),
		inSpec("empty-auth", auth, putsHere("authentication", object{})),
		inSpec("password-as-flag", auth, func(spec object) bool {
			return add(spec, "args", "--requirepass=x7Kq2mZ9vLw4TnB8")
		}),
		inSpec("no-acl", auth, dropsHere("aclFromSecret")),
		inSpec("no-tls", guide+"DragonflyDB", dropsHere("tlsSecretRef")),
		inSpec("no-snapshot", snapshots, dropsHere("snapshot")),
		inSpec("no-snapshot-schedule", snapshots, dropsHere("snapshot.cron")),
		inSpec("snapshot-nowhere", snapshots, func(spec object) bool { return drop(spec, "snapshot.dir") }),
		inSpec("one-replica", guide+"DragonflyDB", putsHere("replicas", 1.0)),
		inSpec("more-data-than-memory", fit, func(spec object) bool { return putFlag(spec, "maxmemory", "6gb") }),
		inSpec("all-memory-for-data", fit, func(spec object) bool { return putFlag(spec, "maxmemory", "5120mb") }),
		inSpec("no-maxmemory", fit, func(spec object) bool { return dropFlag(spec, "maxmemory") }),
		inSpec("less-memory", fit, func(spec object) bool {
			put(spec, "resources.requests.memory", "1Gi")
			return put(spec, "resources.limits.memory", "2Gi")
		}),
		inSpec("too-many-threads", fit, func(spec object) bool { return putFlag(spec, "proactor_threads", "64") }),
		inSpec("privileged", pss+"baseline: Privileged Containers", putsHere("containerSecurityContext.privileged", true)),
		inSpec("root", pss+"restricted: Running as Non-root", func(spec object) bool {
			put(spec, "podSecurityContext.runAsNonRoot", false)
			return put(spec, "containerSecurityContext.runAsNonRoot", false)
		}),
		inSpec("no-security-context", pss+"restricted", func(spec object) bool {
			return drop(spec, "containerSecurityContext") && drop(spec, "podSecurityContext")
		}),
		inSpec("writable-root", linter+"no-read-only-root-fs", putsHere("containerSecurityContext.readOnlyRootFilesystem", false)),
		inSpec("capabilities-kept", pss+"restricted: Capabilities", dropsHere("containerSecurityContext.capabilities")),
		inSpec("all-on-one-node", linter+"no-anti-affinity", func(spec object) bool {
			return drop(spec, "affinity") && drop(spec, "topologySpreadConstraints")
		}),
		inSpec("secret-typo", ownClaim+"references", putsHere("authentication.passwordFromSecret.name", "dragonflj")),
		inSpec("account-missing", linter+"non-existent-service-account", putsHere("serviceAccountName", "nobody-made-this")),
		inSpec("leak-in-env", noPlain, func(spec object) bool {
			return add(spec, "env", object{"name": "AWS_SECRET_ACCESS_KEY", "value": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYx7Kq2mZ9vL"})
		}),
	}
}

func ownCache() []operator {
	cache := ofKind("Deployment").and(named("dragonfly"))
	in := func(name, source string, do func(c object) bool) operator {
		return inEach("cache-"+name, source, cache, containers, do)
	}
	const fit, auth = ownClaim + "Dragonfly: memory fit", ownClaim + "Dragonfly: auth"
	return []operator{
		in("no-auth", auth, func(c object) bool { return dropFlag(c, "flagfile") }),
		in("password-as-flag", auth, func(c object) bool {
			return dropFlag(c, "flagfile") && add(c, "args", "--requirepass=x7Kq2mZ9vLw4TnB8")
		}),
		in("more-data-than-memory", fit, func(c object) bool { return putFlag(c, "maxmemory", "8gb") }),
		in("no-maxmemory", fit, func(c object) bool { return dropFlag(c, "maxmemory") }),
		in("less-memory", fit, func(c object) bool {
			put(c, "resources.requests.memory", "64Mi")
			return put(c, "resources.limits.memory", "128Mi")
		}),
		in("too-many-threads", fit, func(c object) bool { return putFlag(c, "proactor_threads", "64") }),
		each("two-caches", score+"deployment-replicas", cache, puts("spec.replicas", 2.0)),
	}
}

// protectionOperators let things be lost, or be nobody's.
func protectionOperators() []operator {
	labelled := filter(func(r thing) bool { return r.kind() != "" && at(r.Properties, "metadata.labels") != nil })
	all := []operator{
		each("unprotected", ownClaim+"protected stateful resources", func(r thing) bool { return r.Protect }, func(r *thing) bool {
			r.Protect = false
			return true
		}),
		onStack("staging", "production")(beside("unprotected-volume", ownClaim+"protected stateful resources",
			ofKind("Namespace"), "kubernetes:core/v1:PersistentVolumeClaim", func(r thing) object {
				return object{
					"apiVersion": "v1", "kind": "PersistentVolumeClaim",
					"metadata": object{"name": "data", "namespace": at(r.Properties, "metadata.name"), "labels": clone(at(r.Properties, "metadata.labels"))},
					"spec":     object{"accessModes": []any{"ReadWriteOnce"}, "resources": object{"requests": object{"storage": "2Gi"}}},
				}
			})),
		each("no-labels", ownClaim+"labels", labelled, drops("metadata.labels")),
		inEach("no-pod-labels", ownClaim+"labels", workloads(), podMeta, dropsHere("labels")),
		each("stray-namespace", ownClaim+"labels", labelled.and(func(r thing) bool { return at(r.Properties, "metadata.namespace") != nil }),
			drops("metadata.namespace")),
		each("namespace-for-anything", pss+"namespace labels", ofKind("Namespace"), func(r *thing) bool {
			within(r.Properties, "metadata.labels")["pod-security.kubernetes.io/enforce"] = "privileged"
			return true
		}),
		each("namespace-for-baseline", pss+"namespace labels", ofKind("Namespace"), func(r *thing) bool {
			within(r.Properties, "metadata.labels")["pod-security.kubernetes.io/enforce"] = "baseline"
			return true
		}),
		each("namespace-without-standard", pss+"namespace labels", ofKind("Namespace"), func(r *thing) bool {
			return unlabel(r, "pod-security.kubernetes.io/enforce")
		}),
	}
	for _, label := range []string{"name", "instance", "component", "part-of", "managed-by", "version"} {
		all = append(all, each("no-label-"+label, ownClaim+"labels", labelled, func(r *thing) bool {
			return unlabel(r, "app.kubernetes.io/"+label)
		}))
	}
	return all
}

// unlabel takes one label away; its name may have dots.
func unlabel(r *thing, label string) bool {
	labels := within(r.Properties, "metadata.labels")
	_, found := labels[label]
	delete(labels, label)
	return found
}
