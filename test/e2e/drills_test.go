package e2e

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// margin is for what is no faster in a drill: pods that end and start, scrapes,
// and a busy machine.
const margin = 30 * time.Second

// fault is something that breaks, and who has to be told of it.
type fault struct {
	// begin breaks it and returns how to repair it.
	begin  func(*testing.T) (end func())
	alerts []expected
	// also are alerts that may come with it.
	also []string
}

// expected is an alert: its labels, its page, and how long after the fault it
// comes where nothing is sped up.
type expected struct {
	name, severity, slo, window, runbook string

	after time.Duration
}

func (e expected) labels() map[string]string {
	labels := map[string]string{"alertname": e.name, "severity": e.severity, "service": "tripsage", "environment": "local"}
	if e.slo != "" {
		labels["slo"], labels["window"] = e.slo, e.window
	}
	return labels
}

func (w *watched) drills(t *testing.T) {
	const minute = time.Minute
	burn := func(slo, runbook string) expected {
		return expected{"ErrorBudgetBurn", "critical", slo, "1h", runbook, 60 * minute}
	}
	for _, drill := range []struct {
		name   string
		faults []fault
	}{
		{"CacheStoppedAndErrors", []fault{
			{w.stopCache, []expected{{"CacheDown", "warning", "", "", "cache.md", 2 * minute}}, nil},
			{w.breakTrips, []expected{{"HighErrorRate", "critical", "", "", "errors.md", 10 * minute}, burn("availability", "errors.md")}, nil},
		}},
		{"Slow", []fault{
			{w.slowMemories, []expected{{"SlowVectorSearch", "warning", "", "", "vector-search.md", 7 * minute}, burn("latency", "latency.md")}, nil},
		}},
		{"DatabaseStopped", []fault{
			// It explains the others, but they may be told of for a moment when it is over.
			{w.stopDatabase, []expected{{"DatabaseDown", "critical", "", "", "database.md", minute}}, []string{"HighErrorRate", "SlowVectorSearch"}},
		}},
	} {
		t.Run(drill.name, func(t *testing.T) { w.drill(t, drill.faults) })
	}
}

// drill has all faults at the same time.
func (w *watched) drill(t *testing.T, faults []fault) {
	start := time.Now()
	defer w.explain(t, start)
	// Budgets of longer windows burn in any drill, and go on when it is over.
	known := []string{"ErrorBudgetBurn"}
	var ends []func()
	for _, f := range faults {
		end := sync.OnceFunc(f.begin(t))
		defer end() // the context of a test has ended when it cleans up
		ends, known = append(ends, end), append(known, f.also...)
	}
	for _, f := range faults {
		for _, e := range f.alerts {
			known = append(known, e.name)
			w.fires(t, start, e)
		}
	}
	over := time.Now()
	for _, end := range ends {
		end()
	}
	for _, f := range faults {
		for _, e := range f.alerts {
			// The short window, and Alertmanager's pause between two messages of a group.
			w.hook.hears(t, over, 10*time.Minute/speed+margin, "resolved", e.labels())
			t.Logf("%s %s is over %.0fs after the fault", e.name, e.slo, time.Since(over).Seconds())
		}
	}
	for _, one := range w.hook.since(start) {
		assert.Contains(t, known, one.Labels["alertname"], "nothing else is told of: %v", one)
	}
}

// explain tells, after a failure, what happened to the pods meanwhile, and what the API noticed of
// the things it needs.
func (w *watched) explain(t *testing.T, since time.Time) {
	if !t.Failed() {
		return
	}
	for _, pod := range w.cluster.pods(t, "tripsage") {
		for _, c := range pod.Status.ContainerStatuses {
			t.Logf("%s, %s: restarted %d times", pod.Name, c.Name, c.RestartCount)
		}
		if !strings.HasPrefix(pod.Name, "tripsage-api") {
			continue
		}
		text, err := w.cluster.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, &v1.PodLogOptions{SinceTime: &metav1.Time{Time: since}}).DoRaw(t.Context())
		assert.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "dependency changed") {
				t.Log(strings.TrimSpace(line))
			}
		}
	}
}

