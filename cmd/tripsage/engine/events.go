package engine

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// EventKind says what an Event is about.
type EventKind string

// The kinds of events.
const (
	// Started: work on a resource begins.
	Started EventKind = "started"
	// Status: a message about a resource under way, such as what it awaits.
	Status EventKind = "status"
	// Done: work on a resource ended well.
	Done EventKind = "done"
	// Failed: work on a resource failed; Message says why when it is known.
	Failed EventKind = "failed"
	// Note: a message about the run itself.
	Note EventKind = "note"
)

// Event is one thing that happened in a run. It never holds a secret.
type Event struct {
	Kind    EventKind `json:"kind"`
	Op      string    `json:"op,omitempty"`
	URN     string    `json:"urn,omitempty"`
	Type    string    `json:"type,omitempty"`
	Name    string    `json:"name,omitempty"`
	Message string    `json:"message,omitempty"`
}

// Change is one resource that a run changes, or would change.
type Change struct {
	URN  string `json:"urn"`
	Type string `json:"type"`
	Name string `json:"name"`
	// Op is create, update, replace, delete or import.
	Op string `json:"op"`
	// Properties are the paths of the properties that differ; never values.
	Properties []string `json:"properties,omitempty"`
}

// Summary is the outcome of a run.
type Summary struct {
	// Counts maps an operation (create, update, replace, delete, same) to
	// the number of resources.
	Counts map[string]int `json:"counts"`
	// Changes are in order of their URNs, so that a child follows its parent
	// and two runs list the same things alike.
	Changes []Change `json:"changes"`
	// Outputs of the stack after Up; a secret one shows as "[secret]".
	Outputs map[string]any `json:"outputs,omitempty"`
	// Warnings from the engine and the providers.
	Warnings []string `json:"warnings,omitempty"`
	// Rules is the number of policy rules that judged; 0 without a pack.
	Rules int `json:"rules,omitempty"`
	// Violations are what they found: mandatory ones first, then in order of
	// the URNs and the rules.
	Violations []Violation `json:"violations,omitempty"`
	// Remedies are what they mended.
	Remedies []Remedy `json:"remedies,omitempty"`
	// Took is the whole engine run.
	Took time.Duration `json:"tookNanoseconds"`
}

// Changed reports whether anything changed, or would.
func (s Summary) Changed() bool { return len(s.Changes) > 0 }

// collector turns engine events into progress, a summary and failures.
type collector struct {
	stream   chan events.EngineEvent
	stop     chan struct{}
	done     chan struct{}
	progress func(Event)
	began    time.Time

	changes  []Change
	counts   map[string]int
	warnings []string
	general  []string
	order    []string
	messages map[string][]string
	failed   map[string]bool
	verdicts verdicts
}

func newCollector(progress func(Event)) *collector {
	if progress == nil {
		progress = func(Event) {}
	}
	c := &collector{
		stream: make(chan events.EngineEvent), stop: make(chan struct{}), done: make(chan struct{}),
		progress: progress, began: time.Now(),
		messages: map[string][]string{}, failed: map[string]bool{},
	}
	go c.collect()
	return c
}

// collect ends when the stream does. A CLI that dies before it opened the
// stream never closes it; stop ends the wait then.
func (c *collector) collect() {
	defer close(c.done)
	for {
		select {
		case event, ok := <-c.stream:
			if !ok {
				return
			}
			c.take(event.EngineEvent)
		case <-c.stop:
			return
		}
	}
}

func (c *collector) finish() {
	close(c.stop)
	<-c.done
}

