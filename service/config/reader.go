package config

import (
	"fmt"
	"log/slog"
	"math"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// No sensible setting is above these.
const (
	maxCount    = 1000
	maxSeconds  = 300.0
	maxDuration = 10 * time.Minute

	maxTTL       = 365 * 24 * time.Hour
	maxPerMinute = 1_000_000
	maxProxies   = 10
)

// reader collects faults while it reads, so that all of them are reported together.
type reader struct {
	getenv func(string) string
	faults Faults
}

func (r *reader) fault(key, value, problem, expected string) {
	r.faults = append(r.faults, &Fault{Key: key, Value: value, Problem: problem, Expected: expected})
}

func (r *reader) err() error {
	if len(r.faults) == 0 {
		return nil
	}
	return r.faults
}

// choice reads one of the given words. Without a fallback the variable is required.
func (r *reader) choice(key, fallback string, words ...string) string {
	value := r.getenv(key)
	expected := "one of " + strings.Join(words, ", ")
	switch {
	case value == "" && fallback == "":
		r.fault(key, "", "is required but not set", expected)
	case value == "":
		return fallback
	case !slices.Contains(words, value):
		r.fault(key, value, "is not a known value", expected)
	}
	return value
}

func (r *reader) logLevel(key, fallback string) slog.Level {
	var level slog.Level
	word := r.choice(key, fallback, "debug", "info", "warn", "error")
	if err := level.UnmarshalText([]byte(word)); err != nil {
		return slog.LevelInfo // choice has reported it
	}
	return level
}

func (r *reader) integer(key string, fallback, low int) int {
	return r.between(key, fallback, low, maxCount)
}

func (r *reader) between(key string, fallback, low, high int) int {
	value := r.getenv(key)
	if value == "" {
		return fallback
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < low || n > high {
		r.fault(key, value, "is not allowed", fmt.Sprintf("a whole number from %d to %d", low, high))
	}
	return n
}

// wholeSeconds reads a time to live, which the cache's protocol counts in whole seconds.
func (r *reader) wholeSeconds(key string, fallback time.Duration) time.Duration {
	value := r.getenv(key)
	if value == "" {
		return fallback
	}
	n, err := strconv.Atoi(value)
	if most := int(maxTTL / time.Second); err != nil || n < 1 || n > most {
		r.fault(key, value, "is not allowed", fmt.Sprintf("a whole number of seconds from 1 to %d, without a unit", most))
		return 0
	}
	return time.Duration(n) * time.Second
}

// flag reads a switch that is off unless it is "true". Any other word is a fault: a "True" or a
// "1" that counts as off would be found out late.
func (r *reader) flag(key string) bool {
	return r.choice(key, "false", "true", "false") == "true"
}

// seconds reads a plain number of seconds, as the deployment guide writes them.
func (r *reader) seconds(key string, fallback float64) time.Duration {
	n := fallback
	if value := r.getenv(key); value != "" {
		var err error
		n, err = strconv.ParseFloat(value, 64)
		if err != nil || math.IsNaN(n) || n < 0.001 || n > maxSeconds {
			r.fault(key, value, "is not allowed",
				fmt.Sprintf("a number of seconds from 0.001 to %g, without a unit", maxSeconds))
			return 0
		}
	}
	return time.Duration(n * float64(time.Second))
}

func (r *reader) duration(key string, fallback, low time.Duration) time.Duration {
	value := r.getenv(key)
	if value == "" {
		return fallback
	}
	d, err := time.ParseDuration(value)
	if err != nil || d < low || d > maxDuration {
		r.fault(key, value, "is not allowed",
			fmt.Sprintf("a duration with its unit from %s to %s, such as 5s or 1m30s", low, maxDuration))
	}
	return d
}

func (r *reader) address(key, fallback string) string {
	value := r.getenv(key)
	if value == "" {
		return fallback
	}
	_, port, err := net.SplitHostPort(value)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		r.fault(key, value, "is not an address to listen on",
			"[host]:port with a port from 0 to 65535, such as "+fallback)
	}
	return value
}

// distinct refuses two listeners on one port. Port 0 lets the system choose, so it never clashes.
func (r *reader) distinct(key, addr, otherKey, other string) {
	host, port, err := net.SplitHostPort(addr)
	otherHost, otherPort, otherErr := net.SplitHostPort(other)
	if err != nil || otherErr != nil || port != otherPort || port == "0" {
		return
	}
	if host == otherHost || host == "" || otherHost == "" {
		r.fault(key, addr, "takes the port of "+otherKey, "another port than "+port)
	}
}
