// Package rule is what policy rules are made of: the Rule itself, the view of a
// resource's properties that it judges, and what Kubernetes objects have in
// common.
//
// # Unknown values
//
// In a preview a property may be unknown. A rule must never call it wrong. So a
// Value has three states besides its content: it is there, it is known to be
// missing, or it is unknown, and each method says what it answers for which.
// Rules report only what they know: "missing" or "known, and bad". A test of
// package rules makes every property of every passing example unknown in turn
// and expects no violation.
package rule
