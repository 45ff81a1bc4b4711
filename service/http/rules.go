package httpapi

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/tripsage/infrastructure/service"
)

// What the database's columns hold; openapi.yaml says the same to clients.
const (
	maxName     = 200    // characters of names, titles and destinations
	maxNotes    = 10_000 // characters
	maxMessage  = 32_000 // characters
	maxMemory   = 8_000  // characters
	maxSearch   = 200    // characters
	maxEmail    = 320    // characters
	maxKey      = 4_096  // bytes of somebody's key for another service
	maxObject   = 16 << 10
	maxCents    = 1_000_000_000_000
	maxPosition = 10_000
	maxFound    = 50 // results of a search
)

// The days that trips may have. Years of two digits and such are slips.
var firstDay, lastDay = service.NewDate(1970, 1, 1), service.NewDate(2199, 12, 31)

// rules notes what is wrong with the values of a decoded body.
type rules struct{ faults *service.Invalid }

// add notes one fault of a field. A field that could not even be decoded has its fault already,
// and a body that could not says enough.
func (c rules) add(field, problem, expected string) {
	for _, fault := range c.faults.Faults {
		if fault.Field == field || fault.Field == "body" {
			return
		}
	}
	c.faults.Add(field, problem, expected)
}

// text wants low to high characters.
func (c rules) text(field, value string, low, high int) {
	expected := "at most " + strconv.Itoa(high) + " characters"
	switch length := utf8.RuneCountInString(value); {
	case length < low:
		c.add(field, "is missing or empty", expected)
	case length > high:
		c.add(field, "is too long", expected)
	}
}

func (c rules) oneOf(field, value string, allowed ...string) {
	expected := "one of " + strings.Join(allowed, ", ")
	switch {
	case value == "":
		c.add(field, "is missing or empty", expected)
	case !slices.Contains(allowed, value):
		c.add(field, "is not known", expected)
	}
}

func (c rules) day(field string, day service.Date) {
	expected := "a day from " + firstDay.String() + " to " + lastDay.String()
	switch {
	case day.IsZero():
		c.add(field, "is missing", expected)
	case day.Before(firstDay) || lastDay.Before(day):
		c.add(field, "is out of range", expected)
	}
}

func (c rules) cents(field string, cents *int64) {
	if cents != nil && (*cents < 0 || *cents > maxCents) {
		c.add(field, "is out of range", "whole cents, from 0 to "+strconv.Itoa(maxCents))
	}
}

func (c rules) number(field string, value, low, high int) {
	if value < low || value > high {
		c.add(field, "is out of range", "a whole number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high))
	}
}

// currency wants three letters; which ones exist is for whoever adds amounts up.
func (c rules) currency(field, value string) {
	if len(value) != 3 || strings.Trim(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		c.add(field, "is not a currency", "three capital letters such as EUR")
	}
}

func (c rules) degrees(field string, value *float64, most float64) {
	if value != nil && (*value < -most || *value > most) {
		c.add(field, "is out of range", "degrees from -"+strconv.Itoa(int(most))+" to "+strconv.Itoa(int(most)))
	}
}

// object wants a JSON object that is not large, and returns it without white space; nil for none.
func (c rules) object(field string, raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		return nil
	}
	var compact bytes.Buffer
	expected := "a JSON object of at most 16 KiB"
	switch err := json.Compact(&compact, raw); {
	case err != nil || compact.Bytes()[0] != '{':
		c.add(field, "is not an object", expected)
	case compact.Len() > maxObject:
		c.add(field, "is too large", expected)
	default:
		return compact.Bytes()
	}
	return nil
}

// user wants a UUID and returns it in its canonical form.
func (c rules) user(field, id string) service.UserID {
	parsed, err := uuid.Parse(id)
	if err != nil || len(id) != len(uuid.Nil.String()) {
		c.add(field, "is not a user's id", "a UUID such as 0192f5c4-7d3e-7c1a-9b2f-1a2b3c4d5e6f")
		return ""
	}
	return service.UserID(parsed.String())
}

// email wants something that may be one: whether it is shows when a user has it.
func (c rules) email(field, value string) {
	name, host, at := strings.Cut(value, "@")
	if !at || name == "" || host == "" || strings.Contains(host, "@") || len(value) > maxEmail || !visible(value) {
		c.add(field, "is not an email address", "an address such as friend@example.com")
	}
}

// visible says whether text has visible ASCII characters only.
func visible(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}
