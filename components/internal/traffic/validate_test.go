package traffic_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/components/internal/traffic"
)

func TestValidate(t *testing.T) {
	for want, change := range map[string]func(*traffic.Traffic){
		`Timeout is -1s: expected whole milliseconds, 1ms or more`:          func(c *traffic.Traffic) { c.Timeout = -time.Second },
		`Timeout is 1.5ms: expected whole milliseconds`:                     func(c *traffic.Traffic) { c.Timeout = 1500 * time.Microsecond },
		`WebSocketTimeout is -1ns: expected whole milliseconds`:             func(c *traffic.Traffic) { c.WebSocketTimeout = -1 },
		`Retries.Attempts is 11: expected a number from 1 to 10`:            func(c *traffic.Traffic) { c.Retries.Attempts = 11 },
		`Retries.Attempts is -1: expected a number from 1 to 10`:            func(c *traffic.Traffic) { c.Retries = traffic.Retries{Attempts: -1, PerTryTimeout: time.Second} },
		`Retries.PerTryTimeout is 12s: expected at most 11s: Timeout 33s`:   func(c *traffic.Traffic) { c.Retries.PerTryTimeout = 12 * time.Second },
		`Retries.PerTryTimeout is 1µs: expected whole milliseconds`:         func(c *traffic.Traffic) { c.Retries.PerTryTimeout = time.Microsecond },
		`Retries.On[0] is "sometimes": expected an HTTP status from 500`:    func(c *traffic.Traffic) { c.Retries.On = []string{"sometimes"} },
		`Retries.On[0] is "404": expected an HTTP status from 500`:          func(c *traffic.Traffic) { c.Retries.On = []string{"404"} },
		`Retries.Methods[1] is "POST": expected an idempotent method`:       func(c *traffic.Traffic) { c.Retries.Methods = []string{"GET", "POST"} },
		`Retries.Methods[0] is "get": expected an idempotent method`:        func(c *traffic.Traffic) { c.Retries.Methods = []string{"get"} },
		`Retries.Methods[1] is "GET": expected each value once`:             func(c *traffic.Traffic) { c.Retries.Methods = []string{"GET", "GET"} },
		`Retries.Off is true: expected no other setting of Retries`:         func(c *traffic.Traffic) { c.Retries = traffic.Retries{Off: true, Attempts: 1} },
		`Pool.Requests is -5: expected a number from 1 to 1000000`:          func(c *traffic.Traffic) { c.Pool.Requests = -5 },
		`Pool.WebSockets is 2000000: expected a number from 1 to 1000000`:   func(c *traffic.Traffic) { c.Pool.WebSockets = 2_000_000 },
		`Pool.Pending is -1: expected a number from 1`:                      func(c *traffic.Traffic) { c.Pool.Pending = -1 },
		`Pool.Retries is -1: expected a number from 1`:                      func(c *traffic.Traffic) { c.Pool.Retries = -1 },
		`Pool.RequestsPerConnection is -1: expected a number from 0`:        func(c *traffic.Traffic) { c.Pool.RequestsPerConnection = -1 },
		`Pool.ConnectTimeout is -1s: expected whole milliseconds`:           func(c *traffic.Traffic) { c.Pool.ConnectTimeout = -time.Second },
		`Pool.IdleTimeout is 1ns: expected whole milliseconds`:              func(c *traffic.Traffic) { c.Pool.IdleTimeout = 1 },
		`Outlier.Errors is -1: expected a number from 1`:                    func(c *traffic.Traffic) { c.Outlier.Errors = -1 },
		`Outlier.Interval is 1ns: expected whole milliseconds`:              func(c *traffic.Traffic) { c.Outlier.Interval = 1 },
		`Outlier.EjectionTime is -1s: expected whole milliseconds`:          func(c *traffic.Traffic) { c.Outlier.EjectionTime = -time.Second },
		`Outlier.MaxEjectedPercent is 101: expected a number from 1 to 100`: func(c *traffic.Traffic) { c.Outlier.MaxEjectedPercent = 101 },
		`CORS.Origins is missing: expected at least one origin`:             func(c *traffic.Traffic) { c.CORS.Origins = nil },
		`CORS.Origins[0] is "*": expected one exact origin`:                 func(c *traffic.Traffic) { c.CORS.Origins = []string{"*"} },
		`CORS.Origins[0] is "https://*.tripsage.ai": expected one exact`:    func(c *traffic.Traffic) { c.CORS.Origins = []string{"https://*.tripsage.ai"} },
		`CORS.Origins[0] is "http://app.tripsage.ai": expected an https`:    func(c *traffic.Traffic) { c.CORS.Origins = []string{"http://app.tripsage.ai"} },
		`CORS.Origins[0] is "https://app.tripsage.ai/": expected https:`:    func(c *traffic.Traffic) { c.CORS.Origins = []string{"https://app.tripsage.ai/"} },
		`CORS.Origins[0] is "https://APP.tripsage.ai": expected https:`:     func(c *traffic.Traffic) { c.CORS.Origins = []string{"https://APP.tripsage.ai"} },
		`CORS.Origins[0] is "https://app.tripsage.ai:443": expected https:`: func(c *traffic.Traffic) { c.CORS.Origins = []string{"https://app.tripsage.ai:443"} },
		`CORS.Origins[0] is "https://me@app.tripsage.ai": expected https:`:  func(c *traffic.Traffic) { c.CORS.Origins = []string{"https://me@app.tripsage.ai"} },
		`CORS.Origins[0] is "null": expected an https origin`:               func(c *traffic.Traffic) { c.CORS.Origins = []string{"null"} },
		`CORS.Origins[1] is "https://app.tripsage.ai": expected each value`: func(c *traffic.Traffic) { c.CORS.Origins = append(c.CORS.Origins, c.CORS.Origins[0]) },
		`CORS.Methods[0] is "*": expected one of GET`:                       func(c *traffic.Traffic) { c.CORS.Methods = []string{"*"} },
		`CORS.Headers[0] is "*": expected the name of one header`:           func(c *traffic.Traffic) { c.CORS.Headers = []string{"*"} },
		`CORS.ExposeHeaders[0] is "X Y": expected the name of one header`:   func(c *traffic.Traffic) { c.CORS.ExposeHeaders = []string{"X Y"} },
		`CORS.MaxAge is 1.5s: expected whole seconds, 1s or more`:           func(c *traffic.Traffic) { c.CORS.MaxAge = 1500 * time.Millisecond },
		`CORS.Headers[1] is "content-type": expected each value once`:       func(c *traffic.Traffic) { c.CORS.Headers = []string{"Content-Type", "content-type"} },
		`Timeout is 0s: expected whole milliseconds, 1ms or more`:           nil,
	} {
		t.Run(want, func(t *testing.T) {
			made := full()
			if change == nil { // Validate takes complete settings
				made = traffic.Traffic{CORS: full().WithDefaults().CORS, Pool: made.WithDefaults().Pool, Outlier: made.WithDefaults().Outlier}
			} else {
				change(&made)
				made = made.WithDefaults()
			}
			err := made.Validate()
			require.ErrorContains(t, err, want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "one mistake, one line: %v", err)
		})
	}
}

func TestAllFaultsTogether(t *testing.T) {
	made := traffic.Traffic{
		Timeout: 10 * time.Second,
		Retries: traffic.Retries{PerTryTimeout: 9 * time.Second, Methods: []string{"PATCH"}},
		CORS:    &traffic.CORS{Origins: []string{"*", "http://a"}},
	}.WithDefaults()
	assert.Len(t, strings.Split(made.Validate().Error(), "\n"), 4)
}
