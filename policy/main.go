// Command policy is TripSage's policy pack, an analyzer plugin of the Pulumi
// engine:
//
//	go build -o bin/policy ./policy
//	pulumi preview --policy-pack bin/policy
//
// With --rules it prints the rules as JSON instead.
package main

import (
	"flag"
	"fmt"
	"os"
)

const (
	name    = "tripsage"
	version = "1.0.0"
)

func main() {
	list := flag.Bool("rules", false, "print the rules as JSON and exit")
	flag.Parse() // the engine's address follows, which a pack that only answers does not need
	run := serve
	if *list {
		run = printRules
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "policy pack:", err)
		os.Exit(1)
	}
}
