package dragonfly

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tripsage/infrastructure/service"
)

// CheckTimeout is the time that a health check of the cache should get. It is short because
// the cache is optional: a hanging one must not hold up the readiness answer.
const CheckTimeout = 500 * time.Millisecond

// Check sends PING and asks for the server's version in one round trip.
func (c *Cache) Check(ctx context.Context) (service.Observation, error) {
	pipe := c.client.Pipeline()
	ping := pipe.Ping(ctx)
	info := pipe.Info(ctx, "server")
	_, err := pipe.Exec(ctx)
	var refused redis.Error
	if ping.Val() == "PONG" && errors.As(info.Err(), &refused) {
		return service.Observation{}, nil // an ACL may forbid INFO; the cache works all the same
	}
	if err != nil { // not each command's own: those stay empty when no connection is made
		return service.Observation{}, coded(err)
	}
	server, version := product(info.Val())
	return service.Observation{Server: server, Version: version}, nil
}

// product finds the real product in INFO's answer: Dragonfly and Valkey also state the Redis
// version that they are compatible with.
func product(info string) (name, version string) {
	fields := infoFields(info)
	switch {
	case fields["dragonfly_version"] != "":
		return "Dragonfly", strings.TrimPrefix(strings.TrimPrefix(fields["dragonfly_version"], "df-"), "v")
	case fields["valkey_version"] != "":
		return "Valkey", fields["valkey_version"]
	default:
		return "Redis", fields["redis_version"]
	}
}

// infoFields are the lines "key:value" of INFO's answer.
func infoFields(info string) map[string]string {
	fields := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(info))
	for lines.Scan() {
		if key, value, ok := strings.Cut(strings.TrimSpace(lines.Text()), ":"); ok {
			fields[key] = value
		}
	}
	return fields
}

// coded attaches the stable code to an error of go-redis.
func coded(err error) error {
	return &service.Error{Code: code(err), Err: fmt.Errorf("cache: %w", err)}
}

func code(err error) service.Code {
	if errors.Is(err, redis.ErrPoolTimeout) {
		return service.CodePoolExhausted
	}
	var answer redis.Error
	if errors.As(err, &answer) {
		return serverCode(answer.Error())
	}
	if code, ok := service.NetworkCode(err); ok {
		return code
	}
	return service.CodeOf(err)
}

// serverCode maps the first word of an error answer, which the protocol keeps stable.
func serverCode(answer string) service.Code {
	word, _, _ := strings.Cut(answer, " ")
	switch {
	case word == "WRONGPASS", word == "NOAUTH", word == "NOPERM":
		return service.CodeAuthenticationFailed
	case word == "LOADING", word == "MASTERDOWN":
		return service.CodeStarting
	case strings.Contains(answer, "max number of clients"):
		return service.CodeTooManyConnections
	default:
		return service.CodeInternal
	}
}
