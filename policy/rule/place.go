package rule

import (
	"strconv"
	"strings"
)

// place is where a value is: a field, or an element of a list, within another.
// Only what a message says is ever spelt out.
type place struct {
	within  *place
	name    string // of a field
	element bool   // of a list, with the index
	index   int
}

func (p *place) String() string {
	switch {
	case p == nil:
		return ""
	case p.element:
		return p.within.String() + "[" + strconv.Itoa(p.index) + "]"
	case strings.ContainsAny(p.name, "./[]"):
		return p.within.String() + "[" + strconv.Quote(p.name) + "]"
	case p.within == nil:
		return p.name
	default:
		return p.within.String() + "." + p.name
	}
}
