package stacks

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/tripsage/infrastructure/infra"
)

// decoder fills a Spec from configuration and keeps what it learns on the way.
type decoder struct {
	root   field
	spec   infra.Spec
	set    map[string]bool // paths that the configuration gives a good value for
	bad    map[string]bool // paths that it gives something unusable for
	hidden map[string]bool // top-level keys whose values must not be printed
	faults []*infra.Fault
}

// decode reads all entries; it never stops at the first fault.
func decode(entries []entry) *decoder {
	d := &decoder{
		root: schema(), set: map[string]bool{}, bad: map[string]bool{}, hidden: map[string]bool{},
	}
	for _, entry := range entries {
		member, known := d.root.child(entry.name)
		// Where a group has secrets of its own their type hides them, and only them.
		d.hidden[entry.name] = entry.secret && !member.holdsSecret()
		if !known {
			d.unknown(entry.name)
			continue
		}
		if entry.text == "" && !member.isGroup() {
			continue // The project file gives this to a key that is not set.
		}
		d.value(member, parse(member, entry.text))
	}
	return d
}

// parse gives the value of a top-level key. Pulumi hands objects over as JSON
// and everything else as it is.
func parse(member field, text string) any {
	if !member.isGroup() {
		return text
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return text
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return text
	}
	return value
}

// value stores one value or descends into an object.
func (d *decoder) value(f field, found any) {
	if f.isGroup() {
		d.object(f, found)
		return
	}
	target, _ := f.in(&d.spec, true)
	text, isText := found.(string)
	switch {
	case f.typ == secretType && isText:
		target.Set(reflect.ValueOf(infra.NewSecret(text)))
	case f.typ.Kind() == reflect.String && isText:
		target.SetString(text)
	case f.typ.Kind() == reflect.Int && setInt(target, found):
	case f.typ.Kind() == reflect.Bool && setBool(target, found):
	case f.isList() && setList(target, found):
	default:
		d.wrongType(f, found)
		return
	}
	d.set[f.path] = true
}

func (d *decoder) object(f field, found any) {
	members, isObject := found.(map[string]any)
	if !isObject {
		d.wrongType(f, found)
		return
	}
	if f.optional && len(members) > 0 {
		f.in(&d.spec, true)
		d.set[f.path] = true
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if member, known := f.child(name); known {
			d.value(member, members[name])
		} else {
			d.unknown(join(f.path, name))
		}
	}
}

func setInt(target reflect.Value, found any) bool {
	number, isNumber := found.(json.Number)
	if !isNumber {
		return false
	}
	n, err := strconv.ParseInt(number.String(), 10, strconv.IntSize)
	if err != nil {
		return false
	}
	target.SetInt(n)
	return true
}

func setBool(target reflect.Value, found any) bool {
	answer, isBool := found.(bool)
	if isBool {
		target.SetBool(answer)
	}
	return isBool
}

// setList stores a list whose elements all have the right type, or nothing.
func setList(target reflect.Value, found any) bool {
	elements, isList := found.([]any)
	if !isList {
		return false
	}
	list := reflect.MakeSlice(target.Type(), len(elements), len(elements))
	for i, element := range elements {
		text, isText := element.(string)
		switch {
		case list.Index(i).Kind() == reflect.String && isText:
			list.Index(i).SetString(text)
		case list.Index(i).Kind() == reflect.Int && setInt(list.Index(i), element):
		default:
			return false
		}
	}
	target.Set(list)
	return true
}

func (d *decoder) wrongType(f field, found any) {
	d.bad[f.path] = true
	for _, member := range f.all() {
		d.bad[member.path] = true
	}
	d.faults = append(d.faults, &infra.Fault{
		Key: infra.Key(f.path), Found: d.show(f, found), Expected: f.expects(), Fix: fixType(f, found),
	})
}

func fixType(f field, found any) string {
	_, isText := found.(string)
	_, isNumber := found.(json.Number)
	_, isBool := found.(bool)
	switch {
	case found == nil:
		return "remove the key to get its default"
	case f.isGroup():
		return "write the keys indented below it"
	case f.isList():
		return "write each element on a line of its own below the key, after a dash"
	case f.typ.Kind() == reflect.Int && isText:
		return "write the number without quotes"
	case f.typ.Kind() == reflect.Int:
		return "write a number without fraction"
	case f.typ.Kind() == reflect.Bool:
		return "write true or false, without quotes"
	case isNumber || isBool:
		return "put the value in quotes"
	default:
		return "write one value"
	}
}

// show prints a found value as JSON, cut to a length that a line can hold.
func (d *decoder) show(f field, found any) string {
	if top, _, _ := strings.Cut(f.path, "."); d.hidden[top] || f.holdsSecret() {
		return kind(found) + " (not shown: it may be secret)"
	}
	text, err := json.Marshal(found)
	if err != nil {
		return kind(found)
	}
	const most = 80
	if len(text) > most {
		return strings.ToValidUTF8(string(text[:most]), "") + "..."
	}
	return string(text)
}

func kind(found any) string {
	switch found.(type) {
	case nil:
		return "null"
	case string:
		return "text"
	case json.Number:
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "list"
	default:
		return "object"
	}
}
