package localcluster

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/tripsage/infrastructure/localcluster/services"
)

const (
	provisionerName = "tripsage.dev/folder"
	readyTimeout    = 3 * time.Minute
	pollInterval    = 250 * time.Millisecond
)

// RESTConfig returns a client configuration with full rights.
func (c *Cluster) RESTConfig() (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", c.adminKubeconfig())
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 50, 100
	return config, nil
}

// Client returns a typed client with full rights.
func (c *Cluster) Client() (*kubernetes.Clientset, error) {
	config, err := c.RESTConfig()
	if err != nil {
		return nil, err
	}
	return kubernetes.NewForConfig(config)
}

// applyBase gives the cluster's processes their rights.
func (c *Cluster) applyBase(ctx context.Context) error {
	config, err := c.RESTConfig()
	if err != nil {
		return err
	}
	return services.ApplyBase(ctx, config, services.Values{Provisioner: provisionerName})
}

// ApplyServices applies the cluster services that run as pods, from their
// image, and waits for them. Simulated nodes have none.
func (c *Cluster) ApplyServices(ctx context.Context, image string) error {
	config, err := c.RESTConfig()
	if err != nil {
		return err
	}
	values := services.Values{DNSAddress: dnsServiceIP, AddonsImage: image}
	for name, into := range map[string]*string{
		"ca.crt": &values.CACert, "metrics-server.crt": &values.MetricsCert, "metrics-server.key": &values.MetricsKey,
	} {
		text, err := os.ReadFile(c.path("pki", name))
		if err != nil {
			return err
		}
		*into = string(text)
	}
	if err := services.ApplyPods(ctx, config, values); err != nil {
		return err
	}
	for _, name := range []string{"coredns", "metrics-server"} {
		if err := c.waitForDeployment(ctx, "kube-system", name); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) waitForAPI(ctx context.Context) error {
	client, err := c.Client()
	if err != nil {
		return err
	}
	return waitFor(ctx, "kube-apiserver, see "+c.log("kube-apiserver"), func(ctx context.Context) error {
		return client.RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
	})
}

func (c *Cluster) waitForNode(ctx context.Context) error {
	client, err := c.Client()
	if err != nil {
		return err
	}
	return waitFor(ctx, "the node, see "+c.path("logs"), func(ctx context.Context) error {
		node, err := client.CoreV1().Nodes().Get(ctx, nodeName, metav1.GetOptions{})
		if err != nil {
			return err
		}
		for _, condition := range node.Status.Conditions {
			if condition.Type == v1.NodeReady && condition.Status == v1.ConditionTrue {
				return nil
			}
			if condition.Type == v1.NodeReady {
				err = fmt.Errorf("%s: %s", condition.Reason, condition.Message)
			}
		}
		if err == nil {
			err = fmt.Errorf("node %s has not reported yet", nodeName)
		}
		return err
	})
}

func (c *Cluster) waitForDeployment(ctx context.Context, namespace, name string) error {
	client, err := c.Client()
	if err != nil {
		return err
	}
	return waitFor(ctx, "deployment "+namespace+"/"+name, func(ctx context.Context) error {
		d, err := client.AppsV1().Deployments(namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if d.Status.ObservedGeneration < d.Generation || d.Status.AvailableReplicas < 1 || d.Status.UnavailableReplicas > 0 {
			return fmt.Errorf("%d of %d pods are available", d.Status.AvailableReplicas, *d.Spec.Replicas)
		}
		return nil
	})
}

// waitFor repeats ask until it succeeds; when time is up its last error says
// what was missing.
func waitFor(ctx context.Context, what string, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	var last error
	for {
		if err := ask(ctx); err == nil {
			return nil
		} else if ctx.Err() == nil {
			last = err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited for %s: %w (last: %w)", what, ctx.Err(), last)
		case <-time.After(pollInterval):
		}
	}
}

// registerSimulatedNode makes the node that KWOK then keeps alive. Its size is
// this machine's, so that what fits here fits there.
func (c *Cluster) registerSimulatedNode(ctx context.Context) error {
	client, err := c.Client()
	if err != nil {
		return err
	}
	size := v1.ResourceList{
		v1.ResourceCPU:              *resource.NewQuantity(int64(max(runtime.NumCPU(), 2)), resource.DecimalSI),
		v1.ResourceMemory:           resource.MustParse("16Gi"),
		v1.ResourceEphemeralStorage: resource.MustParse("64Gi"),
		v1.ResourcePods:             resource.MustParse("110"),
	}
	node := &v1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: nodeName, Labels: map[string]string{
			v1.LabelHostname: nodeName, v1.LabelOSStable: "linux", v1.LabelArchStable: runtime.GOARCH,
			"type": "kwok",
		}},
		Status: v1.NodeStatus{Allocatable: size, Capacity: size},
	}
	_, err = client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}
