package vercelproject

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

const (
	minWindowSeconds = 10
	// maxRulePath leaves room for the words around it in a rule's name, which
	// the provider limits to 160 characters.
	maxRulePath = 128
)

var rulePathPattern = regexp.MustCompile(`^/[A-Za-z0-9._~/-]*$`)

// Firewall are the rules in front of the frontend, its API routes included. The
// API in the cluster has limits of its own.
type Firewall struct {
	// OWASP is what the core rule set does with a match: "log" or "deny". Only
	// on the Enterprise plan. Default: off.
	OWASP string
	// RateLimits answer 429 to a client that asks too often. Default: sign-in
	// and API routes. An empty list that is not nil means none.
	RateLimits []RateLimit
	// DenyPaths are prefixes that only scanners ask for. Default: the usual
	// ones. An empty list that is not nil means none.
	DenyPaths []string
	// DenyIPs are addresses or ranges that get nothing.
	DenyIPs []string
	// AttackMode makes every visitor pass a challenge, for the time of an attack.
	AttackMode bool
}

// RateLimit allows each client address so many requests in a window.
type RateLimit struct {
	// Path is a prefix, for instance "/api/auth".
	Path string
	// Requests is 1 or more.
	Requests int
	// WindowSeconds is 10 to 600; 3600 on the Enterprise plan.
	WindowSeconds int
}

func (f Firewall) withDefaults(plan Plan) Firewall {
	if f.RateLimits == nil {
		f.RateLimits = []RateLimit{
			{Path: "/api/auth", Requests: 60, WindowSeconds: 60},
			{Path: "/api", Requests: 600, WindowSeconds: 60},
		}
		if plan == Hobby {
			f.RateLimits = f.RateLimits[:1]
		}
	}
	if f.DenyPaths == nil {
		f.DenyPaths = []string{"/.env", "/.git", "/cgi-bin", "/phpmyadmin", "/vendor/phpunit", "/wp-admin", "/wp-login"}
	}
	// Vercel goes through the rules in order: the more specific comes first.
	f.RateLimits = slices.SortedStableFunc(slices.Values(f.RateLimits), func(a, b RateLimit) int {
		return cmp.Or(len(b.Path)-len(a.Path), strings.Compare(a.Path, b.Path))
	})
	return f
}

func (f Firewall) validate(plan Plan) error {
	var faults []error
	limits, known := plan.limits()
	if f.OWASP != "" {
		faults = append(faults, oneOf("OWASP", f.OWASP, "log", "deny"))
		if known && !limits.owasp {
			faults = append(faults, fault.Of("OWASP", f.OWASP, "nothing: the core rule set needs the plan enterprise"))
		}
	}
	faults = append(faults, f.validateRateLimits(limits), f.validatePaths(), f.validateIPs())
	if known {
		faults = append(faults,
			atMost("RateLimits", len(f.RateLimits), limits.rateLimits, plan),
			atMost("DenyIPs", len(f.DenyIPs), limits.addresses, plan),
			atMost("RateLimits with one more for DenyPaths", len(f.RateLimits)+min(len(f.DenyPaths), 1), limits.rules, plan))
	}
	return errors.Join(faults...)
}

func atMost(key string, count, limit int, plan Plan) error {
	if count <= limit {
		return nil
	}
	return fault.Of(key, count, fmt.Sprintf("at most %d of them on the plan %s", limit, plan))
}

func (f Firewall) validateRateLimits(limits limits) error {
	var faults []error
	seen := map[string]bool{}
	for _, limit := range f.RateLimits {
		under := []error{checkRulePath("Path", limit.Path)}
		if seen[limit.Path] {
			under = append(under, fault.Of("Path", limit.Path, "each path once"))
		}
		seen[limit.Path] = true
		if limit.Requests < 1 {
			under = append(under, fault.Of("Requests", limit.Requests, "1 or more"))
		}
		most := max(limits.windowSeconds, minWindowSeconds)
		if limit.WindowSeconds < minWindowSeconds || limits.windowSeconds > 0 && limit.WindowSeconds > most {
			under = append(under, fault.Of("WindowSeconds", limit.WindowSeconds, fmt.Sprintf("%d to %d seconds", minWindowSeconds, most)))
		}
		faults = append(faults, fault.Under("RateLimits["+limit.Path+"].", errors.Join(under...)))
	}
	return errors.Join(faults...)
}

// validatePaths refuses a prefix that shuts out the site or a part that it
// cannot work without.
func (f Firewall) validatePaths() error {
	var faults []error
	needed := []string{"/_next/", "/.well-known/", "/api/"}
	for _, limit := range f.RateLimits {
		needed = append(needed, limit.Path)
	}
	for i, path := range f.DenyPaths {
		key := fmt.Sprintf("DenyPaths[%d]", i)
		faults = append(faults, checkRulePath(key, path))
		if slices.Index(f.DenyPaths, path) < i {
			faults = append(faults, fault.Of(key, path, "each path once"))
		}
		for _, one := range needed {
			if path != "" && strings.HasPrefix(one, path) {
				faults = append(faults, fault.Of(key, path, "a prefix that leaves "+one+" alone"))
				break
			}
		}
	}
	return errors.Join(faults...)
}

func checkRulePath(key, path string) error {
	if !rulePathPattern.MatchString(path) || len(path) > maxRulePath {
		return fault.Of(key, path, fmt.Sprintf("a path that starts with / and has at most %d characters", maxRulePath))
	}
	return nil
}

func (f Firewall) validateIPs() error {
	var faults []error
	seen := map[netip.Prefix]bool{}
	for i, text := range f.DenyIPs {
		key := fmt.Sprintf("DenyIPs[%d]", i)
		prefix, err := parseRange(text)
		switch {
		case err != nil || prefix != prefix.Masked():
			faults = append(faults, fault.Of(key, text, "an address, or a range such as 192.0.2.0/24"))
		case prefix.Bits() == 0:
			faults = append(faults, fault.Of(key, text, "less than the whole internet"))
		case seen[prefix]:
			faults = append(faults, fault.Of(key, text, "each address once"))
		}
		seen[prefix] = true
	}
	return errors.Join(faults...)
}

func parseRange(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		return netip.ParsePrefix(text)
	}
	address, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return address.Prefix(address.BitLen())
}
