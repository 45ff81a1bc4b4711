// Pause is process 1 of every pod's sandbox. It holds the pod's namespaces
// open until it is told to stop, and collects ended processes that nobody else
// waits for.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	wait(signals, reap)
}

// wait returns on the first signal that is not about a child.
func wait(signals <-chan os.Signal, onChild func()) {
	for s := range signals {
		if s != syscall.SIGCHLD {
			return
		}
		onChild()
	}
}

// reap collects every child that has ended by now; one signal may stand for
// several of them.
func reap() {
	for {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if pid <= 0 {
			return
		}
	}
}
