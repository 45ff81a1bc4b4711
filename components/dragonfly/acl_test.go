package dragonfly

import (
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/servicetest"
)

// The ACL is tried on a real server of the same protocol: Dragonfly itself cannot be had here.
func TestACL(t *testing.T) {
	server := servicetest.StartCacheWith(t, servicetest.CacheOptions{
		User: ACLUser,
		ACL:  func(password string) string { return strings.ReplaceAll(ACLTemplate, "{password}", password) },
	})
	connect := func(user, password string) *redis.Client {
		client := redis.NewClient(&redis.Options{Addr: server.Addr, Username: user, Password: password, PoolSize: 1})
		t.Cleanup(func() { require.NoError(t, client.Close()) })
		return client
	}
	run := func(client *redis.Client, command string) error {
		words := []any{}
		for _, word := range strings.Fields(command) {
			words = append(words, word)
		}
		return client.Do(t.Context(), words...).Err()
	}
	client := connect(ACLUser, server.Password)
	for _, allowed := range []string{
		"PING", "SET k v", "GETSET k w", "EXPIRE k 10", "INCR n", "HSET h f v", "HGETALL h", "SADD s m", "ZADD z 1 m",
		"MGET k n", "DEL k n", "UNLINK h", "SCAN 0", "PUBLISH channel hello", "INFO server", "CLIENT SETNAME test", "MULTI", "DISCARD",
	} {
		assert.NoError(t, run(client, allowed), allowed)
	}
	for _, denied := range []string{
		"KEYS *", "FLUSHALL", "FLUSHDB", "CONFIG GET requirepass", "ACL LIST", "SHUTDOWN", "REPLICAOF NO ONE", "SAVE", "BGSAVE",
		"MONITOR", "SLOWLOG GET", "EVAL return(1) 0", "SCRIPT FLUSH", "SWAPDB 0 1", "CLIENT KILL TYPE normal",
	} {
		assert.ErrorContains(t, run(client, denied), "NOPERM", denied)
	}
	assert.ErrorContains(t, run(connect("", ""), "PING"), "NOAUTH")
	assert.ErrorContains(t, run(connect("", server.Password), "PING"), "WRONGPASS")
	assert.ErrorContains(t, run(connect(ACLUser, "guess"), "PING"), "WRONGPASS")
}

func TestACLNamesTheDefaultUser(t *testing.T) {
	first, _, _ := strings.Cut(ACLTemplate, "\n")
	assert.True(t, strings.HasPrefix(first, "user default off "),
		"Dragonfly lets everybody in when the file does not name that user")
	for line := range strings.Lines(ACLTemplate) {
		assert.GreaterOrEqual(t, len(strings.Fields(line)), 4, "Dragonfly refuses shorter lines")
	}
}
