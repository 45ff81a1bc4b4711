// Command addons is the program of the cluster's own pods: the DNS server and
// the metrics server. It is the only file in their images.
package main

import (
	"fmt"
	"os"

	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/forward"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/loadbalance"
	_ "github.com/coredns/coredns/plugin/metrics"
	_ "github.com/coredns/coredns/plugin/ready"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/component-base/cli"
	"sigs.k8s.io/metrics-server/cmd/metrics-server/app"
)

func main() {
	if len(os.Args) < 2 {
		fail("usage: addons coredns|metrics-server [FLAGS]")
	}
	name := os.Args[1]
	os.Args = os.Args[1:]
	switch name {
	case "coredns":
		dnsserver.Directives = []string{
			"errors", "health", "ready", "prometheus", "cache", "loadbalance", "kubernetes", "forward", "startup", "shutdown",
		}
		coremain.Run()
	case "metrics-server":
		if err := cli.RunNoErrOutput(app.NewMetricsServerCommand(genericapiserver.SetupSignalHandler())); err != nil {
			fail(err.Error())
		}
	default:
		fail(fmt.Sprintf("addons: unknown program %q: expected coredns or metrics-server", name))
	}
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(1)
}
