package service

import "time"

// PoolStats describes a pool of connections to a dependency. Counters only grow.
type PoolStats struct {
	Max      int           // most connections the pool may open
	InUse    int           // connections that work for somebody now
	Idle     int           // open connections that wait for work
	Waits    int64         // times that a caller found no idle connection
	WaitTime time.Duration // total time that callers waited for a connection
	Timeouts int64         // times that a caller gave up waiting
}
