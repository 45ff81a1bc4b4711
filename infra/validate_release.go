package infra

import "fmt"

// validate checks the one way of releasing that is set.
func (r Release) validate(fs *faults, meshed bool) {
	var set []string
	if r.BlueGreen != nil {
		set = append(set, "release.blueGreen")
		fs.oneOf("release.blueGreen.active", r.BlueGreen.Active, TrackBlue, TrackGreen)
		fs.like("release.blueGreen.idleImage", r.BlueGreen.IdleImage, formImage)
	}
	if r.Canary != nil {
		set = append(set, "release.canary")
		fs.like("release.canary.image", r.Canary.Image, formImage)
		fs.between("release.canary.weightPercent", r.Canary.WeightPercent, 1, 99)
	}
	if r.Flagger != nil {
		set = append(set, "release.flagger")
		r.Flagger.validate(fs)
	}
	if len(set) > 1 {
		fs.add("release", set, "at most one of them, because only one may decide who gets the traffic", "remove the others", set...)
	}
	needsMesh := r.Canary != nil || r.Flagger != nil
	if needsMesh && !meshed {
		fs.add("release", set, "tripsage:mesh as well: shares of the traffic need a mesh",
			"set mesh.host and mesh.tlsSecret, or release with blueGreen", "mesh")
	}
}

func (f Flagger) validate(fs *faults) {
	fs.oneOf("release.flagger.mode", f.Mode, FlaggerCanary, FlaggerBlueGreen)
	fs.between("release.flagger.intervalSeconds", f.IntervalSeconds, 30, 600)
	fs.between("release.flagger.threshold", f.Threshold, 1, 100)
	maxOK := fs.between("release.flagger.maxWeightPercent", f.MaxWeightPercent, 1, 100)
	stepOK := fs.between("release.flagger.stepWeightPercent", f.StepWeightPercent, 1, 100)
	if maxOK && stepOK && f.MaxWeightPercent%f.StepWeightPercent != 0 {
		fs.add("release.flagger.stepWeightPercent", f.StepWeightPercent,
			fmt.Sprintf("a part of release.flagger.maxWeightPercent (%d) without remainder", f.MaxWeightPercent),
			"choose steps that meet the maximum: Flagger would go beyond it", "release.flagger.maxWeightPercent")
	}
	fs.between("release.flagger.iterations", f.Iterations, 1, 100)
	if f.LoadTestURL == "" && f.Mode == FlaggerBlueGreen {
		fs.add("release.flagger.loadTestURL", f.LoadTestURL, "the address of Flagger's load tester, since mode is blueGreen",
			"install it and give its address: users do not reach the new version before the switch", "release.flagger.mode")
	}
	if f.LoadTestURL != "" {
		fs.like("release.flagger.loadTestURL", f.LoadTestURL, form{`^https?://[a-z0-9]([-.a-z0-9]*[a-z0-9])?(:[1-9][0-9]{0,4})?(/[-._/a-zA-Z0-9]*)?$`,
			"an address such as http://flagger-loadtester.flagger/", "write the address of the load tester's Service"})
	}
}
