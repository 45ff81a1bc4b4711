package secret

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/secretref"
)

// Ref names a Secret and the version of its content.
type Ref = secretref.Ref

// Args configure a Secret. A key appears in exactly one of the three maps.
type Args struct {
	// Namespace is where the Secret goes.
	Namespace pulumi.StringInput
	// Name is the metadata.name. Default: the component's name.
	Name string
	// Component is the role that the labels show, for instance "cache".
	Component string
	// Version is the release that the labels show. Default: "unversioned".
	Version string

	// Epoch is any text; a new text makes new generated values, except for the
	// Lasting ones. Default: "1".
	Epoch string
	// Generated are values made once per epoch, or once and for all.
	Generated map[string]Generated
	// Given are values from elsewhere, for instance stack configuration.
	Given map[string]pulumi.StringInput
	// Composed are values built out of the other ones.
	Composed map[string]Composed
}

// Generated asks for a random value of ASCII letters and digits, which needs no
// quoting in URLs, shells, SQL or flag files.
type Generated struct {
	// Length is the number of characters, 16 to 128. Default: 40 (238 bits).
	Length int
	// Key makes the value a key for a cipher: 32 random bytes in standard base64.
	// It has no Length.
	Key bool
	// Lasting keeps the value when the epoch changes, because what was sealed with
	// it could not be opened with another one.
	Lasting bool
}

// Composed is a text with holes.
type Composed struct {
	// Template is the text; {key} stands for a Generated or Given value of the
	// same Secret or for one of With. Braces have no other use in it.
	Template string
	// With are more values for the holes, for instance the password of another
	// Secret. They do not become keys of this Secret.
	With map[string]pulumi.StringInput
	// URL percent-encodes each value, so that no password can change the
	// meaning of a URL around it.
	URL bool
}
