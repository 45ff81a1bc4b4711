package stacks

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/tripsage/infrastructure/infra"
)

// CheckFile finds the faults of a stack file without the engine, so that a
// mistake shows before minutes of work. Overrides are whole keys that the
// engine will be given on top. It returns nil for a file with encrypted values,
// which only the engine can read: Load checks those.
func CheckFile(path, stack string, overrides map[string]any) error {
	file, err := readFile(path)
	if err != nil {
		return err
	}
	maps.Copy(file, overrides)
	src, err := sourceOf(file)
	if errors.Is(err, errEncrypted) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if _, faults := load(src); len(faults) > 0 {
		return &Error{Stack: stack, Faults: faults}
	}
	return nil
}

// Target says what a stack needs before anything can be done with it.
type Target struct {
	// Context is the context of the kubeconfig; empty is the current one.
	Context string
	// Images are the keys of tripsage:images.
	Images []string
	// Services tells whether the stack has resources outside of the cluster, at
	// Vercel or GitHub.
	Services bool
}

// TargetOf reads the stack file's Target. Secrets need not be readable, and
// faults are left to CheckFile.
func TargetOf(path string) (Target, error) {
	spec, err := unchecked(path)
	if err != nil {
		return Target{}, err
	}
	target := Target{Context: spec.Kubernetes.Context, Images: []string{"api", "dragonfly"}}
	target.Services = spec.Vercel != nil || spec.GitHub != nil
	if spec.Database.Mode != infra.DatabaseExternal {
		target.Images = append(target.Images, "postgres")
	}
	if watchesItself(spec) {
		target.Images = append(target.Images, "prometheus", "alertmanager")
	}
	if readsDatabase(spec) {
		target.Images = append(target.Images, "postgresExporter")
	}
	return target, nil
}

// Operator is what an operator of a stack has to know.
type Operator = infra.Operator

// OperatorOf reads the stack file's Operator, as TargetOf does.
func OperatorOf(path string) (Operator, error) {
	spec, err := unchecked(path)
	return spec.Operator(), err
}

// unchecked is the Spec of a stack file with placeholders for its secrets, as
// far as it can be read.
func unchecked(path string) (infra.Spec, error) {
	file, err := readFile(path)
	if err != nil {
		return infra.Spec{}, err
	}
	src, err := sourceOf(conceal(file).config)
	if err != nil {
		return infra.Spec{}, fmt.Errorf("%s: %w", path, err)
	}
	d := decode(src.entries)
	d.fill(Knobs())
	return d.spec, nil
}

// readFile returns what is under config, never nil.
func readFile(path string) (map[string]any, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file struct {
		Config map[string]any `yaml:"config"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if file.Config == nil {
		return map[string]any{}, nil
	}
	return file.Config, nil
}

var errEncrypted = errors.New("encrypted")

// sourceOf gives the keys as the engine would: text as it is, the rest as JSON.
func sourceOf(config map[string]any) (source, error) {
	values := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(config)) {
		if hasEncrypted(config[key]) {
			return source{}, errEncrypted
		}
		text, ok := config[key].(string)
		if !ok {
			encoded, err := json.Marshal(config[key])
			if err != nil {
				return source{}, fmt.Errorf("%s: %w", key, err)
			}
			text = string(encoded)
		}
		if !strings.Contains(key, ":") { // Pulumi takes these to be the project's
			key = infra.Project + ":" + key
		}
		values[key] = text
	}
	return sort(slices.Sorted(maps.Keys(values)), func(key string) (string, bool) { return values[key], false }), nil
}

// hasEncrypted finds what `pulumi config set --secret` has written.
func hasEncrypted(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		if _, ok := v["secure"]; ok && len(v) == 1 {
			return true
		}
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), hasEncrypted)
	case []any:
		return slices.ContainsFunc(v, hasEncrypted)
	}
	return false
}
