package main

import (
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

// serve answers the engine until it hangs up. The protocol wants the port as
// the first line on standard output.
func serve() error {
	// The pack lives for one run, and the engine waits for each verdict.
	debug.SetGCPercent(800)
	server, err := analyzer.NewServer(name, version, rules.All(), time.Now)
	if err != nil {
		return err
	}
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
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
