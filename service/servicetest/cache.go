package servicetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// Cache is a private server that speaks the Redis protocol.
type Cache struct {
	Server
	Password string
}

// StartCache starts an empty server that keeps nothing on disk.
func StartCache(t testing.TB) *Cache {
	t.Helper()
	server := program(t, "redis-server", "valkey-server", "redis-server")
	id := unprivileged(t)
	cache := &Cache{Password: "test-cache-password"}
	cache.Addr, cache.Dir = FreeAddr(t), dataDir(t, id)
	host, port, err := net.SplitHostPort(cache.Addr)
	require.NoError(t, err)
	settings := fmt.Sprintf("bind %s\nport %s\ndir %s\nsave \"\"\nappendonly no\nrequirepass %s\n",
		host, port, cache.Dir, cache.Password)
	cache.command = func() *exec.Cmd {
		cmd := exec.Command(server, "-") // #nosec G204 -- a fixed program; settings come from stdin
		cmd.Dir, cmd.SysProcAttr, cmd.Stdin = cache.Dir, sysProcAttr(id), strings.NewReader(settings)
		return cmd
	}
	cache.ping = func(ctx context.Context) error {
		options, err := redis.ParseURL(cache.URL())
		if err != nil {
			return err
		}
		client := redis.NewClient(options)
		return errors.Join(client.Ping(ctx).Err(), client.Close())
	}
	cache.Start(t)
	t.Cleanup(func() { cache.Stop(t) })
	return cache
}

// URL is the address of the server.
func (c *Cache) URL() string { return "redis://:" + c.Password + "@" + c.Addr + "/0" }
