package infra

import "pgregory.net/rapid"

func some(t *rapid.T, name string, values ...string) string {
	return rapid.SampledFrom(values).Draw(t, name)
}

func drawReplicated(t *rapid.T, spec *Spec) {
	if !rapid.Bool().Draw(t, "replicated") {
		return
	}
	spec.Cache.Replicated = &ReplicatedCache{
		Replicas:  rapid.IntRange(2, 10).Draw(t, "replicas"),
		TLSSecret: some(t, "tls", "dragonfly-tls", "x"),
		Snapshot: Snapshot{
			URL:     some(t, "url", "s3://bucket", "s3://bucket/a/b", "s3://b.c.d/e"),
			Region:  some(t, "region", "eu-central-1", "us-gov-west-1"),
			Cron:    some(t, "cron", "*/30 * * * *", "0 4 * * 1-5", "1,2 3 4 5 6"),
			RoleARN: some(t, "role", "arn:aws:iam::111122223333:role/cache", "arn:aws-us-gov:iam::111122223333:role/a/b"),
			CIDRs:   []string{some(t, "cidr", "0.0.0.0/0", "10.0.0.0/8", "::/0")},
		},
	}
}

func drawEdge(t *rapid.T, spec *Spec) {
	if rapid.Bool().Draw(t, "mesh") {
		spec.Mesh = &Mesh{
			Host:      some(t, "host", "api.tripsage.ai", "a-b.c.io"),
			TLSSecret: some(t, "certificate", "api-tls", "a-b"),
			Gateway: Gateway{
				Namespace: some(t, "gateway", "istio-ingress", "a"), ServiceAccount: some(t, "account", "istio", "a"), Label: "ingressgateway",
			},
			TimeoutSeconds: rapid.IntRange(3, 300).Draw(t, "request limit"),
			Origins:        []string{some(t, "origin", "https://admin.tripsage.ai", "https://a.b:8443", "https://app.tripsage.ai")},
		}
	}
	if rapid.Bool().Draw(t, "vercel") {
		spec.Vercel = drawVercel(t)
	}
}

func drawVercel(t *rapid.T) *Vercel {
	return &Vercel{
		Team:               some(t, "team", "", "team_abc"),
		Project:            some(t, "project", "tripsage", "a", "a--b"),
		Repository:         some(t, "repository", "tripsage/web", "t/w.e_b"),
		ProductionBranch:   some(t, "branch", "main", "release/1", "a.lock"),
		Regions:            rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"iad1", "fra1", "cdg1", "sfo1"}), 1, 4, rapid.ID[string]).Draw(t, "regions"),
		MaxDurationSeconds: rapid.IntRange(1, 300).Draw(t, "duration"),
		Domain:             some(t, "domain", "app.tripsage.ai", "tripsage.ai"),
		RedirectDomains:    rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a.tripsage.ai", "www.tripsage.ai"}), 0, 2, rapid.ID[string]).Draw(t, "redirects"),
		DNSZone:            some(t, "zone", "", "tripsage.ai"),
		Previews:           rapid.Bool().Draw(t, "previews"),
		ProtectAll:         rapid.Bool().Draw(t, "protect all"),
		PublishTo:          some(t, "publish", "", "main"),
		ConnectTo:          []string{some(t, "connect", "https://x.io", "https://x.io:8443")},
		SentryOrigin:       some(t, "sentry", "", "https://o1.ingest.sentry.io"),
		SupabaseURL:        some(t, "supabase", "https://a.supabase.co"),
		SupabaseAnonKey:    some(t, "anon", "sb_publishable_0123456789", "short"),
		GoogleMapsKey:      some(t, "maps", "", "AIzaSyA1234567890123456789012345678901"),

		StripePublishableKey: some(t, "stripe", "", "pk_live_abc", "pk_test_abc"),
		AnalyticsID:          some(t, "analytics", "", "abc"),
		NextAuthSecret:       NewSecret("0123456789012345678901234567890123456789"),
		SentryDSN:            NewSecret(some(t, "dsn", "", "https://key@o1.ingest.sentry.io/1")),
	}
}

func drawDelivery(t *rapid.T, spec *Spec) {
	if !rapid.Bool().Draw(t, "github") {
		return
	}
	ids := func(name string) []int {
		return rapid.SliceOfNDistinct(rapid.IntRange(1, 99), 1, 3, rapid.ID[int]).Draw(t, name)
	}
	spec.GitHub = &GitHub{
		Owner: "tripsage", Repository: some(t, "infrastructure", "infrastructure", "a.b"),
		Reviewers:      ids("reviewers"),
		ReviewerTeams:  ids("teams"),
		WaitMinutes:    rapid.IntRange(0, 43200).Draw(t, "wait"),
		RequiredChecks: rapid.SliceOfN(rapid.SampledFrom([]string{"test", "preview (staging)", "a/b"}), 0, 3).Draw(t, "checks"),
		DeliveryToken:  NewSecret("ghp-x"), VercelToken: NewSecret("x"), SmokeToken: NewSecret(some(t, "smoke", "", "eyJ.e30.c2ln")),
	}
	if rapid.Bool().Draw(t, "by tag") {
		spec.GitHub.Tags = some(t, "from tags", "v*", "release-*", "v1")
	} else {
		spec.GitHub.Branch = some(t, "from branch", "main", "release/1")
	}
}

