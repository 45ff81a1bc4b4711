package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// healthTimeout is that of the cluster's probes.
const healthTimeout = 3 * time.Second

// askHealth succeeds when the server of this container is ready. It is for container engines whose
// health check is a command; Kubernetes asks over HTTP itself.
func askHealth(ctx context.Context, getenv func(string) string) error {
	host, port, err := net.SplitHostPort(cmp.Or(getenv("API_ADDR"), ":8000"))
	if err != nil {
		return fmt.Errorf("API_ADDR=%q: expected [host]:port, such as :8000", getenv("API_ADDR"))
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost" // it listens on every address
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	url := "http://" + net.JoinHostPort(host, port) + "/health/ready"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	direct := &http.Client{Transport: &http.Transport{}} // past any HTTP_PROXY
	answer, err := direct.Do(request)
	if err != nil {
		return fmt.Errorf("the server does not answer: %w", err)
	}
	defer func() { _ = answer.Body.Close() }() // only read from
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
		return fmt.Errorf("the server is not ready: %s: %s", answer.Status, strings.TrimSpace(string(text)))
	}
	return nil
}
