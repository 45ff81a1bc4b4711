package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// newAdmin serves what Dragonfly's admin port serves without a password.
func newAdmin(o options) http.Handler {
	host := cmp.Or(o.bind, "127.0.0.1")
	c := &client{address: net.JoinHostPort(host, strconv.Itoa(o.port)), password: o.requirePass}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		text, err := c.metrics(r.Context())
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = w.Write([]byte(text))
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		fields, _, err := c.info(r.Context())
		if err != nil || fields["loading"] != "0" {
			http.Error(w, "Service Unavailable", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("OK\n"))
	})
	return mux
}

func (c *client) metrics(ctx context.Context) (string, error) {
	fields, own, err := c.info(ctx)
	if err != nil {
		return "", err
	}
	return render(fields, own), nil
}

// render writes INFO's numbers under the names and labels that Dragonfly uses.
// own is how many of the processed commands came from this program: Dragonfly
// counts those of its admin port apart, under another listener.
func render(info map[string]string, own int64) string {
	var b strings.Builder
	one := func(name, kind, help, value string) { family(&b, name, kind, help, "", value) }
	version := cmp.Or(info["valkey_version"], info["redis_version"])
	family(&b, "version", "gauge", "Version of Valkey, which stands in for DragonflyDB",
		fmt.Sprintf(`{version="valkey-%s"}`, version), "1")
	master := "0"
	if info["role"] == "master" {
		master = "1"
	}
	one("master", "gauge", "1 if master 0 if replica", master)
	one("uptime_in_seconds", "counter", "", info["uptime_in_seconds"])
	one("max_clients", "gauge", "Maximal number of clients", info["maxclients"])
	family(&b, "connected_clients", "gauge", "",
		`{listener="main"}`, minus(info["connected_clients"], 1), `{listener="other"}`, "1")
	one("blocked_clients", "gauge", "", info["blocked_clients"])
	one("memory_used_bytes", "gauge", "", info["used_memory"])
	one("memory_used_peak_bytes", "gauge", "", info["used_memory_peak"])
	one("memory_max_bytes", "gauge", "", info["maxmemory"])
	one("used_memory_rss_bytes", "gauge", "", info["used_memory_rss"])
	one("connections_received_total", "counter", "", info["total_connections_received"])
	family(&b, "commands_processed_total", "counter", "",
		`{listener="main"}`, minus(info["total_commands_processed"], own), `{listener="other"}`, fmt.Sprint(own))
	one("keyspace_hits_total", "counter", "", info["keyspace_hits"])
	one("keyspace_misses_total", "counter", "", info["keyspace_misses"])
	one("net_input_bytes_total", "counter", "", info["total_net_input_bytes"])
	one("net_output_bytes_total", "counter", "", info["total_net_output_bytes"])
	one("expired_keys_total", "counter", "", info["expired_keys"])
	one("evicted_keys_total", "counter", "", info["evicted_keys"])
	renderDatabases(&b, info)
	return b.String()
}

// renderDatabases always shows db0, as Dragonfly does when it is empty.
func renderDatabases(b *strings.Builder, info map[string]string) {
	keys, expiring := []string{}, []string{}
	for i := range 1024 {
		name := fmt.Sprintf("db%d", i)
		value, ok := info[name]
		if !ok && i > 0 {
			continue
		}
		label := fmt.Sprintf("{db=%q}", name)
		keys = append(keys, label, cmp.Or(part(value, "keys"), "0"))
		expiring = append(expiring, label, cmp.Or(part(value, "expires"), "0"))
	}
	family(b, "db_keys", "gauge", "Total number of keys by DB", keys...)
	family(b, "db_keys_expiring", "gauge", "Total number of expiring keys by DB", expiring...)
}

// part picks a value out of keys=1,expires=0,avg_ttl=0.
func part(list, name string) string {
	for item := range strings.SplitSeq(list, ",") {
		if value, ok := strings.CutPrefix(item, name+"="); ok {
			return value
		}
	}
	return ""
}

// family writes a metric with pairs of label set and value. Values that are no
// numbers are left out, so a server that lacks a field spoils nothing else.
func family(b *strings.Builder, name, kind, help string, pairs ...string) {
	samples := ""
	for pair := range slices.Chunk(pairs, 2) {
		if _, err := strconv.ParseFloat(pair[1], 64); err == nil {
			samples += fmt.Sprintf("dragonfly_%s%s %s\n", name, pair[0], pair[1])
		}
	}
	if samples == "" {
		return
	}
	fmt.Fprintf(b, "# HELP dragonfly_%[1]s %[2]s\n# TYPE dragonfly_%[1]s %[3]s\n%[4]s", name, help, kind, samples)
}

// minus subtracts from a count and does not go below zero.
func minus(count string, n int64) string {
	value, err := strconv.ParseInt(count, 10, 64)
	if err != nil {
		return ""
	}
	return fmt.Sprint(max(0, value-n))
}
