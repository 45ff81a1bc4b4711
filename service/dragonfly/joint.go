package dragonfly

import (
	"context"
	"sync"
)

// maxJoint bounds the keys of a joint look. Who finds it full looks alone.
const maxJoint = 64

// looks joins the looks of requests that come at about the same time: while one command is on its
// way, all who come wait for it to return and then go together in the next one. A busy process sends
// a few commands for many requests, and none waits for longer than one other command. A request's
// look never begins before the request came, or it could see what was forgotten before.
type looks struct {
	cache *Cache

	mu   sync.Mutex
	busy bool   // a command is on its way
	next *joint // of those who came meanwhile; nil: none
}

// joint is one command for several looks. Who makes it sends it.
type joint struct {
	turn   chan struct{} // closed when it may be sent
	places map[string]int
	keys   []string

	done   chan struct{} // closed when what follows is set
	life   uint64
	values []any
	err    error
}

func newJoint() *joint {
	return &joint{turn: make(chan struct{}), done: make(chan struct{}), places: map[string]int{}}
}

// add makes sure that the key is asked for, once.
func (j *joint) add(key string) {
	if _, known := j.places[key]; !known {
		j.places[key] = len(j.keys)
		j.keys = append(j.keys, key)
	}
}

// look of one request, once the command has returned.
func (j *joint) look(k *kind, key string) look {
	if j.err != nil {
		return look{state: unusable}
	}
	return read(j.life, j.values[j.places[k.generationKey]], j.values[j.places[key]])
}

// get reads an entry and its kind's generation.
func (l *looks) get(ctx context.Context, k *kind, key string) look {
	if l.cache.breaker.open.Load() {
		return look{state: unusable}
	}
	j, mine, alone := l.join(k, key)
	if !mine {
		return l.wait(ctx, j, k, key)
	}
	<-j.turn // for as long as one command may take
	j.err = l.cache.ask(context.WithoutCancel(ctx), "entries.get", func(ctx context.Context) (err error) {
		j.values, err = l.cache.client.MGet(ctx, j.keys...).Result()
		j.life = l.cache.life.now()
		return err
	})
	close(j.done)
	if !alone {
		l.pass()
	}
	return j.look(k, key)
}

// join returns the command that the look is part of: the next one, or one of its own. mine says that
// the caller must send it, and alone that nobody waits for it to return.
func (l *looks) join(k *kind, key string) (j *joint, mine, alone bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	j = l.next
	if mine = j == nil || len(j.keys)+2 > maxJoint; mine {
		alone = j != nil
		j = newJoint()
	}
	switch {
	case alone || !l.busy:
		l.busy = true
		close(j.turn)
	case mine:
		l.next = j
	}
	j.add(k.generationKey)
	j.add(key)
	return j, mine, alone
}

// pass lets the next command go.
func (l *looks) pass() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.next == nil {
		l.busy = false
		return
	}
	close(l.next.turn)
	l.next = nil
}

// wait is for those whose look somebody else sends.
func (l *looks) wait(ctx context.Context, j *joint, k *kind, key string) look {
	_, end := l.cache.observer.Operation(ctx, "cache", "entries.get")
	select {
	case <-j.done:
		end(j.err)
		return j.look(k, key)
	case <-ctx.Done():
		end(ctx.Err())
		return look{state: unusable}
	}
}
