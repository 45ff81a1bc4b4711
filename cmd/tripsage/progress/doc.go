// Package progress shows the steps of a long command: what is going on, for
// how long, and what was cached. On a terminal the steps under way are redrawn
// in place; elsewhere, as in CI, each event is one plain line.
package progress
