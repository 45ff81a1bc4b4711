package traffic

import (
	"cmp"
	"errors"
	"time"

	"google.golang.org/protobuf/types/known/wrapperspb"
	networking "istio.io/api/networking/v1"
)

// Pool bounds what one proxy sends to the service at a time, so that a slow
// service gets quick refusals (503) instead of an ever longer queue. Every pod
// of the ingress gateway and every caller's sidecar counts for itself.
type Pool struct {
	// Requests is how many requests may be in flight. Default: 1024.
	Requests int
	// WebSockets is how many sessions may be open. Each holds a connection and
	// counts as a request for as long as it lasts, so room for them comes on top
	// of Requests. Default: 4096.
	WebSockets int
	// Pending is how many requests may wait for a connection. Default: 256.
	Pending int
	// Retries is how many retries may be under way, which keeps a broken service
	// from getting a multiple of its traffic. Default: a tenth of Requests, at
	// least 3.
	Retries int
	// RequestsPerConnection closes a connection after that many. Default: 0, no
	// limit: requests are balanced one by one already.
	RequestsPerConnection int
	// ConnectTimeout is the longest wait for a connection. Default: 3 seconds.
	ConnectTimeout time.Duration
	// IdleTimeout closes a connection without requests; an open WebSocket is a
	// request. It has to be shorter than the service's own keep-alive, or a
	// request meets a connection that is just being closed. Default: 60 seconds.
	IdleTimeout time.Duration
}

// most keeps counts far below what the 32-bit fields hold.
const most = 1_000_000

func (p Pool) withDefaults() Pool {
	p.Requests = cmp.Or(p.Requests, 1024)
	p.WebSockets = cmp.Or(p.WebSockets, 4096)
	p.Pending = cmp.Or(p.Pending, 256)
	p.Retries = cmp.Or(p.Retries, max(3, p.Requests/10))
	p.ConnectTimeout = cmp.Or(p.ConnectTimeout, 3*time.Second)
	p.IdleTimeout = cmp.Or(p.IdleTimeout, time.Minute)
	return p
}

func (p Pool) validate() error {
	return errors.Join(
		validateCount("Requests", p.Requests, 1, most),
		validateCount("WebSockets", p.WebSockets, 1, most),
		validateCount("Pending", p.Pending, 1, most),
		validateCount("Retries", p.Retries, 1, most),
		validateCount("RequestsPerConnection", p.RequestsPerConnection, 0, most),
		validateDuration("ConnectTimeout", p.ConnectTimeout),
		validateDuration("IdleTimeout", p.IdleTimeout),
	)
}

// settings keep HTTP/1.1 between the proxies whatever the mesh's default is: a
// WebSocket upgrade is a matter of HTTP/1.1. The http2 limit is Envoy's limit of
// requests in flight for both versions.
func (p Pool) settings() *networking.ConnectionPoolSettings {
	both := int32(p.Requests + p.WebSockets)
	return &networking.ConnectionPoolSettings{
		Tcp: &networking.ConnectionPoolSettings_TCPSettings{
			MaxConnections: both,
			ConnectTimeout: Duration(p.ConnectTimeout),
		},
		Http: &networking.ConnectionPoolSettings_HTTPSettings{
			Http1MaxPendingRequests:  int32(p.Pending),
			Http2MaxRequests:         both,
			MaxRequestsPerConnection: int32(p.RequestsPerConnection),
			MaxRetries:               int32(p.Retries),
			IdleTimeout:              Duration(p.IdleTimeout),
			H2UpgradePolicy:          networking.ConnectionPoolSettings_HTTPSettings_DO_NOT_UPGRADE,
		},
	}
}

// Outlier takes a pod that fails out of the balancing for a while.
type Outlier struct {
	// Errors is how many answers from 500 up, or failed connections, in a row
	// are too many. Default: 5.
	Errors int
	// Interval is the time between two looks at the pods. Default: 10 seconds.
	Interval time.Duration
	// EjectionTime is how long a pod is out the first time; every further time
	// adds as much. Default: 30 seconds.
	EjectionTime time.Duration
	// MaxEjectedPercent of the pods may be out at a time: when all of them fail,
	// the cause is elsewhere and half of them is better than none. Default: 50.
	MaxEjectedPercent int
}

func (o Outlier) withDefaults() Outlier {
	o.Errors = cmp.Or(o.Errors, 5)
	o.Interval = cmp.Or(o.Interval, 10*time.Second)
	o.EjectionTime = cmp.Or(o.EjectionTime, 30*time.Second)
	o.MaxEjectedPercent = cmp.Or(o.MaxEjectedPercent, 50)
	return o
}

func (o Outlier) validate() error {
	return errors.Join(
		validateCount("Errors", o.Errors, 1, most),
		validateDuration("Interval", o.Interval),
		validateDuration("EjectionTime", o.EjectionTime),
		validateCount("MaxEjectedPercent", o.MaxEjectedPercent, 1, 100),
	)
}

func (o Outlier) detection() *networking.OutlierDetection {
	return &networking.OutlierDetection{
		Consecutive_5XxErrors: wrapperspb.UInt32(uint32(o.Errors)),
		Interval:              Duration(o.Interval),
		BaseEjectionTime:      Duration(o.EjectionTime),
		MaxEjectionPercent:    int32(o.MaxEjectedPercent),
	}
}
