package verify

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

func securityChecks() []check {
	return []check{
		{group: "security", name: "headers", expected: "nosniff, no frames, no content of others, no store", try: securityHeaders},
		{group: "security", name: "no token", expected: "401 with a challenge", try: noToken},
		{group: "security", name: "forged token", expected: "401", try: forgedToken},
	}
}

// protections are headers with what their value has to hold.
func protections() [][2]string {
	return [][2]string{
		{"X-Content-Type-Options", "nosniff"}, {"X-Frame-Options", "DENY"}, {"Referrer-Policy", "no-referrer"},
		{"Content-Security-Policy", "default-src 'none'"}, {"Cache-Control", "no-store"},
	}
}

// securityHeaders looks at a good answer and at a refusal: proxies and error
// paths are where headers get lost.
func securityHeaders(ctx context.Context, r *run) finding {
	var missing []string
	for _, path := range []string{"/health", "/no-such-address"} {
		got, err := r.send(ctx, http.MethodGet, path, "", false)
		if err != nil {
			return bad(err.Error(), "is the address right, and does the API run?")
		}
		for _, want := range protections() {
			if value := got.header.Get(want[0]); !strings.Contains(value, want[1]) {
				missing = append(missing, fmt.Sprintf("%s of %s is %q", want[0], path, value))
			}
		}
	}
	if len(missing) > 0 {
		return bad(strings.Join(missing, ", "), "the API sends them: does a proxy take them away?")
	}
	return ok("all there")
}

func noToken(ctx context.Context, r *run) finding {
	got, fault := r.wants(ctx, http.StatusUnauthorized, http.MethodGet, "/trips", "", false, nil)
	switch {
	case got.status == http.StatusOK:
		return bad("200: anybody may read", "roll this release back at once")
	case fault != nil:
		return *fault
	case !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Bearer"):
		return bad("401 without WWW-Authenticate", "does a proxy take it away?")
	}
	return ok("401")
}

// forgedToken says that it is an administrator's, and is signed by nobody.
func forgedToken(ctx context.Context, r *run) finding {
	other := *r
	other.Token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDAiLCJyb2xlIjoic2VydmljZV9yb2xlIn0."
	got, fault := other.wants(ctx, http.StatusUnauthorized, http.MethodGet, "/trips", "", true, nil)
	switch {
	case got.status == http.StatusOK:
		return bad("200: anybody can make a token", "roll this release back at once")
	case fault != nil:
		return *fault
	}
	return ok("401")
}
