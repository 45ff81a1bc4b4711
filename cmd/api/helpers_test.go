package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const jwtSecret = "a-secret-of-these-tests-and-no-other" // #nosec G101 -- it protects nothing

// output is a stdout that a test may read while the program writes.
type output struct {
	mu   sync.Mutex
	data bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.data.Write(p)
}

func (o *output) String() string { o.mu.Lock(); defer o.mu.Unlock(); return o.data.String() }

// lines decodes the log; every line must be JSON.
func (o *output) lines(t *testing.T, message string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for text := range strings.Lines(o.String()) {
		var line map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &line), text)
		if line["message"] == message {
			found = append(found, line)
		}
	}
	return found
}

// program is a running run.
type program struct {
	out          *output
	api, metrics string // base URLs
	stop         context.CancelFunc
	ended        chan error
}

func start(t *testing.T, env map[string]string) *program {
	t.Helper()
	all := map[string]string{
		"ENVIRONMENT": "local", "LOG_LEVEL": "debug", "API_ADDR": "127.0.0.1:0", "METRICS_ADDR": "127.0.0.1:0",
		"SHUTDOWN_DRAIN": "300ms", "SHUTDOWN_TIMEOUT": "5s", "JWT_SECRET": jwtSecret,
	}
	for key, value := range env {
		all[key] = value
	}
	ctx, stop := context.WithCancel(t.Context())
	p := &program{out: &output{}, stop: stop, ended: make(chan error, 1)}
	go func() { p.ended <- run(ctx, func(key string) string { return all[key] }, p.out) }()
	require.Eventually(t, func() bool { return len(p.out.lines(t, "listening")) == 1 }, 5*time.Second, time.Millisecond)
	line := p.out.lines(t, "listening")[0]
	p.api, p.metrics = "http://"+line["address"].(string), "http://"+line["metrics_address"].(string)
	t.Cleanup(stop)
	return p
}

// end stops the program and waits for it.
func (p *program) end(t *testing.T) {
	t.Helper()
	p.stop()
	select {
	case err := <-p.ended:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("the program does not end")
	}
}

func get(t *testing.T, url string) (int, http.Header, map[string]any) {
	t.Helper()
	answer, err := http.Get(url)
	require.NoError(t, err)
	defer func() { require.NoError(t, answer.Body.Close()) }()
	var body map[string]any
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&body))
	return answer.StatusCode, answer.Header, body
}

func (p *program) ready(t *testing.T) bool {
	t.Helper()
	status, _, _ := get(t, p.api+"/health/ready")
	return status == http.StatusOK
}
