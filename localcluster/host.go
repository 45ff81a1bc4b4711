package localcluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/tripsage/infrastructure/localcluster/supervisor"
)

// CanHostNode returns nil when this machine can run a real node, and
// otherwise why it cannot.
func CanHostNode(ctx context.Context) error {
	if runtime.GOOS != "linux" {
		return fmt.Errorf("containers need Linux, and this is %s", runtime.GOOS)
	}
	if os.Geteuid() != 0 {
		return errors.New("only root may make namespaces and mounts")
	}
	probe := exec.CommandContext(ctx, "true")
	if err := supervisor.Isolate(probe); err != nil {
		return err
	}
	if err := probe.Run(); err != nil {
		return fmt.Errorf("the kernel refuses new namespaces: %w", err)
	}
	if err := usableCgroups(); err != nil {
		return err
	}
	filesystems, err := os.ReadFile("/proc/filesystems")
	if err != nil || !strings.Contains(string(filesystems), "overlay") {
		return errors.New("the kernel has no overlay file system")
	}
	if _, err := FindPackages(); err != nil {
		if _, aptErr := exec.LookPath("apt-get"); aptErr != nil {
			return fmt.Errorf("%w, and there is no apt-get to install it", err)
		}
	}
	return nil
}

// neededControllers are the cgroup controllers that a kubelet insists on.
var neededControllers = [...]string{"cpu", "cpuset", "memory", "pids"}

func usableCgroups() error {
	const root = "/sys/fs/cgroup"
	if list, err := os.ReadFile(filepath.Join(root, "cgroup.controllers")); err == nil { // version 2
		for _, name := range neededControllers {
			if !strings.Contains(" "+strings.TrimSpace(string(list))+" ", " "+name+" ") {
				return fmt.Errorf("cgroup controller %q is not available", name)
			}
		}
		return nil
	}
	for _, name := range neededControllers {
		if _, err := os.Stat(filepath.Join(root, name)); err != nil {
			return fmt.Errorf("cgroup controller %q is not mounted below %s", name, root)
		}
	}
	return nil
}

// Packages are the programs that a real node takes from the machine.
type Packages struct {
	Containerd string
	CNI        string // folder of the network plugins
}

// debianPackages maps a program to the Debian package that has it.
func debianPackages() map[string]string {
	return map[string]string{
		"containerd": "containerd", "runc": "runc", "iptables": "iptables", "ipset": "ipset", "nft": "nftables",
		"ip": "iproute2", "dpkg-deb": "dpkg",
	}
}

// FindPackages returns the programs, or an error that names every missing one.
func FindPackages() (Packages, error) {
	var found Packages
	var missing []string
	for program, pkg := range debianPackages() {
		path, err := exec.LookPath(program)
		if err != nil {
			missing = append(missing, pkg)
		}
		if program == "containerd" {
			found.Containerd = path
		}
	}
	for _, dir := range []string{"/usr/lib/cni", "/opt/cni/bin"} {
		if _, err := os.Stat(filepath.Join(dir, "ptp")); err == nil {
			found.CNI = dir
			break
		}
	}
	if found.CNI == "" {
		missing = append(missing, "containernetworking-plugins")
	}
	if len(missing) > 0 {
		return found, &MissingPackages{missing}
	}
	return found, nil
}

// MissingPackages names the Debian packages that a real node needs.
type MissingPackages struct{ Names []string }

func (m *MissingPackages) Error() string {
	return "missing Debian packages: " + strings.Join(m.Names, " ")
}

// InstallPackages installs what is missing with apt-get; already is true when
// there was nothing to do.
func InstallPackages(ctx context.Context) (found Packages, already bool, err error) {
	found, err = FindPackages()
	var missing *MissingPackages
	if !errors.As(err, &missing) {
		return found, true, err
	}
	for _, args := range [][]string{
		{"update"}, append([]string{"install", "--yes", "--no-install-recommends"}, missing.Names...),
	} {
		cmd := exec.CommandContext(ctx, "apt-get", args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return found, false, fmt.Errorf("apt-get %s: %w\n%s", strings.Join(args, " "), err, out)
		}
	}
	found, err = FindPackages()
	return found, false, err
}
