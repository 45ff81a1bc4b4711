package ws

import (
	"errors"

	"github.com/coder/websocket"

	"github.com/tripsage/infrastructure/service"
)

// ending says why a socket ends.
type ending struct {
	label  string               // of service.EventSocketClosed
	code   websocket.StatusCode // what the client is told; 0 is nothing, when nobody would read it
	reason string
}

// The endings that begin with us.
func slow() ending     { return ending{"slow", websocket.StatusTryAgainLater, "slow"} }
func draining() ending { return ending{"draining", websocket.StatusGoingAway, "draining"} }
func expired() ending  { return ending{"expired", websocket.StatusPolicyViolation, "expired"} }
func chatty() ending   { return ending{"error", websocket.StatusPolicyViolation, "chatty"} }
func failed() ending   { return ending{"error", websocket.StatusInternalError, "internal"} }
func lost() ending     { return ending{label: "lost"} } // the connection broke: nobody said farewell

// endingOf says how a socket ends that cannot be read any more.
func endingOf(err error) ending {
	if websocket.CloseStatus(err) != -1 {
		return ending{label: "client"} // the library has answered its farewell
	}
	if errors.Is(err, websocket.ErrMessageTooBig) {
		return ending{"error", websocket.StatusMessageTooBig, "too big"}
	}
	if _, network := service.NetworkCode(err); network {
		return lost()
	}
	return ending{"error", websocket.StatusProtocolError, "protocol"}
}
