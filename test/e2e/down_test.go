package e2e

import (
	"net"
	"net/url"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// down leaves nothing but files, up goes on with them, and --purge takes them.
func testDown(t *testing.T, m *machine) {
	m.cluster.sql(t, `create table if not exists kept_over_down (word text); truncate kept_over_down; insert into kept_over_down values ('still here')`)
	ran := family(t, m.state)
	require.Greater(t, len(ran), 15, "the cluster's processes and the containers")
	groups := cgroups(t, ran)
	assert.NotEmpty(t, groups, "what runs has cgroups")
	assert.NotEmpty(t, findLeftovers(t, m.state).Sockets, "and sockets")

	m.must(t, "down")
	m.leavesNothing(t, ran)
	for _, group := range groups {
		assert.NoDirExists(t, group)
	}
	assert.False(t, m.status(t).Running)
	m.must(t, "down") // twice in a row is fine
	m.leavesNothing(t, ran)

	m.start(t)
	requireHealthy(t, m.up.API.URL)
	assert.Equal(t, "still here", m.cluster.sql(t, `select word from kept_over_down`))
	assert.Empty(t, m.preview(t).lines())

	edit(t, m.project, "logLevel: debug", "logLevel: info")
	m.killUp(t, func(p *exec.Cmd) bool { return engineOf(t, p) != nil })
	ran = family(t, m.state) // what the killed up has left, too
	m.must(t, "down", "--purge")
	m.leavesNothing(t, ran)
	_, err := os.Stat(m.state + "/real")
	assert.ErrorIs(t, err, os.ErrNotExist)
	m.must(t, "down", "--purge")
}

func (m *machine) leavesNothing(t *testing.T, ran []process) {
	t.Helper()
	assert.Empty(t, alive(t, ran), "processes")
	assert.Equal(t, m.before, findLeftovers(t, m.state))
	for _, address := range []string{m.up.API.URL, m.cluster.config.Host} {
		at, err := url.Parse(address)
		require.NoError(t, err)
		_, err = net.DialTimeout("tcp", at.Host, time.Second)
		assert.Error(t, err, "nothing listens at %s", address)
	}
}
