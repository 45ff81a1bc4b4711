package imageref_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tripsage/infrastructure/components/internal/imageref"
)

func TestReference(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("0123456789abcdef", 4)
	for _, good := range []string{"tripsage.local/api", "registry.example:5000/a/b-c", "postgres"} {
		assert.NoError(t, imageref.Validate("Image", good+digest))
		assert.Equal(t, "0123456789ab", imageref.Version(good+digest))
	}
	for _, bad := range []string{"", "api", "api:latest", digest, "API" + digest, "api" + digest + "0", "api" + digest[:70], "-api" + digest} {
		assert.ErrorContains(t, imageref.Validate("Image", bad), "expected an image by digest", bad)
		assert.Empty(t, imageref.Version(bad))
	}
}
