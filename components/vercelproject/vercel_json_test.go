package vercelproject

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

// decode is strict: a key that the model does not have is an error.
func decode(text []byte) (file, error) {
	var out file
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&out)
	return out, err
}

func TestJSON(t *testing.T) {
	for name, site := range map[string]Site{"guide.vercel.json": {}, "full.vercel.json": full().Site} {
		text, err := JSON(site)
		require.NoError(t, err)
		pulumitest.Golden(t, name, text)
	}
	assert.Equal(t, "vercel.json", Site{}.JSONPath())
	assert.Equal(t, "frontend/vercel.json", full().Site.JSONPath())
}

// The values that the deployment guide writes down, but for the runtime.
func TestJSONHasTheGuidesValues(t *testing.T) {
	text, err := JSON(Site{})
	require.NoError(t, err)
	got, err := decode(text)
	require.NoError(t, err)
	assert.Equal(t, "nextjs", got.Framework)
	assert.Equal(t, "cd frontend && pnpm build", got.BuildCommand)
	assert.Equal(t, "frontend/.next", got.OutputDirectory)
	assert.Equal(t, "cd frontend && pnpm install --frozen-lockfile", got.InstallCommand)
	assert.Equal(t, "cd frontend && pnpm dev", got.DevCommand)
	assert.Equal(t, []string{"iad1", "fra1"}, got.Regions)
	assert.Equal(t, map[string]fileFunction{"frontend/src/app/api/**/*.ts": {MaxDuration: 30}}, got.Functions)
	require.Len(t, got.Headers, 1)
	assert.Equal(t, "/(.*)", got.Headers[0].Source)
	assert.Equal(t, []fileHeader{
		{"X-Frame-Options", "DENY"}, {"X-Content-Type-Options", "nosniff"}, {"Referrer-Policy", "origin-when-cross-origin"},
	}, got.Headers[0].Headers[:3])
}

func headersOf(t *testing.T, site Site) map[string]string {
	t.Helper()
	text, err := JSON(site)
	require.NoError(t, err)
	got, err := decode(text)
	require.NoError(t, err)
	out := map[string]string{}
	for _, one := range got.Headers[0].Headers {
		out[one.Key] = one.Value
	}
	return out
}

func TestHeaderOptions(t *testing.T) {
	base := headersOf(t, Site{})
	assert.Equal(t, "max-age=63072000; includeSubDomains", base["Strict-Transport-Security"])
	assert.Contains(t, base["Permissions-Policy"], "payment=()")
	more := headersOf(t, Site{HSTSPreload: true, ReportOnly: true, Origins: Origins{Stripe: true}})
	assert.Equal(t, "max-age=63072000; includeSubDomains; preload", more["Strict-Transport-Security"])
	assert.Contains(t, more["Permissions-Policy"], `payment=(self "https://js.stripe.com")`)
	assert.NotContains(t, more, "Content-Security-Policy")
	assert.Contains(t, more["Content-Security-Policy-Report-Only"], "default-src 'self'")
}

func TestValidateSite(t *testing.T) {
	for want, change := range map[string]func(*Site){
		`Plan is "free": expected one of "hobby", "pro", "enterprise"`:        func(s *Site) { s.Plan = "free" },
		`RootDirectory is "../x": expected a folder of the repository`:        func(s *Site) { s.RootDirectory = "../x" },
		`InstallCommand is "a\nb": expected one line of at most 256`:          func(s *Site) { s.InstallCommand = "a\nb" },
		`BuildCommand is "cd frontend && pnpm build": expected no cd`:         func(s *Site) { s.BuildCommand = "cd frontend && pnpm build" },
		`OutputDirectory is "/x": expected a relative folder`:                 func(s *Site) { s.OutputDirectory = "/x" },
		`OutputDirectory is "frontend/.next": expected a path relative to`:    func(s *Site) { s.OutputDirectory = "frontend/.next" },
		`Regions[0] is "us-east-1": expected one of Vercel's regions: arn1`:   func(s *Site) { s.Regions = []string{"us-east-1"} },
		`Regions[1] is "iad1": expected each region once`:                     func(s *Site) { s.Regions = []string{"iad1", "iad1"} },
		`TimeoutSeconds is -1: expected 1 to 800 seconds on the plan pro`:     func(s *Site) { s.TimeoutSeconds, s.Functions = -1, map[string]Function{} },
		`Functions[a.ts].MaxDurationSeconds is 900: expected 1 to 800 seco`:   function("a.ts", Function{MaxDurationSeconds: 900}),
		`Functions[a.ts].MemoryMB is 64: expected 128 to 4096 on the plan`:    function("a.ts", Function{MemoryMB: 64}),
		`Functions[a.ts].Runtime is "nodejs20.x": expected an npm package`:    function("a.ts", Function{Runtime: "nodejs20.x"}),
		`Functions[a.ts] is missing: expected at least one`:                   function("a.ts", Function{}),
		`Functions' glob is "/a.ts": expected a relative pattern`:             function("/a.ts", Function{MemoryMB: 128}),
		`Functions' glob is "frontend/a.ts": expected a path relative to`:     function("frontend/a.ts", Function{MemoryMB: 128}),
		`Functions is 51: expected at most 50`:                                func(s *Site) { s.Functions = manyFunctions(51) },
		`Origins.API is "https://*.tripsage.ai": expected each origin by`:     func(s *Site) { s.Origins.API = "https://*.tripsage.ai" },
		`Origins.Connect[0] is "*": expected each origin by its own name`:     func(s *Site) { s.Origins.Connect = []string{"*"} },
		`Origins.API is "http://api.tripsage.ai": expected an https origin`:   func(s *Site) { s.Origins.API = "http://api.tripsage.ai" },
		`Origins.API is "https://api.tripsage.ai/": expected an https ori`:    func(s *Site) { s.Origins.API = "https://api.tripsage.ai/" },
		`Origins.Script[0] is "https://a.b; script-src x": expected an ht`:    func(s *Site) { s.Origins.Script = []string{"https://a.b; script-src x"} },
		`Origins.Script[0] is "'unsafe-eval'": expected an https origin`:      func(s *Site) { s.Origins.Script = []string{"'unsafe-eval'"} },
		`Origins.Frame[0] is "https://127.0.0.1": expected an https origi`:    func(s *Site) { s.Origins.Frame = []string{"https://127.0.0.1"} },
		`Origins.Sentry has a user or a key before an @: expected only`:       func(s *Site) { s.Origins.Sentry = "https://key@o1.ingest.sentry.io" },
		`Origins is 52797: expected a policy of at most 32768 characters`:     func(s *Site) { s.Origins.Image = manyOrigins(2000) },
		`Origins.Font[0] is "": expected an https origin without a path, suc`: func(s *Site) { s.Origins.Font = []string{""} },
	} {
		t.Run(want, func(t *testing.T) {
			site := full().Site
			change(&site)
			text, err := JSON(site)
			require.ErrorContains(t, err, want)
			assert.Empty(t, text)
			assert.Len(t, strings.Split(err.Error(), "\n"), 2, "the heading and one mistake: %v", err)
		})
	}
}