func (c *collector) take(event apitype.EngineEvent) {
	switch {
	case event.ResourcePreEvent != nil:
		c.started(event.ResourcePreEvent.Metadata)
	case event.ResOutputsEvent != nil:
		if meta := event.ResOutputsEvent.Metadata; !event.ResOutputsEvent.Planning && interesting(meta) {
			c.progress(about(Done, meta.URN, string(meta.Op), ""))
		}
	case event.ResOpFailedEvent != nil:
		urn := event.ResOpFailedEvent.Metadata.URN
		c.fail(urn)
		c.failed[urn] = true
		c.progress(about(Failed, urn, string(event.ResOpFailedEvent.Metadata.Op), strings.Join(c.messages[urn], "\n")))
	case event.DiagnosticEvent != nil:
		c.diagnostic(*event.DiagnosticEvent)
	case event.SummaryEvent != nil:
		c.counts = map[string]int{}
		for op, n := range event.SummaryEvent.ResourceChanges {
			c.counts[string(op)] = n
		}
	default:
		c.verdicts.take(event)
	}
}

func (c *collector) started(meta apitype.StepEventMetadata) {
	if !interesting(meta) {
		return
	}
	c.progress(about(Started, meta.URN, string(meta.Op), ""))
	switch meta.Op {
	case apitype.OpCreate, apitype.OpUpdate, apitype.OpReplace, apitype.OpDelete, apitype.OpImport:
		properties := slices.Sorted(maps.Keys(meta.DetailedDiff))
		if len(properties) == 0 {
			properties = slices.Sorted(slices.Values(meta.Diffs))
		}
		urn := resource.URN(meta.URN)
		c.changes = append(c.changes, Change{
			URN: meta.URN, Type: string(urn.Type()), Name: urn.Name(), Op: string(meta.Op), Properties: properties,
		})
	default: // the two halves of a replacement, and reads, change nothing more
	}
}

func (c *collector) diagnostic(d apitype.DiagnosticEvent) {
	message := strings.TrimSpace(colors.Never.Colorize(d.Message))
	switch {
	case message == "":
	case d.Severity == "error" && !d.Ephemeral:
		message = strings.TrimPrefix(message, "error: ")
		if urn := resource.URN(d.URN); d.URN != "" && urn.IsValid() && urn.Type() != resource.RootStackType {
			c.fail(d.URN)
			if !slices.Contains(c.messages[d.URN], message) {
				c.messages[d.URN] = append(c.messages[d.URN], message)
			}
		} else if message != "update failed" && message != "preview failed" {
			c.general = append(c.general, message)
		}
	case d.Severity == "warning" && !d.Ephemeral:
		c.warnings = append(c.warnings, strings.TrimPrefix(message, "warning: "))
	case d.Severity != "debug":
		c.progress(about(Status, d.URN, "", message))
	}
}

func (c *collector) fail(urn string) {
	if !slices.Contains(c.order, urn) {
		c.order = append(c.order, urn)
	}
}

// failures are the resources with an error, in the order they came up.
func (c *collector) failures() []Failure {
	var out []Failure
	for _, id := range c.order {
		urn := resource.URN(id)
		message := strings.Join(c.messages[id], "\n")
		if message == "" {
			message = "the engine gave no reason"
		}
		out = append(out, Failure{URN: id, Type: string(urn.Type()), Name: urn.Name(), Message: message})
	}
	return out
}

func (c *collector) summarize(s *Summary) {
	slices.SortFunc(c.changes, func(a, b Change) int { return strings.Compare(a.URN, b.URN) })
	s.Counts, s.Changes, s.Warnings, s.Took = c.counts, c.changes, c.warnings, time.Since(c.began)
	s.Rules, s.Violations, s.Remedies = len(c.verdicts.rules), c.verdicts.sorted(), c.verdicts.mended()
}

// interesting leaves out what does not change and what the engine keeps for
// itself: the stack and the default providers.
func interesting(meta apitype.StepEventMetadata) bool {
	urn := resource.URN(meta.URN)
	ownProvider := strings.HasPrefix(string(urn.Type()), "pulumi:providers:") && strings.HasPrefix(urn.Name(), "default")
	return meta.Op != apitype.OpSame && urn.Type() != resource.RootStackType && !ownProvider
}

func about(kind EventKind, id, op, message string) Event {
	event := Event{Kind: kind, Op: op, URN: id, Message: message}
	if urn := resource.URN(id); urn.IsValid() {
		event.Type, event.Name = string(urn.Type()), urn.Name()
	}
	return event
}
