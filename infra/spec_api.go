package infra

// Auth says whose tokens the API takes.
type Auth struct {
	// JWTSecret verifies tokens that are signed with HS256, of at least 32 bytes.
	JWTSecret Secret `config:"jwtSecret"`
	// GenerateSecret makes a JWTSecret where none is set, for an operator to sign
	// tokens with.
	GenerateSecret bool `config:"generateSecret"`
	// JWKSURL is where the public keys of asymmetric tokens are; empty: there are
	// no such tokens.
	JWKSURL string `config:"jwksURL"`
	// Issuer is what the claim iss must be; empty: anything.
	Issuer string `config:"issuer"`
	// Audience is what the claim aud must hold.
	Audience string `config:"audience"`
}

// Embedding is a server with OpenAI's API that turns texts into vectors.
type Embedding struct {
	// URL is the base of the API, such as https://api.openai.com/v1.
	URL   string `config:"url"`
	Model string `config:"model"`
	// APIKey is empty for a server that asks for none.
	APIKey Secret `config:"apiKey"`
	// TimeoutSeconds bounds each try.
	TimeoutSeconds int `config:"timeoutSeconds"`
}

// Tracing is an OpenTelemetry collector.
type Tracing struct {
	// Endpoint is the base of its OTLP/HTTP receiver.
	Endpoint string `config:"endpoint"`
	// SamplePercent of the requests begin a trace.
	SamplePercent int `config:"samplePercent"`
}
