package embedding

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"

	"github.com/tripsage/infrastructure/service"
)

// An answer may have this many bytes: some around, and some for each text, which is three times
// what the longest numbers in JSON need.
const (
	answerBytes  = 64 << 10
	bytesPerText = 32 << 10
)

// request is the body of POST /embeddings. Base64 is a quarter of the size of numbers in JSON.
type request struct {
	Model      string   `json:"model"`
	Input      []string `json:"input"`
	Dimensions int      `json:"dimensions"`
	Encoding   string   `json:"encoding_format"`
}

func (h *HTTP) encode(texts []string) []byte {
	body, err := json.Marshal(request{Model: h.options.Model, Input: texts, Dimensions: service.Dimensions, Encoding: "base64"})
	if err != nil {
		panic(err) // strings and a number always encode
	}
	return body
}

// try asks once. Its error is always a *fault.
func (h *HTTP) try(caller context.Context, body []byte, texts int) ([]service.Embedding, error) {
	ctx, cancel := context.WithTimeout(caller, h.options.Timeout)
	defer cancel()
	ask, err := http.NewRequestWithContext(ctx, http.MethodPost, h.endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, broken("the embedder's URL makes no request")
	}
	ask.Header.Set("Content-Type", "application/json")
	ask.Header.Set("Accept", "application/json")
	ask.Header.Set("User-Agent", "tripsage-api")
	if h.options.Key != "" {
		ask.Header.Set("Authorization", "Bearer "+h.options.Key)
	}
	answer, err := h.client.Do(ask)
	if err != nil {
		return nil, noAnswer(caller, err)
	}
	defer answer.Body.Close()
	limit := int64(answerBytes + bytesPerText*texts)
	content, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	switch {
	case answer.StatusCode != http.StatusOK:
		return nil, refused(answer)
	case err != nil:
		return nil, noAnswer(caller, err)
	case int64(len(content)) > limit:
		return nil, broken(fmt.Sprintf("the answer has more than %d bytes", limit))
	}
	return decode(content, texts)
}

// decode reads an answer for so many texts, which may come in any order. Its error is a *fault.
func decode(content []byte, texts int) ([]service.Embedding, error) {
	var answer struct {
		Data []struct {
			Index     *int    `json:"index"`
			Embedding numbers `json:"embedding"`
		} `json:"data"`
	}
	if json.Unmarshal(content, &answer) != nil {
		return nil, broken("the answer is not embeddings in JSON")
	}
	if len(answer.Data) != texts {
		return nil, broken(fmt.Sprintf("%d embeddings for %d texts", len(answer.Data), texts))
	}
	out := make([]service.Embedding, texts)
	for _, item := range answer.Data {
		if item.Index == nil || *item.Index < 0 || *item.Index >= texts || out[*item.Index] != nil {
			return nil, broken("the embeddings are not numbered from 0 up, each once")
		}
		unit, err := normalised(item.Embedding)
		if err != nil {
			return nil, err
		}
		out[*item.Index] = unit
	}
	return out, nil
}

// normalised checks the numbers and gives them length 1, in place.
func normalised(n numbers) (service.Embedding, error) {
	if len(n) != service.Dimensions {
		return nil, broken(fmt.Sprintf("an embedding has %d dimensions, expected %d; the model must support that", len(n), service.Dimensions))
	}
	sum := 0.0
	for _, x := range n {
		sum += float64(x) * float64(x)
	}
	// The square of the largest float32 is far from the largest float64, so only a number that is
	// none itself makes a sum that is none.
	if length := math.Sqrt(sum); sum > 0 && !math.IsInf(sum, 0) {
		for i, x := range n {
			n[i] = float32(float64(x) / length)
		}
		return service.Embedding(n), nil
	}
	return nil, broken("an embedding is zero or not finite")
}

// numbers are float32, in a JSON array or as base64 of little-endian bytes: some servers answer with
// an array whatever they were asked for.
type numbers []float32

// UnmarshalJSON is part of json.Unmarshaler.
func (n *numbers) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '"' {
		return json.Unmarshal(data, (*[]float32)(n))
	}
	var raw []byte // encoding/json reads base64 into it
	if err := json.Unmarshal(data, &raw); err != nil || len(raw)%4 != 0 {
		return errors.New("not base64 of numbers")
	}
	*n = make(numbers, len(raw)/4)
	for i := range *n {
		(*n)[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return nil
}
