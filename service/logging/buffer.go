package logging

import (
	"io"
	"sync"
	"time"
)

const (
	// bufferDelay is how long a line may wait for others.
	bufferDelay = 50 * time.Millisecond
	// bufferSize is how many bytes may wait: some 200 lines about requests.
	bufferSize = 64 << 10
)

// Buffer joins the lines about requests, of which a busy process has thousands in a second, into few
// writes. Any other line, and whatever is a warning or worse, goes out at once with all that waited
// before it: see New. A process that is killed loses the lines of the last 50 ms; one that ends in
// order calls Flush. It is safe for concurrent use.
type Buffer struct {
	mu      sync.Mutex
	out     io.Writer
	waiting []byte
	timer   *time.Timer
	ticking bool
}

// NewBuffer returns a buffer that writes to out.
func NewBuffer(out io.Writer) *Buffer {
	b := &Buffer{out: out, waiting: make([]byte, 0, bufferSize)}
	b.timer = time.AfterFunc(time.Hour, b.Flush)
	b.timer.Stop()
	return b
}

// Write takes whole lines. It never fails: when out does, there is nowhere to say so.
func (b *Buffer) Write(lines []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting)+len(lines) > bufferSize {
		b.flush()
	}
	b.waiting = append(b.waiting, lines...)
	if !b.ticking {
		b.ticking = true
		b.timer.Reset(bufferDelay)
	}
	return len(lines), nil
}

// Flush writes what waits.
func (b *Buffer) Flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.flush()
}

func (b *Buffer) flush() {
	if b.ticking {
		b.ticking = false
		b.timer.Stop()
	}
	if len(b.waiting) == 0 {
		return
	}
	_, _ = b.out.Write(b.waiting)
	b.waiting = b.waiting[:0]
}
