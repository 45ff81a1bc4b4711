package vercelproject

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// Whatever domains are accepted: every one shows the site or is one step away
// from a domain that does, and has exactly one kind of record in the zone.
func TestAcceptedDomainsLeadToTheSite(t *testing.T) {
	name := rapid.SampledFrom([]string{"a.com", "www.a.com", "app.a.com", "x.app.a.com", "b.com"})
	maybe := rapid.OneOf(rapid.Just(""), name)
	domain := rapid.Custom(func(t *rapid.T) Domain {
		return Domain{Name: name.Draw(t, "name"), RedirectTo: maybe.Draw(t, "to"), Branch: rapid.SampledFrom([]string{"", "main", "next"}).Draw(t, "branch")}
	})
	rapid.Check(t, func(t *rapid.T) {
		args := Args{
			Repository: "tripsage/frontend", ProductionBranch: "main",
			Domains: rapid.SliceOfN(domain, 0, 4).Draw(t, "domains"),
			Zone:    Zone{Name: "a.com"},
		}.withDefaults("web")
		if args.Validate() != nil {
			return
		}
		shows := map[string]bool{}
		for _, one := range args.Domains {
			assert.NotContains(t, shows, one.Name)
			shows[one.Name] = one.RedirectTo == ""
		}
		kinds := map[string]string{}
		for _, one := range args.Zone.records(args.Domains) {
			assert.NotContains(t, kinds, one.name)
			kinds[one.name] = one.kind
			assert.Equal(t, one.name == "", one.kind == "A", "only the zone's own name has addresses")
		}
		assert.Len(t, kinds, len(args.Domains))
		for _, one := range args.Domains {
			assert.True(t, one.RedirectTo == "" || shows[one.RedirectTo], "%+v", args.Domains)
			assert.NotEqual(t, "main", one.Branch)
		}
	})
}

func TestGoodChoicesAreAccepted(t *testing.T) {
	for _, list := range [][]Domain{
		nil,
		{{Name: "app.a.com"}},
		{{Name: "a.com", RedirectTo: "app.a.com"}, {Name: "www.a.com", RedirectTo: "app.a.com", StatusCode: 301}, {Name: "app.a.com"}},
		{{Name: "staging.a.com", Branch: "main"}, {Name: "xn--bcher-kva.example"}},
	} {
		args := Args{Repository: "a/b", ProductionBranch: "release", Domains: list}.withDefaults("web")
		assert.NoError(t, args.Validate(), list)
	}
}
