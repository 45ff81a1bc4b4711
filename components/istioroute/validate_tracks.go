package istioroute

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/labels"
)

var (
	// Istio matches headers by their names in lower case.
	headerPattern = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)
	// cookiePattern is a token of RFC 6265, 4.1.1, cut down to what is common.
	cookiePattern = regexp.MustCompile(`^[-_.A-Za-z0-9]+$`)
)

func (a Args) validateTracks() error {
	var faults []error
	sum, shares := 0, []string{}
	wrong := false
	for i, track := range a.Tracks {
		at := fmt.Sprintf("Tracks[%d].", i)
		faults = append(faults, labels.ValidateName(at+"Name", track.Name), labels.ValidateSet(at+"Labels", track.Labels))
		if track.Weight < 0 || track.Weight > 100 {
			wrong = true
			faults = append(faults, fault.Of(at+"Weight", track.Weight, "a share from 0 to 100 percent"))
		}
		faults = append(faults, a.validateApart(i))
		sum += track.Weight
		shares = append(shares, fmt.Sprintf("%s=%d", track.Name, track.Weight))
	}
	if len(a.Tracks) > 0 && sum != 100 && !wrong {
		faults = append(faults, fault.Of("Tracks' weights", strings.Join(shares, " "), fmt.Sprintf("a sum of exactly 100, not %d", sum)))
	}
	return errors.Join(faults...)
}

// validateApart checks the i-th track against those before it.
func (a Args) validateApart(i int) error {
	var faults []error
	track := a.Tracks[i]
	for j, other := range a.Tracks[:i] {
		if other.Name == track.Name {
			faults = append(faults, fault.Of(fmt.Sprintf("Tracks[%d].Name", i), track.Name, fmt.Sprintf("another name than that of Tracks[%d]", j)))
		} else if !disjoint(track.Labels, other.Labels) {
			faults = append(faults, fault.Of(fmt.Sprintf("Tracks[%d].Labels", i), track.Labels,
				fmt.Sprintf("a label that Tracks[%d] %q has with another value: one pod could match both %v and these, and both tracks would send it requests",
					j, other.Name, other.Labels)))
		}
	}
	return errors.Join(faults...)
}

// disjoint reports whether no pod can carry both sets of labels: they ask for
// different values of one key.
func disjoint(one, other map[string]string) bool {
	for key, value := range one {
		if another, both := other[key]; both && another != value {
			return true
		}
	}
	return false
}

func (a Args) validatePreview() error {
	p := a.Preview
	if len(p.Tracks) == 0 {
		if p.Header != "" || p.Cookie != "" {
			return fault.Missing("Preview.Tracks", "the tracks that the header or cookie can ask for")
		}
		return nil
	}
	var faults []error
	names := []string{}
	for _, track := range a.Tracks {
		names = append(names, track.Name)
	}
	for i, track := range p.Tracks {
		key := fmt.Sprintf("Preview.Tracks[%d]", i)
		if !slices.Contains(names, track) {
			faults = append(faults, fault.Of(key, track, fmt.Sprintf("the name of one of Tracks %v", names)))
		} else if slices.Contains(p.Tracks[:i], track) {
			faults = append(faults, fault.Of(key, track, "each track once"))
		}
	}
	if !headerPattern.MatchString(p.Header) {
		faults = append(faults, fault.Of("Preview.Header", p.Header, "the name of a header in lower case, such as "+PreviewHeader))
	}
	if p.Cookie != "" && !cookiePattern.MatchString(p.Cookie) {
		faults = append(faults, fault.Of("Preview.Cookie", p.Cookie, "the name of a cookie: letters, digits, dots, dashes and underscores"))
	}
	return errors.Join(faults...)
}
