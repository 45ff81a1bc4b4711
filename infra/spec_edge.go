package infra

// Mesh is how requests get from outside to the API through Istio.
type Mesh struct {
	// Host is the API's public name.
	Host string `config:"host"`
	// TLSSecret names the certificate's Secret in the gateway's namespace.
	TLSSecret string  `config:"tlsSecret"`
	Gateway   Gateway `config:"gateway"`
	// TimeoutSeconds bounds a request with all its retries.
	TimeoutSeconds int `config:"timeoutSeconds"`
	// Origins are the web pages that may call the API from a browser, besides
	// the frontend's own domain.
	Origins []string `config:"origins"`
}

// Gateway names the Istio ingress gateway that the cluster already has.
type Gateway struct {
	Namespace      string `config:"namespace"`
	ServiceAccount string `config:"serviceAccount"`
	// Label is the value of its pods' label istio.
	Label string `config:"label"`
}

// Vercel is the frontend's project.
type Vercel struct {
	// Team is the id or slug of the Vercel team; empty is the token's owner.
	Team    string `config:"team"`
	Project string `config:"project"`
	// Repository is owner/name on GitHub, and ProductionBranch the branch that
	// Domain shows.
	Repository       string `config:"repository"`
	ProductionBranch string `config:"productionBranch"`
	// Regions run the functions; the first one is the project's own.
	Regions            []string `config:"regions"`
	MaxDurationSeconds int      `config:"maxDurationSeconds"`
	// Domain is where the frontend is; RedirectDomains lead to it.
	Domain          string   `config:"domain"`
	RedirectDomains []string `config:"redirectDomains"`
	// DNSZone is the zone whose records are kept at Vercel; empty means that
	// another provider has them.
	DNSZone string `config:"dnsZone"`
	// Previews builds pull requests too, with this stack's variables.
	Previews bool `config:"previews"`
	// ProtectAll asks for a login on the domain too, not only on previews.
	ProtectAll bool `config:"protectAll"`
	// PublishTo is the branch that vercel.json is published to; empty means that
	// another stack publishes it.
	PublishTo string `config:"publishTo"`
	// ConnectTo are addresses that pages talk to besides those of this stack:
	// the one vercel.json serves the other stacks' frontends too.
	ConnectTo []string `config:"connectTo"`
	// SentryOrigin is the server of SentryDSN, which pages may report to.
	SentryOrigin string `config:"sentryOrigin"`
	// SupabaseURL and the four keys are public: browsers get them.
	SupabaseURL          string `config:"supabaseURL"`
	SupabaseAnonKey      string `config:"supabaseAnonKey"`
	GoogleMapsKey        string `config:"googleMapsKey"`
	StripePublishableKey string `config:"stripePublishableKey"`
	AnalyticsID          string `config:"analyticsID"`
	// NextAuthSecret and SentryDSN stay on the server.
	NextAuthSecret Secret `config:"nextAuthSecret"`
	SentryDSN      Secret `config:"sentryDSN"`
}

// GitHub is the repository's side of the delivery.
type GitHub struct {
	Owner string `config:"owner"`
	// Repository holds this program, and its workflows deploy the stack.
	Repository string `config:"repository"`
	// Branch or Tags is what may deploy: a branch's name or a pattern of tags.
	Branch string `config:"branch"`
	Tags   string `config:"tags"`
	// Reviewers and ReviewerTeams are numeric ids; one of them has to approve.
	Reviewers     []int `config:"reviewers"`
	ReviewerTeams []int `config:"reviewerTeams"`
	WaitMinutes   int   `config:"waitMinutes"`
	// RequiredChecks have to pass before a change is merged. The rules for the
	// whole repository belong to the one stack that sets them.
	RequiredChecks []string `config:"requiredChecks"`
	// What a job cannot get by its own identity, as it does for the cluster, the
	// state and the registry: DeliveryToken changes environments and rules at
	// GitHub, VercelToken the frontend, and SmokeToken is that of a test user.
	DeliveryToken Secret `config:"deliveryToken"`
	VercelToken   Secret `config:"vercelToken"`
	SmokeToken    Secret `config:"smokeToken"`
	// PreviewDeliveryToken and PreviewVercelToken are those of previews. A pull
	// request's own code can read them, so they should not be able to change anything.
	PreviewDeliveryToken Secret `config:"previewDeliveryToken"`
	PreviewVercelToken   Secret `config:"previewVercelToken"`
	// Where the jobs log in by their identity: the API server, the authority of
	// its certificate (empty: a public one), whom the cluster's tokens are for, and
	// the organization at Pulumi Cloud (empty: the state is elsewhere).
	ClusterServer      string `config:"clusterServer"`
	ClusterCA          string `config:"clusterCA"`
	ClusterAudience    string `config:"clusterAudience"`
	PulumiOrganization string `config:"pulumiOrganization"`
}
