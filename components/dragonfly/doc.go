// Package dragonfly is a cache: one Dragonfly pod that keeps its data in memory
// only.
//
// Decisions:
//   - A Deployment, not a StatefulSet: there is no volume and no identity to
//     keep, and after the loss of a node a Deployment replaces the pod by
//     itself, where a StatefulSet waits until somebody removes the node.
//   - Recreate, not RollingUpdate: with two pods behind one Service, clients
//     would see two different caches.
//   - No PodDisruptionBudget: for a single pod it either blocks every node
//     drain or allows what is allowed anyway. Losing the cache costs speed, not
//     data.
//   - The password is in a flag file from a Secret, never in arguments or the
//     environment. The probes only open the port, so they need no password.
//   - Threads and memory go together, see CheckMemory.
package dragonfly
