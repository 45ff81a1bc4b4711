package logging

import (
	"context"
	"io"
	"log/slog"

	"github.com/tripsage/infrastructure/service"
)

// auditLog is the value of the field "log" that sets audit events apart from all other lines.
const auditLog = "audit"

// Auditor writes audit events, whatever the log's level is.
type Auditor struct {
	log    *slog.Logger
	buffer *Buffer // or nil
}

// NewAuditor returns one that writes to w, which may be that of other loggers.
func NewAuditor(w io.Writer, environment, version string) Auditor {
	buffer, _ := w.(*Buffer)
	return Auditor{New(w, slog.LevelInfo, environment, version).With(slog.String("log", auditLog)), buffer}
}

// Audit writes the event at once: it must not be among the lines that wait when a process is killed.
func (a Auditor) Audit(ctx context.Context, event service.AuditEvent) {
	attrs := []slog.Attr{
		slog.String("action", string(event.Action)), slog.String("actor", event.Actor), slog.String("object", event.Object),
	}
	if event.Code == "" {
		attrs = append(attrs, slog.String("outcome", "success"))
	} else {
		attrs = append(attrs, slog.String("outcome", "failure"), slog.String("code", string(event.Code)))
	}
	a.log.LogAttrs(ctx, slog.LevelInfo, auditLog, attrs...)
	if a.buffer != nil {
		a.buffer.Flush()
	}
}
