package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/tripsage/infrastructure/service"
)

// maxAnnounced bounds the memory that a request gets before its body is there.
const maxAnnounced = 16 << 10

// decode reads the body as one JSON object into a T, a struct whose fields all have JSON names, and
// notes everything that is wrong with it: fields that T does not have, values of other types,
// duplicate names, text that no database takes. The error is for what is no fault of the fields: a
// body that is too large, too slow, cut, or of a type that we do not read.
//
// Pointers and json.RawMessage take null, other fields do not. Which fields must be there is for
// the caller to say, who sees their zero values.
func decode[T any](r *http.Request, faults *service.Invalid) (T, error) {
	var value T
	if err := checkMediaType(r.Header); err != nil {
		return value, err
	}
	data, err := readBody(r)
	if err != nil {
		return value, err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		faults.Add("body", "is missing", "a JSON object")
		return value, nil
	}
	members, ok := scanObject(data, faults)
	if ok {
		assign(reflect.ValueOf(&value).Elem(), members, faults)
	}
	return value, nil
}

// checkMediaType lets JSON through, and what says nothing about its type. curl -d calls everything
// a form, so a form is taken for JSON too; a real one then is none.
func checkMediaType(h http.Header) error {
	refused := &service.Error{Code: service.CodeMediaType}
	if encoding := h.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return refused
	}
	given := h.Get("Content-Type")
	if given == "" || given == jsonType {
		return nil
	}
	kind, _, err := mime.ParseMediaType(given)
	if err == nil && (kind == jsonType || strings.HasSuffix(kind, "+json") || kind == "application/x-www-form-urlencoded") {
		return nil
	}
	return refused
}

// readBody reads all of the body; guard has limited its size.
func readBody(r *http.Request) ([]byte, error) {
	var buffer bytes.Buffer
	if r.ContentLength > 0 { // what is announced is not yet sent
		buffer.Grow(int(min(r.ContentLength, maxAnnounced)) + bytes.MinRead)
	}
	_, err := buffer.ReadFrom(r.Body)
	return buffer.Bytes(), err
}

// assign sets the fields of target, a struct, from the members of an object.
func assign(target reflect.Value, members []member, faults *service.Invalid) {
	fields := map[string]reflect.Value{}
	var names []string
	for field := range target.Type().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		fields[name], names = target.FieldByIndex(field.Index), append(names, name)
	}
	for _, m := range members {
		if len(faults.Faults) >= maxFaults {
			return
		}
		field, known := fields[m.name]
		if !known {
			faults.Add(short(m.name), "is not a field", "one of "+strings.Join(names, ", "))
			continue
		}
		if problem := set(field, m.value); problem != "" {
			faults.Add(m.name, problem, expectedOf(field.Type()))
		}
	}
}

// set returns what is wrong with the value, or "".
func set(field reflect.Value, value json.RawMessage) string {
	if string(value) == "null" {
		if field.Kind() != reflect.Pointer && field.Type() != reflect.TypeFor[json.RawMessage]() {
			return "is null"
		}
	}
	err := json.Unmarshal(value, field.Addr().Interface())
	var wrongType *json.UnmarshalTypeError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &wrongType):
		return "is of another type"
	default:
		return "is not valid"
	}
}

// expectedOf describes a type to clients.
func expectedOf(t reflect.Type) string {
	if field, ok := reflect.Zero(t).Interface().(interface{ inner() reflect.Type }); ok {
		return expectedOf(field.inner())
	}
	switch {
	case t.Kind() == reflect.Pointer:
		return expectedOf(t.Elem()) + " or null"
	case t == reflect.TypeFor[service.Date]():
		return "a date such as 2026-11-26"
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}

// short quotes no more than a little of what a client sent.
func short(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// syntaxProblem says where a text stops to be JSON.
func syntaxProblem(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return "is not JSON at byte " + strconv.FormatInt(syntax.Offset, 10)
	}
	return "is not JSON"
}
