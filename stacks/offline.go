package stacks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/infra"
	"github.com/tripsage/infrastructure/internal/offline"
)

// Offline gives the graph of the stack in Pulumi.<stack>.yaml of the project's
// folder, without engine, cluster, plugins or passphrase. It is for reading and
// checking, never for deploying:
//
//   - Secrets that are encrypted or missing are the Placeholder of their Knob.
//   - Images that the local stack leaves to `tripsage up` have a digest of zeros.
//   - What only a provider computes is unknown, see package offline.
//
// Every other fault of the configuration is an *Error, as in Load.
func Offline(ctx context.Context, project, stack string) (offline.Graph, error) {
	program, err := offlineProgram(project, stack)
	if err != nil {
		return offline.Graph{}, err
	}
	return offline.Evaluate(ctx, program, offline.Options{Project: infra.Project, Stack: stack, Preview: true})
}

// offlineProgram is Program with a Spec that needs no engine to read.
func offlineProgram(project, stack string) (pulumi.RunFunc, error) {
	known, err := readOffline(project, stack)
	if err != nil {
		return nil, err
	}
	return func(ctx *pulumi.Context) error {
		_, err := infra.Deploy(ctx, known.spec)
		return err
	}, nil
}

// offlineSpec is the Spec of a stack as far as its file alone tells it.
type offlineSpec struct {
	*decoder
	stoodIn map[string]bool // paths of values that are missing in the file
}

// readOffline is load for a file whose secrets cannot be read.
func readOffline(project, stack string) (offlineSpec, error) {
	path := filepath.Join(project, "Pulumi."+stack+".yaml")
	config, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return offlineSpec{}, fmt.Errorf("stack %q: there is no Pulumi.%s.yaml in %s", stack, stack, project)
	}
	if err != nil {
		return offlineSpec{}, err
	}
	hidden := conceal(config)
	src, err := sourceOf(hidden.config)
	if err != nil {
		return offlineSpec{}, fmt.Errorf("%s: %w", path, err)
	}
	for i, entry := range src.entries {
		src.entries[i].secret = hidden.secret[entry.name]
	}
	target, err := TargetOf(path)
	if err != nil {
		return offlineSpec{}, err
	}
	known := offlineSpec{decoder: decode(src.entries), stoodIn: map[string]bool{}}
	known.namespaces(src.strays)
	known.encryption(src.entries)
	known.unreadable(hidden.unreadable)
	gaps := known.fill(Knobs())
	known.standIn(gaps, target.Images)
	known.judge(gaps)
	if len(known.faults) == 0 {
		return known, nil
	}
	slices.SortStableFunc(known.faults, func(a, b *infra.Fault) int { return cmp.Compare(a.Key, b.Key) })
	return offlineSpec{}, &Error{Stack: stack, Faults: known.faults}
}

// unreadable notes encrypted values that are no secrets, so nobody can tell
// what the stack is without decrypting them.
func (s offlineSpec) unreadable(fields []field) {
	for _, f := range fields {
		s.bad[f.path] = true
		for _, member := range f.all() {
			s.bad[member.path] = true
		}
		top, _, _ := strings.Cut(f.path, ".")
		group, _ := s.root.child(top)
		fix := "set it again without --secret"
		if f.holdsSecret() {
			fix = "set its keys one by one, only the secret ones with `pulumi config set --path --secret`"
		}
		s.faults = append(s.faults, &infra.Fault{
			Key: infra.Key(f.path), Found: "an encrypted value", Expected: "a plain one: " + group.secretKeys(), Fix: fix,
		})
	}
}

// standIn fills gaps that are none of the file's faults.
func (s offlineSpec) standIn(g gaps, built []string) {
	local := s.spec.Environment == "local" || s.bad["environment"] // Or it may be.
	for _, f := range s.root.all() {
		knob, missing := g.missing[f.path]
		if !missing || s.set[f.path] {
			continue
		}
		value := reflect.ValueOf(infra.NewSecret(knob.Placeholder))
		name, isImage := strings.CutPrefix(f.path, "images.")
		switch {
		case knob.Placeholder != "":
		case isImage && local && slices.Contains(built, name):
			value = reflect.ValueOf("tripsage.local/" + strings.ToLower(name) + "@sha256:" + strings.Repeat("0", 64))
		default:
			continue
		}
		target, _ := f.in(&s.spec, true)
		target.Set(value)
		s.stoodIn[f.path] = true
		delete(g.missing, f.path)
	}
}
