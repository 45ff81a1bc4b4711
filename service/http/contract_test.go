package httpapi

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/tripsage/infrastructure/service"
)

// contract is the OpenAPI document, with a way to find the operation of a request.
type contract struct {
	doc *openapi3.T
	mux *http.ServeMux
}

var theContract = sync.OnceValues(func() (contract, error) {
	data, err := os.ReadFile("openapi.yaml")
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

// operations visits every operation.
func (c contract) operations(visit func(method, path string, op *openapi3.Operation)) {
	for _, path := range c.doc.Paths.InMatchingOrder() {
		for method, op := range c.doc.Paths.Value(path).Operations() {
			visit(method, path, op)
		}
	}
}

func scopeOf(op *openapi3.Operation) string {
	scope, _ := op.Extensions["x-scope"].(string)
	return scope
}

// checkAnswer compares an answer with the document. Every test's every answer comes through here.
func checkAnswer(t require.TestingT, r *http.Request, answer *httptest.ResponseRecorder) {
	c := document(t)
	path, op := c.operation(r)
	if op == nil {
		if answer.Code >= 400 && strings.HasPrefix(answer.Header().Get("Content-Type"), "application/problem") {
			checkProblem(t, c, answer)
		}
		return
	}
	if path == "/ws" && answer.Code < 400 {
		return // another protocol from here on
	}
	err := openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: &routers.Route{
			Spec: c.doc, Path: path, PathItem: c.doc.Paths.Value(path), Method: r.Method, Operation: op,
		}},
		Status: answer.Code, Header: answer.Header(), Body: io.NopCloser(bytes.NewReader(answer.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
	assert.NoError(t, err, "%s %s answered %d: %s", r.Method, path, answer.Code, answer.Body)
	switch {
	case answer.Code == http.StatusNotModified:
		assert.NotEmpty(t, answer.Header().Get("Etag"))
		assert.Empty(t, answer.Body.String())
	case answer.Code == http.StatusNoContent:
		assert.Empty(t, answer.Body.String())
	case answer.Code >= 400 && r.Method != http.MethodHead && answer.Header().Get("Content-Type") != jsonType:
		checkProblem(t, c, answer)
	}
}

// checkProblem wants a problem document that agrees with its answer.
func checkProblem(t require.TestingT, c contract, answer *httptest.ResponseRecorder) {
	var body map[string]any
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &body), answer.Body.String())
	assert.NoError(t, c.doc.Components.Schemas["Problem"].Value.VisitJSON(body, openapi3.MultiErrors()))
	assert.EqualValues(t, answer.Code, body["status"])
	assert.Equal(t, answer.Header().Get("X-Request-Id"), body["request_id"])
	assert.Equal(t, body["code"] == string(service.CodeInvalid), body["errors"] != nil, "%v", body)
}

func TestDocumentIsValid(t *testing.T) {
	c := document(t)
	require.NoError(t, c.doc.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaPatternValidation()))
	c.operations(func(method, path string, op *openapi3.Operation) {
		assert.NotEmpty(t, op.OperationID, "%s %s", method, path)
		assert.NotEmpty(t, op.Summary, op.OperationID)
		assert.NotNil(t, op.Responses.Default(), op.OperationID)
		if op.RequestBody != nil {
			schema := op.RequestBody.Value.Content.Get(jsonType).Schema.Value
			assert.NotNil(t, schema.Example, op.OperationID)
		}
	})
}

// TestServedDocument keeps openapi.json, which the API serves, the same as openapi.yaml, which
// people write: go test ./service/http -run ServedDocument -update.
func TestServedDocument(t *testing.T) {
	source, err := os.ReadFile("openapi.yaml")
	require.NoError(t, err)
	want, err := yaml.YAMLToJSON(source)
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile("openapi.json", want, 0o644))
	}
	got, err := os.ReadFile("openapi.json")
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))

	f := newFixture(t, nil)
	answer := f.get("/openapi.json")
	assert.Equal(t, http.StatusOK, answer.Code)
	assert.Equal(t, string(description), answer.Body.String())
	again := httptest.NewRequest(http.MethodGet, "/openapi.json", nil)
	again.Header.Set("If-None-Match", answer.Header().Get("Etag"))
	assert.Equal(t, http.StatusNotModified, f.do(again).Code)
}

// TestRoutesAndDocumentAgree: each route is in the document, with its scope, and nothing else is.
func TestRoutesAndDocumentAgree(t *testing.T) {
	c := document(t)
	served := map[string]bool{}
	for _, rt := range newFixture(t, nil).routes() {
		name := rt.method + " " + rt.pattern
		served[name] = true
		item := c.doc.Paths.Value(rt.pattern)
		require.NotNil(t, item, name)
		op := item.GetOperation(rt.method)
		require.NotNil(t, op, name)
		scope := scopeOf(op)
		switch {
		case rt.pattern == "/ws": // it looks for the token itself
			assert.Equal(t, string(service.ScopeRealtime), scope)
			assert.Nil(t, op.Security, name)
		case rt.handle != nil:
			assert.NotEmpty(t, rt.scope, name)
			assert.Equal(t, string(rt.scope), scope, name)
			assert.Nil(t, op.Security, "%s needs a token, as the document says of all", name)
		default:
			assert.Empty(t, scope, name)
			require.NotNil(t, op.Security, name)
			assert.Empty(t, *op.Security, name)
		}
	}
	c.operations(func(method, path string, _ *openapi3.Operation) {
		assert.True(t, served[method+" "+path], "%s %s is documented only", method, path)
	})
	assert.Equal(t, openapi3.SecurityRequirements{{"bearer": {}}}, c.doc.Security)
}
