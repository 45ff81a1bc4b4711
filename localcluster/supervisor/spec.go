package supervisor

import (
	"slices"
	"time"
)

// Spec is everything that the supervisor should be running.
type Spec struct {
	Processes []Process `json:"processes"`
	Forwards  []Forward `json:"forwards"`
}

// Process is a program that is started again whenever it ends.
type Process struct {
	Name string   `json:"name"`
	Args []string `json:"args"` // Args[0] is the absolute path of the program
	Env  []string `json:"env,omitempty"`
	Log  string   `json:"log"` // file that standard output and error are appended to
	// Inputs is a digest of the files that the program reads at start: when
	// it changes, the program is restarted.
	Inputs string `json:"inputs,omitempty"`
}

func (p Process) equal(q Process) bool {
	return p.Name == q.Name && p.Log == q.Log && p.Inputs == q.Inputs &&
		slices.Equal(p.Args, q.Args) && slices.Equal(p.Env, q.Env)
}

// Forward is a TCP port of the host's loopback interface that leads to an
// address inside the cluster's network.
type Forward struct {
	Name   string `json:"name"`
	Listen string `json:"listen"` // host:port on the host
	Target string `json:"target"` // host:port as seen by the supervisor
}

// Status is what the supervisor is running now.
type Status struct {
	Supervisor int             `json:"supervisor"` // process id as the supervisor sees itself
	Processes  []ProcessStatus `json:"processes"`
	Forwards   []Forward       `json:"forwards"`
}

// ProcessStatus describes one process. PID is 0 while it is down.
type ProcessStatus struct {
	Name     string    `json:"name"`
	PID      int       `json:"pid"`
	Started  time.Time `json:"started"`
	Restarts int       `json:"restarts"`
	LastExit string    `json:"lastExit,omitempty"`
}
