package infra

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Outputs tell where the platform can be reached. None of them is secret.
type Outputs struct {
	// Namespace is the Kubernetes namespace that holds everything.
	Namespace pulumi.StringOutput
	// APIService is the name of the API's Service, APIServicePort its HTTP port.
	APIService     pulumi.StringOutput
	APIServicePort pulumi.IntOutput
}

// Deploy registers the platform that the Spec describes. It validates first
// and registers nothing when the Spec has a fault.
func Deploy(ctx *pulumi.Context, spec Spec) (Outputs, error) {
	if err := spec.Validate(); err != nil {
		return Outputs{}, err
	}
	place, err := deployPlatform(ctx, spec)
	if err != nil {
		return Outputs{}, err
	}
	stores, err := deployData(ctx, spec, place)
	if err != nil {
		return Outputs{}, err
	}
	migrated, err := deployMigrations(ctx, spec, place, stores)
	if err != nil {
		return Outputs{}, err
	}
	api, err := deployAPI(ctx, spec, place, stores, migrated)
	if err != nil {
		return Outputs{}, err
	}
	if err := deployMonitoring(ctx, spec, place, stores); err != nil {
		return Outputs{}, err
	}
	if err := deployMesh(ctx, spec, place); err != nil {
		return Outputs{}, err
	}
	if err := deployFlagger(ctx, spec, place); err != nil {
		return Outputs{}, err
	}
	if err := deployFrontend(ctx, spec); err != nil {
		return Outputs{}, err
	}
	if err := deployDelivery(ctx, spec); err != nil {
		return Outputs{}, err
	}
	return Outputs{
		Namespace:      place.namespace,
		APIService:     api.ServiceName,
		APIServicePort: api.ServicePort,
	}, nil
}
