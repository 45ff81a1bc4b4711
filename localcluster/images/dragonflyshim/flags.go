package main

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// options are the values of the flags.
type options struct {
	port, adminPort, threads, maxClients, databases int

	bind, adminBind, dir, dbFilename, requirePass string

	maxMemory uint64
	cacheMode bool
}

// minPerThread is Dragonfly's own rule, in bytes.
const minPerThread = 256 << 20

// setting sets one option from its text.
type setting struct {
	boolean bool
	set     func(o *options, value string) error
}

// flags are those of Dragonfly's flags that this program can honour.
func flags() map[string]setting {
	number := func(field func(*options) *int, low, high int) setting {
		return setting{set: func(o *options, v string) error {
			n, err := strconv.Atoi(v)
			if err != nil || n < low || n > high {
				return fmt.Errorf("%q: expected a whole number from %d to %d", v, low, high)
			}
			*field(o) = n
			return nil
		}}
	}
	text := func(field func(*options) *string) setting {
		return setting{set: func(o *options, v string) error { *field(o) = v; return nil }}
	}
	return map[string]setting{
		"port":             number(func(o *options) *int { return &o.port }, 1, math.MaxUint16),
		"admin_port":       number(func(o *options) *int { return &o.adminPort }, 0, math.MaxUint16),
		"proactor_threads": number(func(o *options) *int { return &o.threads }, 1, 128),
		"maxclients":       number(func(o *options) *int { return &o.maxClients }, 1, 1_000_000),
		"dbnum":            number(func(o *options) *int { return &o.databases }, 1, 1024),
		"bind":             text(func(o *options) *string { return &o.bind }),
		"admin_bind":       text(func(o *options) *string { return &o.adminBind }),
		"dir":              text(func(o *options) *string { return &o.dir }),
		"requirepass":      text(func(o *options) *string { return &o.requirePass }),
		"dbfilename":       {set: setDBFilename},
		"maxmemory":        {set: setMaxMemory},
		"cache_mode":       {boolean: true, set: func(o *options, v string) (err error) { o.cacheMode, err = parseBool(v); return err }},
		// Dragonfly asks no password for /metrics and /healthz in any case, and
		// this program serves nothing else on the admin port.
		"admin_nopass": {boolean: true, set: func(_ *options, v string) error { _, err := parseBool(v); return err }},
		"logtostderr":  {boolean: true, set: setLogToStderr},
	}
}

func setDBFilename(o *options, v string) error {
	if strings.Contains(v, "{") || v != filepath.Base(v) && v != "" {
		return fmt.Errorf("%q: the local stand-in takes a plain file name, or none for no snapshots", v)
	}
	o.dbFilename = v
	return nil
}

func setMaxMemory(o *options, v string) (err error) {
	o.maxMemory, err = parseBytes(v)
	return err
}

func setLogToStderr(_ *options, v string) error {
	on, err := parseBool(v)
	if err == nil && !on {
		err = errors.New("the local stand-in always logs to its standard output and error")
	}
	return err
}

func parseBool(v string) (bool, error) {
	switch strings.ToLower(v) {
	case "true", "t", "yes", "y", "1":
		return true, nil
	case "false", "f", "no", "n", "0":
		return false, nil
	}
	return false, fmt.Errorf("%q: expected true or false", v)
}

// parseBytes reads sizes as Dragonfly does: 300000000, 512MB, 2G, 1.25GiB.
// Units are powers of 1024 with and without the i.
func parseBytes(v string) (uint64, error) {
	number := strings.TrimRight(strings.ToLower(v), "kmgtib")
	unit := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(v)[len(number):], "b"), "i")
	shift, ok := map[string]int{"": 0, "k": 10, "m": 20, "g": 30, "t": 40}[unit]
	n, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil || math.IsNaN(n) || n < 0 || strings.ContainsAny(number, "xpn_") || math.Ldexp(n, shift) > 1<<50 {
		return 0, fmt.Errorf("%q: expected a size such as 512mb or 1.25GiB", v)
	}
	return uint64(math.Ldexp(n, shift)), nil
}

// check applies Dragonfly's start-up rules.
func (o options) check() error {
	need := uint64(o.threads) * minPerThread
	if o.maxMemory < need {
		return fmt.Errorf("--maxmemory is %d bytes; there are %d threads (--proactor_threads), so at least %d bytes (256 MiB each) are required", o.maxMemory, o.threads, need)
	}
	return nil
}

func knownFlags() string {
	return strings.Join(slices.Sorted(maps.Keys(flags())), ", ") + ", flagfile"
}
