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
package postgres
