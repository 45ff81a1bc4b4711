//go:build !linux

package supervisor

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// Node is used on Linux only.
type Node struct {
	Overlays          map[string]string
	Address, Services string
}

var errLinuxOnly = errors.New("a real node needs Linux")

// Isolate fails: namespaces are a feature of Linux.
func Isolate(*exec.Cmd) error { return errLinuxOnly }

// Detach makes cmd outlive the terminal that it was started from.
func Detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

func notifyChild(ended chan os.Signal) { signal.Notify(ended, syscall.SIGCHLD) }

func enterNode(Node) (func(network, address string) (net.Listener, error), error) {
	return nil, errLinuxOnly
}

func endEverythingElse(time.Duration) {}
