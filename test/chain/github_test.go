package chain

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

const (
	identityHost = "token.actions.githubusercontent.com"
	commentsPath = "api.github.com/repos/" + repository + "/issues"
)

// hosts are what the proxy answers for. Vercel's provider checks frameworks and
// regions against lists on two more.
func hosts() []string {
	return []string{"api.github.com", identityHost, registryHost, "api.vercel.com", "api-frameworks.zeit.sh", "dcs.vercel-infra.com"}
}

type object = map[string]any

// github answers for GitHub and, as far as previews ask it, for Vercel. It
// refuses what it does not know, and whoever brings no token.
type github struct {
	mux      *http.ServeMux
	identity func(ctx context.Context, audience string) (token string, err error)

	mu       sync.Mutex
	comments []string // of pull request 7; the place is the id less one
	refused  []string
}

// ServeHTTP implements http.Handler.
func (g *github) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, pattern := g.mux.Handler(r)
	if pattern == "" {
		g.refused = append(g.refused, r.Method+" "+r.Host+r.URL.Path)
	}
	g.mux.ServeHTTP(w, r)
}

func newGitHub() *github {
	g := &github{mux: http.NewServeMux()}
	on := func(pattern string, answer func(r *http.Request, body object) any) {
		g.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			var body object
			_ = json.NewDecoder(r.Body).Decode(&body) // most requests have none
			if value := answer(r, body); value != nil {
				_ = json.NewEncoder(w).Encode(value) // the client reports what is cut short
				return
			}
			http.Error(w, `{"message": "no"}`, http.StatusForbidden)
		})
	}
	on("GET "+identityHost+"/token", func(r *http.Request, _ object) any {
		if r.Header.Get("Authorization") != "Bearer of-this-job" {
			return nil
		}
		token, err := g.identity(r.Context(), r.URL.Query().Get("audience"))
		if err != nil {
			return nil
		}
		return object{"value": token}
	})
	g.answerForComments(on)
	on("GET api.github.com/orgs/{org}", func(r *http.Request, _ object) any { return object{"login": r.PathValue("org"), "id": 1} })
	on("GET api.vercel.com/v2/teams/{team}", func(r *http.Request, _ object) any { return object{"id": r.PathValue("team")} })
	on("GET api-frameworks.zeit.sh/", func(*http.Request, object) any { return []object{{"slug": "nextjs"}} })
	on("GET dcs.vercel-infra.com/", func(*http.Request, object) any {
		return object{"iad1": object{"caps": []string{"V2_DEPLOYMENT_CREATE"}}}
	})
	return g
}

func (g *github) answerForComments(on func(string, func(*http.Request, object) any)) {
	mayWrite := func(r *http.Request) bool { return r.Header.Get("Authorization") == "Bearer of-this-job" }
	on("GET "+commentsPath+"/7/comments", func(*http.Request, object) any {
		found := []object{}
		for i, body := range g.comments {
			found = append(found, object{"id": i + 1, "body": body})
		}
		return found
	})
	on("POST "+commentsPath+"/7/comments", func(r *http.Request, body object) any {
		text, ok := body["body"].(string)
		if !ok || !mayWrite(r) {
			return nil
		}
		g.comments = append(g.comments, text)
		return object{"id": len(g.comments)}
	})
	on("PATCH "+commentsPath+"/comments/{id}", func(r *http.Request, body object) any {
		id, err := strconv.Atoi(r.PathValue("id"))
		text, ok := body["body"].(string)
		if err != nil || !ok || id < 1 || id > len(g.comments) || !mayWrite(r) {
			return nil
		}
		g.comments[id-1] = text
		return object{"id": id}
	})
}

// commentsOf are those whose first line names the preview of the stack.
func (g *github) commentsOf(stack string) (found []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, comment := range g.comments {
		if strings.HasPrefix(comment, "<!-- tripsage:preview-"+stack+" -->\n") {
			found = append(found, comment)
		}
	}
	return found
}
