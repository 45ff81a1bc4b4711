package main

import (
	"fmt"
	"strings"
)

// valkeyConfig gives the server's configuration with the flags' meaning.
func (o options) valkeyConfig() []byte {
	var b strings.Builder
	set := func(name, value string) { fmt.Fprintf(&b, "%s %s\n", name, value) }
	set("port", fmt.Sprint(o.port))
	set("protected-mode", "no") // the password and the NetworkPolicy protect it
	if o.bind != "" {
		set("bind", quote(o.bind))
	}
	if o.requirePass != "" {
		set("requirepass", quote(o.requirePass))
	}
	set("maxmemory", fmt.Sprint(o.maxMemory))
	set("maxmemory-policy", o.evictionPolicy())
	set("maxclients", fmt.Sprint(o.maxClients))
	set("databases", fmt.Sprint(o.databases))
	if o.threads > 1 {
		set("io-threads", fmt.Sprint(o.threads))
	}
	if o.dir != "" {
		set("dir", quote(o.dir))
	}
	set("appendonly", "no")
	// Like Dragonfly without a snapshot schedule: a snapshot at shutdown, if
	// there is a file name for it.
	set("save", `""`)
	if o.dbFilename == "" {
		set("shutdown-on-sigterm", "nosave")
	} else {
		set("dbfilename", quote(o.dbFilename))
		set("shutdown-on-sigterm", "save")
	}
	return []byte(b.String())
}

// evictionPolicy follows cache_mode: Dragonfly evicts in it and otherwise
// answers writes with an out-of-memory error.
func (o options) evictionPolicy() string {
	if o.cacheMode {
		return "allkeys-lru"
	}
	return "noeviction"
}

// quote writes any bytes as one word of the server's configuration language.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			fmt.Fprintf(&b, `\x%02x`, c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
