package rules

import (
	"encoding/json"
	"path"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tripsage/infrastructure/policy/rule"
)

const vercelProject = "vercel:index/project:Project"

// vercelVariable is an environment variable at Vercel.
type vercelVariable struct{ key, value, sensitive, targets rule.Value }

func vercelVariables(r rule.Resource) []vercelVariable {
	var all []rule.Value
	switch r.Type {
	case "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable", "vercel:index/sharedEnvironmentVariable:SharedEnvironmentVariable":
		all = []rule.Value{r.Properties}
	case "vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables":
		all = r.At("variables").Items()
	case vercelProject:
		all = r.At("environments").Items()
	}
	var variables []vercelVariable
	for _, one := range all {
		variables = append(variables, vercelVariable{one.At("key"), one.At("value"), one.At("sensitive"), one.At("targets")})
	}
	return variables
}

// vercelJSON is what a vercel.json that the stack publishes says. ok is false
// for other resources, and for a content that is not known; a content that is
// no JSON object is missing.
func vercelJSON(r rule.Resource) (root rule.Value, ok bool) {
	if r.Type != "github:index/repositoryFile:RepositoryFile" || path.Base(r.At("file").String()) != "vercel.json" {
		return root, false
	}
	text, known := r.At("content").Text()
	if !known {
		return root, false
	}
	var fields map[string]any
	if json.Unmarshal([]byte(text), &fields) != nil || fields == nil {
		return root, true
	}
	return rule.Of(fromJSON(fields).AsMap()), true
}

// fromJSON is what encoding/json reads as a property.
func fromJSON(value any) property.Value {
	switch value := value.(type) {
	case map[string]any:
		fields := map[string]property.Value{}
		for key, child := range value {
			fields[key] = fromJSON(child)
		}
		return property.New(fields)
	case []any:
		items := make([]property.Value, 0, len(value))
		for _, child := range value {
			items = append(items, fromJSON(child))
		}
		return property.New(items)
	case string:
		return property.New(value)
	case float64:
		return property.New(value)
	case bool:
		return property.New(value)
	}
	return property.New(property.Null)
}

// header is one header that vercel.json sets.
type header struct {
	name, value string
	at          rule.Value
	// always says that every answer has it.
	always bool
}

func headersOf(file rule.Value) []header {
	var all []header
	for _, entry := range file.At("headers").Items() {
		always := slices.Contains([]string{"/(.*)", "/:path*", "/:path(.*)", "(.*)"}, entry.At("source").String()) &&
			entry.At("has").Empty() && entry.At("missing").Empty()
		for _, one := range entry.At("headers").Items() {
			all = append(all, header{
				name: one.At("key").String(), value: one.At("value").String(), at: one.At("value"), always: always,
			})
		}
	}
	return all
}
