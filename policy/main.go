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
	"time"
)

const (
	name    = "tripsage"
	version = "1.0.0"
	// lookEvery is how often the pack looks whether its engine is still there: one
	// that was killed cannot end it.
	lookEvery = 10 * time.Second
)

func main() {
	list := flag.Bool("rules", false, "print the rules as JSON and exit")
	flag.Parse()
	run := func() error { return serve(flag.Arg(0), lookEvery) }
	if *list {
		run = printRules
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "policy pack:", err)
		os.Exit(1)
	}
}
