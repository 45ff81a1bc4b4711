package stacks

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/infra"
)

// entry is one top-level key of the stack's configuration.
type entry struct {
	name   string // without the namespace
	text   string // as Pulumi gives it: JSON for objects
	secret bool   // something in it is encrypted in the stack file
}

// source is the configuration of one stack as Pulumi gives it.
type source struct {
	entries []entry
	// strays are keys whose namespace looks like a misspelling of ours.
	strays []string
}

// read lists the configuration that the engine gave to this program.
func read(ctx *pulumi.Context) (source, error) {
	keys, err := configKeys(ctx)
	if err != nil {
		return source{}, err
	}
	return sort(keys, func(key string) (string, bool) {
		text, _ := ctx.GetConfig(key)
		return text, ctx.IsConfigSecret(key)
	}), nil
}

// sort tells our keys from misspelt ones and from other programs'.
func sort(keys []string, get func(key string) (text string, secret bool)) source {
	var src source
	for _, key := range keys {
		namespace, name, _ := strings.Cut(key, ":")
		switch {
		case namespace == infra.Project:
			text, secret := get(key)
			src.entries = append(src.entries, entry{name: name, text: text, secret: secret})
		case levenshtein.ComputeDistance(strings.ToLower(namespace), infra.Project) <= 2:
			src.strays = append(src.strays, key)
		}
	}
	return src
}

var errConfigKeys = errors.New("cannot list the configuration keys of the stack: " +
	"this version of the Pulumi SDK keeps them elsewhere; adapt configKeys in package stacks")

// configKeys lists every key of the stack's configuration, sorted.
//
// The SDK can look a key up but not list them, and only a list shows a
// misspelt key. The environment variable PULUMI_CONFIG holds them under
// `pulumi up`, but not under the inline Automation API, and a run option
// reaches only pulumi.Run. The context has them in all three cases, so they
// are read from there; only names are taken this way, values come from the
// public API. When a new SDK moves the field, this fails loudly instead of
// letting unknown keys pass, and a test sees it first.
func configKeys(ctx *pulumi.Context) ([]string, error) {
	at := reflect.ValueOf(ctx).Elem()
	for _, name := range []string{"state", "info", "Config"} {
		for at.Kind() == reflect.Pointer {
			at = at.Elem()
		}
		if at.Kind() != reflect.Struct {
			return nil, errConfigKeys
		}
		at = at.FieldByName(name)
	}
	if at.Kind() != reflect.Map || at.Type().Key().Kind() != reflect.String {
		return nil, errConfigKeys
	}
	var keys []string
	for _, key := range at.MapKeys() {
		keys = append(keys, key.String())
	}
	slices.Sort(keys)
	return keys, nil
}
