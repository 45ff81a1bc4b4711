package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// requestPatience bounds one request: longer than any budget, so that a slow
	// answer is measured and not lost.
	requestPatience = 15 * time.Second
	// mostBody is how much of an answer is read.
	mostBody = 1 << 20
)

func newClient() *http.Client {
	return &http.Client{
		Timeout:   requestPatience,
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true},
		// A redirect is an answer of its own: the API gives none.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
	took   time.Duration
}

// send makes one request. One that the rate limit refuses is made again when
// the limit says so: we are a user like any other.
func (r *run) send(ctx context.Context, method, path, body string, asUser bool) (answer, error) {
	for {
		got, err := r.sendOnce(ctx, method, r.URL+path, body, asUser)
		wait, _ := strconv.Atoi(got.header.Get("Retry-After"))
		if err != nil || got.status != http.StatusTooManyRequests || wait < 1 {
			return got, err
		}
		select {
		case <-ctx.Done():
			return got, fmt.Errorf("the rate limit lets nothing through: %w", context.Cause(ctx))
		case <-time.After(time.Duration(wait) * time.Second):
		}
	}
}

func (r *run) sendOnce(ctx context.Context, method, url, body string, asUser bool) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if method == http.MethodPatch || method == http.MethodDelete {
		request.Header.Set("If-Match", "*")
	}
	for name, values := range r.headers(asUser) {
		request.Header[name] = values
	}
	start := time.Now()
	response, err := r.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, mostBody))
	return answer{response.StatusCode, response.Header, text, time.Since(start)}, err
}

func (r *run) headers(asUser bool) http.Header {
	all := r.Header.Clone()
	if all == nil {
		all = http.Header{}
	}
	all.Set("User-Agent", "tripsage-verify")
	if asUser {
		all.Set("Authorization", "Bearer "+r.Token)
	}
	return all
}

// wants is an answer with that status whose body decodes into what is given.
func (r *run) wants(ctx context.Context, status int, method, path, body string, asUser bool, into any) (answer, *finding) {
	got, err := r.send(ctx, method, path, body, asUser)
	switch {
	case err != nil:
		found := bad(err.Error(), "is the address right, and does the API run? `kubectl get pods`, docs/runbooks/api.md")
		return got, &found
	case got.status != status:
		found := bad(fmt.Sprintf("%d %s", got.status, excerpt(got.body)), fixFor(got.status))
		return got, &found
	case into != nil && json.Unmarshal(got.body, into) != nil:
		found := bad("a body that is not the JSON of openapi.json: "+excerpt(got.body), "does another program answer at this address?")
		return got, &found
	}
	return got, nil
}

func fixFor(status int) string {
	switch {
	case status == http.StatusUnauthorized:
		return "the token is not one of this stack's, or it has expired: see `tripsage token`, or sign in at Supabase again"
	case status == http.StatusForbidden:
		return "the token is limited to scopes: use one without"
	case status == http.StatusNotFound:
		return "does another program, or an older release, answer at this address?"
	case status >= http.StatusInternalServerError:
		return "read the API's log for the request id, and docs/runbooks/api.md; a new release with this fault is to be rolled back"
	}
	return "compare with openapi.json"
}

// excerpt is the beginning of a body on one line.
func excerpt(body []byte) string {
	text := strings.Join(strings.Fields(string(body)), " ")
	if len(text) > 160 {
		text = strings.ToValidUTF8(text[:160], "") + "…"
	}
	return text
}
