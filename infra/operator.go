package infra

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
	return Operator{
		Namespace: s.Kubernetes.Namespace,
		Context:   s.Kubernetes.Context,
		Protected: s.Kubernetes.Protect,
		Tokens:    tokens,
		Migrations: map[string]string{
			"app.kubernetes.io/component":  migrationComponent,
			"app.kubernetes.io/managed-by": "pulumi",
		},
	}
}
