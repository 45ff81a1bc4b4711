package ws

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/coder/websocket"

	"github.com/tripsage/infrastructure/service"
)

const (
	readBuffer  = 512     // clients send next to nothing
	writeBuffer = 2 << 10 // most changes
)

// Serve makes a WebSocket of the request and returns; the socket lives on, and ends when the
// client leaves, the token expires or Drain is called. An error comes before anything is written.
// It is CodeForbidden for a page of another origin, CodeInvalid for what is no WebSocket
// handshake, CodeTooMany when the user has too many sockets, and CodeDraining when this process
// wants no more and another one may.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	if !h.allows(r.Header.Get("Origin")) {
		return &service.Error{Code: service.CodeForbidden, Err: errors.New("the origin of the page is not an allowed one")}
	}
	s, err := h.admit(by)
	if err != nil {
		return err
	}
	answer := &upgrade{ResponseWriter: w, sendBuffer: h.Limits.SocketBuffer}
	conn, err := websocket.Accept(answer, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // allows has verified: more strictly, and with our own answer
		CompressionMode:    websocket.CompressionDisabled,
		OnPingReceived:     s.pinged,
	})
	if err != nil {
		s.end(lost()) // drops what waits for it
		h.remove(s)
		return handshakeFault()
	}
	conn.SetReadLimit(h.Limits.Incoming)
	s.start(conn, answer.conn)
	return nil
}

// allows keeps the pages of other sites from opening sockets in the name of their visitors. Only
// browsers send an origin, and a page cannot change it.
func (h *Hub) allows(origin string) bool {
	if origin == "" {
		return true
	}
	for _, allowed := range h.Origins {
		if strings.EqualFold(origin, allowed) {
			return true
		}
	}
	return false
}

// handshakeFault does not repeat the library's words: they quote the request.
func handshakeFault() error {
	var faults service.Invalid
	faults.Add("header.Upgrade", "is not the beginning of a WebSocket", "a handshake of WebSocket version 13 over HTTP/1.1")
	return faults.Err()
}

// upgrade lets the library answer nothing but "switching protocols", so that every error is
// answered by our caller, and remembers the connection.
type upgrade struct {
	http.ResponseWriter
	sendBuffer int
	conn       net.Conn
}

// WriteHeader passes on the one status that is no error.
func (u *upgrade) WriteHeader(status int) {
	if status == http.StatusSwitchingProtocols {
		u.ResponseWriter.WriteHeader(status)
	}
}

// Write swallows the text of an error.
func (u *upgrade) Write(p []byte) (int, error) { return len(p), nil }

// Hijack takes the connection from net/http, which then clears its deadlines. A small buffer in the
// system makes a slow client known before it costs megabytes there, and small ones here save a
// quarter of the memory of a socket.
func (u *upgrade) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffers, err := http.NewResponseController(u.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		if err := tcp.SetWriteBuffer(u.sendBuffer); err != nil {
			return nil, nil, errors.Join(err, conn.Close())
		}
	}
	early, err := buffers.Peek(buffers.Reader.Buffered())
	if err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	reader := bufio.NewReaderSize(io.MultiReader(bytes.NewReader(early), conn), max(readBuffer, len(early)))
	if _, err := reader.Peek(len(early)); err != nil { // the library takes over what is buffered, and no more
		return nil, nil, errors.Join(err, conn.Close())
	}
	u.conn = conn
	return conn, bufio.NewReadWriter(reader, bufio.NewWriterSize(conn, writeBuffer)), nil
}
