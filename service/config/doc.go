// Package config turns environment variables into a validated Config, or into one error
// that lists every fault at once.
//
// ENVIRONMENT, DATABASE_URL, DRAGONFLY_URL and one of JWT_SECRET and JWKS_URL are required. The
// others, with their defaults:
//
//	LOG_LEVEL                   info             debug, info, warn or error
//	API_ADDR                    :8000            where the API listens
//	METRICS_ADDR                :9090            where Prometheus reads the metrics
//	DATABASE_DIRECT_URL         DATABASE_URL     for the connection that listens for changes, past any pooler
//	SUPABASE_POOL_SIZE          20               connections to the database
//	SUPABASE_MAX_OVERFLOW       30               more of them under load
//	SUPABASE_POOL_TIMEOUT       30               seconds to wait for one
//	DRAGONFLY_POOL_SIZE         20               connections to the cache
//	DRAGONFLY_TIMEOUT           5                seconds for each command
//	DRAGONFLY_CA_FILE           system's CAs     PEM of the CA of the cache; with a rediss:// URL only
//	CACHE_TTL_SEARCH_RESULTS    300              seconds that search results stay in the cache
//	CACHE_TTL_USER_PREFERENCES  86400            seconds that users' preferences do
//	CACHE_TTL_STATIC_DATA       604800           seconds that data that seldom changes does
//	API_RATE_LIMIT              100              requests per minute of one client to one process
//	API_TRUSTED_PROXIES         0                proxies in front that add to X-Forwarded-For
//	JWT_SECRET                  none             of the Supabase project: tokens signed with HS256
//	JWKS_URL                    none             public keys for tokens signed with ES256, RS256 or EdDSA
//	JWT_AUDIENCE                authenticated    what a token's aud must hold
//	JWT_ISSUER                  any              what a token's iss must be
//	ENCRYPTION_KEYS             none             base64 keys for what users store; without, they cannot
//	API_ALLOWED_ORIGINS         none             pages that browsers may call from, with commas
//	EMBEDDING_URL               built-in         OpenAI-compatible API that makes embeddings
//	EMBEDDING_API_KEY           none             its key
//	EMBEDDING_MODEL             none             its model; required with EMBEDDING_URL
//	EMBEDDING_TIMEOUT           5                seconds for each try
//	OTEL_EXPORTER_OTLP_ENDPOINT none             collector of traces, OTLP over HTTP
//	OTEL_TRACES_SAMPLER_ARG     0.1              share of requests that are traced, unless the caller says
//	FEATURE_NEW_SEARCH          false            true or false: enable_new_search_algorithm
//	FEATURE_PRICE_PREDICTION    false            enable_price_prediction
//	FEATURE_ALTERNATIVE_ROUTES  false            enable_alternative_routes
//	SHUTDOWN_DRAIN              5s               unready, but serving
//	SHUTDOWN_TIMEOUT            15s              longest wait for requests in flight
//
// The image itself sets API_VERSION and API_COMMIT, which say which build it holds.
//
// DATABASE_URL, DATABASE_DIRECT_URL, DRAGONFLY_URL, JWT_SECRET, ENCRYPTION_KEYS and
// EMBEDDING_API_KEY are secrets: each may instead be given as NAME_FILE, the path
// of a file that holds the value, so that it need not be in the process environment. Secret
// values never appear in an error, a log line or a formatted Config. Files are read once, at the
// start.
package config
