package tracing

import (
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// These are opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest and what it is made of, in
// OTLP's JSON encoding: as in protobuf's, names are in camel case and 64-bit numbers are strings;
// other than there, ids are hexadecimal and enums are numbers. Spans of this service have no
// events and no links, so these are left out.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
type (
	exportRequest struct {
		ResourceSpans []resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource   described    `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
		SchemaURL  string       `json:"schemaUrl,omitempty"`
	}
	described struct {
		Attributes []keyValue `json:"attributes,omitempty"`
	}
	scopeSpans struct {
		Scope scope  `json:"scope"`
		Spans []span `json:"spans"`
	}
	scope struct {
		Name string `json:"name"`
	}
	span struct {
		TraceID           string     `json:"traceId"`
		SpanID            string     `json:"spanId"`
		TraceState        string     `json:"traceState,omitempty"`
		ParentSpanID      string     `json:"parentSpanId,omitempty"`
		Flags             uint32     `json:"flags"`
		Name              string     `json:"name"`
		Kind              int        `json:"kind"`
		Start             string     `json:"startTimeUnixNano"`
		End               string     `json:"endTimeUnixNano"`
		Attributes        []keyValue `json:"attributes,omitempty"`
		DroppedAttributes int        `json:"droppedAttributesCount,omitempty"`
		Status            *status    `json:"status,omitempty"`
	}
	status struct {
		Message string `json:"message,omitempty"`
		Code    int    `json:"code"`
	}
	keyValue struct {
		Key   string   `json:"key"`
		Value anyValue `json:"value"`
	}
	anyValue struct {
		String *string `json:"stringValue,omitempty"`
		Int    *string `json:"intValue,omitempty"`
		Bool   *bool   `json:"boolValue,omitempty"`
	}
)

// encode takes spans of one provider and one tracer, of which there is at least one.
func encode(spans []sdktrace.ReadOnlySpan) exportRequest {
	encoded := make([]span, len(spans))
	for i, s := range spans {
		encoded[i] = encodeSpan(s)
	}
	process := spans[0].Resource()
	return exportRequest{[]resourceSpans{{
		Resource:   described{encodeAttributes(process.Attributes())},
		ScopeSpans: []scopeSpans{{Scope: scope{spans[0].InstrumentationScope().Name}, Spans: encoded}},
		SchemaURL:  process.SchemaURL(),
	}}}
}

func encodeSpan(s sdktrace.ReadOnlySpan) span {
	self, parent := s.SpanContext(), s.Parent()
	out := span{
		TraceID:           self.TraceID().String(),
		SpanID:            self.SpanID().String(),
		TraceState:        self.TraceState().String(),
		Flags:             encodeFlags(self, parent),
		Name:              s.Name(),
		Kind:              encodeKind(s.SpanKind()),
		Start:             encodeTime(s.StartTime()),
		End:               encodeTime(s.EndTime()),
		Attributes:        encodeAttributes(s.Attributes()),
		DroppedAttributes: s.DroppedAttributes(),
	}
	if parent.SpanID().IsValid() {
		out.ParentSpanID = parent.SpanID().String()
	}
	if s.Status().Code == codes.Error {
		out.Status = &status{Message: s.Status().Description, Code: 2}
	}
	return out
}

// encodeFlags adds to the W3C flags whether the parent is of another process: SpanFlags of the
// protocol, HAS_IS_REMOTE and IS_REMOTE.
func encodeFlags(self, parent trace.SpanContext) uint32 {
	flags := uint32(self.TraceFlags()) | 0x100
	if parent.IsRemote() {
		flags |= 0x200
	}
	return flags
}

func encodeKind(kind trace.SpanKind) int {
	switch kind {
	case trace.SpanKindServer:
		return 2
	case trace.SpanKindClient:
		return 3
	default:
		return 1 // internal
	}
}

func encodeTime(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

func encodeAttributes(attributes []attribute.KeyValue) []keyValue {
	out := make([]keyValue, len(attributes))
	for i, a := range attributes {
		out[i] = keyValue{string(a.Key), encodeValue(a.Value)}
	}
	return out
}

// encodeValue knows the types that this service uses. Others go as text.
func encodeValue(value attribute.Value) anyValue {
	switch value.Type() {
	case attribute.INT64:
		text := strconv.FormatInt(value.AsInt64(), 10)
		return anyValue{Int: &text}
	case attribute.BOOL:
		truth := value.AsBool()
		return anyValue{Bool: &truth}
	default:
		text := value.String()
		return anyValue{String: &text}
	}
}
