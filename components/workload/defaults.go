package workload

import (
	"cmp"
	"slices"

	"github.com/tripsage/infrastructure/components/internal/imageref"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/process"
)

func (a Args) withDefaults(name string) Args {
	a.Name = cmp.Or(a.Name, name)
	a.Version = cmp.Or(a.Version, a.sharedVersion())
	a.UserID = cmp.Or(a.UserID, process.DefaultUserID)
	a.SecretsPath = cmp.Or(a.SecretsPath, process.DefaultSecretsPath)
	a.Ports = a.Ports.withDefaults()
	a.Health = a.Health.withDefaults()
	a.Shutdown = a.Shutdown.withDefaults()
	a.Scaling = a.Scaling.withDefaults()
	a.Routing.Service = cmp.Or(a.Routing.Service, ServiceAll)
	a.Tracks = tracksWithDefaults(a.Tracks)
	return a
}

// sharedVersion labels what belongs to no single track.
func (a Args) sharedVersion() string {
	if len(a.Tracks) > 0 {
		return labels.Unversioned
	}
	return imageref.Version(a.Image)
}

func tracksWithDefaults(tracks []Track) []Track {
	out := slices.Clone(tracks)
	for i := range out {
		out[i].Version = cmp.Or(out[i].Version, imageref.Version(out[i].Image))
		if out[i].Scaling != nil {
			filled := out[i].Scaling.withDefaults()
			out[i].Scaling = &filled
		}
	}
	return out
}

func (p Ports) withDefaults() Ports {
	return Ports{
		HTTP:    cmp.Or(p.HTTP, 8000),
		Metrics: cmp.Or(p.Metrics, 9090),
		Service: cmp.Or(p.Service, 80),
	}
}

func (h Health) withDefaults() Health {
	return Health{
		LivePath:       cmp.Or(h.LivePath, "/health"),
		ReadyPath:      cmp.Or(h.ReadyPath, "/health/ready"),
		StartupSeconds: cmp.Or(h.StartupSeconds, 60),
	}
}

func (s Shutdown) withDefaults() Shutdown {
	return Shutdown{
		PreStopSeconds: cmp.Or(s.PreStopSeconds, 5),
		AppSeconds:     cmp.Or(s.AppSeconds, 20),
		GraceSeconds:   cmp.Or(s.GraceSeconds, 30),
	}
}

func (s Scaling) withDefaults() Scaling {
	s.CPUPercent = cmp.Or(s.CPUPercent, 70)
	s.MemoryPercent = cmp.Or(s.MemoryPercent, 80)
	s.MaxUnavailable = cmp.Or(s.MaxUnavailable, 1)
	return s
}