func drawRelease(t *rapid.T, spec *Spec) {
	number := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(t, name) }
	switch rapid.IntRange(0, 3).Draw(t, "release") {
	case 1:
		spec.Release.BlueGreen = &BlueGreen{Active: some(t, "active", TrackBlue, TrackGreen), IdleImage: "idle" + digest}
	case 2:
		spec.Release.Canary = &Canary{Image: "next" + digest, WeightPercent: number("weight", 1, 99)}
	case 3:
		spec.Release.Flagger = &Flagger{
			Mode: some(t, "mode", FlaggerCanary, FlaggerBlueGreen), IntervalSeconds: number("interval", 30, 600),
			Threshold: number("threshold", 1, 100), StepWeightPercent: number("step", 1, 10), Iterations: number("iterations", 1, 100),
			LoadTestURL: "http://flagger-loadtester.flagger/",
		}
		spec.Release.Flagger.MaxWeightPercent = spec.Release.Flagger.StepWeightPercent * number("steps", 1, 10)
	}
}

func drawAuth(t *rapid.T, spec *Spec) {
	spec.Auth = Auth{
		JWTSecret:      NewSecret(some(t, "jwt secret", "", "0123456789012345678901234567890123456789")),
		GenerateSecret: rapid.Bool().Draw(t, "generate"),
		JWKSURL:        some(t, "key set", "", "https://a.supabase.co/auth/v1/.well-known/jwks.json", "https://a-b:8443"),
		Issuer:         some(t, "issuer", "", "https://a.supabase.co/auth/v1", "http://127.0.0.1:54321/auth/v1"),
		Audience:       some(t, "audience", "authenticated", "a:b/c"),
	}
	spec.API.EncryptionKeys = NewSecret(some(t, "keys", "", cipherKey, "//8CAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=, "+cipherKey))
	spec.API.AllowedOrigins = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"http://localhost:3000", "http://127.0.0.1", "https://b.io"}), 0, 3, rapid.ID[string]).Draw(t, "origins")
}

func drawOutside(t *rapid.T, spec *Spec) {
	if rapid.Bool().Draw(t, "embedding") {
		spec.Embedding = &Embedding{
			URL: some(t, "embedding url", "https://api.openai.com/v1", "http://ollama:11434/v1"), Model: some(t, "model", "text-embedding-3-small", "a/b:c@1"),
			APIKey: NewSecret(some(t, "api key", "", "key")), TimeoutSeconds: rapid.IntRange(1, 60).Draw(t, "embedding timeout"),
		}
	}
	if rapid.Bool().Draw(t, "tracing") {
		spec.Tracing = &Tracing{
			Endpoint:      some(t, "collector", "http://collector.observability.svc:4318", "https://otlp.example.com/v1"),
			SamplePercent: rapid.IntRange(0, 100).Draw(t, "sample"),
		}
	}
	if spec.Database.Mode == DatabaseExternal {
		spec.Database.DirectURL = NewSecret(some(t, "direct", "", "postgres://a:b@c/d", "postgres://a:b@c:6000/d"))
	}
}

func drawMonitoring(t *rapid.T, spec *Spec) {
	if !rapid.Bool().Draw(t, "monitoring") {
		return
	}
	m := watched(spec)
	m.IntervalSeconds = rapid.IntRange(1, 60).Draw(t, "interval")
	m.Speed = rapid.SampledFrom([]int{1, 15, 60}).Draw(t, "speed")
	m.Datadog = rapid.Bool().Draw(t, "datadog")
	if spec.Database.Mode == DatabaseExternal {
		m.DatabaseURL = NewSecret("postgres://m:p@h/d")
	}
	if rapid.Bool().Draw(t, "receivers") {
		m.Critical = Receivers{WebhookURL: NewSecret(some(t, "hook", "http://hook:8080/x", "https://h"))}
	}
	if rapid.Bool().Draw(t, "drawn") {
		spec.Images.Grafana, spec.Images.KubeStateMetrics = "g"+digest, "k"+digest
	}
	if m.Operator = rapid.Bool().Draw(t, "operator"); m.Operator {
		spec.Images.Prometheus, spec.Images.Alertmanager, spec.Images.Grafana = "", "", ""
	}
}
