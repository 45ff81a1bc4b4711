package replay

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/internal/offline"
)

const (
	randomPassword = "random:index/randomPassword:RandomPassword"
	providerPrefix = "pulumi:providers:"
)

// Program registers what a graph of package offline, read back from its JSON
// form, holds. Random passwords are made anew, and wherever the recording holds
// an invented one, in clear or in base64, the new one goes. What the recorded
// program computed from passwords, such as a checksum, stays as recorded.
//
// versions are those of the providers by package, for instance "kubernetes" to
// "4.25.0". A package without one gets whichever version the engine has.
func Program(graph []offline.Resource, versions map[string]string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		invented, err := inventedPasswords(ctx.Context(), graph)
		if err != nil {
			return fmt.Errorf("replay: %w", err)
		}
		p := player{
			ctx: ctx, versions: versions, recorded: map[string]offline.Resource{},
			made: map[string]pulumi.Resource{}, passwords: passwords{invented: invented},
		}
		for _, one := range graph {
			p.recorded[key(one)] = one
		}
		inOrder := slices.Clone(graph)
		slices.SortStableFunc(inOrder, func(a, b offline.Resource) int { return cmp.Compare(stage(a), stage(b)) })
		for _, one := range inOrder {
			if err := p.play(one); err != nil {
				return fmt.Errorf("replay %s: %w", key(one), err)
			}
		}
		return nil
	}
}

// stage orders resources. From the first stage on, each waits for those of all
// earlier stages.
func stage(one offline.Resource) int {
	kubernetes, isObject := strings.CutPrefix(one.Type, "kubernetes:")
	switch {
	case !isObject:
		return 0
	case kubernetes == "core/v1:Namespace":
		return 1
	case strings.HasPrefix(kubernetes, "apps/v1:"), kubernetes == "core/v1:Service", kubernetes == "batch/v1:Job":
		return 3 // together: a Service is ready when its pods are, and a Job may wait for a database
	default:
		return 2
	}
}

func key(one offline.Resource) string { return one.Type + " " + one.Name }

// player registers each recorded resource once.
type player struct {
	ctx       *pulumi.Context
	versions  map[string]string
	recorded  map[string]offline.Resource // by key
	made      map[string]pulumi.Resource
	staged    []staged
	passwords passwords
}

type staged struct {
	stage    int
	resource pulumi.Resource
}

func (p *player) play(one offline.Resource) error {
	if _, done := p.made[key(one)]; done {
		return nil
	}
	if one.Read {
		return fmt.Errorf("the recorded program looks it up; only what a program makes can be replayed")
	}
	options, err := p.options(one)
	if err != nil {
		return err
	}
	inputs, err := Inputs(one.Inputs, p.passwords.take)
	if err != nil {
		return err
	}
	switch packageName, isProvider := strings.CutPrefix(one.Type, providerPrefix); {
	case isProvider:
		var provider struct{ pulumi.ProviderResourceState }
		p.made[key(one)] = &provider
		return p.ctx.RegisterResource(one.Type, one.Name, inputs, &provider,
			append(options, pulumi.Version(p.versions[packageName]))...)
	case isComponent(one):
		var component struct{ pulumi.ResourceState }
		p.made[key(one)] = &component
		return p.ctx.RegisterComponentResource(one.Type, one.Name, &component, options...)
	case one.Type == randomPassword:
		var password random.RandomPassword
		p.made[key(one)] = &password
		// As the SDK of package random does.
		options = append(options, pulumi.AdditionalSecretOutputs([]string{"bcryptHash", "result"}))
		if err := p.ctx.RegisterResource(one.Type, one.Name, inputs, &password, options...); err != nil {
			return err
		}
		p.passwords.add(key(one), password.Result)
		return nil
	default:
		var resource struct{ pulumi.CustomResourceState }
		p.made[key(one)] = &resource
		p.staged = append(p.staged, staged{stage(one), &resource})
		return p.ctx.RegisterResource(one.Type, one.Name, inputs, &resource, options...)
	}
}

// isComponent tells by the type: a component's inputs are not recorded, and
// its package is the project's.
func isComponent(one offline.Resource) bool {
	return one.Inputs == nil && strings.HasPrefix(one.Type, "tripsage:")
}

func (p *player) options(one offline.Resource) ([]pulumi.ResourceOption, error) {
	options := []pulumi.ResourceOption{pulumi.Protect(one.Protect), pulumi.RetainOnDelete(one.RetainOnDelete)}
	if one.Parent != "" {
		parent, err := p.need(one.Parent)
		if err != nil {
			return nil, err
		}
		options = append(options, pulumi.Parent(parent))
	}
	packageName, _, _ := strings.Cut(one.Type, ":")
	switch {
	case one.Provider != "":
		made, err := p.need(providerPrefix + packageName + " " + one.Provider)
		if err != nil {
			return nil, err
		}
		provider, ok := made.(pulumi.ProviderResource)
		if !ok {
			return nil, fmt.Errorf("provider %s is recorded as something else", one.Provider)
		}
		options = append(options, pulumi.Provider(provider))
	case p.versions[packageName] != "":
		options = append(options, pulumi.Version(p.versions[packageName]))
	}
	var earlier []pulumi.Resource
	for _, other := range p.staged {
		if other.stage < stage(one) {
			earlier = append(earlier, other.resource)
		}
	}
	return append(options, pulumi.DependsOn(earlier)), nil
}

// need returns a resource by its key, and makes it first if need be.
func (p *player) need(key string) (pulumi.Resource, error) {
	one, ok := p.recorded[key]
	if !ok {
		return nil, fmt.Errorf("%s is not in the recording", key)
	}
	if err := p.play(one); err != nil {
		return nil, err
	}
	return p.made[key], nil
}
