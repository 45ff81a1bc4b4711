// Package ws tells clients about changes over WebSocket.
//
// # What clients see
//
// The server sends JSON text messages:
//
//	{"type":"hello","heartbeat_seconds":25}   first, once
//	{"type":"change","table":"trips","op":"update","id":7,…}   a service.RowChange
//	{"type":"resync"}   changes may have been missed: read again what is on screen
//
// A change is sent to the sockets of the users who may see its row, in the order in which the
// database told. What happens while a client is not connected is not kept for it, so a client
// reads what it shows after each hello, and waits a random time before it does so after a resync,
// as all other clients get that one too. The server wants nothing from clients but pongs: what
// they send is read and ignored.
//
// # How sockets end
//
//	1001 draining  the process stops: connect again, to another one
//	1008 expired   the token ended: connect again with a new one
//	1008 chatty    the client sends more than it has any reason to
//	1009           the client sent a message that is too big
//	1013 slow      the client does not read as fast as things change: connect again, read again
//
// A client that misses a heartbeat is taken for dead and gets no farewell.
//
// # Bounds
//
// Publish never waits for a client: each socket has a queue, and one whose queue is full ends.
// Limits has every bound. Messages are encoded once and shared by the queues that they are in.
package ws
