package infra

import "github.com/tripsage/infrastructure/components/istioroute"

// Operator is what somebody at work on a deployed stack has to know: where things
// are in the cluster, and how tokens have to look. No value is secret.
type Operator struct {
	Namespace string
	// Context is the kubeconfig's context; empty is the current one.
	Context string
	// Protected stacks want to be asked twice.
	Protected bool
	Tokens    Tokens
	// Migrations are the labels of the Jobs that migrate the database.
	Migrations map[string]string
	Release    ReleaseOf
	// Watched are Prometheus, Alertmanager and Grafana, as far as they run here.
	Watched map[string]Watched
	// APIURL and FrontendURL are where the world reaches them; empty where it
	// does not.
	APIURL, FrontendURL string
}

// ReleaseOf says how new versions of the API take over.
type ReleaseOf struct {
	// Kind is the name of the group of tripsage:release, or ReleaseRolling.
	Kind string
	// API is the name of the Service, of the Deployment without tracks, and of the
	// objects of the mesh and of Flagger.
	API string
	// Meshed tells that the mesh leads users to a track, by weights, and testers
	// by the header TrackHeader. Otherwise the Service does.
	Meshed      bool
	TrackHeader string
}

// ReleaseRolling replaces pods one by one: no group of tripsage:release is set.
const ReleaseRolling = "rolling"

func (s Spec) releaseOf() ReleaseOf {
	of := ReleaseOf{Kind: ReleaseRolling, API: apiName, Meshed: s.Mesh != nil, TrackHeader: istioroute.PreviewHeader}
	switch r := s.Release; {
	case r.BlueGreen != nil:
		of.Kind = "blueGreen"
	case r.Canary != nil:
		of.Kind = "canary"
	case r.Flagger != nil:
		of.Kind = "flagger"
	}
	return of
}

// Tokens say how to sign a token that the API takes.
type Tokens struct {
	// Secret and Key are where the secret is that signs. Both are empty where
	// only others can sign: then JWKSURL is theirs.
	Secret, Key string
	JWKSURL     string
	Issuer      string
	Audience    string
}

// Operator gives the Operator of the stack.
func (s Spec) Operator() Operator {
	tokens := Tokens{JWKSURL: s.Auth.JWKSURL, Issuer: s.Auth.Issuer, Audience: s.Auth.Audience}
	if s.Auth.JWTSecret.IsSet() || s.Auth.GenerateSecret {
		tokens.Secret, tokens.Key = apiName, jwtSecretFile
	}
	operator := Operator{
		Release:   s.releaseOf(),
		Watched:   s.watched(),
		Namespace: s.Kubernetes.Namespace,
		Context:   s.Kubernetes.Context,
		Protected: s.Kubernetes.Protect,
		Tokens:    tokens,
		Migrations: map[string]string{
			"app.kubernetes.io/component":  migrationComponent,
			"app.kubernetes.io/managed-by": "pulumi",
		},
	}
	if s.Mesh != nil {
		operator.APIURL = "https://" + s.Mesh.Host
	}
	if s.Vercel != nil && s.Vercel.Domain != "" {
		operator.FrontendURL = "https://" + s.Vercel.Domain
	}
	return operator
}