// Whatever is accepted comes back as it was, and is within the limits of
// Vercel's command line.
func TestJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		site := drawSite(t)
		text, err := JSON(site)
		if err != nil {
			return
		}
		got, err := decode(text)
		require.NoError(t, err)
		assert.Equal(t, site.withDefaults().file(), got)
		again, err := JSON(site)
		require.NoError(t, err)
		assert.Equal(t, text, again)
		assert.NotEmpty(t, got.Regions)
		for glob, one := range got.Functions {
			assert.False(t, path.IsAbs(glob))
			assert.LessOrEqual(t, len(glob), maxGlob)
			assert.NotEqual(t, fileFunction{}, one)
			assert.LessOrEqual(t, one.MaxDuration, 800)
		}
		for _, one := range got.Headers[0].Headers {
			assert.LessOrEqual(t, len(one.Value), maxHeaderValue)
			assert.NotContains(t, one.Value, "\n")
		}
	})
}

func drawSite(t *rapid.T) Site {
	text := rapid.SampledFrom([]string{"", "frontend", "apps/web", "pnpm build", "a && b", "cd frontend", "<x>", `"`, ".next", "\n"})
	site := Site{
		Plan:            rapid.SampledFrom([]Plan{"", Hobby, Pro, Enterprise}).Draw(t, "plan"),
		RootDirectory:   text.Draw(t, "root"),
		BuildCommand:    text.Draw(t, "build"),
		OutputDirectory: text.Draw(t, "output"),
		Regions:         rapid.SliceOfDistinct(rapid.SampledFrom(Regions()), rapid.ID).Draw(t, "regions"),
		TimeoutSeconds:  rapid.IntRange(0, 1000).Draw(t, "timeout"),
		HSTSPreload:     rapid.Bool().Draw(t, "preload"),
		Origins:         Origins{API: rapid.SampledFrom([]string{"", "https://api.tripsage.ai", "https://a.b:8443", "x"}).Draw(t, "api")},
	}
	if rapid.Bool().Draw(t, "functions") {
		site.Functions = map[string]Function{rapid.SampledFrom([]string{"a/**/*.ts", "/a", ""}).Draw(t, "glob"): {
			MaxDurationSeconds: rapid.IntRange(-1, 1000).Draw(t, "seconds"),
			MemoryMB:           rapid.IntRange(0, 5000).Draw(t, "memory"),
			Runtime:            rapid.SampledFrom([]string{"", "vercel-php@0.7.0", "nodejs20.x"}).Draw(t, "runtime"),
		}}
	}
	return site
}

func function(glob string, f Function) func(*Site) {
	return func(s *Site) { s.Functions = map[string]Function{glob: f} }
}

func manyFunctions(n int) map[string]Function {
	out := map[string]Function{}
	for i := range n {
		out[fmt.Sprintf("f%d.ts", i)] = Function{MemoryMB: 1024}
	}
	return out
}

func manyOrigins(n int) []string {
	out := make([]string, 0, n)
	for i := range n {
		out = append(out, fmt.Sprintf("https://i%04d.example.com", i))
	}
	return out
}

func manyAddresses(n int) []string {
	out := make([]string, 0, n)
	for i := range n {
		out = append(out, fmt.Sprintf("192.0.2.%d", i))
	}
	return out
}
