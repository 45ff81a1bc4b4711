package ws

import "time"

// Limits bounds what sockets can take from the process, and how long they can take.
type Limits struct {
	Sockets int // open at once, in this process
	PerUser int // open at once, of one user

	Queue      int // messages that wait for one client
	QueueBytes int // and their bytes
	// HeldBytes is what may wait for all clients together. Above it no queue grows past its equal
	// share, or one message where that is more: those who are behind most pay for it.
	HeldBytes int

	SocketBuffer int   // bytes that the system may hold for one client, beside our queue
	Incoming     int64 // bytes of one message from a client
	Chatter      int64 // messages and pings from a client between two heartbeats

	Heartbeat time.Duration // between two pings
	Pong      time.Duration // from a ping to its pong
	Write     time.Duration // to hand one message to the system
	Close     time.Duration // from our farewell to the client's
	Spread    time.Duration // over which Drain ends the sockets; half of its time if that is less
}

// DefaultLimits returns the limits that the service runs with. A heartbeat is less than half of the
// 60 s after which usual proxies give an idle connection up.
func DefaultLimits() Limits {
	return Limits{
		Sockets:      10_000,
		PerUser:      20,
		Queue:        256,
		QueueBytes:   256 << 10,
		HeldBytes:    32 << 20,
		SocketBuffer: 64 << 10,
		Incoming:     1 << 10,
		Chatter:      100,
		Heartbeat:    25 * time.Second,
		Pong:         10 * time.Second,
		Write:        10 * time.Second,
		Close:        5 * time.Second,
		Spread:       5 * time.Second,
	}
}
