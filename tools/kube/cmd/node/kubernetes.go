package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"          // --logging-format=json
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // client metrics
	_ "k8s.io/component-base/metrics/prometheus/version"  // build info metric
	apiserverapp "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllerapp "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxyapp "k8s.io/kubernetes/cmd/kube-proxy/app"
	schedulerapp "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubeletapp "k8s.io/kubernetes/cmd/kubelet/app"
)

func etcd() error {
	// etcdmain takes a whole argument vector and exits by itself.
	etcdmain.Main(os.Args)
	return nil
}

func apiserver() error         { return execute(apiserverapp.NewAPIServerCommand()) }
func controllerManager() error { return execute(controllerapp.NewControllerManagerCommand()) }
func scheduler() error         { return execute(schedulerapp.NewSchedulerCommand()) }
func proxy() error             { return execute(proxyapp.NewProxyCommand()) }
func kubelet() error           { return execute(kubeletapp.NewKubeletCommand(context.Background())) }

func execute(command *cobra.Command) error { return cli.RunNoErrOutput(command) }
