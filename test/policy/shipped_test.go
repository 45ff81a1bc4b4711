package policytest

import (
	"fmt"
	"slices"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/policy/rules"
)

// The stacks of this checkout have nothing that the pack objects to, in an
// update and in a preview, and the pack's answer over the engine's protocol is
// that of its judge.
func TestShippedStacksHaveNoViolation(t *testing.T) {
	for _, name := range shipped() {
		for _, preview := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s preview=%t", name, preview), func(t *testing.T) {
				s := load(t, name, preview, nil)
				for _, words := range wordsOf(overTheWire(t, s, rules.All())) {
					t.Error(words)
				}
			})
		}
	}
}

// What the judge says of a broken stack comes over the wire, too.
func TestTheWireSaysWhatTheJudgeSays(t *testing.T) {
	for _, name := range shipped() {
		s, court := load(t, name, false, nil), courtOf(t, name)
		for i := range s.resources {
			for _, c := range objects(s.resources[i].Properties, "spec.template.spec.containers") {
				put(c, "securityContext.runAsNonRoot", false)
			}
		}
		want, got := map[string]int{}, map[string]int{}
		for _, v := range court.of(s.resources, nil) {
			want[v.rule+" "+v.urn]++
		}
		for _, d := range overTheWire(t, s, rules.All()) {
			got[d.GetPolicyName()+" "+d.GetUrn()]++
			level := pulumirpc.EnforcementLevel_MANDATORY
			if name == "local" {
				level = pulumirpc.EnforcementLevel_ADVISORY
			}
			assert.Equal(t, level, d.GetEnforcementLevel(), d.GetPolicyName())
		}
		assert.NotEmpty(t, want)
		assert.Equal(t, want, got)
	}
}

// choice is another stack that an owner could have.
type choice struct {
	stack, name string
	changes     settings
	// wants are the rules that object on purpose.
	wants []string
}

func choices() []choice {
	const other = "ghcr.io/tripsage/tripsage-api@" + somewhere
	noRelease := func(more settings) settings {
		all := settings{"release": nil}
		for key, value := range more {
			all[key] = value
		}
		return all
	}
	var all []choice
	for _, name := range []string{"staging", "production"} {
		all = append(all,
			choice{stack: name, name: "rolling update", changes: noRelease(nil)},
			choice{stack: name, name: "canary by weight", changes: settings{"release": settings{"canary": settings{"image": other, "weightPercent": 5}}}},
			choice{stack: name, name: "blue and green", changes: settings{"release": settings{"blueGreen": settings{"active": "green", "idleImage": other}}}},
			choice{stack: name, name: "flagger canary", changes: settings{"release": settings{"flagger": settings{"mode": "canary"}}}},
			choice{stack: name, name: "flagger blue and green", changes: settings{"release": settings{"flagger": settings{
				"mode": "blueGreen", "loadTestURL": "http://flagger-loadtester.flagger/",
			}}}},
			choice{stack: name, name: "no mesh", changes: noRelease(settings{"mesh": nil}),
				wants: []string{"network-policy-broad"}}, // without the mesh, who calls is not known better

			choice{stack: name, name: "no frontend", changes: settings{"vercel": nil, "mesh.origins": []any{"https://app.tripsage.ai"}}},
			choice{stack: name, name: "no frontend, no delivery", changes: settings{
				"vercel": nil, "github": nil, "mesh.origins": []any{"https://app.tripsage.ai"},
			}},
			choice{stack: name, name: "no embedding", changes: settings{"embedding": nil}},
			choice{stack: name, name: "tokens of Supabase's keys only", changes: settings{"auth.jwtSecret": nil}},
			choice{stack: name, name: "a public registry", changes: settings{"images.pullSecret": nil}},
			choice{stack: name, name: "traces", changes: settings{"tracing.endpoint": "http://otel-collector.observability.svc:4318"},
				wants: []string{"network-policy-world"}}, // the collector's port is open to all addresses

			choice{stack: name, name: "more origins", changes: settings{"mesh.origins": []any{"https://admin.tripsage.ai"}}},
		)
	}
	return append(all,
		choice{stack: "production", name: "one cache", changes: settings{"cache.replicated": nil},
			wants: []string{"dragonfly-snapshots", "dragonfly-replicas", "dragonfly-tls"}},
		choice{stack: "staging", name: "a replicated cache", changes: settings{"cache.replicated": settings{
			"replicas": 2, "tlsSecret": "dragonfly-tls", "snapshot": settings{
				"url": "s3://tripsage-staging-cache/snapshots", "region": "us-east-1",
				"roleARN": "arn:aws:iam::111122223333:role/tripsage-staging-cache",
			},
		}}},
		choice{stack: "local", name: "one pod", changes: settings{"api.replicas.max": 1}, wants: []string{"replicas-minimum"}},
		choice{stack: "local", name: "no cache pool", changes: settings{"cache.threads": 2, "cache.maxMemoryMiB": 512, "cache.memoryLimitMiB": 640}},
		choice{stack: "local", name: "a database elsewhere", changes: settings{
			"database": settings{"mode": "external"}, "images.postgres": nil, "images.postgresExporter": nil,
			"database.url":          hidden("postgres://api:made-up@db.example.com:5432/postgres"),
			"database.migrationURL": hidden("postgres://owner:made-up@db.example.com:5432/postgres"),
		}},
	)
}

