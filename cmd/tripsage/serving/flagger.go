package serving

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tripsage/infrastructure/cmd/tripsage/release"
)

var canaries = schema.GroupVersionResource{Group: "flagger.app", Version: "v1beta1", Resource: "canaries"}

// canary is what we read of Flagger's object.
type canary struct {
	Spec struct {
		Analysis struct {
			Interval string `json:"interval"`
		} `json:"analysis"`
	} `json:"spec"`
	Status struct {
		Phase           string `json:"phase"`
		CanaryWeight    int    `json:"canaryWeight"`
		FailedChecks    int    `json:"failedChecks"`
		Iterations      int    `json:"iterations"`
		LastAppliedSpec string `json:"lastAppliedSpec"`
		Conditions      []struct {
			Message string `json:"message"`
		} `json:"conditions"`
	} `json:"status"`
}

// Waiting is how Promoted looks.
type Waiting struct {
	// Every is the time between two looks, Patience the longest wait.
	Every, Patience time.Duration
	// Say is told how far Flagger is.
	Say func(string)
}

// Promoted waits until Flagger leads all users to the image, and fails when it
// takes the image back. An image that users get already is promoted: Flagger
// may be analysing it again, but that moves nobody to anything else.
func (c Cluster) Promoted(ctx context.Context, image release.Image, w Waiting) error {
	ctx, cancel := context.WithTimeout(ctx, w.Patience)
	defer cancel()
	start, seen := time.Now(), ""
	for {
		now, err := c.verdict(ctx, image)
		switch {
		case err != nil:
			return err
		case now.serves:
			return nil
		case seen == "":
			seen = now.Status.LastAppliedSpec
		}
		// A failure may be that of an earlier release, until Flagger has noticed
		// this one: then it notes another hash, which it does within an interval.
		fresh := now.Status.LastAppliedSpec != seen || time.Since(start) > 3*now.interval()
		if now.Status.Phase == "Failed" && fresh {
			return fmt.Errorf("Flagger took %s back: %s; `kubectl -n %s describe canary %s` tells of each check", //nolint:staticcheck // a name
				image.Short(), now.message(), c.Namespace, c.Release.API)
		}
		w.Say(fmt.Sprintf("%s, %d %% of the users, %d failed checks", now.Status.Phase, now.Status.CanaryWeight, now.Status.FailedChecks))
		select {
		case <-ctx.Done():
			return fmt.Errorf("Flagger has not let %s through (phase %s, %s): %w", image.Short(), now.Status.Phase, now.message(), context.Cause(ctx)) //nolint:staticcheck // a name
		case <-time.After(w.Every):
		}
	}
}

// verdict is where a Flagger release stands.
type verdict struct {
	canary
	serves bool
}

func (c Cluster) verdict(ctx context.Context, image release.Image) (verdict, error) {
	var v verdict
	if err := c.read(ctx, canaries, &v.canary); err != nil {
		return v, err
	}
	primary, err := c.Kube.AppsV1().Deployments(c.Namespace).Get(ctx, c.Release.API+"-primary", metav1.GetOptions{})
	if err != nil {
		return v, fmt.Errorf("read Flagger's Deployment %s-primary in namespace %s: %w", c.Release.API, c.Namespace, err)
	}
	status := primary.Status
	rolledOut := status.ObservedGeneration >= primary.Generation && status.UpdatedReplicas == status.Replicas && status.AvailableReplicas == status.Replicas
	ending := v.Status.Phase == "Promoting" || v.Status.Phase == "Finalising"
	v.serves = imageOf(*primary).Same(image) && rolledOut && !ending
	return v, nil
}

func (c canary) interval() time.Duration {
	if every, err := time.ParseDuration(c.Spec.Analysis.Interval); err == nil {
		return every
	}
	return time.Minute // Flagger's own default
}

func (c canary) message() string {
	if n := len(c.Status.Conditions); n > 0 {
		return c.Status.Conditions[n-1].Message
	}
	return "it gives no reason"
}
