package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/cloudnativelabs/kube-router/v2/pkg/cmd"
	"github.com/cloudnativelabs/kube-router/v2/pkg/options"
	"github.com/spf13/pflag"
	"k8s.io/klog/v2"
)

// router enforces NetworkPolicies with kube-router's firewall controller.
func router() error {
	klog.InitFlags(nil)
	config := options.NewKubeRouterConfig()
	flags := pflag.NewFlagSet("kube-router", pflag.ContinueOnError)
	config.AddFlags(flags)
	if err := flags.Parse(os.Args[1:]); err != nil {
		return err
	}
	// klog reads the standard flag set, which kube-router's own flags feed.
	if err := flag.Set("v", config.VLevel); err != nil {
		return fmt.Errorf("log level %q: %w", config.VLevel, err)
	}
	controller, err := cmd.NewKubeRouterDefault(config)
	if err != nil {
		return fmt.Errorf("kube-router: %w", err)
	}
	return controller.Run()
}
