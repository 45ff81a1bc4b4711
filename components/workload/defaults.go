package workload

import (
	"cmp"

	"github.com/tripsage/infrastructure/components/internal/imageref"
)

const (
	defaultUserID      = 65532
	defaultSecretsPath = "/var/run/secrets/tripsage" // #nosec G101 -- a folder, not a secret
)

func (a Args) withDefaults(name string) Args {
	a.Name = cmp.Or(a.Name, name)
	a.Version = cmp.Or(a.Version, imageref.Version(a.Image))
	a.UserID = cmp.Or(a.UserID, defaultUserID)
	a.SecretsPath = cmp.Or(a.SecretsPath, defaultSecretsPath)
	a.Ports = a.Ports.withDefaults()
	a.Health = a.Health.withDefaults()
	a.Shutdown = a.Shutdown.withDefaults()
	a.Scaling = a.Scaling.withDefaults()
	return a
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
