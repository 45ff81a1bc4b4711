package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Options say what to try and what is good.
type Options struct {
	// URL is the API's, without a path.
	URL string
	// Header is sent with every request; it may ask the mesh for a track.
	Header http.Header
	// Token is for the checks that act as a user. Without one, NoToken says why
	// they are skipped, and how to get one.
	Token, NoToken string
	// Frontend is the URL of the frontend; empty if the stack has none.
	Frontend string
	// Cluster answers what cannot be seen from outside. Without one, NoCluster
	// says why those checks are skipped.
	Cluster   Cluster
	NoCluster string
	// Image is the one that has to run; empty takes any.
	Image   string
	Budgets Budgets
	// Requests is how many make a percentile.
	Requests int
	// Begin, when set, is told of each check before it begins.
	Begin func(name string)
}

// Budgets are the deployment guide's targets, for the 95th percentile.
type Budgets struct {
	API      time.Duration // of REST requests
	Vector   time.Duration // of searches by meaning
	Realtime time.Duration // from the answer to a change until its message
}

// GuideBudgets are the targets as the deployment guide has them.
func GuideBudgets() Budgets {
	return Budgets{API: 500 * time.Millisecond, Vector: 100 * time.Millisecond, Realtime: 200 * time.Millisecond}
}

// Cluster is the inside of a stack.
type Cluster interface {
	// Images are those of the pods that serve, by the pods' names.
	Images(ctx context.Context) (map[string]string, error)
	// CacheHits is how many answers of each pod that serves came from the cache,
	// since it started.
	CacheHits(ctx context.Context) (map[string]float64, error)
	// Schema gives the state of each migration, by its version.
	Schema(ctx context.Context) (map[string]string, error)
}

func (o Options) validate() error {
	var faults []error
	for _, one := range []struct{ name, text string }{{"--url", o.URL}, {"--frontend-url", o.Frontend}} {
		at, err := url.Parse(one.text)
		if one.text == "" && one.name != "--url" {
			continue
		}
		if err != nil || (at.Scheme != "http" && at.Scheme != "https") || at.Host == "" || at.User != nil || at.RawQuery != "" {
			faults = append(faults, fmt.Errorf("%s %q: expected an address such as https://api.example.com", one.name, one.text))
		}
	}
	if o.Requests < 1 || o.Requests > 1000 {
		faults = append(faults, fmt.Errorf("--requests %d: expected 1 to 1000", o.Requests))
	}
	for name, budget := range map[string]time.Duration{"api": o.Budgets.API, "vector": o.Budgets.Vector, "realtime": o.Budgets.Realtime} {
		if budget <= 0 {
			faults = append(faults, fmt.Errorf("--budget %s=%s: expected a time above zero, such as 500ms", name, budget))
		}
	}
	return errors.Join(faults...)
}
