package vercelproject

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// anonKey and serviceKey are tokens of Supabase's form: {"role":"anon"} and
// {"role":"service_role"} with a made-up signature.
const (
	anonKey    = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2ln"
	serviceKey = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2ln"
)

func plain(key, value string) func(*Args) {
	return func(a *Args) { a.Environment[Production].Plain[key] = value }
}

func secret(target Target, key string, value pulumi.StringInput) func(*Args) {
	return func(a *Args) {
		a.Environment[target] = Variables{Secret: map[string]pulumi.StringInput{key: value}}
	}
}

func domains(list ...Domain) func(*Args) {
	return func(a *Args) { a.Domains, a.Zone = list, Zone{} }
}

func mistakes() map[string]func(*Args) {
	return map[string]func(*Args){
		`Name is "Web": expected 1 to 52 small letters`:         func(a *Args) { a.Name = "Web" },
		`Name is "a---b": expected 1 to 52 small letters`:       func(a *Args) { a.Name = "a---b" },
		`Team is "a/b": expected the id of a Vercel team`:       func(a *Args) { a.Team = "a/b" },
		`Repository is "frontend": expected a GitHub repo`:      func(a *Args) { a.Repository = "frontend" },
		`ProductionBranch is missing: expected the branch`:      func(a *Args) { a.ProductionBranch = "" },
		`ProductionBranch is "v*": expected the name of one`:    func(a *Args) { a.ProductionBranch = "v*" },
		`SkewProtection is "1 week": expected one of "30 min`:   func(a *Args) { a.SkewProtection = "1 week" },
		`Retention.Preview is "2w": expected one of "1m", "2m"`: func(a *Args) { a.Retention.Preview = "2w" },

		`Environment's target is "staging": expected one of "production", "preview"`:            func(a *Args) { a.Environment["staging"] = Variables{} },
		`Environment[production].Plain's name is "A-B": expected letters`:                       plain("A-B", "x"),
		`Environment[production].Plain's name is "TZ": expected another one`:                    plain("TZ", "UTC"),
		`Environment[production].Plain[EMPTY] is missing`:                                       plain("EMPTY", ""),
		`Environment[production].Plain is 66528: expected at most 65536 bytes`:                  plain("BIG", strings.Repeat("x", 66448)),
		`Plain[CSRF_SECRET] looks like a secret (its name has the word SECRET)`:                 plain("CSRF_SECRET", "x"),
		`Plain[OPENAI_API_KEY] looks like a secret (its name ends in KEY`:                       plain("OPENAI_API_KEY", "x"),
		`Plain[STRIPE] looks like a secret (its value has the form of a Stripe secret key`:      plain("STRIPE", "sk_live_123"),
		`Plain[DATABASE_URL] looks like a secret (its value has the form of a URL with a passw`: plain("DATABASE_URL", "postgres://app:hunter2@db/tripsage"),
		`Plain[PEM] looks like a secret (its value has the form of a private key)`:              plain("PEM", "-----BEGIN PRIVATE KEY-----"),
		`Plain[NEXT_PUBLIC_SUPABASE_ANON_KEY] looks like a secret (its value is a JSON`:         plain("NEXT_PUBLIC_SUPABASE_ANON_KEY", serviceKey),
		`browsers get every name with NEXT_PUBLIC_`:                                             plain("NEXT_PUBLIC_CLIENT_SECRET", "x"),
		`Environment[preview].Secret[X] is plain text: expected a secret output`:                secret(Preview, "X", pulumi.String(hidden)),
		`Environment[preview].Secret[X] is missing: expected a secret output`:                   secret(Preview, "X", nil),
		`Secret[NEXT_PUBLIC_X] would be sent to browsers`:                                       secret(Preview, "NEXT_PUBLIC_X", secretValue()),
		`Environment[development].Secret[X] is for development: expected it in the devel`:       secret(Development, "X", secretValue()),
		`Environment[production].Secret's name is "NEXTAUTH_URL": expected a name that P`: func(a *Args) {
			a.Environment[Production].Secret["NEXTAUTH_URL"] = secretValue()
		},

		`Domains is "a.com": expected each name once`:                           domains(Domain{Name: "a.com"}, Domain{Name: "a.com"}),
		`Domains[*.a.com].Name is "*.a.com": expected a full domain`:            domains(Domain{Name: "*.a.com"}),
		`Domains[a.com].StatusCode is 308: expected none without RedirectTo`:    domains(Domain{Name: "a.com", StatusCode: 308}),
		`Domains[a.com].StatusCode is 303: expected 301, 302, 307 or 308`:       domains(Domain{Name: "a.com", RedirectTo: "b.com", StatusCode: 303}, Domain{Name: "b.com"}),
		`Domains[a.com].RedirectTo is "b.com": expected one of the Domains`:     domains(Domain{Name: "a.com", RedirectTo: "b.com"}),
		`Domains[a.com].RedirectTo is "a.com": expected another domain: this`:   domains(Domain{Name: "a.com", RedirectTo: "a.com"}),
		`Domains[a.com].RedirectTo is "b.com": expected a domain that shows`:    domains(Domain{Name: "a.com", RedirectTo: "b.com"}, Domain{Name: "b.com", RedirectTo: "c.com"}, Domain{Name: "c.com"}),
		`Domains[a.com].Branch is "release": expected none for the production`:  domains(Domain{Name: "a.com", Branch: "release"}),
		`Domains[a.com].Branch is "next": expected none for a domain that redi`: domains(Domain{Name: "a.com", RedirectTo: "b.com", Branch: "next"}, Domain{Name: "b.com"}),

		`Zone.Name is missing: expected the zone`:                               func(a *Args) { a.Zone.Name = "" },
		`Zone.Name is "b.com": expected a zone that has www.a.com`:              func(a *Args) { a.Domains, a.Zone.Name = []Domain{{Name: "www.a.com"}}, "b.com" },
		`Zone.IPv4[0] is "::1": expected an address of that family`:             func(a *Args) { a.Zone.IPv4 = []string{"::1"} },
		`Zone.IPv4[0] is "10.0.0.1": expected a public address`:                 func(a *Args) { a.Zone.IPv4 = []string{"10.0.0.1"} },
		`Zone.IPv4[1] is "76.76.21.21": expected each address once`:             func(a *Args) { a.Zone.IPv4 = []string{"76.76.21.21", "76.76.21.21"} },
		`Zone.IPv6[0] is "76.76.21.21": expected an address of that family`:     func(a *Args) { a.Zone.IPv6 = []string{"76.76.21.21"} },
		`Zone.CNAME is "vercel": expected a full domain name`:                   func(a *Args) { a.Zone.CNAME = "vercel" },
		`Zone.TTLSeconds is 30: expected 60 or more`:                            func(a *Args) { a.Zone.TTLSeconds = 30 },
		`Protection.Method is "basic": expected one of "vercel", "password"`:    func(a *Args) { a.Protection.Method = "basic" },
		`Protection.Reason is missing: expected why strangers may see`:          func(a *Args) { a.Protection.Method = "none" },
		`Protection.Reason is "x": expected nothing, unless Method is "none"`:   func(a *Args) { a.Protection.Reason = "x" },
		`Protection.Password is missing: expected a secret output`:              func(a *Args) { a.Protection.Method = "password" },
		`Protection.Password is plain text: expected a secret output`:           func(a *Args) { a.Protection = Protection{Method: "password", Password: pulumi.String(hidden)} },
		`Protection.Password is "(hidden)": expected none, unless Method is`:    func(a *Args) { a.Protection.Password = secretValue() },
		`Protection.Everything is true: expected false: the method or the pl`:   func(a *Args) { a.Protection = Protection{Method: "none", Reason: "x", Everything: true} },
		`Firewall.OWASP is "deny": expected nothing: the core rule set needs`:   func(a *Args) { a.Firewall.OWASP = "deny" },
		`Firewall.RateLimits[api].Path is "api": expected a path that starts`:   func(a *Args) { a.Firewall.RateLimits = []RateLimit{{"api", 1, 60}} },
		`Firewall.RateLimits[/api].Path is "/api": expected each path once`:     func(a *Args) { a.Firewall.RateLimits = []RateLimit{{"/api", 1, 60}, {"/api", 2, 60}} },
		`Firewall.RateLimits[/api].Requests is 0: expected 1 or more`:           func(a *Args) { a.Firewall.RateLimits = []RateLimit{{"/api", 0, 60}} },
		`Firewall.RateLimits[/api].WindowSeconds is 900: expected 10 to 600`:    func(a *Args) { a.Firewall.RateLimits = []RateLimit{{"/api", 1, 900}} },
		`Firewall.DenyPaths[0] is "/": expected a prefix that leaves /_next/`:   func(a *Args) { a.Firewall.DenyPaths = []string{"/"} },
		`Firewall.DenyPaths[0] is "/.well": expected a prefix that leaves /.w`:  func(a *Args) { a.Firewall.DenyPaths = []string{"/.well"} },
		`Firewall.DenyPaths[1] is "/x": expected each path once`:                func(a *Args) { a.Firewall.DenyPaths = []string{"/x", "/x"} },
		`Firewall.DenyPaths[0] is "*.php": expected a path that starts with /`:  func(a *Args) { a.Firewall.DenyPaths = []string{"*.php"} },
		`Firewall.DenyIPs[0] is "0.0.0.0/0": expected less than the whole int`:  func(a *Args) { a.Firewall.DenyIPs = []string{"0.0.0.0/0"} },
		`Firewall.DenyIPs[0] is "192.0.2.1/24": expected an address, or a ran`:  func(a *Args) { a.Firewall.DenyIPs = []string{"192.0.2.1/24"} },
		`Firewall.DenyIPs[1] is "192.0.2.1/32": expected each address once`:     func(a *Args) { a.Firewall.DenyIPs = []string{"192.0.2.1", "192.0.2.1/32"} },
		`Firewall.DenyIPs is 101: expected at most 100 of them on the plan pro`: func(a *Args) { a.Firewall.DenyIPs = manyAddresses(101) },
	}
}

