package supervisor

import (
	"errors"
	"fmt"
	"net"
	"sync"
)

// supervisor is the state behind the socket.
type supervisor struct {
	children *children
	listen   func(address string) (net.Listener, error)

	mu     sync.Mutex
	units  map[string]*unit
	relays map[string]*relay
}

// apply makes the running set equal to spec: what is no longer wanted or has
// changed is stopped first, then what is missing is started.
func (s *supervisor) apply(spec Spec) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	wanted := map[string]Process{}
	for _, p := range spec.Processes {
		if len(p.Args) == 0 || p.Name == "" || p.Log == "" {
			return fmt.Errorf("process %q: name, args and log are required", p.Name)
		}
		wanted[p.Name] = p
	}
	s.stopUnits(func(u *unit) bool {
		p, ok := wanted[u.process.Name]
		return !ok || !p.equal(u.process)
	})
	for _, p := range spec.Processes {
		if s.units[p.Name] == nil {
			s.units[p.Name] = startUnit(s.children, p)
		}
	}
	return s.applyForwards(spec.Forwards)
}

// stopUnits stops the chosen units together and waits for all of them.
func (s *supervisor) stopUnits(chosen func(*unit) bool) {
	var stopping []*unit
	for name, u := range s.units {
		if chosen(u) {
			u.cancel()
			stopping = append(stopping, u)
			delete(s.units, name)
		}
	}
	for _, u := range stopping {
		<-u.done
	}
}

func (s *supervisor) applyForwards(forwards []Forward) error {
	wanted := map[string]Forward{}
	for _, f := range forwards {
		wanted[f.Name] = f
	}
	for name, r := range s.relays {
		if wanted[name] != r.forward {
			r.stop()
			delete(s.relays, name)
		}
	}
	var faults []error
	for _, f := range forwards {
		if s.relays[f.Name] != nil {
			continue
		}
		r, err := startRelay(f, s.listen)
		if err != nil {
			faults = append(faults, fmt.Errorf("forward %s: %w", f.Name, err))
			continue
		}
		s.relays[f.Name] = r
	}
	return errors.Join(faults...)
}

func (s *supervisor) cancelAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.units {
		u.cancel()
	}
}

func (s *supervisor) stopAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopUnits(func(*unit) bool { return true })
	_ = s.applyForwards(nil)
}
