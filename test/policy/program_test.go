package policytest

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// cli is the operator's program.
type cli struct {
	program, checkout, state string
	said                     strings.Builder // by all commands
}

type output struct{ stdout, stderr string }

func newCLI(t *testing.T) *cli {
	t.Helper()
	checkout, err := filepath.Abs("../..")
	require.NoError(t, err)
	state, err := os.MkdirTemp("", "tspo-") // short, because sockets are below it
	require.NoError(t, err)
	o := &cli{program: filepath.Join(state, "tripsage"), checkout: checkout, state: state}
	progress("building the operator's program")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", o.program, "./cmd/tripsage")
	build.Dir = checkout
	text, err := build.CombinedOutput()
	require.NoError(t, err, "%s", text)
	t.Cleanup(func() {
		text, err := o.command(exec.Command(o.program), "down", "--purge").CombinedOutput() // the test's context has ended
		assert.NoError(t, err, "%s", text)
		if !t.Failed() {
			_ = os.RemoveAll(state)
		}
	})
	return o
}

func (o *cli) command(cmd *exec.Cmd, args ...string) *exec.Cmd {
	cmd.Args = append(cmd.Args, "--project", o.checkout, "--state-dir", o.state, "--nodes", "simulated")
	cmd.Args = append(cmd.Args, args...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return name == "KUBECONFIG" || strings.HasPrefix(name, "GITHUB_")
	})
	return cmd
}

// run runs a command that has to end with the code.
func (o *cli) run(t *testing.T, code int, args ...string) output {
	t.Helper()
	progress("tripsage %s", strings.Join(args, " "))
	var stdout, stderr bytes.Buffer
	cmd := o.command(exec.CommandContext(interruptible(t), o.program), args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	o.said.WriteString(stdout.String() + stderr.String())
	require.Equal(t, code, cmd.ProcessState.ExitCode(), "tripsage %v\n%s\n%s", args, &stdout, &stderr)
	return output{stdout.String(), stderr.String()}
}

func decoded[T any](t *testing.T, text string) T {
	t.Helper()
	var value T
	require.NoError(t, json.Unmarshal([]byte(text), &value), "%s", text)
	return value
}

func (o *cli) home() string { return filepath.Join(o.state, "simulated", "pulumi") }

func (o *cli) client(t *testing.T) kubernetes.Interface {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", filepath.Join(o.state, "simulated", "kubeconfig"))
	require.NoError(t, err)
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	return client
}

// hasNothing wants neither an object in the cluster nor one on record.
func (o *cli) hasNothing(t *testing.T) {
	t.Helper()
	_, err := o.client(t).CoreV1().Namespaces().Get(t.Context(), "tripsage", metav1.GetOptions{})
	assert.True(t, apierrors.IsNotFound(err), "%v", err)
	text, err := os.ReadFile(filepath.Join(o.home(), "state", ".pulumi", "stacks", "tripsage", "local.json"))
	require.NoError(t, err)
	assert.NotContains(t, string(text), "urn:pulumi:")
}

// objects are those that the stack has changed when their version changes.
func (o *cli) objects(t *testing.T) (versions []string) {
	t.Helper()
	client := o.client(t)
	deployments, err := client.AppsV1().Deployments("tripsage").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	for _, one := range deployments.Items {
		versions = append(versions, "Deployment "+one.Name+" "+string(one.UID)+" "+asText(t, one.Generation))
	}
	scalers, err := client.AutoscalingV2().HorizontalPodAutoscalers("tripsage").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	for _, one := range scalers.Items {
		versions = append(versions, "HorizontalPodAutoscaler "+one.Name+" "+string(one.UID)+" "+asText(t, one.Spec))
	}
	for _, secret := range o.secrets(t) {
		versions = append(versions, "Secret "+secret.Name+" "+secret.ResourceVersion)
	}
	require.Greater(t, len(versions), 5)
	return versions
}

func (o *cli) secrets(t *testing.T) []corev1.Secret {
	t.Helper()
	list, err := o.client(t).CoreV1().Secrets("tripsage").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	return list.Items
}

// keptSecrets wants no secret of the stack in anything that was said.
func (o *cli) keptSecrets(t *testing.T) {
	t.Helper()
	said, looked := o.said.String(), 0
	for _, secret := range o.secrets(t) {
		for key, value := range secret.Data {
			if len(value) < 16 {
				continue
			}
			looked++
			assert.NotContains(t, said, string(value), "%s.%s", secret.Name, key)
		}
	}
	assert.Greater(t, looked, 3)
}