func TestValidate(t *testing.T) {
	for want, change := range mistakes() {
		t.Run(want, func(t *testing.T) {
			args := full()
			change(&args)
			err := args.withDefaults("web").Validate()
			require.ErrorContains(t, err, want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "one mistake, one line: %v", err)
			assert.NotContains(t, err.Error(), hidden)
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestFullIsValid(t *testing.T) {
	assert.NoError(t, full().withDefaults("web").Validate())
}

func TestDefaultsFitEveryPlan(t *testing.T) {
	for _, plan := range []Plan{Hobby, Pro, Enterprise} {
		args := Args{Repository: "tripsage/frontend", ProductionBranch: "main", Site: Site{Plan: plan}}
		assert.NoError(t, args.withDefaults("web").Validate(), plan)
	}
}

// Two domains that lead to each other are both at fault.
func TestRedirectLoop(t *testing.T) {
	args := full()
	domains(Domain{Name: "a.com", RedirectTo: "b.com"}, Domain{Name: "b.com", RedirectTo: "a.com"})(&args)
	err := args.withDefaults("web").Validate()
	assert.ErrorContains(t, err, `Domains[a.com].RedirectTo is "b.com": expected a domain that shows the site: this is a loop`)
	assert.ErrorContains(t, err, `Domains[b.com].RedirectTo is "a.com": expected a domain that shows the site: this is a loop`)
}

// What the Hobby plan lacks is named, all at once.
func TestHobbyLimits(t *testing.T) {
	err := Args{
		Repository: "tripsage/frontend", ProductionBranch: "main", SkewProtection: "1 day",
		Site:       Site{Plan: Hobby, Regions: []string{"iad1", "fra1"}, TimeoutSeconds: 301},
		Protection: Protection{Method: "password", Password: secretValue(), Everything: true},
		Firewall:   Firewall{RateLimits: []RateLimit{{"/a", 1, 60}, {"/b", 1, 60}, {"/c", 1, 60}}},
	}.withDefaults("web").Validate()
	for _, want := range []string{
		`SkewProtection is "1 day": expected nothing: the plan hobby has none`,
		`Site.Regions is 2: expected 1 of them on the plan hobby`,
		`Site.TimeoutSeconds is 301: expected 1 to 300 seconds on the plan hobby`,
		`Protection.Method is "password": expected "vercel": the plan hobby has no passwords`,
		`Protection.Everything is true`,
		`Firewall.RateLimits is 3: expected at most 1 of them on the plan hobby`,
		`Firewall.RateLimits with one more for DenyPaths is 4: expected at most 3`,
	} {
		assert.ErrorContains(t, err, want)
	}
}

func TestWhatIsPublicPasses(t *testing.T) {
	for key, value := range map[string]string{
		"NEXT_PUBLIC_SUPABASE_ANON_KEY":      anonKey,
		"NEXT_PUBLIC_GOOGLE_MAPS_API_KEY":    "AIza-something",
		"NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY": "pk_live_123",
		"SUPABASE_ANON_KEY":                  anonKey,
		"SENTRY_DSN":                         "https://key@o1.ingest.sentry.io/1",
		"MONKEY_BARS":                        "3",
		"KEYBOARD":                           "qwerty",
		"NEXT_PUBLIC_API_URL":                "https://api.tripsage.ai",
	} {
		assert.Empty(t, SecretReason(key, value), key)
	}
}
