//go:build !race

package api

// raceDetector says whether the program is built with it, as these tests are.
const raceDetector = false
