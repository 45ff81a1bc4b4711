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

// decode reads the body as one JSON object into a T, a struct of plain fields that all have JSON names,
// and notes everything that is wrong with it: fields that T does not have, values of other types,
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
		faults.Add("body", "is missing", wantObject)
		return value, nil
	}
	before := len(faults.Faults)
	members, ok := scanObject(data, faults)
	if !ok {
		return value, nil
	}
	target := bodyFields{reflect.ValueOf(&value).Elem(), namesOf(reflect.TypeFor[T]())}
	if len(faults.Faults) == before && target.fit(members) && json.Unmarshal(data, &value) == nil {
		return value, nil // as nearly all bodies are
	}
	value = *new(T)
	target.assign(members, faults)
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

// short quotes no more than a little of what a client sent.
func short(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// syntaxProblem says where a text stops to be JSON.
func syntaxProblem(data []byte) string {
	var raw json.RawMessage
	var syntax *json.SyntaxError
	if errors.As(json.Unmarshal(data, &raw), &syntax) {
		return "is not JSON at byte " + strconv.FormatInt(syntax.Offset, 10)
	}
	return "is not JSON"
}
