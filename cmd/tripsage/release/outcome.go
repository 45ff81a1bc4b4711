package release

// Outcome says how a deployment ended; as a number it is the exit code.
type Outcome int

// The outcomes. 2 is left out: shells and flag parsers use it for wrong usage.
const (
	// Done: the wanted release serves, and was verified.
	Done Outcome = 0
	// Refused: it failed before anything was changed.
	Refused Outcome = 1
	// RolledBack: it failed, and the release before serves again, verified.
	RolledBack Outcome = 3
	// Stuck: it failed, and so did the way back. Somebody has to look.
	Stuck Outcome = 4
)

// String is the word in reports.
func (o Outcome) String() string {
	switch o {
	case Done:
		return "deployed"
	case Refused:
		return "refused"
	case RolledBack:
		return "rolled back"
	default:
		return "stuck"
	}
}

// Result is what has become of a deployment.
type Result struct {
	Outcome Outcome
	// Wanted is the release that was to be deployed, Before the one that served
	// until then and Now the one that serves; each may be empty.
	Wanted, Before, Now Image
	// Err says what failed, nil when Done.
	Err error
	// Warning is what else went wrong and does not matter to users: the record
	// of the releases could not be written.
	Warning error
}
