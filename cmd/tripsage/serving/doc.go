// Package serving reads what a stack's cluster runs: which image users get, on
// which track, whether Flagger has let it through; and keeps the record of the
// releases there. It changes nothing but that record.
package serving
