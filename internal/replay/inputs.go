package replay

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Taker turns a value into an input before [Inputs] would do it in its plain
// way: an output in place of a text, or a secret in place of the object that
// stands for one. The value is a string or a map[string]any; path are the keys
// above it, without the indexes of lists. A nil input leaves the value alone.
type Taker func(path []string, value any) (pulumi.Input, error)

// Inputs turns decoded JSON into a resource's inputs. Keys that begin with "__"
// are left out: the engine and the SDKs add them by themselves.
func Inputs(values map[string]any, take Taker) (pulumi.Map, error) {
	return object(nil, values, take)
}

// Input does for one value what [Inputs] does for all. The error names a value
// that JSON does not have, and null, which is no input.
func Input(path []string, value any, take Taker) (pulumi.Input, error) {
	switch value := value.(type) {
	case string:
		if taken, err := take(path, value); taken != nil || err != nil {
			return taken, err
		}
		return pulumi.String(value), nil
	case float64:
		return pulumi.Float64(value), nil
	case bool:
		return pulumi.Bool(value), nil
	case []any:
		list := make(pulumi.Array, len(value))
		for i, item := range value {
			var err error
			if list[i], err = Input(path, item, take); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		if taken, err := take(path, value); taken != nil || err != nil {
			return taken, err
		}
		return object(path, value, take)
	default:
		return nil, fmt.Errorf("%s: an input of type %T; expected text, number, truth value, list or object",
			strings.Join(path, "."), value)
	}
}

func object(path []string, values map[string]any, take Taker) (pulumi.Map, error) {
	inputs := pulumi.Map{}
	for key, value := range values {
		if strings.HasPrefix(key, "__") {
			continue
		}
		below := slices.Concat(path, []string{key})
		input, err := Input(below, value, take)
		if err != nil {
			return nil, err
		}
		inputs[key] = input
	}
	return inputs, nil
}
