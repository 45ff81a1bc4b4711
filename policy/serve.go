package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"

	"github.com/tripsage/infrastructure/policy/analyzer"
	"github.com/tripsage/infrastructure/policy/rules"
)

// serve answers the engine at that address until it is gone, and without an
// address for ever. The protocol wants the port as the first line on standard
// output.
func serve(engine string, look time.Duration) error {
	// The pack lives for one run, and the engine waits for each verdict.
	debug.SetGCPercent(800)
	server, err := analyzer.NewServer(name, version, rules.All(), time.Now)
	if err != nil {
		return err
	}
	there, gone := context.WithCancel(context.Background())
	defer gone()
	if engine != "" {
		if err := rpcutil.Healthcheck(there, engine, look, gone); err != nil {
			return fmt.Errorf("the engine's address %q: %w", engine, err)
		}
	}
	stop := make(chan bool)
	context.AfterFunc(there, func() { close(stop) })
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: stop,
		Init: func(s *grpc.Server) error {
			pulumirpc.RegisterAnalyzerServer(s, server)
			return nil
		},
	})
	if err != nil {
		return fmt.Errorf("listening for the engine: %w", err)
	}
	fmt.Println(handle.Port)
	return <-handle.Done
}

// printRules prints the rules for programs that show them.
func printRules() error {
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(analyzer.List(rules.All()))
}
