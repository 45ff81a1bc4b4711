package manifests

import (
	"context"
	"fmt"
	"slices"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"

	"github.com/tripsage/infrastructure/localcluster"
)

// server is the control plane with the custom resource definitions in it.
type server struct {
	*kubernetes.Clientset
	objects  dynamic.Interface
	mapper   meta.ResettableRESTMapper
	warnings *warnings
}

// warnings collects what the server says besides its answers.
type warnings struct {
	sync.Mutex
	texts []string
}

// HandleWarningHeader implements rest.WarningHandler.
func (w *warnings) HandleWarningHeader(_ int, _, text string) {
	w.Lock()
	defer w.Unlock()
	w.texts = append(w.texts, text)
}

// take returns the warnings since the last time.
func (w *warnings) take() []string {
	w.Lock()
	defer w.Unlock()
	texts := w.texts
	w.texts = nil
	return texts
}

// startServer starts a control plane without nodes.
func startServer(ctx context.Context, cluster *localcluster.Cluster, node string) (*server, error) {
	if _, err := cluster.StartControlPlane(ctx, localcluster.Programs{Node: node}); err != nil {
		return nil, err
	}
	config, err := cluster.RESTConfig()
	if err != nil {
		return nil, err
	}
	s := &server{warnings: &warnings{}}
	config.QPS, config.Burst = 200, 400
	config.WarningHandler = s.warnings
	if err := s.connect(config); err != nil {
		return nil, err
	}
	definitions, err := upstreamDefinitions(ctx)
	if err != nil {
		return nil, err
	}
	progress("installing %d custom resource definitions", len(definitions))
	return s, s.install(ctx, definitions)
}

func (s *server) connect(config *rest.Config) (err error) {
	if s.Clientset, err = kubernetes.NewForConfig(config); err != nil {
		return err
	}
	s.mapper = restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(s.Discovery()))
	s.objects, err = dynamic.NewForConfig(config)
	return err
}

// resource returns the client for the objects of an object's kind.
func (s *server) resource(o *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := o.GroupVersionKind()
	mapping, err := s.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, fmt.Errorf("%w: is its definition missing in definitions_test.go?", err)
	}
	all := s.objects.Resource(mapping.Resource)
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		if o.GetNamespace() != "" {
			return nil, fmt.Errorf("%s %s has a namespace, and its kind has none", kind.Kind, o.GetName())
		}
		return all, nil
	}
	if o.GetNamespace() == "" {
		return nil, fmt.Errorf("%s %s has no namespace, and its kind has one", kind.Kind, o.GetName())
	}
	return all.Namespace(o.GetNamespace()), nil
}

// apply is what Pulumi does with an object: a server-side apply. Fields that
// the server does not know are an error; so is a warning.
func (s *server) apply(ctx context.Context, o *unstructured.Unstructured, dryRun ...string) error {
	client, err := s.resource(o)
	if err != nil {
		return err
	}
	body, err := o.MarshalJSON()
	if err != nil {
		return err
	}
	force := true
	s.warnings.take()
	_, err = client.Patch(ctx, o.GetName(), types.ApplyPatchType, body, metav1.PatchOptions{
		FieldManager: "tripsage-manifests", Force: &force, FieldValidation: metav1.FieldValidationStrict, DryRun: dryRun,
	})
	return s.orWarning(err)
}

// create is for pods that are only to be judged.
func (s *server) create(ctx context.Context, o *unstructured.Unstructured) error {
	client, err := s.resource(o)
	if err != nil {
		return err
	}
	s.warnings.take()
	_, err = client.Create(ctx, o, metav1.CreateOptions{
		FieldValidation: metav1.FieldValidationStrict, DryRun: []string{metav1.DryRunAll},
	})
	return s.orWarning(err)
}

func (s *server) orWarning(err error) error {
	if texts := s.warnings.take(); err == nil && len(texts) > 0 {
		return fmt.Errorf("the server warns: %q", texts)
	}
	return err
}

// ensureNamespace makes a namespace that the platform uses and others own, such
// as Istio's, with the strictest rules.
func (s *server) ensureNamespace(ctx context.Context, name string, objects []object) error {
	if slices.ContainsFunc(objects, func(o object) bool { return o.GetKind() == "Namespace" && o.GetName() == name }) {
		return nil
	}
	namespace := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{
			"name": name, "labels": map[string]any{"pod-security.kubernetes.io/enforce": "restricted"},
		},
	}}
	if err := s.apply(ctx, namespace); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	return nil
}
