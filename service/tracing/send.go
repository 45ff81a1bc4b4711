package tracing

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/tripsage/infrastructure/service"
)

const (
	tryTimeout = 3 * time.Second
	firstPause = 250 * time.Millisecond
	// answerBytes bounds what is read of an answer.
	answerBytes = 64 << 10
)

// errAgain is a failure that may pass (https://opentelemetry.io/docs/specs/otlp/#failures-1).
type errAgain struct {
	why  string
	wait time.Duration // how long the collector wants to be left alone
}

func (e *errAgain) Error() string { return e.why }

// send tries until the collector has the spans, refuses them, or ctx ends. It returns how many of
// them the collector took but will not keep. Errors have nothing that the collector said.
func (e *exporter) send(ctx context.Context, body []byte) (rejected int, err error) {
	for pause := firstPause; ; pause *= 2 {
		rejected, err = e.try(ctx, body)
		var again *errAgain
		if !errors.As(err, &again) {
			return rejected, err
		}
		if !rest(ctx, max(again.wait, pause/2)+rand.N(pause/2)) {
			return 0, again
		}
	}
}

// try asks once. An error that may pass is an *errAgain.
func (e *exporter) try(ctx context.Context, body []byte) (rejected int, err error) {
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	ask, err := http.NewRequestWithContext(ctx, http.MethodPost, e.endpoint, bytes.NewReader(body))
	if err != nil {
		return 0, errors.New("the collector's URL makes no request")
	}
	ask.Header.Set("Content-Type", "application/json")
	ask.Header.Set("User-Agent", "tripsage-api")
	answer, err := e.client.Do(ask)
	if err != nil {
		return 0, &errAgain{why: "no answer: " + kindOf(err)}
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(io.LimitReader(answer.Body, answerBytes))
	switch answer.StatusCode {
	case http.StatusOK:
		if err != nil {
			return 0, &errAgain{why: "no whole answer: " + kindOf(err)}
		}
		return rejectedOf(content), nil
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		seconds, _ := strconv.ParseUint(answer.Header.Get("Retry-After"), 10, 16) // a date is as if it were not there
		return 0, &errAgain{fmt.Sprintf("it answered %d", answer.StatusCode), time.Duration(seconds) * time.Second}
	default:
		return 0, fmt.Errorf("it answered %d", answer.StatusCode)
	}
}

// kindOf names a network error without the address that is in its text.
func kindOf(err error) string {
	if code, known := service.NetworkCode(err); known {
		return string(code)
	}
	return "broken_answer"
}

// rejectedOf reads ExportTraceServiceResponse. A collector that took everything says nothing, and one
// that says something else has taken the spans all the same.
func rejectedOf(content []byte) int {
	var answer struct {
		PartialSuccess struct {
			RejectedSpans json.Number `json:"rejectedSpans"` // a number or a string
		} `json:"partialSuccess"`
	}
	if json.Unmarshal(content, &answer) != nil {
		return 0
	}
	rejected, err := strconv.Atoi(answer.PartialSuccess.RejectedSpans.String())
	if err != nil {
		return 0
	}
	return rejected
}

// rest waits, and says whether there is time for another try. It says no at once when the deadline
// would pass meanwhile.
func rest(ctx context.Context, pause time.Duration) bool {
	if deadline, bounded := ctx.Deadline(); bounded && time.Until(deadline) <= pause {
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
