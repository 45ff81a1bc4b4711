package bench

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"
	"time"
)

const (
	// rounds is how often each scenario runs against each stack, in turns: what else the machine does
	// then slows all of them.
	rounds = 3
	each   = 2 * time.Second
	// warmup comes before the first of them. Nobody counts it.
	warmup = time.Second
)

// scenario is one kind of request.
type scenario struct {
	name    string
	shots   func(s stores) []shot
	both    bool // FastAPI has it too
	limited bool // and so has pgbench
}

func scenarios() []scenario {
	return []scenario{
		{name: "read", both: true, shots: func(s stores) []shot {
			return repeat(trips, func(i int) shot { return shot{"GET", fmt.Sprintf("/trips/%d", i+1), "", s.token} })
		}},
		{name: "cached search", both: true, shots: func(s stores) []shot {
			words := []string{"paris", "beach", "mountains", "old town", "italy", "food", "temples", "island", "museum", "wine"}
			return repeat(len(words), func(i int) shot {
				return shot{"GET", "/search/destinations?limit=10&q=" + url.QueryEscape(words[i]), "", s.token}
			})
		}},
		{name: "memory search", both: true, limited: true, shots: func(s stores) []shot {
			return repeat(len(s.asked), func(i int) shot {
				body, err := json.Marshal(map[string]any{"query": s.asked[i], "limit": 10})
				if err != nil {
					panic(err)
				}
				return shot{"POST", "/memory/search", string(body), s.token}
			})
		}},
		{name: "list", shots: func(s stores) []shot { return []shot{{"GET", "/trips?limit=20", "", s.token}} }},
		{name: "write", shots: func(s stores) []shot {
			return []shot{{"POST", "/trips", `{"name":"Spring","destination":"Porto","start_date":"2027-04-01","end_date":"2027-04-05"}`, s.token}}
		}},
		{name: "add memory", shots: func(s stores) []shot {
			return repeat(100, func(i int) shot {
				return shot{"POST", "/memory", fmt.Sprintf(`{"content":"%s (%d)"}`, s.asked[i], i), s.token}
			})
		}},
	}
}

func repeat(n int, one func(int) shot) []shot {
	all := make([]shot, n)
	for i := range all {
		all[i] = one(i)
	}
	return all
}

// BenchmarkAPI runs every scenario at 1, 16 and 64 connections against both stacks, the memory search
// with pgbench too, and the delivery of changes; and prints one table.
func BenchmarkAPI(b *testing.B) {
	s := prepare(b)
	var t table
	program := build(b)
	t.start = startTime(b, s, program)
	for b.Loop() {
		api, fast := ours(b, s, program), theirs(b, s)
		t.idle = api.idle
		t.recall = recall(b, s, api)
		for _, sc := range scenarios() {
			stacks := []*server{api}
			if sc.both {
				stacks = append(stacks, fast)
			}
			for _, stack := range stacks {
				fire(b, s, stack, sc.shots(s), 16, warmup)
			}
			for _, connections := range []int{1, 16, 64} {
				compete(b, s, &t, sc, stacks, connections)
			}
		}
		t.delivery = delivery(b, s, api)
		t.hits = hitRate(b, api)
	}
	t.print(b)
}

// compete runs the scenario against the stacks in turns.
func compete(b *testing.B, s stores, t *table, sc scenario, stacks []*server, connections int) {
	b.Helper()
	results := map[string][]result{}
	for range rounds {
		for _, stack := range stacks {
			results[stack.name] = append(results[stack.name], fire(b, s, stack, sc.shots(s), connections, each))
		}
		if sc.limited {
			results["pgbench"] = append(results["pgbench"], pgbench(b, s, connections, each))
		}
	}
	for _, name := range []string{"FastAPI", "Go", "pgbench"} {
		if of, ok := results[name]; ok {
			t.add(name, sc.name, connections, join(of))
		}
	}
}
