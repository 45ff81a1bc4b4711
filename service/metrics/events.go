package apimetrics

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tripsage/infrastructure/service"
)

// spec is the counter of an event: its labels, and what each event's label stands for.
type spec struct {
	name, help string
	labels     []string
	values     [][]string // as many as labels; an event's label joins one of each with ":"
}

// eventSpecs has all that service.Observer says of each event.
func eventSpecs() map[service.Event]spec {
	one := func(name, help, label string, values ...string) spec {
		return spec{name: name, help: help, labels: []string{label}, values: [][]string{values}}
	}
	return map[service.Event]spec{
		service.EventCache: {
			name: "cache_requests_total", help: "Answers that were looked for in the cache.", labels: []string{"kind", "result"},
			values: [][]string{
				{string(service.CacheSearch), string(service.CachePreferences), string(service.CacheStatic)},
				{"hit", "miss", "negative", "shared", "bypass"},
			},
		},
		service.EventSearch:    one("searches_total", "Searches.", "what", "destinations", "memories"),
		service.EventTrip:      one("trips_total", "What happened to trips.", "event", "created", "updated", "deleted", "shared"),
		service.EventMessage:   one("chat_messages_total", "Chat messages that were added.", "role", service.MessageRoles()...),
		service.EventMemory:    one("memories_total", "What happened to memories.", "event", "added", "deleted"),
		service.EventRateLimit: one("rate_limit_decisions_total", "Requests of users that were counted against their limit.", "result", "allowed", "limited", "local"),
		service.EventSocketClosed: one("websocket_closed_total", "Websockets that were closed, by why.", "reason",
			"client", "lost", "slow", "draining", "expired", "error"),
		service.EventSocketMessage: one("websocket_messages_total", "Changes that were sent to websockets, by the table.", "table",
			"trips", "itinerary_items", "trip_collaborators", "chat_sessions", "chat_messages"),
		service.EventAuthentication: one("authentications_total", "Tokens that were accepted, or why they were not.", "result",
			"accepted", "missing", "malformed", "expired", "forged", "audience", "role", "unavailable"),
	}
}

// counter has the time series of one event, by the event's label. They exist from the start, so
// that a rate begins with the first of them and a dashboard shows 0.
type counter struct {
	series map[string]prometheus.Counter
	rest   prometheus.Counter // of labels that nobody expects
}

func (s spec) register(registry *prometheus.Registry) counter {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: s.name, Help: s.help}, s.labels)
	registry.MustRegister(vec)
	c := counter{series: map[string]prometheus.Counter{}}
	for _, values := range product(s.values) {
		c.series[strings.Join(values, ":")] = vec.WithLabelValues(values...)
	}
	rest := make([]string, len(s.labels))
	for i := range rest {
		rest[i] = other
	}
	c.rest = vec.WithLabelValues(rest...)
	return c
}

// product has each way to take one value of each list.
func product(lists [][]string) [][]string {
	all := [][]string{nil}
	for _, list := range lists {
		var longer [][]string
		for _, head := range all {
			for _, value := range list {
				longer = append(longer, append(head[:len(head):len(head)], value))
			}
		}
		all = longer
	}
	return all
}

// Count is part of service.Observer. An event that is none is not counted, a label that is not
// expected is counted as "other".
func (o *Observer) Count(event service.Event, label string) {
	switch event {
	case service.EventSocketOpened:
		o.sockets.Inc()
		return
	case service.EventSocketClosed:
		o.sockets.Dec()
	}
	counter, ok := o.events[event]
	if !ok {
		return
	}
	series, ok := counter.series[label]
	if !ok {
		series = counter.rest
	}
	series.Inc()
}
