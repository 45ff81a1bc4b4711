package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/tripsage/infrastructure/stacks"
)

// deployed is a stack that has been brought up, and the way to its cluster.
type deployed struct {
	target target
	name   string
	stacks.Operator
	config *rest.Config
	client kubernetes.Interface
}

// deployed finds the stack's cluster. It starts nothing.
func (s *settings) deployed(ctx context.Context) (deployed, error) {
	t, err := s.choose(ctx)
	if err != nil {
		return deployed{}, err
	}
	stack, err := stacks.OperatorOf(s.stackFile())
	if err != nil {
		return deployed{}, err
	}
	if err := s.checkContext(t, stack.Context); err != nil {
		return deployed{}, err
	}
	if t.cluster != nil {
		if _, running := t.cluster.Running(ctx); !running {
			return deployed{}, errors.New("the embedded cluster is not running: start it with `tripsage up`")
		}
	}
	config, err := clientConfig(t.kubeconfig, stack.Context)
	if err != nil {
		return deployed{}, err
	}
	client, err := kubernetes.NewForConfig(config)
	return deployed{target: t, name: s.stack, Operator: stack, config: config, client: client}, err
}

// clientConfig reads kubeconfig as kubectl does: it may be a list of files.
func clientConfig(kubeconfig, context string) (*rest.Config, error) {
	rules := &clientcmd.ClientConfigLoadingRules{Precedence: filepath.SplitList(kubeconfig)}
	overrides := &clientcmd.ConfigOverrides{CurrentContext: context}
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("the kubeconfig %s: %w", kubeconfig, err)
	}
	return config, nil
}
