package infra

// Release says how a new version of the API takes over. Without any of its
// groups pods are replaced one by one; at most one of them may be set.
type Release struct {
	BlueGreen *BlueGreen `config:"blueGreen"`
	Canary    *Canary    `config:"canary"`
	Flagger   *Flagger   `config:"flagger"`
}

// The tracks of a blue/green release.
const (
	TrackBlue  = "blue"
	TrackGreen = "green"
)

// BlueGreen runs two tracks. The active one runs images.api and has all the
// traffic, the other one is reached by a header only. To switch, change Active
// and swap the two images: no pod restarts, only the traffic moves.
type BlueGreen struct {
	Active    string `config:"active"`
	IdleImage string `config:"idleImage"`
}

// Canary sends a fixed share of the requests to another image.
type Canary struct {
	Image         string `config:"image"`
	WeightPercent int    `config:"weightPercent"`
}

// How Flagger moves the traffic.
const (
	FlaggerCanary    = "canary"
	FlaggerBlueGreen = "blueGreen"
)

// Flagger has Flagger judge each new version by the platform's objectives and
// move the traffic, or take it back.
type Flagger struct {
	Mode            string `config:"mode"`
	IntervalSeconds int    `config:"intervalSeconds"`
	// Threshold is how many failed checks roll the release back.
	Threshold int `config:"threshold"`
	// StepWeightPercent and MaxWeightPercent belong to mode canary.
	StepWeightPercent int `config:"stepWeightPercent"`
	MaxWeightPercent  int `config:"maxWeightPercent"`
	// Iterations belong to mode blueGreen: good checks before the switch.
	Iterations int `config:"iterations"`
	// LoadTestURL is Flagger's load tester. In mode blueGreen no user reaches the
	// new version before the switch, so somebody has to.
	LoadTestURL string `config:"loadTestURL"`
}
