package dragonfly

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

// life tells one life of the server from another. What was forgotten in one life may be there again
// in the next, out of a snapshot or out of a replica that had not heard of it yet. A connection
// never outlives the server, so it is enough to look when one is made.
//
// The life is in what the server says of itself: Redis and Valkey draw a run_id at each start,
// Dragonfly a master_replid, and a replica's role is another one than its master's. A server that
// does not let us ask has only one life as far as we can see, the zero.
type life struct {
	id   atomic.Uint64
	turn chan struct{} // holds one: connections ask in turn, so that a late word of a dead server is not the last
}

func newLife() *life { return &life{turn: make(chan struct{}, 1)} }

// learn is go-redis's OnConnect: it runs before any other command of the connection.
func (l *life) learn(ctx context.Context, conn *redis.Conn) error {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	pipe := conn.Pipeline()
	server, replication := pipe.Info(ctx, "server"), pipe.Info(ctx, "replication")
	_, err := pipe.Exec(ctx)
	var refused redis.Error
	switch {
	case errors.As(err, &refused):
		l.id.Store(0)
	case err != nil:
		return err
	default:
		l.id.Store(lifeOf(server.Val(), replication.Val()))
	}
	return nil
}

// now is the life of the server that answered last. An answer is never newer than this: before the
// first answer of another life comes, its connection was made.
func (l *life) now() uint64 { return l.id.Load() }

func lifeOf(server, replication string) uint64 {
	at := infoFields(replication)
	sum := sha256.Sum256([]byte(infoFields(server)["run_id"] + "\n" + at["master_replid"] + "\n" + at["role"]))
	return binary.LittleEndian.Uint64(sum[:])
}
