package release

import "context"

// Kind is how a stack's releases take over, as in tripsage:release.
type Kind string

// The kinds of releases.
const (
	Rolling   Kind = "rolling"
	BlueGreen Kind = "blueGreen"
	Canary    Kind = "canary"
	Flagger   Kind = "flagger"
)

// Versions are the values of the stack's configuration that a release decides.
// Active and Idle are for BlueGreen only.
type Versions struct {
	API    Image
	Active string
	Idle   Image
}

// Live is what runs. Everything is empty before the first release.
type Live struct {
	// Image is what users get.
	Image Image
	// Active is the track that users get, and Idle the image of the other one;
	// both are empty where there are no tracks.
	Active string
	Idle   Image
}

// Goal is what to verify.
type Goal struct {
	Image Image
	// Track is the one to look at before users come to it; empty is what users get.
	Track string
}

// Platform does what is decided.
type Platform interface {
	// Live reads what runs.
	Live(ctx context.Context) (Live, error)
	// Find fails when it is known that the image cannot be pulled.
	Find(ctx context.Context, image Image) error
	// Fits fails when the image cannot work with the database's schema.
	Fits(ctx context.Context, image Image) error
	// Preview fails when the update could not be made, or the policy forbids it.
	Preview(ctx context.Context, v Versions) error
	// Update changes the stack and waits for its pods.
	Update(ctx context.Context, v Versions) error
	// Restore is Update on the way back, which no policy may bar: what it restores
	// was judged when it came.
	Restore(ctx context.Context, v Versions) error
	// Promoted waits until the users of a Flagger release get the image.
	Promoted(ctx context.Context, image Image) error
	// Verify tries the release as its users do.
	Verify(ctx context.Context, goal Goal) error
	// History reads the earlier releases, Record replaces them.
	History(ctx context.Context) (History, error)
	Record(ctx context.Context, h History) error
}
