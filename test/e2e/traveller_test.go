package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long anything of the API may take. A busy machine is slow, and none of these
// tests is about speed.
const patience = 30 * time.Second

// traveller is a user of the API.
type traveller struct {
	url, id, token string
	http           *http.Client
}

// traveller signs a token with the operator's program. Neither the token nor its signature may be
// found anywhere later.
func (m *machine) traveller(t *testing.T, name string) traveller {
	t.Helper()
	signed := decode[struct{ Token, User string }](t, m.must(t, "token", "--json", "--user", name+"@example.com").stdout)
	m.seen[signed.Token], m.seen[signed.Token[strings.LastIndexByte(signed.Token, '.')+1:]] = true, true
	return traveller{
		url: m.up.API.URL, id: signed.User, token: signed.Token,
		http: &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
	}
}

// travellers are users with tokens of their own.
func (m *machine) travellers(t *testing.T, count int) []traveller {
	t.Helper()
	var all []traveller
	for n := range count {
		all = append(all, m.traveller(t, strings.ToLower(strings.ReplaceAll(t.Name(), "/", "-"))+strconv.Itoa(n)))
	}
	return all
}

// at is the same user at another address, with connections of their own.
func (u traveller) at(url string) traveller {
	u.url, u.http = url, &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	return u
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// send makes one request, and not a second one: net/http would repeat by itself what found a closed
// connection, and whoever counts would not see it. A body that can be read only once prevents it.
// headers are names and values in turn.
func (u traveller) send(ctx context.Context, method, path, body string, headers ...string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, u.url+path, io.NopCloser(strings.NewReader(body)))
	if err != nil {
		return answer{}, err
	}
	request.ContentLength = int64(len(body))
	request.Header.Set("Authorization", "Bearer "+u.token)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := u.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(text)}, err
}

// must wants an answer with that status.
func (u traveller) must(t *testing.T, status int, method, path, body string, headers ...string) answer {
	t.Helper()
	got, err := u.send(t.Context(), method, path, body, headers...)
	require.NoError(t, err)
	require.Equal(t, status, got.status, "%s %s: %s", method, path, got.body)
	return got
}

// trip is a trip of the API, as far as tests look at it.
type trip struct {
	ID   int64
	Name string
}

func tripNamed(name string) string {
	return fmt.Sprintf(`{"name":%q,"destination":"Lisbon","start_date":"2027-04-01","end_date":"2027-04-08"}`, name)
}

// newTrip creates a trip and returns its path.
func (u traveller) newTrip(t *testing.T, name string) string {
	t.Helper()
	made := decode[trip](t, u.must(t, http.StatusCreated, http.MethodPost, "/trips", tripNamed(name)).body)
	require.Equal(t, name, made.Name)
	return "/trips/" + strconv.FormatInt(made.ID, 10)
}

// trips are all that the user sees, page by page.
func (u traveller) trips(t *testing.T) []trip {
	t.Helper()
	var all []trip
	for after := ""; ; {
		var page struct {
			Items []trip
			Next  string
		}
		text := u.must(t, http.StatusOK, http.MethodGet, "/trips?limit=100"+after, "").body
		require.NoError(t, json.Unmarshal([]byte(text), &page))
		if all = append(all, page.Items...); page.Next == "" {
			return all
		}
		after = "&after=" + page.Next
	}
}
