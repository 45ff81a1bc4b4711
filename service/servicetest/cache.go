package servicetest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// Cache is a private server that speaks the Redis protocol.
type Cache struct {
	Server
	User     string // "" is the default user
	Password string

	authority *Authority
}

// CacheOptions is how a cache differs from a plain one.
type CacheOptions struct {
	// Authority makes the server answer with TLS only, with a certificate for 127.0.0.1.
	Authority *Authority
	// ACL is an ACL file; User in it has the Password that it is told.
	ACL  func(password string) string
	User string
}

// StartCache starts an empty server that keeps nothing on disk.
func StartCache(t testing.TB) *Cache {
	t.Helper()
	return StartCacheWith(t, CacheOptions{})
}

// StartCacheWith starts such a server with options.
func StartCacheWith(t testing.TB, options CacheOptions) *Cache {
	t.Helper()
	server := program(t, "redis-server", "valkey-server", "redis-server")
	id := unprivileged(t)
	cache := &Cache{User: options.User, Password: "test-cache-password", authority: options.Authority}
	cache.Addr, cache.Dir = FreeAddr(t), dataDir(t, id)
	settings := cache.settings(t, options, id)
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
		if cache.authority != nil {
			options.TLSConfig = &tls.Config{RootCAs: cache.authority.Pool, MinVersion: tls.VersionTLS12}
		}
		client := redis.NewClient(options)
		return errors.Join(client.Ping(ctx).Err(), client.Close())
	}
	cache.Start(t)
	t.Cleanup(func() { cache.Stop(t) })
	return cache
}

// settings is the server's configuration file.
func (c *Cache) settings(t testing.TB, options CacheOptions, id *syscall.Credential) string {
	t.Helper()
	host, port, err := net.SplitHostPort(c.Addr)
	require.NoError(t, err)
	lines := []string{"bind " + host, "dir " + c.Dir, `save ""`, "appendonly no"}
	if options.ACL == nil {
		lines = append(lines, "requirepass "+c.Password)
	} else {
		path := filepath.Join(c.Dir, "acl")
		require.NoError(t, os.WriteFile(path, []byte(options.ACL(c.Password)), 0o644)) // #nosec G306 -- for the server's user
		lines = append(lines, "aclfile "+path)
	}
	if c.authority == nil {
		lines = append(lines, "port "+port)
	} else {
		certificate, key := c.authority.issue(t, c.Dir, id)
		lines = append(lines, "port 0", "tls-port "+port, "tls-cert-file "+certificate, "tls-key-file "+key, "tls-auth-clients no")
	}
	return strings.Join(lines, "\n") + "\n"
}

// URL is the address of the server.
func (c *Cache) URL() string {
	scheme := "redis"
	if c.authority != nil {
		scheme = "rediss"
	}
	return fmt.Sprintf("%s://%s:%s@%s/0", scheme, c.User, c.Password, c.Addr)
}
