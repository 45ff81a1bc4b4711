// Package imageref checks container image references.
package imageref

import (
	"regexp"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// shortDigest is how much of the digest the version label shows.
const shortDigest = 12

var pattern = regexp.MustCompile(`^[a-z0-9][-a-z0-9._:/]*@sha256:([0-9a-f]{64})$`)

// Validate checks that reference names an image by digest: a tag can be moved
// to other content, a digest cannot.
func Validate(key, reference string) error {
	if !pattern.MatchString(reference) {
		return fault.Of(key, reference, "an image by digest: name@sha256:<64 hex digits>")
	}
	return nil
}

// Version returns a short form of the reference's digest for the version label,
// or "" when the reference is not by digest.
func Version(reference string) string {
	match := pattern.FindStringSubmatch(reference)
	if match == nil {
		return ""
	}
	return match[1][:shortDigest]
}
