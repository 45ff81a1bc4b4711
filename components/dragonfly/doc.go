// Package dragonfly is a cache, in two forms: New makes one Dragonfly pod that
// keeps its data in memory only, NewReplicated asks the Dragonfly operator for a
// master with replicas, snapshots and TLS.
//
// Decisions for both:
//   - A full cache evicts instead of refusing to write.
//   - Passwords come from a Secret and are never in arguments. The admin port
//     answers without one, for probes, metrics and (replicated) the operator and
//     the replicas, so network policies open it to nobody else.
//   - Threads and memory go together, see CheckMemory.
//   - Pods stay out of the service mesh.
//
// Decisions for one pod:
//   - A Deployment, not a StatefulSet: there is no volume and no identity to
//     keep, and after the loss of a node a Deployment replaces the pod by
//     itself, where a StatefulSet waits until somebody removes the node.
//   - Recreate, not RollingUpdate: with two pods behind one Service, clients
//     would see two different caches.
//   - No PodDisruptionBudget: for a single pod it either blocks every node
//     drain or allows what is allowed anyway. Losing the cache costs speed, not
//     data.
//   - The password is in a flag file. The probes only open the port, so they
//     need none.
//
// Decisions for replicas:
//   - The operator makes the StatefulSet, the Service (of the same name, leading
//     to the master), the probes and the PodDisruptionBudget, of which we set the
//     number. It does not set a startup probe or a grace period, and neither can
//     be set through its resource.
//   - Our network policies replace the operator's, which opens the Redis port to
//     the whole namespace and the metrics to nobody. They select the pods by the
//     operator's labels: it refuses pods with our standard ones.
//   - Clients log in as their own user with few rights (ACLTemplate); the user
//     default is off.
//   - Replication is without TLS, also where clients have it: the operator has
//     no setting for it, and only the pods themselves reach that port.
//   - A new password or key of the Secret replaces the pods one by one, the
//     master last. A renewed certificate does not: see ReplicatedArgs.TLSSecret.
package dragonfly
