package ws

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/tripsage/infrastructure/service"
)

// message is a text message, ready to be sent. Many queues share one body; nobody changes it.
type message struct {
	body  []byte
	table string // of the change that it tells; "" for any other message
}

func hello(heartbeat time.Duration) message {
	seconds := strconv.FormatFloat(heartbeat.Seconds(), 'f', -1, 64)
	return message{body: []byte(`{"type":"hello","heartbeat_seconds":` + seconds + `}`)}
}

func resync() message { return message{body: []byte(`{"type":"resync"}`)} }

func encode(change service.RowChange) (message, error) {
	body, err := json.Marshal(struct {
		Type string `json:"type"`
		service.RowChange
	}{"change", change})
	return message{body: body, table: change.Table}, err
}
