package httpapi

import (
	"encoding/json"
	"reflect"
)

// optional is a field of a body that may be left out, and that is never null: where leaving out
// means "as it is", null would look like "nothing".
type optional[T any] struct{ value *T }

// UnmarshalJSON reads a T.
func (o *optional[T]) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &o.value) }

// clearable is an optional field whose null takes the value away.
type clearable[T any] struct {
	value   *T
	cleared bool
}

// UnmarshalJSON reads a T or null.
func (c *clearable[T]) UnmarshalJSON(data []byte) error {
	c.cleared = string(data) == "null"
	return json.Unmarshal(data, &c.value)
}

// inner is what decode tells clients to send.
func (optional[T]) inner() reflect.Type { return reflect.TypeFor[T]() }

func (clearable[T]) inner() reflect.Type { return reflect.TypeFor[*T]() }
