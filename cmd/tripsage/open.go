package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/tripsage/infrastructure/stacks"
)

func openCommand(f *flags) *cobra.Command {
	return &cobra.Command{
		Use: "open prometheus|alertmanager|grafana", Short: "Make the monitoring's pages reachable on this machine, until Ctrl-C", Args: cobra.ExactArgs(1),
		Long: `Print an address of this machine that leads to the stack's Prometheus,
Alertmanager or Grafana, as kubectl port-forward does, until Ctrl-C. No policy of
the cluster lets anybody else in.

Grafana's user is admin; its password is in the Secret grafana. On the embedded
cluster there is no Grafana, and Alertmanager has an API but no pages: Debian,
which its image is made of, builds none.`,
		Example: "  tripsage open prometheus\n  amtool --alertmanager.url=http://127.0.0.1:PORT alert",
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(func(s *settings) error { return openPages(cmd.Context(), s, args[0], cmd.OutOrStdout()) })
		},
	}
}

func openPages(ctx context.Context, s *settings, name string, out io.Writer) (err error) {
	stack, err := stacks.OperatorOf(s.stackFile())
	if err != nil {
		return err
	}
	watched, there := stack.Watched[name]
	if !there {
		return fmt.Errorf("open %q: stack %q has %s; see tripsage:monitoring and tripsage:images", name, s.stack, listWatched(stack))
	}
	d, err := s.deployed(ctx)
	if err != nil {
		return err
	}
	pod, err := d.runningPod(ctx, watched.Labels)
	if err != nil {
		return fmt.Errorf("open %s: %w", name, err)
	}
	way, err := d.tunnel(ctx, pod, watched.Port)
	if err != nil {
		return err
	}
	s.steps.Close()
	if s.json {
		err = writeJSON(out, map[string]string{"url": way.url})
	} else {
		_, err = fmt.Fprintln(out, way.url)
	}
	if err != nil {
		return errors.Join(err, way.close())
	}
	select {
	case <-ctx.Done(): // as it should end
		return way.close()
	case err := <-way.ended:
		return errors.Join(errors.New("the tunnel has ended: the pod may have been replaced; run it again"), err)
	}
}

// listWatched names what the stack has.
func listWatched(stack stacks.Operator) string {
	if len(stack.Watched) == 0 {
		return "no monitoring of its own"
	}
	return "only " + strings.Join(slices.Sorted(maps.Keys(stack.Watched)), " and ")
}

// runningPod is one of the pods with the labels that can be talked to.
func (d deployed) runningPod(ctx context.Context, selector map[string]string) (string, error) {
	text := labels.SelectorFromSet(selector).String()
	pods, err := d.client.CoreV1().Pods(d.Namespace).List(ctx, metav1.ListOptions{LabelSelector: text})
	if err != nil {
		return "", err
	}
	for _, pod := range pods.Items {
		if pod.Status.Phase == corev1.PodRunning && pod.DeletionTimestamp == nil {
			return pod.Name, nil
		}
	}
	return "", fmt.Errorf("no pod with %s runs in namespace %s: `kubectl -n %s get pods` tells more", text, d.Namespace, d.Namespace)
}

// watchCommands lead to what the stack has.
func watchCommands(name string, stack stacks.Operator) []string {
	var commands []string
	for _, program := range slices.Sorted(maps.Keys(stack.Watched)) {
		commands = append(commands, "bin/tripsage --stack "+name+" open "+program)
	}
	return commands
}
