package logging

import (
	"log/slog"
	"math"
	"strconv"
	"time"
)

// line is a record on its way to become what slog.JSONHandler makes of it, many times faster: that
// handler calls a function for each attribute when the message has another name, and a JSON encoder
// for each float. Only plain records can be written so: no groups, and values that are short texts
// of printable ASCII, whole numbers, floats of ordinary size and truth values.
type line struct {
	text  []byte
	plain bool // so far
}

func (l *line) begin(record slog.Record) {
	l.text, l.plain = append(l.text[:0], '{'), true
	if record.Time.Year() < 0 || record.Time.Year() > 9999 {
		l.plain = false
		return
	}
	if !record.Time.IsZero() {
		l.text = append(l.text, `"time":"`...)
		l.text = append(record.Time.Round(0).AppendFormat(l.text, time.RFC3339Nano), `",`...)
	}
	l.text = append(l.text, `"level":"`...)
	l.text = append(append(l.text, record.Level.String()...), `","message":`...)
	l.quoted(record.Message)
}

// attr adds one attribute.
func (l *line) attr(a slog.Attr) {
	if a.Key == "" || a.Key == slog.MessageKey { // may be left out, and is renamed
		l.plain = false
		return
	}
	l.text = append(l.text, ',')
	l.quoted(a.Key)
	l.text = append(l.text, ':')
	switch a.Value.Kind() {
	case slog.KindString:
		l.quoted(a.Value.String())
	case slog.KindInt64:
		l.text = strconv.AppendInt(l.text, a.Value.Int64(), 10)
	case slog.KindBool:
		l.text = strconv.AppendBool(l.text, a.Value.Bool())
	case slog.KindFloat64:
		l.float(a.Value.Float64())
	default:
		l.plain = false
	}
}

// float has no exponent, as encoding/json writes numbers of this size.
func (l *line) float(f float64) {
	if size := math.Abs(f); size != 0 && (size < 1e-6 || size >= 1e21) || math.IsNaN(f) {
		l.plain = false
		return
	}
	l.text = strconv.AppendFloat(l.text, f, 'f', -1, 64)
}

func (l *line) quoted(text string) {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			l.plain = false
			return
		}
	}
	l.text = append(append(append(l.text, '"'), text...), '"')
}

func (l *line) end() { l.text = append(l.text, "}\n"...) }
