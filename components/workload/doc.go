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
//
// Tracks are releases that run side by side, and a Service switches between
// them, or a mesh's weights, or Flagger. Decisions:
//   - A track's name is in the selectors of its Deployment, budget and spread,
//     and nowhere else: policies hold for the instance, whatever runs in it.
//   - A Deployment without tracks keeps its selector without a track, which is
//     immutable; stacks of earlier releases update in place.
//   - The Service that switches waits for the pods that it will lead to. It
//     moves all traffic at once, so both tracks need room for all of it.
//   - Under Flagger there is no Service and no number of pods here: both have
//     one owner. There always is an autoscaler, with the same minimum and
//     maximum for a fixed number, because Flagger has the number of its own
//     pods from there. The budget covers both its pods and ours.
//
// In a mesh:
//   - The process starts after the sidecar and ends before it.
//   - The autoscaler looks at the process and not at the sidecar.
//   - Prometheus reads both on MeshMetricsPort; Ingress has to say so. Callers
//     need no other port: a sidecar takes over those of the process. The kubelet
//     asks the sidecar for the probes, and comes from the node, which policies
//     let pass.
package workload
