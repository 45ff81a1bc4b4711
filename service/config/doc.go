// Package config turns environment variables into a validated Config, or into one error
// that lists every fault at once.
//
// DATABASE_URL and DRAGONFLY_URL are secrets: each may instead be given as NAME_FILE, the path
// of a file that holds the value, so that it need not be in the process environment. Secret
// values never appear in an error, a log line or a formatted Config.
package config
