// Package services applies what every cluster is expected to have: DNS, the
// metrics API behind autoscaling, a default storage class, and the rights of
// the cluster's own programs.
package services

import (
	"bytes"
	"context"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"text/template"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

//go:embed *.yaml
var files embed.FS

// Values is what the manifests are filled with.
type Values struct {
	Provisioner string // name of the storage provisioner
	DNSAddress  string // cluster IP of the DNS service
	AddonsImage string // image of the DNS and metrics servers
	// PEM texts for the metrics server's own endpoint.
	CACert, MetricsCert, MetricsKey string
}

// ApplyBase makes the cluster hold what its processes need to work at all:
// their rights, and the storage class.
func ApplyBase(ctx context.Context, config *rest.Config, values Values) error {
	return applyFiles(ctx, config, values, "access.yaml", "storage.yaml")
}

// ApplyPods makes the cluster hold the services that run as pods: DNS and
// metrics.
func ApplyPods(ctx context.Context, config *rest.Config, values Values) error {
	return applyFiles(ctx, config, values, "dns.yaml", "metrics.yaml")
}

// applyFiles may be repeated: objects that are right already are not changed.
func applyFiles(ctx context.Context, config *rest.Config, values Values, names ...string) error {
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	plain, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(plain.Discovery()))
	for _, name := range names {
		objects, err := render(name, values)
		if err != nil {
			return err
		}
		for _, object := range objects {
			if err := apply(ctx, client, mapper, object); err != nil {
				return fmt.Errorf("%s: %s %s: %w", name, object.GetKind(), object.GetName(), err)
			}
		}
	}
	return nil
}

func apply(ctx context.Context, client dynamic.Interface, mapper meta.RESTMapper, object *unstructured.Unstructured) error {
	kind := object.GroupVersionKind()
	mapping, err := mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return err
	}
	_, err = client.Resource(mapping.Resource).Namespace(object.GetNamespace()).
		Apply(ctx, object.GetName(), object, metav1.ApplyOptions{FieldManager: "tripsage-cluster", Force: true})
	return err
}

func render(name string, values Values) ([]*unstructured.Unstructured, error) {
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	parsed, err := template.New(name).Funcs(template.FuncMap{"base64": encode}).ParseFS(files, name)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := parsed.Execute(&text, values); err != nil {
		return nil, err
	}
	var objects []*unstructured.Unstructured
	for decoder := yaml.NewYAMLOrJSONDecoder(&text, 4096); ; {
		object := &unstructured.Unstructured{}
		err := decoder.Decode(&object.Object)
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		objects = append(objects, object)
	}
}
