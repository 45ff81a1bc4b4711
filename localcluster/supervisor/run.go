package supervisor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sort"
	"time"
)

// Settings is how a supervisor is started.
type Settings struct {
	Socket   string // unix socket that it listens on
	Isolated bool   // true: it is PID 1 of namespaces of its own
	Node     Node   // what an isolated supervisor makes of its namespaces
}

// Run supervises until a client asks it to stop or ctx ends.
func Run(ctx context.Context, settings Settings) error {
	listen := net.Listen
	if settings.Isolated {
		inHost, err := enterNode(settings.Node)
		if err != nil {
			return fmt.Errorf("prepare the node's namespaces: %w", err)
		}
		listen = inHost
	}
	s := &supervisor{
		children: newChildren(),
		listen:   func(address string) (net.Listener, error) { return listen("tcp", address) },
		units:    map[string]*unit{}, relays: map[string]*relay{},
	}
	_ = os.Remove(settings.Socket) // of a supervisor that was killed
	socket, err := net.Listen("unix", settings.Socket)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	server := &http.Server{Handler: s.handler(stop), ReadHeaderTimeout: time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(socket) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	s.cancelAll() // first, so that nothing is started again
	if settings.Isolated {
		endEverythingElse(stopGrace)
	}
	s.stopAll()
	return errors.Join(err, server.Close(), removeIfThere(settings.Socket))
}

func (s *supervisor) handler(stop func()) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /spec", func(w http.ResponseWriter, r *http.Request) {
		var spec Spec
		err := json.NewDecoder(r.Body).Decode(&spec)
		if err == nil {
			err = s.apply(spec)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
		}
	})
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.status())
	})
	mux.HandleFunc("POST /stop", func(http.ResponseWriter, *http.Request) { stop() })
	return mux
}

func (s *supervisor) status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := Status{Supervisor: os.Getpid()}
	for _, u := range s.units {
		status.Processes = append(status.Processes, u.snapshot())
	}
	sort.Slice(status.Processes, func(i, j int) bool { return status.Processes[i].Name < status.Processes[j].Name })
	for _, r := range s.relays {
		status.Forwards = append(status.Forwards, r.forward)
	}
	sort.Slice(status.Forwards, func(i, j int) bool { return status.Forwards[i].Name < status.Forwards[j].Name })
	return status
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
