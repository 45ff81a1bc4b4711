package bench

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// clockTicks is USER_HZ, which is 100 on every Linux that Go runs on.
const clockTicks = 100

// statFields are what follows the program's name in /proc/PID/stat: state, ppid, pgrp, … (proc(5)).
// There are none when the process has ended.
func statFields(pid string) []string {
	data, err := os.ReadFile(filepath.Join("/proc", pid, "stat")) // #nosec G304 -- below /proc
	if err != nil {
		return nil
	}
	_, rest, _ := strings.Cut(string(data), ") ")
	return strings.Fields(rest)
}

// processesWith are the processes that have the number in this field.
func processesWith(t testing.TB, field, number int) (pids []string) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*")
	require.NoError(t, err)
	for _, path := range all {
		pid := filepath.Base(path)
		if fields := statFields(pid); len(fields) > field && fields[field] == strconv.Itoa(number) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// cpuOf is the user and system time of the processes so far, and of their children that have ended.
func cpuOf(pids ...string) time.Duration {
	var ticks int64
	for _, pid := range pids {
		if fields := statFields(pid); len(fields) > 14 {
			for _, field := range fields[11:15] { // utime, stime, cutime and cstime
				n, _ := strconv.ParseInt(field, 10, 64) // always a number
				ticks += n
			}
		}
	}
	return time.Duration(ticks) * time.Second / clockTicks
}

// usage is how much CPU time each part has used so far.
type usage struct{ server, database, cache, machine time.Duration }

func (u usage) since(before usage) usage {
	return usage{u.server - before.server, u.database - before.database, u.cache - before.cache, u.machine - before.machine}
}

func (u *usage) add(other usage) {
	u.server += other.server
	u.database += other.database
	u.cache += other.cache
	u.machine += other.machine
}

// used looks at all parts; on is nil for none.
func (s stores) used(t testing.TB, on *server) usage {
	t.Helper()
	u := usage{
		database: cpuOf(append(processesWith(t, 1, s.databasePID), strconv.Itoa(s.databasePID))...), // ppid
		cache:    cpuOf(strconv.Itoa(s.cachePID)),
		machine:  machineCPU(t),
	}
	if on != nil {
		u.server = on.cpu(t)
	}
	return u
}

// machineCPU is the time that all CPUs have worked so far: user, nice, system, irq and softirq of
// /proc/stat.
func machineCPU(t testing.TB) time.Duration {
	t.Helper()
	data, err := os.ReadFile("/proc/stat")
	require.NoError(t, err)
	fields := strings.Fields(strings.SplitN(string(data), "\n", 2)[0])
	var ticks int64
	for _, index := range []int{1, 2, 3, 6, 7} {
		n, err := strconv.ParseInt(fields[index], 10, 64)
		require.NoError(t, err)
		ticks += n
	}
	return time.Duration(ticks) * time.Second / clockTicks
}

// postmaster is the process id of the server whose data this is.
func postmaster(t testing.TB, dir string) int {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "postmaster.pid")) // #nosec G304 -- of our own server
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.SplitN(string(data), "\n", 2)[0])
	require.NoError(t, err)
	return pid
}

// cacheProcess asks the server which process it is.
func cacheProcess(t testing.TB, url string) int {
	t.Helper()
	options, err := redis.ParseURL(url)
	require.NoError(t, err)
	client := redis.NewClient(options)
	defer func() { require.NoError(t, client.Close()) }()
	info, err := client.Info(context.Background(), "server").Result()
	require.NoError(t, err)
	for lines := bufio.NewScanner(strings.NewReader(info)); lines.Scan(); {
		if number, found := strings.CutPrefix(lines.Text(), "process_id:"); found {
			pid, err := strconv.Atoi(strings.TrimSpace(number))
			require.NoError(t, err)
			return pid
		}
	}
	t.Fatal("the cache does not say which process it is")
	return 0
}
