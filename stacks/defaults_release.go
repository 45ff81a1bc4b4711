package stacks

import "github.com/tripsage/infrastructure/infra"

func releaseKnobs() []Knob {
	return []Knob{
		{Key: "features.newSearchAlgorithm", Default: false, Why: "The strategy's flag enable_new_search_algorithm."},
		{Key: "features.pricePrediction", Default: false, Why: "The strategy's flag enable_price_prediction."},
		{Key: "features.alternativeRoutes", Default: false, Why: "The strategy's flag enable_alternative_routes."},
		{Key: "release.blueGreen.active", Why: "blue or green: the track that has the traffic and runs images.api."},
		{Key: "release.blueGreen.idleImage", Why: "Image by digest of the other track, which only the header x-tripsage-track reaches. To switch, change active and swap the images."},
		{Key: "release.canary.image", Why: "Image by digest that gets weightPercent of the requests; the others go to images.api."},
		{Key: "release.canary.weightPercent", Default: 10, Why: "Share of the requests for the canary. 10 as in the CI/CD strategy, which says 5 to 10."},
		{Key: "release.flagger.mode", Default: infra.FlaggerCanary, Why: "canary: traffic moves in steps. blueGreen: it moves at once, after iterations good checks."},
		{Key: "release.flagger.intervalSeconds", Default: 60, Why: "Time between two checks of the objectives. Long enough for a rate over a minute."},
		{Key: "release.flagger.threshold", Default: 5, Why: "Failed checks that roll the release back."},
		{Key: "release.flagger.stepWeightPercent", Default: 10, Why: "Share that moves after each good check, in mode canary."},
		{Key: "release.flagger.maxWeightPercent", Default: 50, Why: "Share at which the canary is promoted, in mode canary."},
		{Key: "release.flagger.iterations", Default: 10, Why: "Good checks before the switch, in mode blueGreen."},
		{Key: "release.flagger.loadTestURL", Default: "", Why: "Address of Flagger's load tester, such as http://flagger-loadtester.flagger/. Mode blueGreen needs it; with it, mode canary does not depend on how busy users are."},
	}
}
