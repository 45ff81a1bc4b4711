package monitoring

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Type is the Pulumi type token of the component.
const Type = "tripsage:monitoring:Monitoring"

// Component is a watched namespace.
type Component struct {
	pulumi.ResourceState
}

// New creates the monitoring.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Component, error) {
	args = args.withDefaults()
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("monitoring %s:\n%w", name, err)
	}
	c := &Component{}
	if err := ctx.RegisterComponentResource(Type, name, c, opts...); err != nil {
		return nil, err
	}
	programs, err := args.programs()
	if err != nil {
		return nil, err
	}
	for _, p := range programs {
		if err := p.create(ctx, p.owner(c, name, args), args); err != nil {
			return nil, err
		}
	}
	if args.Operator != nil {
		if err := newOperated(ctx, c, name, args); err != nil {
			return nil, err
		}
	}
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{})
}

// Scraper is who reads the metrics: the namespace's own Prometheus, or those of
// the operator's namespace.
func (a Args) Scraper() Peer { return Scraper(a.Operator) }

// Scraper is who reads the metrics, for the policies of others. Nil means the
// namespace's own Prometheus.
func Scraper(operator *Operator) Peer {
	if operator == nil {
		return peer(PrometheusName)
	}
	return Peer{Name: PrometheusName, NamespaceLabels: map[string]string{"kubernetes.io/metadata.name": operator.Namespace}}
}
