package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// resourceType is one served type. Every change of an input replaces the
// resource: there is nothing to update in a random value.
type resourceType struct {
	// inputs lists every accepted input.
	inputs []input
	// rules returns the broken rules of inputs that decode cleanly and are
	// all known. Defaults are filled in.
	rules func(property.Map) []p.CheckFailure
	// outputs names the values that only create knows.
	outputs []output
	// create returns the id and every output.
	create func(property.Map) (string, map[string]string, error)
}

type output struct {
	name   string
	secret bool
}

type types map[tokens.Type]resourceType

func newProvider() p.Provider {
	served := types{
		"random:index/randomPassword:RandomPassword": passwordType(),
		"random:index/randomId:RandomId":             idType(),
	}
	return p.Provider{
		GetSchema:   served.schema,
		CheckConfig: checkConfig,
		DiffConfig:  diffConfig,
		Check:       served.check,
		Diff:        served.diff,
		Create:      served.create,
		Read:        read,
		Delete:      func(context.Context, p.DeleteRequest) error { return nil },
		Cancel:      func(context.Context) error { return nil },
	}
}

func (t types) find(urn resource.URN) (resourceType, error) {
	found, ok := t[urn.Type()]
	if !ok {
		known := slices.Sorted(maps.Keys(t))
		return resourceType{}, fmt.Errorf("the built-in random plugin does not serve %s, only %v; "+
			"use the official random plugin for it", urn.Type(), known)
	}
	return found, nil
}

// schema lists the tokens, which is all that the engine asks of it.
func (t types) schema(context.Context, p.GetSchemaRequest) (p.GetSchemaResponse, error) {
	resources := map[tokens.Type]struct{}{}
	for token := range t {
		resources[token] = struct{}{}
	}
	text, err := json.Marshal(map[string]any{
		"name": pluginName, "version": pluginVersion, "resources": resources,
	})
	return p.GetSchemaResponse{Schema: string(text)}, err
}

// checkConfig takes no setting but the version that the engine itself adds.
func checkConfig(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
	resp := p.CheckResponse{Inputs: req.Inputs}
	for name := range req.Inputs.AllStable {
		if name != "version" && !strings.HasPrefix(name, "__") {
			resp.Failures = append(resp.Failures, p.CheckFailure{
				Property: name, Reason: "the random provider has no settings",
			})
		}
	}
	return resp, nil
}

func diffConfig(context.Context, p.DiffRequest) (p.DiffResponse, error) { return p.DiffResponse{}, nil }

func (t types) check(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
	served, err := t.find(req.Urn)
	if err != nil {
		return p.CheckResponse{}, err
	}
	failures := faults(served.inputs, req.Inputs)
	// Rules that compare values wait until all of them are known.
	if len(failures) == 0 && !property.New(req.Inputs).HasComputed() {
		failures = served.rules(effective(served.inputs, req.Inputs))
	}
	return p.CheckResponse{Inputs: req.Inputs, Failures: failures}, nil
}

func (t types) diff(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	served, err := t.find(req.Urn)
	if err != nil {
		return p.DiffResponse{}, err
	}
	before, after := effective(served.inputs, req.State), effective(served.inputs, req.Inputs)
	detailed := map[string]p.PropertyDiff{}
	for _, in := range served.inputs {
		if slices.Contains(req.IgnoreChanges, in.name) || same(before.Get(in.name), after.Get(in.name)) {
			continue
		}
		detailed[in.name] = p.PropertyDiff{Kind: p.UpdateReplace}
	}
	return p.DiffResponse{HasChanges: len(detailed) > 0, DetailedDiff: detailed}, nil
}

func (t types) create(_ context.Context, req p.CreateRequest) (p.CreateResponse, error) {
	served, err := t.find(req.Urn)
	if err != nil {
		return p.CreateResponse{}, err
	}
	settings := effective(served.inputs, req.Properties)
	state := settings
	if req.DryRun {
		for _, out := range served.outputs {
			state = state.Set(out.name, property.New(property.Computed).WithSecret(out.secret))
		}
		return p.CreateResponse{Properties: state}, nil
	}
	id, values, err := served.create(settings)
	if err != nil {
		return p.CreateResponse{}, err
	}
	for _, out := range served.outputs {
		state = state.Set(out.name, property.New(values[out.name]).WithSecret(out.secret))
	}
	return p.CreateResponse{ID: id, Properties: state}, nil
}

// read gives the state back: nothing outside it knows the value.
func read(_ context.Context, req p.ReadRequest) (p.ReadResponse, error) {
	if req.Properties.Len() == 0 {
		return p.ReadResponse{}, fmt.Errorf("import %s: the built-in random plugin cannot import; "+
			"use the official random plugin for it", req.Urn)
	}
	return p.ReadResponse{ID: req.ID, Properties: req.Properties, Inputs: req.Inputs}, nil
}
