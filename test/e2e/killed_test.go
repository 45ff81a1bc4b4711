package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Whatever is killed at whatever moment, the next up puts it right and the
// rows are still there.
func testKilled(t *testing.T, m *machine) {
	m.cluster.sql(t, `create table if not exists rows (word text); truncate rows;
		insert into rows select 'row ' || n from generate_series(1, 1000) n`)
	for _, name := range []string{"etcd", "kube-apiserver", "kubelet", "containerd", "supervisor"} {
		t.Run(name, func(t *testing.T) {
			victim := find(t, m.state, name)
			kill(t, victim)
			m.converges(t)
			assert.NotEqual(t, victim.pid, find(t, m.state, name).pid, "it is a new process")
		})
	}
	t.Run("ShellInTheDatabasesPod", m.orphanInPostgres)
	t.Run("UpAtTheEnginesStart", func(t *testing.T) {
		edit(t, m.project, "logLevel: debug", "logLevel: info")
		m.killUp(t, func(p *exec.Cmd) bool { return engineOf(t, p) != nil })
		m.converges(t)
	})
	t.Run("UpInTheMiddle", func(t *testing.T) {
		edit(t, m.project, "epoch: 1", "epoch: 3")
		before := m.secretValues(t)
		packs := m.killUp(t, func(*exec.Cmd) bool { return !assert.ObjectsAreEqual(before, m.secretValues(t)) })
		assert.NotEmpty(t, packs, "it was judged")
		m.converges(t)
		eventually(t, time.Minute, func() error {
			if left := alive(t, packs); len(left) > 0 {
				return fmt.Errorf("the policy pack has outlived its engine: %v", left)
			}
			return nil
		})
	})
	m.converges(t) // back at the shipped values
}

// A shell that leaves a process behind must not take the database with it: PostgreSQL as process 1
// inherits the process, takes it for its own when it fails, and restarts for everybody.
func (m *machine) orphanInPostgres(t *testing.T) {
	const begun = `select backend_start from pg_stat_activity where backend_type = 'checkpointer'`
	before := m.cluster.sql(t, begun)
	_, err := m.cluster.exec(t, "tripsage", "postgres-0", "bash", "-c", "(sleep 1; exit 2) >/dev/null 2>&1 &")
	require.NoError(t, err)
	time.Sleep(2 * time.Second) // it has ended by then
	assert.Equal(t, before, m.cluster.sql(t, begun), "the server has restarted")
}

// converges wants one up to succeed, the next to find nothing to do, and all
// rows in place.
func (m *machine) converges(t *testing.T) {
	t.Helper()
	m.start(t)
	requireHealthy(t, m.up.API.URL)
	assert.Equal(t, "1000|row 1000", m.cluster.sql(t, `select count(*), max(word) filter (where word like '%000') from rows`))
	assert.Empty(t, m.preview(t).lines())
}

// killUp starts an update and kills the operator's program a moment after it
// has come to the given point. Its engine is left to itself. It returns the
// policy packs that the engine had asked.
func (m *machine) killUp(t *testing.T, reached func(*exec.Cmd) bool) (packs []process) {
	t.Helper()
	var out bytes.Buffer
	up := m.command(t.Context(), "up")
	up.Stdout, up.Stderr = &out, &out
	require.NoError(t, up.Start())
	for end := time.Now().Add(time.Minute); !reached(up); time.Sleep(20 * time.Millisecond) {
		require.True(t, time.Now().Before(end), "it never came to that point:\n%s", out.String())
	}
	delay := time.Duration(rand.IntN(1000)) * time.Millisecond
	time.Sleep(delay)
	engine := engineOf(t, up)
	t.Logf("kill -9 of up, %s later; its engine is %v", delay, engine)
	for _, one := range processes(t) {
		if engine != nil && one.parent == engine.pid && filepath.Base(one.args[0]) == "tripsage-policy" {
			packs = append(packs, one)
		}
	}
	require.NoError(t, up.Process.Kill())
	var exit *exec.ExitError
	require.True(t, errors.As(up.Wait(), &exit), "it was not finished yet")
	require.Equal(t, syscall.SIGKILL, exit.Sys().(syscall.WaitStatus).Signal())
	return packs
}

// engineOf is the Pulumi command that runs the update for p, if it does yet.
func engineOf(t *testing.T, p *exec.Cmd) *process {
	t.Helper()
	for _, child := range processes(t) {
		if child.parent == p.Process.Pid && slices.Contains(child.args, "up") {
			return &child
		}
	}
	return nil
}

// secretValues are what the Kubernetes Secrets of the platform hold. They are
// remembered, for the search for secrets in clear.
func (m *machine) secretValues(t *testing.T) map[string]string {
	t.Helper()
	list, err := m.cluster.CoreV1().Secrets("tripsage").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	values := map[string]string{}
	for _, secret := range list.Items {
		for key, value := range secret.Data {
			if secret.Name == "postgres-exporter" && key != "password" {
				continue // an address and a name, beside the password because the exporter wants all three as files
			}
			values[secret.Name+"/"+key] = string(value)
			m.seen[string(value)] = true
		}
	}
	return values
}
