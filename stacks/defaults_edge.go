package stacks

import "github.com/tripsage/infrastructure/infra"

func meshKnobs() []Knob {
	return []Knob{
		{Key: "mesh.host", Why: "Public name of the API, such as api.tripsage.ai. With it the API is in the Istio mesh."},
		{Key: "mesh.tlsSecret", Why: "Secret with the certificate of mesh.host, in the gateway's namespace; cert-manager makes it, or you."},
		{Key: "mesh.gateway.namespace", Default: "istio-ingress", Why: "Where the ingress gateway runs. As Istio's installation guide has it."},
		{Key: "mesh.gateway.serviceAccount", Default: "istio-ingressgateway", Why: "The gateway's identity, the only caller from outside that the API accepts."},
		{Key: "mesh.gateway.label", Default: "ingressgateway", Why: "Value of the label istio on the gateway's pods."},
		{Key: "mesh.timeoutSeconds", Default: 33, Why: "Bounds a request with its retries: three times the 10 seconds that the API takes at most, and a second each for the way."},
		{Key: "mesh.origins", Default: []string(nil), Why: "Web pages, such as https://admin.tripsage.ai, that may call the API from a browser besides vercel.domain."},
	}
}

func vercelKnobs() []Knob {
	return []Knob{
		{Key: "vercel.team", Default: "", Why: "Id of the Vercel team, team_...; empty is the owner of the token."},
		{Key: "vercel.project", Why: "Name of the Vercel project. Each stack has one of its own."},
		{Key: "vercel.repository", Why: "GitHub repository of the frontend as owner/name. vercel.json is published to it."},
		{Key: "vercel.productionBranch", By: map[string]any{"staging": "main", "production": "release"},
			Why: "Branch that the domain shows."},
		{Key: "vercel.regions", Default: []string{"iad1", "fra1"}, Why: "Regions of the functions, as in the deployment guide. The first one is the project's default."},
		{Key: "vercel.maxDurationSeconds", Default: 30, Why: "How long a function may run. As in the deployment guide."},
		{Key: "vercel.domain", Why: "Where the frontend is, such as app.tripsage.ai."},
		{Key: "vercel.redirectDomains", Default: []string(nil), Why: "Domains that lead to vercel.domain, such as the apex and www."},
		{Key: "vercel.dnsZone", Default: "", Why: "Zone that is delegated to Vercel and gets the guide's records; empty when another provider has the zone."},
		{Key: "vercel.previews", By: byEnvironment(true, true, false), Why: "Builds pull requests too. On staging only, so that no unreviewed code sees production's secrets."},
		{Key: "vercel.protectAll", By: byEnvironment(false, true, false), Why: "Asks for a login at Vercel on the domain too, not only on previews. Staging is not for the public."},
		{Key: "vercel.publishTo", Default: "", Why: "Branch that vercel.json is published to, by pull request. Vercel reads one file for all stacks, so one stack publishes it."},
		{Key: "vercel.connectTo", Default: []string(nil), Why: "Addresses that pages talk to besides mesh.host and vercel.supabaseURL. The stack that publishes vercel.json lists the other stacks' here."},
		{Key: "vercel.sentryOrigin", Default: "", Why: "Server that pages report errors to, such as https://o1.ingest.sentry.io. Empty: pages report none."},
		{Key: "vercel.supabaseURL", Why: "https address of the Supabase project. Public."},
		{Key: "vercel.supabaseAnonKey", Why: "Supabase's anonymous key. Public: row level security protects the data."},
		{Key: "vercel.googleMapsKey", Default: "", Why: "Google Maps key for browsers. Public: restrict it to the domain at Google. Empty: no maps."},
		{Key: "vercel.stripePublishableKey", Default: "", Why: "Stripe's publishable key, pk_.... Public. Empty: no payments."},
		{Key: "vercel.analyticsID", Default: "", Why: "Vercel Analytics id. Public. Empty: no analytics."},
		{Key: "vercel.nextAuthSecret", Placeholder: "redacted-redacted-redacted-redacted-redacted",
			Why: "Signs the frontend's sessions: at least 32 characters, for instance from `openssl rand -base64 32`."},
		{Key: "vercel.sentryDSN", Default: infra.Secret{}, Placeholder: "https://redacted@redacted.ingest.sentry.io/1",
			Why: "Where the frontend reports errors. Empty: nowhere."},
	}
}

func githubKnobs() []Knob {
	return []Knob{
		{Key: "github.owner", Why: "GitHub organization or user that owns the repositories."},
		{Key: "github.repository", Why: "Repository of this program, whose workflows deploy the stack."},
		{Key: "github.branch", By: byEnvironment("", "main", ""), Why: "Branch that may deploy. Staging follows main."},
		{Key: "github.tags", By: byEnvironment("", "", "v*"), Why: "Pattern of the tags that may deploy. Production follows releases."},
		{Key: "github.reviewers", Default: []int(nil), Why: "Numeric ids of users; one reviewer has to approve each deployment. Production needs some."},
		{Key: "github.reviewerTeams", Default: []int(nil), Why: "Numeric ids of teams whose members may approve."},
		{Key: "github.waitMinutes", By: byEnvironment(0, 0, 5), Why: "Minutes between the approval and the start, to call it off."},
		{Key: "github.requiredChecks", Default: []string(nil), Why: "Checks that a pull request has to pass. Set them in exactly one stack: it then owns the rules of the whole repository."},
		{Key: "github.deliveryToken", Placeholder: "redacted-redacted-redacted-redacted-redacted",
			Why: "GitHub token with which the workflow manages environments and rules; becomes the environment's secret DELIVERY_TOKEN."},
		{Key: "github.vercelToken", Placeholder: "redacted-redacted-redacted-redacted-redacted",
			Why: "Vercel token with which the workflow manages the frontend; becomes the environment's secret VERCEL_API_TOKEN."},
		{Key: "github.previewDeliveryToken", Placeholder: "redacted-redacted-redacted-redacted-redacted",
			Why: "GitHub token with which previews read environments and rules; DELIVERY_TOKEN of the environment preview-<environment>. Pull requests' code can use it: it should only read."},
		{Key: "github.previewVercelToken", Placeholder: "redacted-redacted-redacted-redacted-redacted",
			Why: "Vercel token with which previews read the frontend's project; VERCEL_API_TOKEN of the environment preview-<environment>. It should be of a member who only views."},
		{Key: "github.clusterServer", Why: "https address of the API server, as GitHub's runners reach it."},
		{Key: "github.clusterCA", Default: "", Why: "Authority of its certificate: PEM in base64, as in a kubeconfig. Empty: a public one."},
		{Key: "github.clusterAudience", Why: "Whom the tokens of jobs are for: the API server's --oidc-client-id."},
		{Key: "github.pulumiOrganization", Default: "", Why: "Organization at Pulumi Cloud whose state the jobs use. Empty: the state is elsewhere."},
		{Key: "github.smokeToken", Default: infra.Secret{}, Placeholder: "eyJhbGciOiJIUzI1NiJ9.e30.redacted-redacted-redacted",
			Why: "Access token of a test user, for the checks after a deployment; becomes the environment's secret SMOKE_TOKEN. Empty: the checks that need a user are left out."},
	}
}
