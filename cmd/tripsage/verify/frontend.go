package verify

import (
	"context"
	"fmt"
	"net/http"
	neturl "net/url"
	"strings"
)

func frontendCheck(url string) check {
	return check{
		group: "frontend", name: "GET " + url, expected: "a page, or the way to one on the same host",
		try: func(ctx context.Context, r *run) finding { return r.frontend(ctx, url) },
	}
}

func (r *run) frontend(ctx context.Context, url string) finding {
	got, err := r.sendOnce(ctx, http.MethodGet, url, "", false)
	kind := got.header.Get("Content-Type")
	switch {
	case err != nil:
		return bad(err.Error(), "does the domain lead to Vercel, and is its certificate good?")
	case got.status == http.StatusUnauthorized:
		return bad("401", "Vercel protects the deployment: leave the check out with --frontend-url '' or open it to this address")
	case got.status >= 300 && got.status < 400:
		return leadsOn(url, got)
	case got.status != http.StatusOK || !strings.HasPrefix(kind, "text/html"):
		return bad(fmt.Sprintf("%d %s", got.status, kind), "see the deployment's log at Vercel")
	}
	return ok("200 in %s", short(got.took))
}

// leadsOn takes a way to another page of the same host, such as that to sign in.
func leadsOn(from string, got answer) finding {
	location := got.header.Get("Location")
	base, err := neturl.Parse(from)
	if err != nil {
		return bad(err.Error(), "")
	}
	to, err := base.Parse(location)
	if err != nil || to.Host != base.Host || to.Scheme != base.Scheme {
		return bad(fmt.Sprintf("%d to %s", got.status, location), "name where it leads to with --frontend-url")
	}
	return ok("%d to %s in %s", got.status, to.Path, short(got.took))
}
