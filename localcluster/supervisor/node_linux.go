package supervisor

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Node is what differs inside the node from the host around it.
type Node struct {
	// Overlays maps a folder inside the node to the folder of the host that
	// stands there, for example "/var/lib" to "<state>/node/lib".
	Overlays map[string]string
	// Address is given to the node's loopback interface.
	Address string
	// Services is the network of the Services' virtual addresses. The node has
	// no other network, so it needs a route to reach them at all.
	Services string
}

// HostNetwork is the file descriptor under which an isolated supervisor is
// given its parent's network namespace.
const HostNetwork = 3

// Isolate makes cmd start in namespaces of its own.
func Isolate(cmd *exec.Cmd) error {
	network, err := os.Open("/proc/self/ns/net")
	if err != nil {
		return err
	}
	cmd.ExtraFiles = []*os.File{network}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Setsid:     true,
		Cloneflags: unix.CLONE_NEWPID | unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS,
	}
	return nil
}

// Detach makes cmd outlive the terminal that it was started from.
func Detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// childAttributes makes a child die with the supervisor, however that ends.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}

func notifyChild(ended chan os.Signal) { signal.Notify(ended, syscall.SIGCHLD) }

// enterNode turns the fresh namespaces into a node and returns a function
// that listens in the host's network instead of the node's.
func enterNode(node Node) (func(network, address string) (net.Listener, error), error) {
	if os.Getpid() != 1 {
		return nil, errors.New("not the first process of a PID namespace")
	}
	unix.CloseOnExec(HostNetwork)
	if err := mountNode(node); err != nil {
		return nil, err
	}
	if err := linkNode(node); err != nil {
		return nil, err
	}
	return listenInHost, nil
}

func mountNode(node Node) error {
	steps := []struct {
		source, target, kind string
		flags                uintptr
		data                 string
	}{
		// Private first, so that nothing reaches the host; then shared, so that
		// the kubelet can hand mounts on to containers.
		{"none", "/", "", unix.MS_REC | unix.MS_PRIVATE, ""},
		{"none", "/", "", unix.MS_REC | unix.MS_SHARED, ""},
		{"proc", "/proc", "proc", unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC, ""},
		{"tmpfs", "/run", "tmpfs", unix.MS_NOSUID | unix.MS_NODEV, "mode=755"},
	}
	for _, s := range steps {
		if err := unix.Mount(s.source, s.target, s.kind, s.flags, s.data); err != nil {
			return fmt.Errorf("mount %s: %w", s.target, err)
		}
	}
	for target, source := range node.Overlays {
		if err := os.MkdirAll(source, 0o755); err != nil {
			return err
		}
		if err := unix.Mount(source, target, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return fmt.Errorf("mount %s on %s: %w", source, target, err)
		}
	}
	return nil
}

// linkNode gives the node its address and lets it route between pods.
func linkNode(node Node) error {
	for _, args := range [][]string{
		{"link", "set", "lo", "up"},
		{"address", "add", node.Address + "/32", "dev", "lo"},
		{"route", "add", node.Services, "dev", "lo", "src", node.Address},
	} {
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, out)
		}
	}
	return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0)
}

// listenInHost opens the socket on a thread that visits the host's network
// namespace; the socket stays there, the thread is thrown away.
func listenInHost(network, address string) (net.Listener, error) {
	type result struct {
		listener net.Listener
		err      error
	}
	results := make(chan result)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		if err := unix.Setns(HostNetwork, unix.CLONE_NEWNET); err != nil {
			results <- result{nil, fmt.Errorf("enter the host's network: %w", err)}
			return
		}
		listener, err := net.Listen(network, address)
		results <- result{listener, err}
	}()
	r := <-results
	return r.listener, r.err
}

// endEverythingElse asks all other processes of the namespace to end,
// containers too, and waits for them for as long as grace.
func endEverythingElse(grace time.Duration) {
	_ = syscall.Kill(-1, syscall.SIGTERM)
	for end := time.Now().Add(grace); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if others, _ := filepath.Glob("/proc/[0-9]*"); len(others) <= 1 {
			return
		}
	}
}
