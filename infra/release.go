package infra

import (
	"github.com/tripsage/infrastructure/components/istioroute"
	"github.com/tripsage/infrastructure/components/workload"
)

// rollout is how versions of the API stand side by side, and who decides which
// of them gets a request.
type rollout struct {
	// image runs without tracks.
	image  string
	tracks []workload.Track
	// routing is how the Service picks pods.
	routing workload.Routing
	// shares are the tracks of a mesh, with their weights, and preview those
	// that a header reaches.
	shares  []istioroute.Track
	preview []string
	owner   istioroute.WeightsOwner
}

// plan turns the release's configuration into tracks and shares.
func (s Spec) plan() rollout {
	switch r := s.Release; {
	case r.BlueGreen != nil:
		return r.BlueGreen.plan(s.Images.API, s.Mesh != nil)
	case r.Canary != nil:
		return r.Canary.plan(s.Images.API)
	case r.Flagger != nil:
		return rollout{
			image: s.Images.API, owner: istioroute.OwnerFlagger,
			routing: workload.Routing{Service: workload.ServiceExternal},
		}
	default:
		return rollout{image: s.Images.API, owner: istioroute.OwnerPulumi}
	}
}

func (b BlueGreen) plan(active string, meshed bool) rollout {
	images := map[string]string{TrackBlue: b.IdleImage, TrackGreen: b.IdleImage}
	images[b.Active] = active
	r := rollout{owner: istioroute.OwnerPulumi, routing: workload.Routing{Service: workload.ServiceActive, Active: b.Active}}
	if meshed {
		r.routing = workload.Routing{Service: workload.ServiceAll}
	}
	for _, name := range []string{TrackBlue, TrackGreen} {
		r.tracks = append(r.tracks, workload.Track{Name: name, Image: images[name]})
		share := istioroute.Track{Name: name}
		if name == b.Active {
			share.Weight = 100
		}
		r.shares = append(r.shares, share)
		r.preview = append(r.preview, name)
	}
	return r
}

// The tracks of a canary release.
const (
	trackStable = "stable"
	trackCanary = "canary"
)

func (c Canary) plan(stable string) rollout {
	return rollout{
		owner:   istioroute.OwnerPulumi,
		routing: workload.Routing{Service: workload.ServiceAll},
		tracks:  []workload.Track{{Name: trackStable, Image: stable}, {Name: trackCanary, Image: c.Image}},
		shares: []istioroute.Track{
			{Name: trackStable, Weight: 100 - c.WeightPercent}, {Name: trackCanary, Weight: c.WeightPercent},
		},
		preview: []string{trackStable, trackCanary},
	}
}
