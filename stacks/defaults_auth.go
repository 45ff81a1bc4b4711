package stacks

import "github.com/tripsage/infrastructure/infra"

func authKnobs() []Knob {
	return []Knob{
		{Key: "auth.jwtSecret", Default: infra.Secret{}, Placeholder: "redacted-redacted-redacted-redacted-redacted",
			Why: "Verifies tokens that are signed with HS256: the Supabase project's JWT secret, at least 32 bytes. Empty: there are none, or see auth.generateSecret."},
		{Key: "auth.generateSecret", By: byEnvironment(true, false, false),
			Why: "Makes auth.jwtSecret where it is not set, for `tripsage token`. Not in shared clusters, whose tokens come from Supabase: there auth.jwtSecret or auth.jwksURL must be set."},
		{Key: "auth.jwksURL", Default: "", Why: "https address of the public keys of asymmetric tokens: https://<project>.supabase.co/auth/v1/.well-known/jwks.json. Empty: there are no such tokens."},
		{Key: "auth.issuer", Default: "", Why: "What the claim iss of each token must be: https://<project>.supabase.co/auth/v1. Empty: anything."},
		{Key: "auth.audience", Default: "authenticated", Why: "What the claim aud of each token must hold. Supabase's word for its users."},
	}
}

func outsideKnobs() []Knob {
	return []Knob{
		{Key: "embedding.url", Why: "Base of an OpenAI-compatible API that turns texts into vectors, such as https://api.openai.com/v1. Without this group the API does it itself, good enough to develop with."},
		{Key: "embedding.model", Why: "Model that can make 384 dimensions, such as text-embedding-3-small. Another one makes the memories of the old one unfindable."},
		{Key: "embedding.apiKey", Default: infra.Secret{}, Placeholder: "redacted-redacted-redacted-redacted-redacted",
			Why: "Key of that API. Empty: it asks for none, as on a server of your own."},
		{Key: "embedding.timeoutSeconds", Default: 5, Why: "How long one try may take. A search waits for it."},
		{Key: "tracing.endpoint", Why: "Base of the collector's OTLP/HTTP receiver, such as http://otel-collector.observability.svc:4318. Without this group no traces are sent. Inside of the cluster the Service's port has to be the pods' own."},
		{Key: "tracing.samplePercent", By: byEnvironment(100, 100, 10), Why: "Share of the requests that begin a trace. A tenth of production's traffic shows what is slow; those with a trace already always go on with it."},
	}
}