func (w *watched) fires(t *testing.T, start time.Time, e expected) {
	t.Helper()
	found := w.hook.hears(t, start, e.after/speed+margin, "firing", e.labels())
	t.Logf("%s %s is told of %.0fs after the fault: %s", e.name, e.slo, found.at.Sub(start).Seconds(), found.Annotations["description"])
	assert.Equal(t, e.severity, found.route, "whose receiver")
	assert.True(t, strings.HasSuffix(found.Annotations["runbook_url"], "/docs/runbooks/"+e.runbook), found.Annotations["runbook_url"])
	for _, text := range []string{"summary", "description"} {
		assert.NotEmpty(t, found.Annotations[text])
		assert.NotRegexp(t, `\{\{|<no value>|<error|NaN`, found.Annotations[text])
	}
}

func (w *watched) stopDatabase(t *testing.T) (end func()) {
	scale := func(replicas string) {
		_, err := w.cluster.AppsV1().StatefulSets("tripsage").Patch(context.Background(), "postgres", types.MergePatchType,
			[]byte(`{"spec":{"replicas":`+replicas+`}}`), metav1.PatchOptions{})
		require.NoError(t, err)
	}
	scale("0")
	return func() { scale("1") }
}

func (w *watched) stopCache(t *testing.T) (end func()) {
	scale := func(replicas string) {
		_, err := w.cluster.AppsV1().Deployments("tripsage").Patch(context.Background(), "dragonfly", types.MergePatchType,
			[]byte(`{"spec":{"replicas":`+replicas+`}}`), metav1.PatchOptions{})
		require.NoError(t, err)
	}
	scale("0")
	return func() { scale("1") }
}

// breakTrips has every new trip end in an error of the database.
func (w *watched) breakTrips(t *testing.T) (end func()) {
	w.cluster.sql(t, `create function drill() returns trigger language plpgsql as 'begin raise ''drill''; end';
		create trigger drill before insert on trips for each row execute function drill()`)
	leave := w.ask(1, http.MethodPost, "/trips", tripNamed("never made"), 200*time.Millisecond)
	return func() {
		leave()
		w.cluster.sql(t, `drop trigger drill on trips; drop function drill()`)
	}
}

// slowMemories has somebody lock the memories, again and again: whoever looks
// among them waits for his turn between two locks.
func (w *watched) slowMemories(t *testing.T) (end func()) {
	const script = `PGPASSWORD=$(cat /var/run/secrets/postgres/superuser-password) timeout 180 ` +
		`psql -h /var/run/postgresql -U postgres -d tripsage -c "$0" >/dev/null 2>&1 &`
	_, err := w.cluster.exec(t, "tripsage", "postgres-0", "bash", "-c", script, `do $drill$ begin loop
		lock table memories in access exclusive mode; perform pg_sleep(0.8); commit;
	end loop; end $drill$`)
	require.NoError(t, err)
	leave := w.ask(40, http.MethodPost, "/memory/search", `{"query":"slow"}`, 0)
	return func() {
		w.cluster.sql(t, `select pg_terminate_backend(pid) from pg_stat_activity where query like 'do $drill$%'`)
		leave()
	}
}

// ask has clients make the same request all the time, whatever the answer. They
// leave with the answer to their last one: who goes away while he waits for a
// connection looks like one who has given up.
func (w *watched) ask(clients int, method, path, body string, pause time.Duration) (leave func()) {
	done := make(chan struct{})
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for u := w.user.at(w.user.url); ; {
				select {
				case <-done:
					return
				case <-time.After(pause):
					_, _ = u.send(context.Background(), method, path, body)
				}
			}
		})
	}
	return func() {
		close(done)
		all.Wait()
	}
}
