package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
)

// interruptGrace is how long an interrupted engine may take to finish the
// steps under way and record them before it is killed.
const interruptGrace = 90 * time.Second

// command is the Pulumi CLI as we start it. The Automation API's own command
// passes on the whole environment, shares our process group (so that one
// Ctrl-C counts as two and stops the engine at once) and kills after 10 s.
type command struct {
	auto.PulumiCommand

	path string
	env  []string
	// started is told the process of each run, so that a later run can end
	// it when we die.
	started func(pid int) error
}

func newCommand(o Options, h home, secrets encryption, started func(int) error) (*command, error) {
	pulumi, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: o.PulumiRoot})
	if err != nil {
		return nil, fmt.Errorf("use the Pulumi CLI in %s: %w", o.PulumiRoot, err)
	}
	env, err := environment(os.Environ(), o, h, secrets)
	if err != nil {
		return nil, err
	}
	return &command{
		PulumiCommand: pulumi,
		path:          filepath.Join(o.PulumiRoot, "bin", "pulumi"),
		env:           env,
		started:       started,
	}, nil
}

// environment drops every PULUMI_ variable of ours: a developer's access
// token, backend or passphrase must neither change a run nor reach a plugin.
func environment(inherited []string, o Options, h home, secrets encryption) ([]string, error) {
	passphrase := h.passphrase()
	backend := h.backend()
	if o.Backend != "" {
		backend = o.Backend
	}
	var env []string
	var path string
	for _, entry := range inherited {
		switch name, value, _ := strings.Cut(entry, "="); {
		case name == "PULUMI_CONFIG_PASSPHRASE_FILE" && secrets.own():
			passphrase = value
		case name == "PATH":
			path = value
		case !strings.HasPrefix(name, "PULUMI_"), name == "PULUMI_ACCESS_TOKEN" && hasSecretsOfItsOwn(o.Backend):
			env = append(env, entry)
		}
	}
	if err := secrets.check(o, passphrase != h.passphrase()); err != nil {
		return nil, err
	}
	env = append(env,
		"PATH="+filepath.Join(o.PulumiRoot, "bin")+string(os.PathListSeparator)+path,
		"PULUMI_HOME="+h.pulumi(),
		"PULUMI_BACKEND_URL="+backend,
		"PULUMI_CONFIG_PASSPHRASE_FILE="+passphrase,
		"PULUMI_AUTOMATION_API=true",
		"PULUMI_SKIP_UPDATE_CHECK=true",
		"PULUMI_SUPPRESS_NEO_LINK=true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
		"PULUMI_DISABLE_REGISTRY_RESOLVE=true",
		"PULUMI_IGNORE_AMBIENT_PLUGINS=true",
	)
	for name, value := range o.Env {
		env = append(env, name+"="+value)
	}
	return env, nil
}

// Run starts the CLI and waits for it.
func (c *command) Run(
	ctx context.Context, dir string, stdin io.Reader,
	extraOut, extraErr []io.Writer, extraEnv []string, args ...string,
) (string, string, int, error) {
	// The kernel ties "tell the child when its parent dies" to the thread
	// that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, c.path, append([]string{"--non-interactive"}, args...)...) //nolint:gosec // our CLI
	cmd.Dir = dir
	cmd.Stdin = stdin
	cmd.Env = append(append([]string{}, c.env...), extraEnv...)
	cmd.Stdout = io.MultiWriter(append(extraOut, &stdout)...)
	cmd.Stderr = io.MultiWriter(append(extraErr, &stderr)...)
	cmd.SysProcAttr = processAttributes()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = interruptGrace

	if err := cmd.Start(); err != nil {
		return "", "", -1, fmt.Errorf("start the Pulumi CLI: %w", err)
	}
	recorded := c.started(cmd.Process.Pid)
	err := cmd.Wait()
	if ctx.Err() != nil {
		err = errors.Join(context.Cause(ctx), err)
	}
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode(), errors.Join(err, recorded)
}
