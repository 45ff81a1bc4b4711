package release

import (
	"fmt"
	"regexp"
	"strings"
)

// Image is a reference by digest: name@sha256:<64 hex digits>.
type Image string

var imageForm = regexp.MustCompile(`^[a-z0-9][-a-z0-9._:/]*@sha256:[0-9a-f]{64}$`)

// ParseImage refuses what is not a reference by digest: a tag may lead to
// another image tomorrow, and there would be no going back to today's.
func ParseImage(text string) (Image, error) {
	if !imageForm.MatchString(text) {
		return "", fmt.Errorf("%q is not an image by digest: expected registry/name@sha256:<64 hex digits>; "+
			"the build prints it, and `crane digest registry/name:tag` finds it", text)
	}
	return Image(text), nil
}

// Digest is what tells images apart: sha256:<64 hex digits>.
func (i Image) Digest() string {
	_, digest, _ := strings.Cut(string(i), "@")
	return digest
}

// Name is the reference without its digest.
func (i Image) Name() string {
	name, _, _ := strings.Cut(string(i), "@")
	return name
}

// Short is the beginning of the digest, as in the labels of what runs.
func (i Image) Short() string {
	digits := strings.TrimPrefix(i.Digest(), "sha256:")
	if len(digits) > 12 {
		digits = digits[:12]
	}
	if digits == "" {
		return "nothing"
	}
	return digits
}

// Same says whether both are one image, wherever they are pulled from.
func (i Image) Same(other Image) bool { return i.Digest() != "" && i.Digest() == other.Digest() }
