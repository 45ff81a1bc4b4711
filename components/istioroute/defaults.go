package istioroute

import (
	"cmp"
	"slices"

	"github.com/tripsage/infrastructure/components/internal/labels"
)

// ingressCaller names the policy for the ingress gateway.
const ingressCaller = "ingress"

func (a Args) withDefaults(name string) Args {
	a.Name = cmp.Or(a.Name, name)
	a.Version = cmp.Or(a.Version, labels.Unversioned)
	a.ServicePort = cmp.Or(a.ServicePort, 80)
	a.ContainerPort = cmp.Or(a.ContainerPort, 8000)
	a.Ingress = a.Ingress.withDefaults()
	a.WeightsOwner = cmp.Or(a.WeightsOwner, OwnerPulumi)
	a.TrustDomain = cmp.Or(a.TrustDomain, "cluster.local")
	a.Callers = a.callers()
	if a.WeightsOwner != OwnerPulumi {
		return a // what is left belongs to the routes
	}
	a.WebSocketPath = cmp.Or(a.WebSocketPath, "/ws")
	a.Traffic = a.Traffic.WithDefaults()
	a.Tracks = slices.Clone(a.Tracks)
	for i, track := range a.Tracks {
		if len(track.Labels) == 0 {
			a.Tracks[i].Labels = map[string]string{labels.TrackKey: track.Name}
		}
	}
	if len(a.Preview.Tracks) > 0 {
		a.Preview.Header = cmp.Or(a.Preview.Header, PreviewHeader)
	}
	return a
}

func (i Ingress) withDefaults() Ingress {
	i.Namespace = cmp.Or(i.Namespace, "istio-ingress")
	i.ServiceAccount = cmp.Or(i.ServiceAccount, "istio-ingress")
	if len(i.PodLabels) == 0 {
		i.PodLabels = map[string]string{"istio": "ingress"}
	}
	return i
}

// callers returns the declared callers with the ports filled in. The ingress
// gateway is kept out: New adds it behind them, so that the index in a message
// is the one of the arguments.
func (a Args) callers() []Caller {
	out := slices.Clone(a.Callers)
	for i, caller := range out {
		if len(caller.Ports) == 0 {
			out[i].Ports = []int{a.ContainerPort}
		}
	}
	return out
}

// withIngress returns the declared callers and the ingress gateway.
func (a Args) withIngress() []Caller {
	return append(slices.Clone(a.Callers), Caller{
		Name:           ingressCaller,
		Namespace:      a.Ingress.Namespace,
		ServiceAccount: a.Ingress.ServiceAccount,
		Ports:          []int{a.ContainerPort},
	})
}
