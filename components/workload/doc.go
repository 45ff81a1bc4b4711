// Package workload is a stateless HTTP service: a Deployment with everything
// around it that makes it safe to run, to update and to take down.
//
// Decisions:
//   - A rolling update never has fewer ready pods than before (maxUnavailable 0).
//   - With an autoscaler the Deployment has no replicas, or each update would
//     undo what the autoscaler decided.
//   - The disruption budget says how many pods may be away and not how many
//     must stay: it then fits any number of pods, and a drain of a node that
//     holds most of them still goes one by one.
//   - Spreading over zones and nodes is a preference. A requirement would leave
//     pods pending on a small cluster, which is worse than an uneven spread.
//   - Pods restart when their environment or a mounted Secret changes, because
//     checksums of both are in annotations. Secrets come in as versions that
//     are safe to print, never as values.
package workload
