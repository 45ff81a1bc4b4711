package bench

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"
	"time"
)

// each is how long one scenario runs.
const each = 5 * time.Second

// scenario is one kind of request.
type scenario struct {
	name  string
	shots func(s stores) []shot
	both  bool // FastAPI has it too
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
		{name: "memory search", both: true, shots: func(s stores) []shot {
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

// BenchmarkAPI runs every scenario at 1, 16 and 64 connections against both stacks, pgbench with
// the memory search, and the delivery of changes; and prints one table.
func BenchmarkAPI(b *testing.B) {
	s := prepare(b)
	var t table
	api := ours(b, s)
	t.recall = recall(b, s, api)
	for b.Loop() {
		fast := theirs(b, s)
		for _, sc := range scenarios() {
			for _, connections := range []int{1, 16, 64} {
				if sc.both {
					t.add(fast.name, sc.name, connections, fire(b, fast, sc.shots(s), connections, each))
				}
				t.add(api.name, sc.name, connections, fire(b, api, sc.shots(s), connections, each))
			}
		}
		for _, clients := range []int{1, 16, 64} {
			t.pgbench = append(t.pgbench, pgbench(b, s, clients))
		}
		t.delivery = delivery(b, s, api)
		t.hits = hitRate(b, api)
	}
	t.print(b)
}
