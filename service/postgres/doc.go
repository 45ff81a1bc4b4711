// Package postgres connects the service to PostgreSQL, ours or Supabase's.
//
// # Pool size
//
// The deployment guide's SUPABASE_POOL_SIZE and SUPABASE_MAX_OVERFLOW come from SQLAlchemy: a
// pool that keeps up to "size" connections, and opens up to "overflow" more under load. pgx has
// one maximum, opens connections only when needed, and closes idle ones after five minutes. So
// the maximum here is size + overflow, and the two numbers have no separate effect. One more
// connection per process is reserved for health checks, so that a busy pool never makes a
// working database look down: plan for size + overflow + 1 connections per pod.
// SUPABASE_POOL_TIMEOUT is the longest that Acquire waits.
//
// # Supabase's pooler
//
// Named prepared statements, pgx's default, break behind a pooler in transaction mode, where
// the next statement may reach another server process. The default here is therefore
// "cache_describe": the extended protocol with unnamed statements, which works on a direct
// connection and through poolers in session and in transaction mode. For a direct connection
// `default_query_exec_mode=cache_statement` in the URL's query saves the planning time.
//
// # A request's statements
//
// All statements of a request go out together with the settings that they run under: the role
// "authenticated", the token's claims for auth.uid() in the policies, and the request's id for the
// audit log. That is one round trip and one transaction; the settings end with it. Policies decide
// what a user sees and changes; the stores add what an index needs, and say why nothing was found.
//
// A connection that broke under a request is replaced, together with all that are as old. Reads,
// and creations with an idempotency key, are then sent again; other changes may have been carried
// out, and their error reaches the client. Transactions that collided are tried twice.
//
// # Vector search
//
// The user is an argument of the search and each search is planned for its user: of few memories
// all are compared, which is exact, and of many the HNSW index finds the nearest ones. pgvector
// must be 0.8 or later, whose iterative scans keep a filter by user from losing results.
package postgres
