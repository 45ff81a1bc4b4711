package manifests

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFaults(t *testing.T) {
	found := finding{check: "linter rule", object: "local Deployment/api", says: "no limit is set"}
	excuse := exception{check: "linter rule", says: "no limit", on: []string{"local Deployment/*"}, why: "as we like it"}
	with := func(change func(*exception)) []exception {
		e := excuse
		change(&e)
		return []exception{e}
	}
	unexcused := "local Deployment/api: linter rule: no limit is set"
	stale := func(says, on string) string {
		return "the exception from linter rule (" + says + ") for " + on + " excuses nothing: delete it"
	}
	for name, c := range map[string]struct {
		findings []finding
		excuses  []exception
		want     []string
	}{
		"nothing":         {},
		"excused":         {[]finding{found, found}, []exception{excuse}, nil},
		"no exception":    {[]finding{found}, nil, []string{unexcused}},
		"stale exception": {nil, []exception{excuse}, []string{stale("no limit", "local Deployment/*")}},
		"other words": {
			[]finding{found}, with(func(e *exception) { e.says = "low limit" }),
			[]string{unexcused, stale("low limit", "local Deployment/*")},
		},
		"one object of two": {
			[]finding{found}, with(func(e *exception) { e.on = []string{"local Deployment/api", "local Deployment/db"} }),
			[]string{stale("no limit", "local Deployment/db")},
		},
		"other stack": {
			[]finding{found}, with(func(e *exception) { e.on = []string{"staging Deployment/*"} }),
			[]string{unexcused, stale("no limit", "staging Deployment/*")},
		},
		"no reason": {
			[]finding{found}, with(func(e *exception) { e.why = "" }),
			[]string{"the exception from linter rule must tell what is said and why it is excused"},
		},
	} {
		assert.Equal(t, c.want, faults(c.findings, c.excuses), name)
	}
}
