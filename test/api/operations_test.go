package apitest

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	apitoken "github.com/tripsage/infrastructure/service/token"
)

// TestEveryOperation does all that the document knows, with its own examples: without a token,
// with a token of all other scopes, and with one of the right scope alone. What can be read is read
// again with its ETag.
func TestEveryOperation(t *testing.T) {
	a := start(t)
	scopes := map[service.Scope]bool{}
	for _, scope := range service.Scopes() {
		scopes[scope] = true
	}
	document(t).operations(func(method, path string, op *openapi3.Operation) {
		if isSocket(path) {
			return // TestSocketTokens
		}
		t.Run(op.OperationID, func(t *testing.T) {
			ada := someone("ada")
			things := prepare(t, a, ada, someone("ben"))
			if needsToken(op) {
				scope, _ := op.Extensions["x-scope"].(string)
				require.True(t, scopes[service.Scope(scope)], scope)
				refused := things.send(t, a.with(""), method, path, op).fails(t, 401, "unauthenticated")
				assert.Equal(t, "Bearer", refused.header.Get("Www-Authenticate"))
				things.send(t, a.with(scoped(ada, but(service.Scope(scope))...)), method, path, op).fails(t, 403, "scope_missing")
				ada.token = scoped(ada, service.Scope(scope))
			}
			c := a.as(ada)
			got := things.send(t, c, method, path, op, "Idempotency-Key", "every-operation")
			require.Less(t, got.status, 300, "%s", got.body)
			if tag := got.header.Get("Etag"); isGet(method) && tag != "" {
				again := things.send(t, c, method, path, op, "If-None-Match", tag).is(t, 304)
				assert.Empty(t, again.body)
			}
			if isGet(method) {
				head := things.send(t, c, "HEAD", path, op).is(t, 200)
				assert.Empty(t, head.body)
			}
			assert.True(t, exercised.ids[op.OperationID])
		})
	})
}

func scoped(p person, scopes ...service.Scope) string {
	return p.sign(func(c *apitoken.Claims) { c.Scopes = scopes })
}

// but returns all scopes but one.
func but(one service.Scope) []service.Scope {
	var others []service.Scope
	for _, scope := range service.Scopes() {
		if scope != one {
			others = append(others, scope)
		}
	}
	return others
}