// Other stacks have no violation but those that are meant.
func TestOtherChoices(t *testing.T) {
	for _, c := range choices() {
		t.Run(c.stack+" "+c.name, func(t *testing.T) {
			for _, preview := range []bool{false, true} {
				s := load(t, c.stack, preview, c.changes)
				met := map[string]bool{}
				for _, v := range courtOf(t, c.stack).of(s.resources, nil) {
					met[v.rule] = true
					if !slices.Contains(c.wants, v.rule) {
						t.Error(v)
					}
				}
				for _, id := range c.wants {
					assert.True(t, met[id], "rule %s has nothing against it any more", id)
				}
			}
		})
	}
}

// Any numbers that the stacks themselves accept, the pack accepts, too.
func TestNumbersAreFree(t *testing.T) {
	courts := map[string]court{}
	for _, name := range shipped() {
		courts[name] = courtOf(t, name)
	}
	rapid.Check(t, func(draw *rapid.T) {
		number := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(draw, name) }
		name := rapid.SampledFrom(shipped()).Draw(draw, "stack")
		threads := number("threads", 1, 16)
		memory := number("data", 256*threads, 1<<15)
		low := number("low", map[string]int{"local": 1, "staging": 2, "production": 3}[name], 5)
		s := load(t, name, rapid.Bool().Draw(draw, "preview"), settings{
			"cache.threads": threads, "cache.maxMemoryMiB": memory,
			"cache.memoryLimitMiB": number("limit", memory*5/4+1, 1<<16), "cache.cpuRequest": "1",
			"api.replicas.min": low, "api.replicas.max": number("high", max(low, 2), 18),
			"api.resources.cpuRequest":    fmt.Sprintf("%dm", number("cpu", 100, 500)),
			"api.resources.cpuLimit":      fmt.Sprintf("%d", number("cpu limit", 1, 8)),
			"api.resources.memoryRequest": fmt.Sprintf("%dMi", number("memory", 64, 511)),
			"api.resources.memoryLimit":   fmt.Sprintf("%dMi", number("memory limit", 512, 1023)),
			"api.databasePool.size":       number("pool", 1, 4), "api.databasePool.maxOverflow": number("overflow", 0, 4),
			"api.rateLimitPerMinute": number("rate", 1, 10_000),
			"secrets.epoch":          number("epoch", 1, 1000),
			"kubernetes.namespace":   "x" + rapid.StringMatching(`[a-z]{3,20}`).Draw(draw, "namespace"),
		})
		for _, v := range courts[name].of(s.resources, nil) {
			draw.Error(v)
		}
	})
}
