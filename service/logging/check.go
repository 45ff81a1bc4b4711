package logging

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Check says in which ways a line breaks the contract; nil for a good one.
func Check(line []byte) error {
	values, err := fieldsOf(line)
	if err != nil {
		return err
	}
	message, _ := values["message"].(string)
	kind := kindOf(message)
	var faults []error
	known := map[string]bool{}
	for _, field := range append(Common(), kind.Fields...) {
		known[field.Name] = true
		value, there := values[field.Name]
		if !there && !field.Optional {
			faults = append(faults, fmt.Errorf("%s is missing", field.Name))
		}
		if there && !field.holds(value) {
			faults = append(faults, fmt.Errorf("%s is %v: expected %s", field.Name, value, field.Type))
		}
	}
	for name, value := range values {
		if !known[name] {
			faults = append(faults, fmt.Errorf("%s is no field of such a line", name))
		}
		if said, ok := value.(string); ok && name != "stack" {
			faults = append(faults, private(name, said))
		}
	}
	return errors.Join(faults...)
}

// kindOf has the line's own fields.
func kindOf(message string) Kind {
	kinds := Kinds()
	for _, kind := range kinds {
		if kind.Message == message {
			return kind
		}
	}
	return kinds[len(kinds)-1]
}

// fieldsOf decodes a line. A field that is there twice has no meaning: readers differ.
func fieldsOf(line []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(line))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, fmt.Errorf("not a JSON object: %.80s", line)
	}
	values := map[string]any{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var value any
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		if _, twice := values[fmt.Sprint(name)]; twice {
			return nil, fmt.Errorf("%s is there twice", name)
		}
		values[fmt.Sprint(name)] = value
	}
	_, err := decoder.Token()
	return values, err
}

func (f Field) holds(value any) bool {
	said, isText := value.(string)
	size, isNumber := value.(float64)
	switch f.Type {
	case text:
		return isText
	case moment:
		_, err := time.Parse(time.RFC3339Nano, said)
		return err == nil
	case integer:
		return isNumber && size == float64(int64(size))
	case number:
		return isNumber
	case truth:
		_, ok := value.(bool)
		return ok
	case texts:
		_, ok := value.([]any)
		return ok || value == nil
	case object:
		_, ok := value.(map[string]any)
		return ok
	}
	return false
}

var (
	token    = regexp.MustCompile(`\beyJ[\w-]{8,}\.`)
	password = regexp.MustCompile(`://[^/\s:@]*:[^/\s@]+@`)
	email    = regexp.MustCompile(`[\w.+-]+@[\w-]+\.[a-z]{2,}`)
)

// private finds what must be in no log, whatever field it got into. The value is not repeated.
func private(name, value string) error {
	for what, form := range map[string]*regexp.Regexp{"a token": token, "a password": password, "an e-mail address": email} {
		if form.MatchString(value) {
			return fmt.Errorf("%s has what looks like %s", name, what)
		}
	}
	return nil
}
