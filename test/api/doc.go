// Package apitest tests the API's program from outside, as its clients and its operator meet it: it
// builds cmd/api, runs it as processes on a real PostgreSQL with pgvector and a real Redis-protocol
// server, and talks HTTP and WebSocket to it.
//
//	go test -count=1 ./test/api
//
// With -race the program is built with the race detector, too.
//
// It needs what package servicetest needs: Linux, the Debian package redis-server, and apt-get for
// the first download of PostgreSQL; and curl, for the lines of the deployment guide.
//
// Whatever a test is about, every answer is held against the OpenAPI document, and every process's
// log and metrics are searched, at its end, for panics and for what must not be there: tokens,
// emails, and any text that a test has planted with secret.
package apitest
