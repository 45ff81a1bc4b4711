package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// client asks the server for its INFO, over the same port as everyone else.
type client struct {
	address, password string

	mu sync.Mutex
	// sent counts the commands of finished calls, so that the metrics can
	// leave them out.
	sent int64
}

// maxInfo bounds an answer of the server, in bytes.
const maxInfo = 1 << 20

// info gives INFO's fields, and how many of the server's processed commands
// were sent by this client.
func (c *client) info(ctx context.Context) (fields map[string]string, own int64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	dialer := net.Dialer{Timeout: 2 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", c.address)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return nil, 0, err
	}
	in := bufio.NewReader(conn)
	if c.password != "" {
		if _, err := call(conn, in, "AUTH", c.password); err != nil {
			return nil, 0, err
		}
		c.sent++
	}
	text, err := call(conn, in, "INFO", "everything")
	if err != nil {
		return nil, 0, err
	}
	own = c.sent // the server counts a command after it has run
	c.sent++
	return parseInfo(text), own, nil
}

func call(w io.Writer, in *bufio.Reader, words ...string) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(words))
	for _, word := range words {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return "", err
	}
	return readReply(in)
}

// readReply reads a status, an error or a bulk string.
func readReply(in *bufio.Reader) (string, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", errors.New("the server sent an empty answer")
	}
	switch line[0] {
	case '+':
		return line[1:], nil
	case '-':
		return "", fmt.Errorf("the server answers: %s", line[1:])
	case '$':
		n, err := strconv.Atoi(line[1:])
		if err != nil || n < 0 || n > maxInfo {
			return "", fmt.Errorf("the server announces an answer of %q bytes", line[1:])
		}
		data := make([]byte, n+2)
		if _, err := io.ReadFull(in, data); err != nil {
			return "", err
		}
		return string(data[:n]), nil
	}
	return "", fmt.Errorf("the server sent an answer of the unexpected type %q", line[0])
}

func parseInfo(text string) map[string]string {
	fields := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok && !strings.HasPrefix(name, "#") {
			fields[name] = value
		}
	}
	return fields
}
