package infra

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumiverse/pulumi-vercel/sdk/go/vercel"

	"github.com/tripsage/infrastructure/components/vercelproject"
)

// deployFrontend makes the frontend's project. The provider takes its token
// from VERCEL_API_TOKEN.
func deployFrontend(ctx *pulumi.Context, spec Spec) error {
	if spec.Vercel == nil {
		return nil
	}
	args := &vercel.ProviderArgs{}
	if spec.Vercel.Team != "" {
		args.Team = pulumi.String(spec.Vercel.Team)
	}
	provider, err := vercel.NewProvider(ctx, "vercel", args)
	if err != nil {
		return err
	}
	frontend := spec.Vercel
	variables := spec.frontendVariables()
	environment := map[vercelproject.Target]vercelproject.Variables{vercelproject.Production: variables}
	if frontend.Previews {
		environment[vercelproject.Preview] = variables
	}
	_, err = vercelproject.New(ctx, frontendName, vercelproject.Args{
		Name:             frontend.Project,
		Team:             frontend.Team,
		Repository:       frontend.Repository,
		ProductionBranch: frontend.ProductionBranch,
		Site:             spec.site(),
		Environment:      environment,
		ProductionOnly:   !frontend.Previews,
		Domains:          frontend.domains(),
		Zone:             vercelproject.Zone{Name: frontend.DNSZone},
		Protection:       vercelproject.Protection{Everything: frontend.ProtectAll},
		Protect:          spec.Kubernetes.Protect,
	}, pulumi.Provider(provider))
	return err
}

// site is what vercel.json is made of.
func (s Spec) site() vercelproject.Site {
	return vercelproject.Site{
		Regions:        s.Vercel.Regions,
		TimeoutSeconds: s.Vercel.MaxDurationSeconds,
		Origins: vercelproject.Origins{
			API:        s.apiURL(),
			Supabase:   s.Vercel.SupabaseURL,
			Sentry:     s.Vercel.SentryOrigin,
			GoogleMaps: s.Vercel.GoogleMapsKey != "",
			Stripe:     s.Vercel.StripePublishableKey != "",
			Analytics:  s.Vercel.AnalyticsID != "",
			Connect:    s.Vercel.ConnectTo,
		},
	}
}

// apiURL is the API's public address, empty without one.
func (s Spec) apiURL() string {
	if s.Mesh == nil {
		return ""
	}
	return "https://" + s.Mesh.Host
}

// VercelJSON gives the content of the frontend's vercel.json. The stack must
// have a frontend.
func (s Spec) VercelJSON() ([]byte, error) {
	return vercelproject.JSON(s.site())
}

func (v Vercel) domains() []vercelproject.Domain {
	list := []vercelproject.Domain{{Name: v.Domain}}
	for _, name := range v.RedirectDomains {
		list = append(list, vercelproject.Domain{Name: name, RedirectTo: v.Domain})
	}
	return list
}

// frontendVariables are the deployment guide's. Those with a public prefix end
// up in browsers.
func (s Spec) frontendVariables() vercelproject.Variables {
	frontend := s.Vercel
	variables := vercelproject.Variables{
		Plain: map[string]string{
			"NEXT_PUBLIC_API_URL":                s.apiURL(),
			"NEXT_PUBLIC_ENVIRONMENT":            s.Environment,
			"NEXT_PUBLIC_SUPABASE_URL":           frontend.SupabaseURL,
			"NEXT_PUBLIC_SUPABASE_ANON_KEY":      frontend.SupabaseAnonKey,
			"NEXTAUTH_URL":                       "https://" + frontend.Domain,
			"NEXT_PUBLIC_GOOGLE_MAPS_API_KEY":    frontend.GoogleMapsKey,
			"NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY": frontend.StripePublishableKey,
			"NEXT_PUBLIC_VERCEL_ANALYTICS_ID":    frontend.AnalyticsID,
		},
		Secret: map[string]pulumi.StringInput{"NEXTAUTH_SECRET": frontend.NextAuthSecret.input()},
	}
	maps.DeleteFunc(variables.Plain, func(_, value string) bool { return value == "" })
	if frontend.SentryDSN.IsSet() {
		variables.Secret["SENTRY_DSN"] = frontend.SentryDSN.input()
	}
	return variables
}
