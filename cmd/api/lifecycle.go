package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/tripsage/infrastructure/service/config"
)

// closeTimeout bounds the wait for pools, and for the last scrape of the metrics.
const closeTimeout = 2 * time.Second

// task runs beside the requests until its context ends. An error from it ends the process.
type task func(context.Context) error

// process is what runs between start and exit.
type process struct {
	log     *slog.Logger
	drain   func()       // makes readiness fail
	server  *http.Server // the API
	metrics *http.Server // Prometheus
	tasks   []task
	// part says goodbye to the websockets, which the server does not wait for.
	part     func(context.Context) error
	close    func() // closes the pools; may block
	shutdown config.Shutdown
}

// run listens, serves until ctx ends or a server fails, and stops in order.
func (p *process) run(ctx context.Context, apiAddr, metricsAddr string) error {
	apiListener, apiErr := open(ctx, "API_ADDR", apiAddr)
	metricsListener, metricsErr := open(ctx, "METRICS_ADDR", metricsAddr)
	if err := errors.Join(apiErr, metricsErr); err != nil {
		closeListeners(apiListener, metricsListener)
		p.closePools()
		return err
	}
	working, stopTasks := context.WithCancel(context.Background())
	defer stopTasks()

	// Requests outlive ctx, which ends when the drain begins.
	requests, cutRequests := context.WithCancel(context.Background())
	defer cutRequests()
	p.server.BaseContext = func(net.Listener) context.Context { return requests }

	failed := make(chan error, 2+len(p.tasks))
	for _, run := range p.tasks {
		go func() {
			if err := run(working); err != nil {
				failed <- err
			}
		}()
	}
	go func() { failed <- serve(p.metrics, metricsListener, "metrics") }()
	go func() { failed <- serve(p.server, apiListener, "API") }()
	p.log.Info("listening", slog.String("address", apiListener.Addr().String()),
		slog.String("metrics_address", metricsListener.Addr().String()))

	failure := p.untilDrained(ctx, failed)
	cut := p.stopServing(cutRequests)
	stopTasks()
	p.closePools()
	p.stopMetrics()
	p.log.Info("stopped")
	return errors.Join(failure, cut)
}

// untilDrained serves until ctx ends and then for the drain time: load balancers need a while to
// see that readiness fails, and until they do they still send requests here. A server that fails
// ends it early.
func (p *process) untilDrained(ctx context.Context, failed <-chan error) error {
	select {
	case err := <-failed:
		p.drain()
		return err
	case <-ctx.Done():
	}
	p.drain()
	p.log.Info("draining", slog.String("drain", p.shutdown.Drain.String()))
	select {
	case err := <-failed:
		return err
	case <-time.After(p.shutdown.Drain):
		return nil
	}
}

// stopServing refuses new connections, ends the websockets, waits for the requests in flight, and
// cuts what takes longer than the shutdown timeout. Not earlier: until load balancers know, the
// websockets' clients would come back here.
func (p *process) stopServing(cutRequests func()) error {
	p.log.Info("stopping", slog.String("timeout", p.shutdown.Timeout.String()))
	ctx, cancel := context.WithTimeout(context.Background(), p.shutdown.Timeout)
	defer cancel()
	parted := make(chan error, 1)
	go func() { parted <- p.part(ctx) }()
	err := p.server.Shutdown(ctx)
	if partErr := <-parted; partErr != nil {
		p.log.Warn("websockets were cut", slog.String("error", partErr.Error()))
	}
	if err != nil {
		cutRequests()
		_ = p.server.Close() // its listeners are closed already
		return fmt.Errorf("requests were still running %s after the drain and were cut: %w", p.shutdown.Timeout, err)
	}
	return nil
}

// closePools gives up after a while: the system closes what a stuck request still holds.
func (p *process) closePools() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.close()
	}()
	select {
	case <-done:
		p.log.Info("pools closed")
	case <-time.After(closeTimeout):
		p.log.Warn("pools not closed in time", slog.String("timeout", closeTimeout.String()))
	}
}

// stopMetrics is last, so that the shutdown itself can be scraped.
func (p *process) stopMetrics() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if err := p.metrics.Shutdown(ctx); err != nil {
		_ = p.metrics.Close()
	}
}

func open(ctx context.Context, key, addr string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%s=%q: cannot listen: %w; choose a free port or stop the program that has it", key, addr, err)
	}
	return listener, nil
}

func closeListeners(listeners ...net.Listener) {
	for _, l := range listeners {
		if l != nil {
			_ = l.Close() // nothing was accepted from it
		}
	}
}

// serve blocks until the server ends, which without a shutdown is a failure.
func serve(server *http.Server, listener net.Listener, name string) error {
	return fmt.Errorf("%s server: %w", name, server.Serve(listener))
}
