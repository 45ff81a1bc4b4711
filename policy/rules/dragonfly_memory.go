package rules

import (
	"strconv"

	"github.com/tripsage/infrastructure/policy/rule"
)

// perThread is what Dragonfly demands for each thread; it exits otherwise.
const perThread = 256 * mebibyte

func dragonflyMemory() rule.Rule {
	return rule.Rule{
		ID:       "dragonfly-memory",
		Title:    "Dragonfly's memory fits its threads and its container",
		Severity: rule.High,
		Reason: "Dragonfly does not start with less than 256 MiB for each thread, and takes memory besides its data for connections, " +
			"replication and snapshots: without room for that the kernel kills it, and the cache is empty.",
		Fix: "Set --proactor_threads, --maxmemory and the memory limit together: at least 256 MiB for each thread, and a limit that " +
			"is a quarter more than --maxmemory. Write both flags into the arguments, where they can be checked.",
		Sources: []string{"Dragonfly documentation, Server Configuration Flags: maxmemory, proactor_threads", "deployment guide, Cache Optimization"},
		Parameters: []rule.Parameter{
			{Name: "headroom", Default: 20.0, Description: "How many percent of the memory limit are not for data."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, d := range dragonflyServers(r) {
				judgeMemory(c, r, d)
			}
		},
	}
}

func judgeMemory(c *rule.Context, r rule.Resource, d dragonflyServer) {
	maxmemory, threads := d.flag("maxmemory"), d.flag("proactor_threads")
	data, readable := maxmemory.bytes()
	switch {
	case maxmemory.missing():
		c.Violation(r, "%s: --maxmemory is missing", d.name)
	case maxmemory.given() && !readable:
		c.Violation(r, "%s: --maxmemory is %q, which is no amount of memory", d.name, maxmemory.text)
	case maxmemory.given() && data == 0:
		c.Violation(r, "%s: --maxmemory is 0, which leaves it to Dragonfly", d.name)
	}
	count, err := strconv.ParseFloat(threads.text, 64)
	switch {
	case threads.missing():
		c.Violation(r, "%s: --proactor_threads is missing, so it has one thread for each processor of the node", d.name)
	case threads.given() && (err != nil || count < 1):
		c.Violation(r, "%s: --proactor_threads is %q, which is no number of threads", d.name, threads.text)
	case threads.given() && data > 0 && data < count*perThread:
		c.Violation(r, "%s: --maxmemory is %s, which is %.0f MiB for each of its %.0f threads", d.name, maxmemory.text, data/count/mebibyte, count)
	}
	limit, isKnown := rule.Quantity(d.limit)
	room := 1 - c.Number("headroom")/100
	if isKnown && data > limit*room { // that there is a limit is another rule's business
		c.Violation(r, "%s: --maxmemory is %s, which leaves %.0f %% of the limit of %s", d.name, maxmemory.text,
			max(0, 100-100*data/limit), d.limit.Show())
	}
}
