package apitest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// contract is the OpenAPI document, with a way to find the operation of a request.
type contract struct {
	doc *openapi3.T
	mux *http.ServeMux
}

var theContract = sync.OnceValues(func() (contract, error) {
	data, err := os.ReadFile("../../service/http/openapi.yaml")
	if err != nil {
		return contract{}, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return contract{}, err
	}
	mux := http.NewServeMux()
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			mux.Handle(method+" "+path, http.NotFoundHandler())
		}
	}
	return contract{doc, mux}, nil
})

func document(t require.TestingT) contract {
	c, err := theContract()
	require.NoError(t, err)
	return c
}

// operation returns what the document says of a request; nil when it says nothing.
func (c contract) operation(r *http.Request) (path string, op *openapi3.Operation) {
	_, pattern := c.mux.Handler(r)
	method, path, found := strings.Cut(pattern, " ")
	if !found {
		return "", nil
	}
	return path, c.doc.Paths.Value(path).GetOperation(method)
}

// operations visits every operation, in an order that stays.
func (c contract) operations(visit func(method, path string, op *openapi3.Operation)) {
	for _, path := range c.doc.Paths.InMatchingOrder() {
		item := c.doc.Paths.Value(path)
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			if op := item.GetOperation(method); op != nil {
				visit(method, path, op)
			}
		}
	}
}

// exercised are the operations that were seen to work.
var exercised struct {
	mu  sync.Mutex
	ids map[string]bool
}

func exercise(op *openapi3.Operation) {
	exercised.mu.Lock()
	defer exercised.mu.Unlock()
	if exercised.ids == nil {
		exercised.ids = map[string]bool{}
	}
	exercised.ids[op.OperationID] = true
}

// checkAnswer compares an answer with the document.
func checkAnswer(t tester, r *http.Request, got answer) {
	t.Helper()
	if got.status == http.StatusRequestHeaderFieldsTooLarge {
		return // net/http's own words, before there is a request to speak of
	}
	c := document(t)
	path, op := c.operation(r)
	problem := strings.HasPrefix(got.header.Get("Content-Type"), "application/problem")
	if op != nil {
		err := openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
			RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: &routers.Route{
				Spec: c.doc, Path: path, PathItem: c.doc.Paths.Value(path), Method: r.Method, Operation: op,
			}},
			Status: got.status, Header: got.header, Body: io.NopCloser(bytes.NewReader(got.body)),
			Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
		})
		assert.NoError(t, err, "%s %s answered %d: %s", r.Method, path, got.status, got.body)
		if got.status < 300 {
			exercise(op)
		}
	}
	if problem && r.Method != http.MethodHead {
		var body map[string]any
		require.NoError(t, json.Unmarshal(got.body, &body), "%s", got.body)
		assert.NoError(t, c.doc.Components.Schemas["Problem"].Value.VisitJSON(body, openapi3.MultiErrors()))
		assert.EqualValues(t, got.status, body["status"])
		assert.Equal(t, got.header.Get("X-Request-Id"), body["request_id"])
		assert.Equal(t, body["code"] == "invalid", body["errors"] != nil, "%v", body)
	}
}
