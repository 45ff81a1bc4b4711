package offline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const randomPassword = "random:index/randomPassword:RandomPassword"

// recorder stands in for the engine. The SDK calls it from many goroutines.
type recorder struct {
	mu        sync.Mutex
	resources []Resource
}

// NewResource records one registration. Like the engine, it gives back the
// inputs as outputs and marks those secret that the SDK asked for.
func (r *recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	described, err := describe(args)
	if err != nil {
		return "", nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resources = append(r.resources, described)

	state := args.Inputs.Copy()
	if args.TypeToken == randomPassword {
		result, err := inventPassword(args)
		if err != nil {
			return "", nil, err
		}
		state["result"] = resource.NewStringProperty(result)
	}
	for _, key := range args.RegisterRPC.GetAdditionalSecretOutputs() {
		value, ok := state[resource.PropertyKey(key)]
		if ok && !value.IsSecret() {
			state[resource.PropertyKey(key)] = resource.MakeSecret(value)
		}
	}
	return args.Name + "-id", state, nil
}

// Call refuses: only a provider can answer.
func (r *recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return nil, fmt.Errorf("the program calls %s, which only a provider can answer", args.Token)
}

// sorted returns the recording in an order that does not depend on goroutines.
func (r *recorder) sorted() []Resource {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := slices.Clone(r.resources)
	slices.SortFunc(out, Resource.compare)
	return out
}

// inventPassword is the same for the same resource, and another one for another
// name or other keepers.
func inventPassword(args pulumi.MockResourceArgs) (string, error) {
	length, ok := args.Inputs["length"]
	if !ok || !length.IsNumber() {
		return "", fmt.Errorf("random password %s has no length", args.Name)
	}
	sum := sha256.Sum256([]byte(args.Name + args.Inputs["keepers"].String()))
	text := hex.EncodeToString(sum[:])
	for len(text) < int(length.NumberValue()) {
		text += text
	}
	return text[:int(length.NumberValue())], nil
}
