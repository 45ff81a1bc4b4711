package apitoken

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

const (
	fetchTimeout = 5 * time.Second
	maxKeySet    = 64 << 10 // bytes
	// minRefresh is the least time between two requests, however many unknown keys tokens name.
	minRefresh = 30 * time.Second
	// firstRetry is that time while there is no key at all.
	firstRetry = 5 * time.Second
	// maxAge is when keys are asked for again although all are known, so that one that was taken
	// out of the set stops to be good.
	maxAge = 10 * time.Minute
)

// errStopped means that the request ended while its token waited for the key set.
var errStopped = errors.New("stopped waiting for the key set")

// keySet is the key set at an address. While the address does not answer, the keys that it gave
// before stay good.
type keySet struct {
	url     string
	client  *http.Client
	log     *slog.Logger
	dropped func() // called when a key is no longer good

	mu      sync.Mutex
	keys    map[string]publicKey // by kid
	asked   time.Time            // when the last request began
	failure error                // of the last request
	running chan struct{}        // closed when the running request ends; nil without one
}

func newKeySet(url string, log *slog.Logger, dropped func()) *keySet {
	client := &http.Client{
		Timeout: fetchTimeout,
		// A key set that moved is for an operator to look at.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &keySet{url: url, client: client, log: log, dropped: dropped}
}

// find returns the key of that id, which must be for that algorithm. When it does not know the key
// it asks the address, together with everybody else who waits for a key.
func (s *keySet) find(ctx context.Context, id, algorithm string) (any, error) {
	s.mu.Lock()
	key, known := s.keys[id]
	s.refresh(known)
	running := s.running
	s.mu.Unlock()
	if !known && running != nil {
		select {
		case <-running:
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", errStopped, ctx.Err())
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !known {
		key, known = s.keys[id]
	}
	switch {
	case known && key.algorithm == algorithm:
		return key.key, nil
	case known:
		return nil, forged(errors.New("its key is for another algorithm"))
	case s.failure != nil:
		return nil, unavailable(s.failure)
	default:
		return nil, forged(errors.New("its key is not in the key set"))
	}
}

// freshen asks for the keys again when they are old, and does not wait for them.
func (s *keySet) freshen() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh(true)
}

// refresh starts a request when it is time for one; s.mu is held.
func (s *keySet) refresh(known bool) {
	least := minRefresh
	switch {
	case known:
		least = maxAge
	case len(s.keys) == 0 && s.failure != nil:
		least = firstRetry
	}
	if s.running != nil || !s.asked.IsZero() && time.Since(s.asked) < least {
		return
	}
	s.asked, s.running = time.Now(), make(chan struct{})
	go s.load()
}

// load asks for the keys. It belongs to no request: many may wait for it.
func (s *keySet) load() {
	keys, err := s.fetch()
	s.mu.Lock()
	lost := err == nil && dropped(s.keys, keys)
	if s.failure = err; err == nil {
		s.keys = keys
	}
	if lost {
		s.dropped() // before anybody can be let in with a new key
	}
	close(s.running)
	s.running = nil
	kept := len(s.keys)
	s.mu.Unlock()
	if err != nil {
		s.log.Warn("key set not read", slog.String("error", err.Error()), slog.Int("keys_kept", kept))
	}
}

func (s *keySet) fetch() (map[string]publicKey, error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.url, nil) // the client has a timeout
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	answer, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the key set's address answers %d", answer.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxKeySet+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxKeySet {
		return nil, fmt.Errorf("the key set has more than %d bytes", maxKeySet)
	}
	return parseKeys(data)
}
