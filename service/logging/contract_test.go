package logging

import (
	"bytes"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

var update = flag.Bool("update", false, "write docs/logging.md anew")

const (
	common  = `"time":"2026-11-26T10:00:00.5Z","level":"INFO","service":"tripsage-api","environment":"local","version":"dev"`
	request = `"message":"request","method":"GET","route":"/trips","status":200,"duration_ms":1.5,"bytes":12`
)

func TestCheck(t *testing.T) {
	for line, want := range map[string]string{
		`{` + common + `,` + request + `}`:                                     "",
		`{` + common + `,` + request + `,"request_id":"a","code":"not_found"}`: "",
		`{` + common + `,"message":"anything","rows":3}`:                       "",
		`{` + common + `}`:                                                          "message is missing",
		`{` + common + `,"message":"request"}`:                                      "method is missing",
		`{` + common + `,` + request + `,"user":"x"}`:                               "user is no field of such a line",
		`{` + common + `,` + request + `,"actor":"user/1"}`:                         "actor is no field of such a line",
		`{` + common + `,"message":"x","log":"audit"}`:                              "log is no field of such a line",
		`{` + common + `,"message":"x","rows":"3"}`:                                 "rows is 3: expected integer",
		`{` + common + `,"message":"x","rows":1.5}`:                                 "rows is 1.5: expected integer",
		`{` + common + `,"message":"x","version":"y"}`:                              "version is there twice",
		`{` + common + `,"message":"x","error":"for ada@example.com"}`:              "error has what looks like an e-mail address",
		`{` + common + `,"message":"x","error":"postgres://u:hush@db/x"}`:           "error has what looks like a password",
		`{` + common + `,"message":"Bearer eyJhbGciOiJIUzI1NiJ9.e30.x"}`:            "message has what looks like a token",
		`{` + strings.Replace(common, "T10", " 10", 1) + `,"message":"x"}`:          "expected time",
		`api: the database is not at the schema`:                                    "not a JSON object",
		`["x"]`:                                                                     "not a JSON object",
		`{` + common + `,"message":"audit","log":"audit","action":"a","actor":"b"}`: "outcome is missing",
	} {
		err := Check([]byte(line))
		if want == "" {
			assert.NoError(t, err, line)
			continue
		}
		require.ErrorContains(t, err, want, line)
		for _, private := range []string{"hush", "ada@", "eyJ"} {
			assert.NotContains(t, err.Error(), private)
		}
	}
}

func TestAuditLines(t *testing.T) {
	var out bytes.Buffer
	buffer := NewBuffer(&out)
	ctx := service.WithRequestID(t.Context(), "req-1")
	New(buffer, slog.LevelError, "local", "dev").InfoContext(ctx, "request")
	audit := NewAuditor(buffer, "local", "dev")
	audit.Audit(ctx, service.AuditEvent{Action: service.AuditKeyDelete, Actor: "user/1", Object: "api_key/7"})
	audit.Audit(ctx, service.AuditEvent{Action: service.AuditKeyPut, Actor: "anonymous", Object: "api_key", Code: service.CodeUnauthenticated})
	lines := strings.SplitAfter(out.String(), "\n") // nothing waits
	require.Len(t, lines, 3, "whatever the log's level is")
	assert.Regexp(t, `"message":"audit",.*"log":"audit","action":"api_key.delete","actor":"user/1","object":"api_key/7","outcome":"success","request_id":"req-1"}`, lines[0])
	assert.Regexp(t, `"action":"api_key.put","actor":"anonymous","object":"api_key","outcome":"failure","code":"unauthenticated","request_id":"req-1"}`, lines[1])
	for _, line := range lines[:2] {
		assert.NoError(t, Check([]byte(line)))
	}
}

func TestNamesMeanOneThing(t *testing.T) {
	for _, kind := range Kinds() {
		seen := map[string]bool{}
		for _, field := range append(Common(), kind.Fields...) {
			assert.False(t, seen[field.Name], "%s: %s is there twice", kind.Message, field.Name)
			seen[field.Name] = true
			assert.NotEmpty(t, field.Meaning, field.Name)
			assert.Regexp(t, `^[a-z_]+$`, field.Name)
		}
	}
}

// docs/logging.md has the contract for people.
func TestThePageIsCurrent(t *testing.T) {
	const path = "../../docs/logging.md"
	var b strings.Builder
	b.WriteString(pageHead)
	b.WriteString("## Every line\n\n")
	fields(&b, Common())
	for _, kind := range Kinds() {
		title := "`" + kind.Message + "`"
		if kind.Message == "" {
			title = "Other lines"
		}
		fmt.Fprintf(&b, "## %s\n\n%s\n\n", title, kind.Meaning)
		fields(&b, kind.Fields)
	}
	b.WriteString(pageAudit)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644)) // #nosec G306 -- a public page
	}
	have, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, b.String(), string(have), "make it anew: go test ./service/logging -update")
}

func fields(b *strings.Builder, all []Field) {
	b.WriteString("| field | type | |\n|---|---|---|\n")
	for _, f := range all {
		meaning := f.Meaning
		if f.Optional {
			meaning += " (not always)"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", f.Name, f.Type, meaning)
	}
	b.WriteString("\n")
}

const pageHead = `# The log

<!-- Generated from package service/logging by go test ./service/logging -update: do not edit. -->

The API and ` + "`api migrate`" + ` write one JSON object a line to standard output. This is a contract: a name has one meaning and one type, and a line has no field that is not listed here. The tests of the API hold every line against it that any process writes while they run, and look for tokens, passwords and e-mail addresses in all of them. Only what ends a process at once, ` + "`api: ...`" + ` on standard error, is plain text.

` + "```" + `
kubectl -n tripsage logs deployment/tripsage-api | jq -c 'select(.level == "ERROR")'
kubectl -n tripsage logs -l app.kubernetes.io/name=tripsage-api --tail=-1 | jq -c 'select(.request_id == "…")'
kubectl -n tripsage logs -l app.kubernetes.io/name=tripsage-api --tail=-1 | jq -c 'select(.log == "audit")'
` + "```" + `

` + "`LOG_LEVEL`" + ` (` + "`api.logLevel`" + `) says from which level on lines are written; audit events always are.

`

const pageAudit = `## Audit events

` + "`\"log\":\"audit\"`" + ` keeps them apart: have your collector send these lines to a store of their own, with its own retention and readers. Each administrative action leaves exactly one, when it has ended, well or badly:

| action | what | who |
|---|---|---|
| ` + "`api_key.put`, `api_key.delete`" + ` | a user's key for another service is stored, replaced or deleted | the user, or ` + "`anonymous`" + ` without a good token |
| ` + "`trip_access.grant`, `trip_access.revoke`" + ` | somebody may see or change a trip, or no longer | the same |
| ` + "`schema.up`, `schema.down`" + ` | migrations are applied or rolled back | ` + "`operator`" + `: the Kubernetes API server's audit log says who made the Job |

Nothing in them is secret: no key, no address, no text that a client sent. After a failure with ` + "`timeout` or `connection_lost`" + ` the action may have happened. For keys the table ` + "`audit_log`" + ` is the truth: its rows are written in the same transaction.

Tokens are made by Supabase, which has an audit log of its own, or by whoever can read the stack's secret (` + "`tripsage token`" + `): that is a read of a Secret, which the Kubernetes API server's audit log records.
`
