package secret

import (
	"net/url"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestValidate(t *testing.T) {
	text := pulumi.String("x")
	composed := func(c Composed) func(*Args) { return func(a *Args) { a.Composed = map[string]Composed{"c": c} } }
	for want, change := range map[string]func(*Args){
		`Name is "App": expected a DNS label`:                                func(a *Args) { a.Name = "App" },
		`Component is "": expected a label value`:                            func(a *Args) { a.Component = "" },
		`Version is "a b": expected a label value`:                           func(a *Args) { a.Version = "a b" },
		`Namespace is missing`:                                               func(a *Args) { a.Namespace = nil },
		`Every value is missing: expected at least one in Generated`:         func(a *Args) { a.Generated, a.Given, a.Composed = nil, nil, nil },
		`Generated[token].Length is 8: expected 16 to 128`:                   func(a *Args) { a.Generated["token"] = Generated{Length: 8} },
		`Generated[key].Length is 32: expected nothing beside Key`:           func(a *Args) { a.Generated["key"] = Generated{Key: true, Length: 32} },
		`Given[api-key] is missing`:                                          func(a *Args) { a.Given["api-key"], a.Composed = nil, nil },
		`key is "a b": expected a Secret key`:                                func(a *Args) { a.Given["a b"] = text },
		`key is "token": expected to be in only one of`:                      func(a *Args) { a.Given["token"] = text },
		`key is "version-key": expected another name`:                        func(a *Args) { a.Given["version-key"] = text },
		`Composed[c].Template's hole is "nobody": expected a key`:            composed(Composed{Template: "{nobody} {nobody}"}),
		`Composed[c].With's key is "spare": expected to be used in Template`: composed(Composed{With: pulumi.StringMap{"spare": text}}),
		`Composed[c].With's key is "token": expected a name that no`:         composed(Composed{Template: "{token}", With: pulumi.StringMap{"token": text}}),
		`Composed[c].With[w] is missing`:                                     composed(Composed{Template: "{w}", With: pulumi.StringMap{"w": nil}}),
		`Composed[c].Template has a } without a { before it, at byte 2`:      composed(Composed{Template: "ab}"}),
		`Composed[c].Template has a { without a } after it, at byte 1`:       composed(Composed{Template: "a{token"}),
		`Composed[c].Template has a hole that does not name a value`:         composed(Composed{Template: "{}"}),
		`Composed[c].Template has a { without a } after it, at byte 0`:       composed(Composed{Template: "{token{"}),
	} {
		t.Run(want, func(t *testing.T) {
			args := full()
			change(&args)
			err := args.withDefaults("app").Validate()
			require.ErrorContains(t, err, want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "one mistake, one line: %v", err)
		})
	}
	assert.ErrorContains(t, Args{}.Validate(), "Epoch is missing")
	assert.NoError(t, full().withDefaults("app").Validate())
}

// Whatever the value is, it comes out of a URL as it went in.
func TestPercentEncodeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")
		encoded := percentEncode(value)
		assert.NotContains(t, encoded, "+")
		for _, reserved := range "/?#[]@:& " {
			assert.NotContains(t, encoded, string(reserved))
		}
		plain, err := url.PathUnescape(encoded)
		assert.NoError(t, err)
		assert.Equal(t, value, plain)
	})
}

// Filling a template with its own holes gives the template back.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "plain", "{a}", "x{a}y{b-c}z", "{", "}", "{{a}}", "{a b}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, template string) {
		parts, err := parse(template)
		if err != nil {
			return
		}
		holes := map[string]string{}
		for _, p := range parts {
			holes[p.key] = "{" + p.key + "}"
		}
		assert.Equal(t, template, render(parts, holes, false))
	})
}
