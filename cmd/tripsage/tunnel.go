package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"
)

// tunnelPatience is how long a tunnel may take to open.
const tunnelPatience = 20 * time.Second

// tunnel makes a port of a pod reachable on this machine, as `kubectl
// port-forward` does, until it is closed.
type tunnel struct {
	url   string
	stop  chan struct{}
	ended chan error
}

func (d deployed) tunnel(ctx context.Context, pod string, port int) (*tunnel, error) {
	request := d.client.CoreV1().RESTClient().Post().Resource("pods").Namespace(d.Namespace).Name(pod).SubResource("portforward")
	dialer, err := portDialer(d.config, request)
	if err != nil {
		return nil, err
	}
	t := &tunnel{stop: make(chan struct{}), ended: make(chan error, 1)}
	ready := make(chan struct{})
	forwarder, err := portforward.NewOnAddresses(dialer, []string{"127.0.0.1"}, []string{fmt.Sprintf("0:%d", port)}, t.stop, ready, io.Discard, io.Discard)
	if err != nil {
		return nil, err
	}
	go func() { t.ended <- forwarder.ForwardPorts() }()
	select {
	case <-ready:
	case err := <-t.ended:
		return nil, fmt.Errorf("a tunnel to port %d of pod %s: %w", port, pod, err)
	case <-ctx.Done():
		close(t.stop)
		return nil, context.Cause(ctx)
	case <-time.After(tunnelPatience):
		close(t.stop)
		return nil, fmt.Errorf("a tunnel to port %d of pod %s does not open", port, pod)
	}
	ports, err := forwarder.GetPorts()
	if err != nil {
		return nil, errors.Join(err, t.close())
	}
	t.url = fmt.Sprintf("http://127.0.0.1:%d", ports[0].Local)
	return t, nil
}

// portDialer prefers what newer API servers speak, as kubectl does.
func portDialer(config *rest.Config, request *rest.Request) (httpstream.Dialer, error) {
	socket, err := portforward.NewSPDYOverWebsocketDialer(request.URL(), config)
	if err != nil {
		return nil, err
	}
	transport, upgrader, err := spdy.RoundTripperFor(config)
	if err != nil {
		return nil, err
	}
	old := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, request.URL())
	return portforward.NewFallbackDialer(socket, old, func(err error) bool {
		return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
	}), nil
}

func (t *tunnel) close() error {
	close(t.stop)
	return <-t.ended
}
