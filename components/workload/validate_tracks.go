package workload

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/imageref"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/process"
)

// maxName is how long a name may be that is a DNS label or a label's value.
const maxName = 63

// validateReleases checks the images and numbers of pods: of the single release
// or of each track.
func (a Args) validateReleases() []error {
	if len(a.Tracks) == 0 {
		return []error{imageref.Validate("Image", a.Image), a.Scaling.Validate()}
	}
	var faults []error
	if a.Image != "" {
		faults = append(faults, fault.Of("Image", a.Image, "nothing beside Tracks, each of which names its own image"))
	}
	if slices.ContainsFunc(a.Tracks, func(t Track) bool { return t.Scaling == nil }) {
		faults = append(faults, a.Scaling.Validate())
	}
	for i, track := range a.Tracks {
		at := fmt.Sprintf("Tracks[%d].", i)
		faults = append(faults, fault.Under(at, track.validate(a.Name)))
		if slices.ContainsFunc(a.Tracks[:i], func(t Track) bool { return t.Name == track.Name }) {
			faults = append(faults, fault.Of(at+"Name", track.Name,
				"a name that no other track has: a selector with it would catch the pods of both tracks"))
		}
	}
	return faults
}

func (t Track) validate(workload string) error {
	faults := []error{
		labels.ValidateName("Name", t.Name),
		imageref.Validate("Image", t.Image),
		process.ValidateEnv("Env", t.Env),
		validateLength("Name", t.Name, workload+"-"+t.Name+"-env"),
	}
	if t.Version != "" { // it is empty only when Image, which is reported, is not by digest
		faults = append(faults, labels.ValidateValue("Version", t.Version))
	}
	if t.Scaling != nil {
		faults = append(faults, t.Scaling.Validate())
	}
	return errors.Join(faults...)
}

// validateRouting checks that the Service leads to exactly the pods that are
// meant, and that nothing is set that the mode does not look at.
func (a Args) validateRouting() error {
	const key = "Routing.Service"
	r := a.Routing
	var faults []error
	switch r.Service {
	case ServiceAll:
	case ServiceActive:
		return a.validateActive()
	case ServiceExternal:
		if len(a.Tracks) > 0 {
			faults = append(faults, fault.Of(key, string(r.Service), "no Tracks beside it: Flagger copies one Deployment, the one without tracks"))
		}
		faults = append(faults, validateLength("Name", a.Name, a.Name+"-primary"))
	default:
		faults = append(faults, fault.Of(key, string(r.Service), fmt.Sprintf("%s, %s or %s", ServiceAll, ServiceActive, ServiceExternal)))
	}
	if r.Active != "" {
		faults = append(faults, fault.Of("Routing.Active", r.Active, fmt.Sprintf("nothing: only %s %q looks at it", key, ServiceActive)))
	}
	return errors.Join(faults...)
}

func (a Args) validateActive() error {
	names := make([]string, 0, len(a.Tracks))
	for _, track := range a.Tracks {
		names = append(names, track.Name)
	}
	if len(names) < 2 {
		return fault.Of("Tracks", names, fmt.Sprintf("at least two for Routing.Service %q, or there is nothing to switch to", ServiceActive))
	}
	var faults []error
	if !slices.Contains(names, a.Routing.Active) {
		faults = append(faults, fault.Of("Routing.Active", a.Routing.Active,
			fmt.Sprintf("one of the tracks %v: without it the Service's selector would catch all of them or none", names)))
	}
	return errors.Join(append(faults, validateLength("Name", a.Name, PreviewName(a.Name)))...)
}

// validateLength checks the longest name that is made from value. A value that
// is too long by itself is reported elsewhere.
func validateLength(key, value, made string) error {
	if len(value) > maxName || len(made) <= maxName {
		return nil
	}
	return fault.Of(key, value, fmt.Sprintf("a shorter name: %q, which is made from it, has more than %d letters", made, maxName))
}
