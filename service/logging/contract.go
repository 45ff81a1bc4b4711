package logging

// Field is one of a line.
type Field struct {
	Name, Type string
	// Optional fields are there when there is something to say.
	Optional bool
	Meaning  string
}

// The types, in words of JSON.
const (
	text    = "text"
	integer = "integer"
	number  = "number"
	truth   = "true or false"
	texts   = "texts"
	object  = "object"
	moment  = "time" // RFC 3339 with a zone
)

// Kind is a kind of line, by its message.
type Kind struct {
	// Message is "" for the lines that no other kind is for.
	Message string
	Meaning string
	Fields  []Field
}

// Common are the fields of every line.
func Common() []Field {
	return []Field{
		{"time", moment, false, "when it was written"},
		{"level", text, false, "DEBUG, INFO, WARN or ERROR"},
		{"message", text, false, "what happened: a fixed sentence without values, except in what net/http and PostgreSQL say in their own words"},
		{"service", text, false, "tripsage-api"},
		{"environment", text, false, "local, staging or production"},
		{"version", text, false, "the release"},
		{"request_id", text, true, "of the request that is served: the same as in its X-Request-Id and in problem documents"},
		{"trace_id", text, true, "of its trace, in hexadecimal"},
		{"span_id", text, true, "of the span in the trace"},
	}
}

// Kinds are all kinds of lines. A field that is in none of them is a mistake: what it holds has not
// been thought about.
func Kinds() []Kind {
	return []Kind{
		{"request", "A request was answered. There is no path, query, address, header or user: they can be secret or personal.", []Field{
			{"method", text, false, "GET and so on, or OTHER"},
			{"route", text, false, "the pattern, such as /trips/{id}, or not_found"},
			{"status", integer, false, "of the answer"},
			{"duration_ms", number, false, "from arrival to the end of the answer"},
			{"bytes", integer, false, "of the answer's body"},
			{"code", text, true, "why it failed; docs/runbooks/api.md has the codes"},
			{"error", text, true, "what was behind a server error; clients never see it"},
		}},
		{auditLog, "An administrative action was tried: see below.", []Field{
			{"log", text, false, "always audit, and on no other line"},
			{"action", text, false, "api_key.put and so on"},
			{"actor", text, false, "user/<id>, anonymous or operator"},
			{"object", text, false, "what it was about, by ids: api_key/12"},
			{"outcome", text, false, "success or failure"},
			{"code", text, true, "why it failed"},
		}},
		{"panic", "A mistake of ours in a request or a websocket, which ended.", []Field{
			{"panic", text, false, "Go's message, or the type of what was thrown"},
			{"stack", text, false, "where"},
		}},
		{"dependency changed", "The database or the cache changed its state.", []Field{
			{"dependency", text, false, "database or cache"},
			{"from", text, false, "up, degraded or down; empty at the start"},
			{"to", text, false, "the same"},
			{"duration_ms", number, false, "of the check"},
			{"code", text, true, "of the fault"},
			{"error", text, true, "what was behind it"},
		}},
		{"settings", "What the process was told, at its start. Secrets are only counted.", settings()},
		{"", "Whatever else the process does.", others()},
	}
}

func settings() []Field {
	return []Field{
		{"rate_limit_per_minute", integer, false, "of each user"},
		{"trusted_proxies", integer, false, "in front of it"},
		{"cache_ca", truth, false, "whether the cache's CA is its own"},
		{"cache_ttl_seconds", object, false, "times to live"},
		{"tokens", object, false, "how tokens are verified, without the secret"},
		{"encryption_keys", integer, false, "how many"},
		{"allowed_origins", texts, false, "of browsers"},
		{"embedder", object, false, "address and model"},
		{"traces", object, false, "where they go, and the share"},
		{"features", object, false, "on or off"},
	}
}

func others() []Field {
	return []Field{
		{"error", text, true, "what was behind it"},
		{"code", text, true, "its code"},
		{"reason", text, true, "why it waits"},
		{"commit", text, true, "of the release"},
		{"go_version", text, true, "it was built with"},
		{"address", text, true, "where it listens"},
		{"metrics_address", text, true, "where it listens for Prometheus"},
		{"drain", text, true, "how long it goes on serving after SIGTERM: 10s"},
		{"timeout", text, true, "how long it waits at most: 10s"},
		{"duration_ms", integer, true, "how long it took"},
		{"rows", integer, true, "that were deleted"},
		{"bytes", integer, true, "of a change that cannot be read"},
		{"keys_kept", integer, true, "of the key set, when it cannot be read"},
		{"lost_spans", integer, true, "while the collector of traces was down"},
		{"table", text, true, "whose change it was"},
		{"why", text, true, "a websocket ended"},
		{"detail", text, true, "what the cache's client says"},
		{"migration", text, true, "which one"},
		{"name", text, true, "of the migration"},
		{"description", text, true, "of the migration"},
		{"state", text, true, "of the migration: applied, pending, changed or unknown"},
		{"applied_at", moment, true, "when the migration was"},
		{"applied", integer, true, "how many migrations were"},
		{"rolled_back", integer, true, "how many migrations were"},
		{"extension", text, true, "of PostgreSQL, which is missing"},
		{"sqlstate", text, true, "PostgreSQL's code of a warning"},
	}
}
