package secret

import (
	"fmt"
	"net/url"
	"strings"
)

// part of a template: literal text, or a hole when key is set.
type part struct {
	text, key string
}

// parse splits a template at its holes. Its errors do not repeat the template,
// which a careless caller may have put a password in.
func parse(template string) ([]part, error) {
	var parts []part
	for rest := template; rest != ""; {
		open := strings.IndexAny(rest, "{}")
		if open < 0 {
			return append(parts, part{text: rest}), nil
		}
		at := len(template) - len(rest) + open
		if rest[open] == '}' {
			return nil, fmt.Errorf("has a } without a { before it, at byte %d", at)
		}
		if open > 0 {
			parts = append(parts, part{text: rest[:open]})
		}
		end := strings.IndexAny(rest[open+1:], "{}")
		if end < 0 || rest[open+1+end] == '{' {
			return nil, fmt.Errorf("has a { without a } after it, at byte %d", at)
		}
		key := rest[open+1 : open+1+end]
		if !keyPattern.MatchString(key) {
			return nil, fmt.Errorf("has a hole that does not name a value ({key}), at byte %d", at)
		}
		parts = append(parts, part{key: key})
		rest = rest[open+end+2:]
	}
	return parts, nil
}

// render fills the holes. Every key is there: Validate has checked it.
func render(parts []part, values map[string]string, escape bool) string {
	var out strings.Builder
	for _, p := range parts {
		switch {
		case p.key == "":
			out.WriteString(p.text)
		case escape:
			out.WriteString(percentEncode(values[p.key]))
		default:
			out.WriteString(values[p.key])
		}
	}
	return out.String()
}

// percentEncode encodes all but letters, digits and -_.~, which is right in
// every part of a URL. QueryEscape alone would make a space a plus sign, which
// means a plus sign outside of queries.
func percentEncode(value string) string {
	return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
}
