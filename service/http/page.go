package httpapi

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/tripsage/infrastructure/service"
)

const (
	defaultPage = 20
	maxCursor   = 512 // bytes; a store's cursors are shorter
)

// query reads parameters and notes what is wrong with them.
type query struct {
	values url.Values
	faults *service.Invalid
}

func queryOf(r *http.Request, faults *service.Invalid) query {
	if r.URL.RawQuery == "" {
		return query{faults: faults}
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		faults.Add("query", "is malformed", "parameters such as limit=20&after=…, percent-encoded")
	}
	return query{values, faults}
}

// text returns a parameter of at most that many characters, or "".
func (q query) text(name string, most int) string {
	given := q.values[name]
	if len(given) == 0 {
		return ""
	}
	expected := "at most " + strconv.Itoa(most) + " characters"
	switch value := given[0]; {
	case len(given) > 1:
		q.faults.Add("query."+name, "is there more than once", "one value")
	case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
		q.faults.Add("query."+name, "is not text", expected)
	case utf8.RuneCountInString(value) > most:
		q.faults.Add("query."+name, "is too long", expected)
	default:
		return value
	}
	return ""
}

// number returns a whole number from low to high, or fallback when the parameter is not there.
func (q query) number(name string, fallback, low, high int) int {
	if _, given := q.values[name]; !given {
		return fallback
	}
	value, err := strconv.Atoi(q.text(name, 20))
	if err != nil || value < low || value > high {
		q.faults.Add("query."+name, "is not such a number", "a whole number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high))
		return fallback
	}
	return value
}

// pageOf returns the part of a list that the request asks for with limit and after.
func pageOf(r *http.Request, faults *service.Invalid) service.Page {
	q := queryOf(r, faults)
	return service.Page{Limit: q.number("limit", defaultPage, 1, service.MaxPage), After: q.text("after", maxCursor)}
}

// pathID returns the id in the path, which is at least 1.
func pathID(r *http.Request, name string, faults *service.Invalid) int64 {
	text := r.PathValue(name)
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 || text != strconv.FormatInt(id, 10) {
		faults.Add("path."+name, "is not an id", "a whole number from 1")
		return 0
	}
	return id
}

// pathUser returns the user in the path.
func pathUser(r *http.Request, name string, faults *service.Invalid) service.UserID {
	text := r.PathValue(name)
	id, err := uuid.Parse(text)
	if err != nil || len(text) != len(uuid.Nil.String()) {
		faults.Add("path."+name, "is not a user's id", "a UUID such as 0192f5c4-7d3e-7c1a-9b2f-1a2b3c4d5e6f")
		return ""
	}
	return service.UserID(id.String())
}
