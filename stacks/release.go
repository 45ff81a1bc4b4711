package stacks

import (
	"fmt"
	"maps"

	"github.com/tripsage/infrastructure/infra"
)

// ReleaseOf says how new versions of a stack's API take over.
type ReleaseOf = infra.ReleaseOf

// Released are the values that a deployment decides and not the stack's file.
// What is empty stays as the file has it. Active and Idle are for a stack with
// tripsage:release.blueGreen.
type Released struct{ API, Active, Idle string }

// ReleaseOverrides gives the whole keys of the stack file at path with the
// values in place, for the engine. Keys that base has, which it is given
// already, are taken from there instead of the file.
func ReleaseOverrides(path string, base map[string]any, r Released) (map[string]any, error) {
	file, err := readFile(path)
	if err != nil {
		return nil, err
	}
	over := maps.Clone(base)
	if over == nil {
		over = map[string]any{}
	}
	images, err := group(path, file, over, "images")
	if err != nil {
		return nil, err
	}
	put(images, "api", r.API)
	over[infra.Key("images")] = images
	if r.Active == "" && r.Idle == "" {
		return over, nil
	}
	release, err := group(path, file, over, "release")
	if err != nil {
		return nil, err
	}
	given, ok := release["blueGreen"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: %s is not a mapping, so no track of it can be set", path, infra.Key("release.blueGreen"))
	}
	tracks := maps.Clone(given)
	put(tracks, "active", r.Active)
	put(tracks, "idleImage", r.Idle)
	release["blueGreen"] = tracks
	over[infra.Key("release")] = release
	return over, nil
}

// group is a copy of what a key holds.
func group(path string, file, base map[string]any, name string) (map[string]any, error) {
	for _, value := range []any{base[infra.Key(name)], file[infra.Key(name)], file[name]} {
		if value == nil {
			continue
		}
		mapping, ok := value.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("%s: %s is %T, expected a mapping", path, infra.Key(name), value)
		}
		return maps.Clone(mapping), nil
	}
	return map[string]any{}, nil
}

func put(mapping map[string]any, key, value string) {
	if value != "" {
		mapping[key] = value
	}
}
