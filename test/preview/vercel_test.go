package preview

import (
	"maps"
	"net/http"
	"strconv"
	"strings"
)

const (
	team    = "team_0123456789abcdefghijklmn"
	project = "prj_0123456789abcdefghijklmno"
)

// vercelHosts are where the provider goes: the API, and two lists that it
// checks frameworks and regions against, at previews too.
func vercelHosts() []string {
	return []string{"api.vercel.com", "api-frameworks.zeit.sh", "dcs.vercel-infra.com"}
}

// newVercel knows the one team, and one project once that is made.
func newVercel() *service {
	s := &service{mux: http.NewServeMux()}
	s.on("GET api-frameworks.zeit.sh/", func(*http.Request, object) any {
		return []object{{"slug": "nextjs"}, {"slug": "vite"}}
	})
	s.on("GET dcs.vercel-infra.com/", func(*http.Request, object) any {
		caps := object{"caps": []string{"V2_DEPLOYMENT_CREATE"}}
		return object{"iad1": caps, "fra1": caps, "sfo1": caps}
	})
	s.on("GET api.vercel.com/v2/teams/{team}", func(r *http.Request, _ object) any {
		return object{"id": r.PathValue("team"), "sensitiveEnvironmentVariablePolicy": "default"}
	})
	s.answerForProject()
	s.answerForVariables()
	s.answerForFirewall()
	s.answerForDomains()
	return s
}

func (s *service) answerForProject() {
	made := object{}
	show := func(*http.Request, object) any { return made }
	s.on("POST api.vercel.com/v8/projects", func(_ *http.Request, body object) any {
		maps.Copy(made, body)
		made["id"] = project
		if repository, ok := body["gitRepository"].(object); ok {
			org, repo, _ := strings.Cut(repository["repo"].(string), "/")
			made["link"] = object{"type": repository["type"], "org": org, "repo": repo, "productionBranch": "main"}
		}
		return made
	})
	s.on("PATCH api.vercel.com/v9/projects/{project}", func(_ *http.Request, body object) any {
		maps.Copy(made, body)
		return made
	})
	s.on("PATCH api.vercel.com/v9/projects/{project}/branch", func(_ *http.Request, body object) any {
		made["link"].(object)["productionBranch"] = body["branch"]
		return made
	})
	s.on("GET api.vercel.com/v10/projects/{project}", show)
	s.on("PATCH api.vercel.com/v9/projects/{project}/deployment-expiration", func(_ *http.Request, body object) any {
		return object{"deploymentExpiration": body}
	})
}

func (s *service) answerForVariables() {
	count := 0
	s.on("POST api.vercel.com/v9/projects/{project}/env", func(_ *http.Request, body object) any {
		count++
		answer := maps.Clone(body)
		answer["id"] = "env" + strconv.Itoa(count)
		return answer
	})
	s.on("GET api.vercel.com/v8/projects/{project}/env", func(*http.Request, object) any {
		return object{"envs": []object{}}
	})
}

func (s *service) answerForFirewall() {
	s.on("PUT api.vercel.com/v1/security/firewall/config", func(_ *http.Request, body object) any {
		for _, list := range []string{"rules", "ips"} {
			rules, _ := body[list].([]any)
			for i, rule := range rules {
				rule.(object)["id"] = list + strconv.Itoa(i)
			}
		}
		return object{"active": body}
	})
	s.on("POST api.vercel.com/security/attack-mode", func(_ *http.Request, body object) any { return body })
}

func (s *service) answerForDomains() {
	s.on("POST api.vercel.com/v10/projects/{project}/domains", func(r *http.Request, body object) any {
		answer := maps.Clone(body)
		answer["projectId"] = r.PathValue("project")
		return answer
	})
	records := map[string]object{}
	s.on("POST api.vercel.com/v4/domains/{zone}/records", func(r *http.Request, body object) any {
		id := "rec_" + strconv.Itoa(len(records)+1)
		record := maps.Clone(body)
		record["id"], record["domain"], record["recordType"] = id, r.PathValue("zone"), body["type"]
		records[id] = record
		return object{"uid": id}
	})
	s.on("GET api.vercel.com/domains/records/{id}", func(r *http.Request, _ object) any {
		return records[r.PathValue("id")]
	})
}
