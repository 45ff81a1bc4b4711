package embedding

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/tripsage/infrastructure/service"
)

const (
	maxTries   = 3
	firstPause = 100 * time.Millisecond
	// longestWait is for callers without a deadline.
	longestWait = 30 * time.Second
)

// fault is why a try failed.
type fault struct {
	code  service.Code
	err   error
	again bool          // another try may work
	alive bool          // the embedder works, so this does not count against it
	wait  time.Duration // how long it wants to be left alone
}

// Error has nothing that the other side said.
func (f *fault) Error() string { return f.err.Error() }

// Unwrap returns the cause.
func (f *fault) Unwrap() error { return f.err }

func isAlive(err error) bool {
	var failed *fault
	return errors.As(err, &failed) && failed.alive
}

// broken is an answer that makes no sense.
func broken(why string) *fault {
	return &fault{code: service.CodeEmbedderDown, err: errors.New(why)}
}

// noAnswer tells apart who ran out of time. caller is the context of the whole call, not of the try.
// Errors of net/http quote URLs and bytes of the answer, so only their kind is kept.
func noAnswer(caller context.Context, err error) *fault {
	if errors.Is(caller.Err(), context.Canceled) {
		return &fault{code: service.CodeClientGone, err: context.Canceled, alive: true}
	}
	kind, known := service.NetworkCode(err)
	if !known {
		kind = "broken_answer"
	}
	failed := &fault{code: service.CodeEmbedderDown, err: errors.New("no answer: " + string(kind)), again: true}
	if kind == service.CodeTimeout {
		failed.code = service.CodeTimeout
	}
	return failed
}

// refused is an answer with a status that is not 200.
func refused(answer *http.Response) *fault {
	failed := &fault{code: service.CodeEmbedderDown, err: errors.New("answered " + strconv.Itoa(answer.StatusCode))}
	switch status := answer.StatusCode; {
	case status == http.StatusTooManyRequests:
		failed.again, failed.alive = true, true
	case status == http.StatusRequestTimeout, status >= http.StatusInternalServerError:
		failed.again = true
	case status == http.StatusBadRequest, status == http.StatusRequestEntityTooLarge,
		status == http.StatusUnprocessableEntity:
		failed.alive = true // it is about these texts
	}
	failed.wait = retryAfter(answer.Header.Get("Retry-After"), time.Now())
	return failed
}

// retryAfter reads the header's two forms, seconds and a date (RFC 9110, 10.2.3). What is neither
// is as if it were not there.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(header); err == nil {
		return max(date.Sub(now), 0)
	}
	return 0
}

// pauseAfter is how long to wait after the n-th try: about twice as long as after the one before,
// never the same for two callers, and at least as long as the embedder asked for.
func pauseAfter(try int, asked time.Duration) time.Duration {
	full := firstPause << (try - 1)
	return max(asked, full/2) + rand.N(full/2)
}

// rest waits, and says whether there is time for another try. It says no at once when the deadline
// would pass meanwhile.
func rest(ctx context.Context, pause time.Duration) bool {
	deadline, bounded := ctx.Deadline()
	if bounded && time.Until(deadline) <= pause || !bounded && pause > longestWait {
		return false
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
