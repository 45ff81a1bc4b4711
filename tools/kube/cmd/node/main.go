// Command node holds every host process of the embedded cluster. The first
// argument names the program to be; only that one's command tree is built,
// because two Kubernetes commands in one process fight over feature gates.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// programs maps the name of a program to the function that becomes it.
func programs() map[string]func() error {
	return map[string]func() error{
		"etcd":                    etcd,
		"kube-apiserver":          apiserver,
		"kube-controller-manager": controllerManager,
		"kube-scheduler":          scheduler,
		"kubelet":                 kubelet,
		"kube-proxy":              proxy,
		"kube-router":             router,
		"provisioner":             provisioner,
		"registry":                registryServer,
	}
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "node:", err)
		os.Exit(1)
	}
}

func run() error {
	all := programs()
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	if len(os.Args) < 2 || all[os.Args[1]] == nil {
		return fmt.Errorf("usage: node PROGRAM [FLAGS], where PROGRAM is one of %s", strings.Join(names, ", "))
	}
	become := all[os.Args[1]]
	os.Args = os.Args[1:] // each program expects its own name in argv[0]
	return become()
}
