package serving

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var virtualServices = schema.GroupVersionResource{Group: "networking.istio.io", Version: "v1", Resource: "virtualservices"}

// virtualService is what we read of one. Istio's own types would bring the
// whole of Istio's API into this program.
type virtualService struct {
	Spec struct {
		HTTP []struct {
			Match []struct {
				Headers map[string]any `json:"headers"`
			} `json:"match"`
			Route []struct {
				Destination struct {
					Subset string `json:"subset"`
				} `json:"destination"`
				Weight int `json:"weight"`
			} `json:"route"`
		} `json:"http"`
	} `json:"spec"`
}

// weighted is the track that has all of the mesh's traffic. Routes that ask for
// a header are testers'.
func (c Cluster) weighted(ctx context.Context) (string, error) {
	var route virtualService
	if err := c.read(ctx, virtualServices, &route); err != nil {
		return "", err
	}
	found := ""
	for _, http := range route.Spec.HTTP {
		if len(http.Match) > 0 && len(http.Match[0].Headers) > 0 {
			continue
		}
		for _, to := range http.Route {
			switch {
			case to.Weight == 0 && len(http.Route) > 1:
			case found == "" || found == to.Destination.Subset:
				found = to.Destination.Subset
			default:
				return "", fmt.Errorf("the VirtualService %s in namespace %s leads to %s and %s: a switch is under way, or somebody changed it by hand",
					c.Release.API, c.Namespace, found, to.Destination.Subset)
			}
		}
	}
	if found != "blue" && found != "green" {
		return "", fmt.Errorf("the VirtualService %s in namespace %s leads to the track %q, expected blue or green", c.Release.API, c.Namespace, found)
	}
	return found, nil
}

// read fetches the custom resource that has the API's name.
func (c Cluster) read(ctx context.Context, resource schema.GroupVersionResource, into any) error {
	object, err := c.Dynamic.Resource(resource).Namespace(c.Namespace).Get(ctx, c.Release.API, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("read %s %s in namespace %s: %w", resource.Resource, c.Release.API, c.Namespace, err)
	}
	return decode(object, into)
}

func decode(object *unstructured.Unstructured, into any) error {
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, into); err != nil {
		return fmt.Errorf("read %s %s: %w", object.GetKind(), object.GetName(), err)
	}
	return nil
}
