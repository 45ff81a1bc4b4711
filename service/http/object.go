package httpapi

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/tripsage/infrastructure/service"
)

// What a body may have; no honest one comes near.
const (
	maxDepth    = 32
	maxNumber   = 64  // characters
	maxExponent = 308 // of a number, as a double has it
	maxFaults   = 50  // that are worth telling
)

// What clients are told to send.
const (
	wantObject = "a JSON object"
	wantPlain  = "plain JSON: each name once, text in UTF-8, numbers and nesting within reason"
)

// member is one member of an object, its value still as text.
type member struct {
	name  string
	value json.RawMessage
}

// scanObject splits an object into its members. It notes what encoding/json would let pass, or
// would change without a word: duplicate names, text that is not UTF-8 or has half a surrogate
// pair, and what PostgreSQL refuses: NUL characters and numbers beyond all measure. Members with
// faults are left out. ok is false when there is no object at all.
func scanObject(data []byte, faults *service.Invalid) (members []member, ok bool) {
	if !json.Valid(data) {
		faults.Add("body", syntaxProblem(data), wantObject)
		return nil, false
	}
	s := scanner{data: data}
	if s.space(); s.data[s.at] != '{' {
		faults.Add("body", "is not an object", wantObject)
		return nil, false
	}
	seen := map[string]bool{}
	s.object(func(name string) {
		if s.problem != "" {
			s.note(faults, "body", s.problem)
		}
		start := s.at
		s.value(1)
		switch {
		case seen[name]:
			s.note(faults, short(name), "is there more than once")
		case s.problem != "":
			s.note(faults, short(name), s.problem)
		default:
			members = append(members, member{name, data[start:s.at]})
		}
		seen[name] = true
	})
	return members, true
}

// scanner walks over a text that is known to be JSON.
type scanner struct {
	data    []byte
	at      int
	problem string // the first one since it was last noted
}

func (s *scanner) note(faults *service.Invalid, field, problem string) {
	s.problem = ""
	if len(faults.Faults) < maxFaults {
		faults.Add(field, problem, wantPlain)
	}
}

func (s *scanner) fail(problem string) {
	if s.problem == "" {
		s.problem = problem
	}
}

func (s *scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// value passes one value.
func (s *scanner) value(depth int) {
	s.space()
	switch c := s.data[s.at]; {
	case c == '"':
		s.text()
	case c == '{':
		if depth >= maxDepth {
			s.fail("is nested too deeply")
		}
		seen := map[string]bool{}
		s.object(func(name string) {
			if seen[name] {
				s.fail("has the name " + strconv.Quote(short(name)) + " more than once")
			}
			seen[name] = true
			s.value(depth + 1)
		})
	case c == '[':
		if depth >= maxDepth {
			s.fail("is nested too deeply")
		}
		s.list(depth)
	case c == '-' || '0' <= c && c <= '9':
		s.number()
	default:
		for s.at < len(s.data) && 'a' <= s.data[s.at] && s.data[s.at] <= 'z' {
			s.at++ // true, false, null
		}
	}
}

// object passes an object, and calls inside at the beginning of each value, which has to pass it.
func (s *scanner) object(inside func(name string)) {
	for s.at++; ; s.at++ { // over { and ,
		if s.space(); s.data[s.at] == '}' {
			break
		}
		name := s.text()
		s.space()
		s.at++ // :
		s.space()
		inside(name)
		if s.space(); s.data[s.at] == '}' {
			break
		}
	}
	s.at++
}

func (s *scanner) list(depth int) {
	for s.at++; ; s.at++ { // over [ and ,
		if s.space(); s.data[s.at] == ']' {
			break
		}
		s.value(depth + 1)
		if s.space(); s.data[s.at] == ']' {
			break
		}
	}
	s.at++
}

func (s *scanner) number() {
	start, exponent := s.at, 0
	for s.at < len(s.data) {
		c := s.data[s.at]
		if c == 'e' || c == 'E' {
			exponent = s.at + 1
		} else if (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' {
			break
		}
		s.at++
	}
	if s.at-start > maxNumber {
		s.fail("has a number of too many digits")
		return
	}
	if exponent > 0 {
		if power, err := strconv.Atoi(string(s.data[exponent:s.at])); err != nil || power > maxExponent || power < -maxExponent {
			s.fail("has a number out of range")
		}
	}
}

// text passes a string and returns what it means.
func (s *scanner) text() string {
	start, escaped := s.at, false
	for s.at++; s.data[s.at] != '"'; s.at++ {
		if s.data[s.at] == '\\' {
			escaped = true
			s.at++
		}
	}
	s.at++
	raw := s.data[start:s.at]
	if !utf8.Valid(raw) {
		s.fail("is not UTF-8")
	}
	if !escaped {
		return string(raw[1 : len(raw)-1])
	}
	s.escapes(raw)
	var text string
	_ = json.Unmarshal(raw, &text) // it is a JSON string
	return text
}

// escapes looks for characters that are none.
func (s *scanner) escapes(raw []byte) {
	high := false // the last one was the first half of a pair
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			high = s.single(high)
			continue
		}
		i++
		if raw[i] != 'u' {
			high = s.single(high)
			continue
		}
		unit, _ := strconv.ParseUint(string(raw[i+1:i+5]), 16, 16) // it is four hexadecimal digits
		i += 4
		switch {
		case unit == 0:
			s.fail("has a NUL character")
			high = s.single(high)
		case 0xDC00 <= unit && unit <= 0xDFFF:
			if !high {
				s.fail("has half a surrogate pair")
			}
			high = false
		default:
			s.single(high)
			high = 0xD800 <= unit && unit <= 0xDBFF
		}
	}
}

// single notes a first half that no second half follows.
func (s *scanner) single(high bool) bool {
	if high {
		s.fail("has half a surrogate pair")
	}
	return false
}
