package supervisor

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// Client talks to the supervisor behind a socket.
type Client struct {
	http *http.Client
}

// NewClient returns a client of the supervisor at the unix socket.
func NewClient(socket string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}
	return &Client{http: &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}
}

// Apply makes the supervisor run exactly spec.
func (c *Client) Apply(ctx context.Context, spec Spec) error {
	body, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	return c.call(ctx, http.MethodPut, "spec", bytes.NewReader(body), nil)
}

// Status reports what is running. An error means that no supervisor answers.
func (c *Client) Status(ctx context.Context) (Status, error) {
	var status Status
	err := c.call(ctx, http.MethodGet, "status", nil, &status)
	return status, err
}

// Stop asks the supervisor to end everything, itself last. It returns before
// that has happened.
func (c *Client) Stop(ctx context.Context) error {
	return c.call(ctx, http.MethodPost, "stop", nil, nil)
}

func (c *Client) call(ctx context.Context, method, path string, body io.Reader, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, "http://supervisor/"+path, body)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(response.Body)
		return fmt.Errorf("supervisor: %s", strings.TrimSpace(string(text)))
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(into)
}
