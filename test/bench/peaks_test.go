package bench

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// peaks are the highest figures of processes, also of those that have ended.
type peaks struct {
	seen map[string]usage // by the process's id
	// atOnce is the largest sum of processes that ran at one time, by name;
	// the one of all names is under "".
	atOnce map[string]int
}

type usage struct {
	name string
	kib  int
}

func newPeaks() *peaks { return &peaks{map[string]usage{}, map[string]int{}} }

// note returns the peak of the process so far.
func (p *peaks) note(found process) (kib int) {
	kib = max(found.peak(), p.seen[found.id()].kib)
	p.seen[found.id()] = usage{found.name(), kib}
	return kib
}

func (p *peaks) total() (kib int) {
	for _, u := range p.seen {
		kib += u.kib
	}
	return kib
}

func (p *peaks) largest() (kib int) {
	for _, u := range p.seen {
		kib = max(kib, u.kib)
	}
	return kib
}

// rows has a line for each program, the largest first, and one for all.
func (p *peaks) rows(of string, base int) [][]string {
	return p.lines(of, base, func(_ string, some *peaks) int { return some.total() })
}

// rowsOverTime is for processes that did not all run at one time.
func (p *peaks) rowsOverTime(of string, base int) [][]string {
	return p.lines(of, base, func(name string, some *peaks) int { return max(p.atOnce[name], some.largest()) })
}

func (p *peaks) lines(of string, base int, sum func(name string, some *peaks) int) [][]string {
	programs := map[string]*peaks{}
	for id, u := range p.seen {
		if programs[u.name] == nil {
			programs[u.name] = newPeaks()
		}
		programs[u.name].seen[id] = u
	}
	names := slices.SortedFunc(maps.Keys(programs), func(a, b string) int {
		if d := programs[b].largest() - programs[a].largest(); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	programs[""] = p
	var rows [][]string
	for _, name := range append(names, "") {
		some := programs[name]
		total := sum(name, some)
		rows = append(rows, []string{
			name, of, fmt.Sprint(len(some.seen)), inMiB(some.largest()), inMiB(total),
			fmt.Sprintf("%.2f", float64(total)/float64(base)),
		})
	}
	rows[len(rows)-1][0] = "all"
	return rows
}

func inMiB(kib int) string { return fmt.Sprintf("%.1f", float64(kib)/mib) }
