// Package migrations holds the database's schema as numbered SQL files and brings databases to it
// and back.
//
// A migration is two files: 20261126_01_initial_schema.sql, and its rollback
// 20261126_01_initial_schema.down.sql. The date and the number are the version; versions are
// applied in their order. The first file has a header:
//
//	-- Description: one line for people
//	-- Compatible-from: 20261126_01
//
// Compatible-from is the oldest schema whose programs still work when this migration has been
// applied. It lets a release go out in two steps: first the schema grows ("expand"), and the old
// program keeps running on it; what nobody uses any more goes in a later release ("contract").
//
// prepare.sql is no migration: it makes what every Supabase project has (roles, the schema auth
// and its functions) on servers that lack it, and is never undone.
package migrations
