package preview

import (
	"encoding/base64"
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// owner is who has the repositories.
const owner = "tripsage"

// commitSHA is of every commit.
const commitSHA = "0123456789abcdef0123456789abcdef01234567"

// newGitHub knows every repository of the owner. What is put at a path is found
// there again, and what is posted to a path is found below it by its number.
func newGitHub() *service {
	s := &service{mux: http.NewServeMux()}
	kept := map[string]object{}
	s.on("GET /api/v3/{path...}", func(r *http.Request, _ object) any {
		if found, ok := kept[r.URL.Path]; ok {
			return found
		}
		return nil
	})
	s.on("PUT /api/v3/{path...}", func(r *http.Request, body object) any {
		kept[r.URL.Path] = body
		return body
	})
	number := 0
	s.on("POST /api/v3/{path...}", func(r *http.Request, body object) any {
		number++
		answer := object{"id": number, "number": number}
		maps.Copy(answer, body)
		kept[r.URL.Path+"/"+strconv.Itoa(number)] = answer
		return answer
	})
	s.on("GET /api/v3/orgs/{org}", func(r *http.Request, _ object) any {
		return object{"login": r.PathValue("org"), "id": 1}
	})
	s.on("GET /api/v3/repos/{owner}/{repo}", func(r *http.Request, _ object) any {
		name := r.PathValue("repo")
		return object{"id": 7, "name": name, "full_name": owner + "/" + name, "owner": object{"login": owner}, "default_branch": "main"}
	})
	s.answerForEnvironments(kept)
	s.answerForFiles()
	s.answerForPullRequests()
	return s
}

func (s *service) answerForEnvironments(kept map[string]object) {
	const environment = "/api/v3/repos/{owner}/{repo}/environments/{env}"
	s.on("PUT "+environment, func(r *http.Request, body object) any {
		found := maps.Clone(body)
		var reviewers []object
		given, _ := body["reviewers"].([]any)
		for _, one := range given {
			reviewers = append(reviewers, object{"type": one.(object)["type"], "reviewer": object{"id": one.(object)["id"]}})
		}
		found["protection_rules"] = []object{
			{"type": "wait_timer", "wait_timer": body["wait_timer"]},
			{"type": "required_reviewers", "reviewers": reviewers, "prevent_self_review": body["prevent_self_review"]},
		}
		kept[r.URL.Path] = found
		return found
	})
	s.on("POST "+environment+"/variables", func(r *http.Request, body object) any {
		name, _ := body["name"].(string)
		body["created_at"], body["updated_at"] = "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"
		kept[r.URL.Path+"/"+name] = body
		return http.StatusCreated
	})
	s.on("GET /api/v3/repositories/{id}/environments/{env}/secrets/public-key", func(*http.Request, object) any {
		key := strings.Repeat("\x09", 32) // any point will do: nobody opens what is sealed for it
		return object{"key_id": "1", "key": base64.StdEncoding.EncodeToString([]byte(key))}
	})
}

// answerForFiles knows the branch main and those that are made.
func (s *service) answerForFiles() {
	const repository = "/api/v3/repos/{owner}/{repo}"
	branches := map[string]bool{"main": true}
	files := map[string]object{}
	s.on("GET "+repository+"/branches/{branch...}", func(r *http.Request, _ object) any {
		if !branches[r.PathValue("branch")] {
			return nil
		}
		return object{"name": r.PathValue("branch"), "commit": object{"sha": commitSHA}}
	})
	s.on("GET "+repository+"/git/ref/heads/{branch...}", func(r *http.Request, _ object) any {
		if !branches[r.PathValue("branch")] {
			return nil
		}
		return object{"ref": "refs/heads/" + r.PathValue("branch"), "object": object{"sha": commitSHA}}
	})
	s.on("POST "+repository+"/git/refs", func(_ *http.Request, body object) any {
		ref, _ := body["ref"].(string)
		branches[strings.TrimPrefix(ref, "refs/heads/")] = true
		return body
	})
	s.on("PUT "+repository+"/contents/{file...}", func(r *http.Request, body object) any {
		files[r.URL.Path+"@"+body["branch"].(string)] = body
		return object{"content": object{"sha": commitSHA}, "commit": object{"sha": commitSHA}}
	})
	s.on("GET "+repository+"/contents/{file...}", func(r *http.Request, _ object) any {
		file, ok := files[r.URL.Path+"@"+r.FormValue("ref")]
		if !ok {
			return nil
		}
		return object{
			"type": "file", "encoding": "base64", "content": file["content"], "sha": commitSHA,
			"url": "http://" + r.Host + r.URL.Path + "?ref=" + r.FormValue("ref"),
		}
	})
	s.on("GET "+repository+"/commits/{sha}", func(*http.Request, object) any {
		message := ""
		for _, file := range files {
			message, _ = file["message"].(string)
		}
		return object{"sha": commitSHA, "commit": object{"message": message, "committer": object{"name": "GitHub", "email": "noreply@github.com"}}}
	})
}

func (s *service) answerForPullRequests() {
	const pulls = "/api/v3/repos/{owner}/{repo}/pulls"
	var last object
	s.on("POST "+pulls, func(_ *http.Request, body object) any {
		last = maps.Clone(body)
		last["number"], last["state"] = 1, "open"
		last["head"] = object{"ref": body["head"], "sha": commitSHA}
		last["base"] = object{"ref": body["base"], "sha": commitSHA}
		return last
	})
	s.on("GET "+pulls+"/{number}", func(*http.Request, object) any { return last })
}
