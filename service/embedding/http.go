package embedding

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/tripsage/infrastructure/service"
)

const (
	// batchSize is how many texts go in one request. Text Embeddings Inference takes 32 unless it is
	// told otherwise; others take more.
	batchSize = 32
	// tripAfter failed tries in a row, the embedder is left alone for restTime. Then one try shows
	// whether it is back.
	tripAfter = 5
	restTime  = 10 * time.Second
)

// HTTPOptions says who makes the embeddings.
type HTTPOptions struct {
	URL      string        // base of an OpenAI-compatible API, such as https://api.openai.com/v1
	Key      string        // bearer token; "" sends none
	Model    string        // must be able to make embeddings of service.Dimensions numbers
	Timeout  time.Duration // of each try; the deadline of the request bounds all of them
	Observer service.Observer
}

// HTTP asks an API with OpenAI's interface. It never follows a redirect, so neither the key nor a
// text reaches another host. What its errors say comes from here and never from the other side,
// which might quote the key or a text.
type HTTP struct {
	options  HTTPOptions
	endpoint string
	client   *http.Client
	breaker  *gobreaker.CircuitBreaker[[]service.Embedding]
}

// NewHTTP makes no connection yet. It fails only for options that can never work.
func NewHTTP(options HTTPOptions) (*HTTP, error) {
	endpoint, err := url.JoinPath(options.URL, "embeddings")
	switch {
	case err != nil:
		return nil, errors.New("the embedder's URL is not a valid URL") // err quotes it
	case options.Model == "":
		return nil, errors.New("the embedder needs the name of a model")
	case strings.ContainsFunc(options.Key, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return nil, errors.New("the embedder's key has characters that no HTTP header can hold")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 32
	return &HTTP{
		options:  options,
		endpoint: endpoint,
		client: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		breaker: gobreaker.NewCircuitBreaker[[]service.Embedding](gobreaker.Settings{
			Timeout:      restTime,
			ReadyToTrip:  func(counts gobreaker.Counts) bool { return counts.ConsecutiveFailures >= tripAfter },
			IsSuccessful: func(err error) bool { return err == nil || isAlive(err) },
		}),
	}, nil
}

// Name is the model's: two APIs that serve the same model give the same embeddings.
func (h *HTTP) Name() string { return h.options.Model }

// Close ends the connections that nobody uses.
func (h *HTTP) Close() { h.client.CloseIdleConnections() }

// Embed asks for batches one after another. An error is CodeEmbedderDown or CodeTimeout, or
// CodeClientGone when the caller gave up.
func (h *HTTP) Embed(ctx context.Context, texts []string) (all []service.Embedding, err error) {
	ctx, end := h.options.Observer.Operation(ctx, "embedder", "embeddings")
	defer func() { end(err) }()
	all = make([]service.Embedding, 0, len(texts))
	for len(all) < len(texts) {
		batch := texts[len(all):min(len(all)+batchSize, len(texts))]
		made, err := h.embed(ctx, batch)
		if err != nil {
			return nil, err
		}
		all = append(all, made...)
	}
	return all, nil
}

// embed tries until it works, no further try may help, or there is no time for one.
func (h *HTTP) embed(ctx context.Context, texts []string) ([]service.Embedding, error) {
	body := h.encode(texts)
	for try := 1; ; try++ {
		made, err := h.breaker.Execute(func() ([]service.Embedding, error) { return h.try(ctx, body, len(texts)) })
		if err == nil {
			return made, nil
		}
		var failed *fault
		if !errors.As(err, &failed) { // the breaker's
			return nil, &service.Error{Code: service.CodeEmbedderDown,
				Err: fmt.Errorf("embedder not asked, as it has failed before: %w", err)}
		}
		if !failed.again || try == maxTries || !rest(ctx, pauseAfter(try, failed.wait)) {
			return nil, &service.Error{Code: failed.code, Err: fmt.Errorf("embedder, try %d: %w", try, failed)}
		}
	}
}
