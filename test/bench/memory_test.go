package bench

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	sampleEvery = 100 * time.Millisecond
	mib         = 1024 // KiB
)

func measureMemory(b *testing.B) {
	_, err := processes()
	require.NoError(b, err)
	o := newOperator(b, "memory", "auto")
	ups := newPeaks()
	progress("memory: up from an empty state folder, then up with nothing to change")
	r := ups.watch(b, o)
	ups.watch(b, o)

	all, err := processes()
	require.NoError(b, err)
	family := descendants(all,
		func(p process) bool { return p.supervises() && strings.Contains(p.args, o.state) },
		func(process) bool { return false })
	require.NotEmpty(b, family, "the cluster runs")
	cluster, pods := newPeaks(), newPeaks()
	for _, p := range family {
		if strings.Contains(p.args, o.state) || p.name() == "supervisor" {
			cluster.note(p)
		} else {
			pods.note(p)
		}
	}
	rows := [][]string{{"", "of", "processes", "largest", "sum", "of the cluster"}}
	base := cluster.total()
	rows = append(rows, cluster.rows("cluster", base)...)
	rows = append(rows, pods.rows("pods", base)...)
	rows = append(rows, ups.rowsOverTime("up", base)...)
	suite.results.add("peak memory in MiB (VmHWM; "+r.nodesNote()+")", rows,
		"The last column is a sum's ratio to that of the cluster's own processes.",
		"Of up: all that two runs started. Most ran one after the other, so the sums, and",
		"the ratios, are the largest that ran at one time.")
	report(b, map[string]float64{
		"cluster-MiB": float64(base) / mib, "pods-MiB": float64(pods.total()) / mib,
		"up-MiB": float64(ups.atOnce[""]) / mib, "up/cluster": float64(ups.atOnce[""]) / float64(base),
	})
}

// watch runs up and follows it and what it starts, except for the cluster.
func (p *peaks) watch(b *testing.B, o operator) upReport {
	b.Helper()
	stop := make(chan struct{})
	var running sync.WaitGroup
	defer running.Wait()
	defer close(stop)
	r, _ := o.up(b, func(pid int) {
		running.Go(func() {
			for {
				p.sample(pid)
				select {
				case <-stop:
					return
				case <-time.After(sampleEvery):
				}
			}
		})
	})
	return r
}

// sample notes a process and all below it.
func (p *peaks) sample(root int) {
	all, err := processes()
	if err != nil {
		return // it worked at the start, so this cannot be
	}
	args := map[int]string{}
	for _, found := range all {
		args[found.pid] = found.args
	}
	now := map[string]int{}
	for _, found := range descendants(all, func(q process) bool { return q.pid == root }, process.supervises) {
		if found.args == args[found.parent] {
			continue // just forked: its memory is still its parent's
		}
		kib := p.note(found)
		now[found.name()] += kib
		now[""] += kib
	}
	for name, kib := range now {
		p.atOnce[name] = max(p.atOnce[name], kib)
	}
}
