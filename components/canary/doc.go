// Package canary hands the releases of a workload to Flagger: it watches the
// Deployment, runs each new version beside a copy of the last good one, measures
// it, and either promotes it or takes it back.
//
// Flagger makes and owns the Services <name>, <name>-primary and <name>-canary,
// the VirtualService <name>, the DestinationRules and the Deployment and
// autoscaler <name>-primary. Nothing here makes them too, so the weights have one
// owner. The workload's routing must be external.
//
// Decisions:
//   - One way to release at a time: by weights (canary) or by a number of checks
//     and then all at once (blue/green). Flagger would take both and use one.
//   - Weights end exactly at the maximum. Flagger's own arithmetic goes beyond
//     it when the step is not a divisor.
//   - The new pods of a blue/green release get no traffic from users before the
//     switch. A check without traffic counts as failed, so a hook has to send
//     some. Mirroring is not offered, because it does every POST twice; nor are
//     Flagger's header matches, which make it skip the switch before promotion.
//   - The limits are Flagger's built-in checks of what the sidecars count.
//     Its request-duration is the 99th percentile.
//   - Flagger writes a single route for all methods. So the only retries are
//     those where no request has reached the service: no connection, or a stream
//     that the other side says it did not begin. Both are safe for a POST.
//   - That route has a single time limit. It cuts no WebSocket: Envoy starts the
//     clock once a request is complete, which an upgraded one never is, and
//     since https://github.com/envoyproxy/envoy/pull/41075 also for the answer
//     to the upgrade, and not beyond.
//   - Flagger's definition of a traffic policy has no TCP settings: the limit of
//     connections and the time to connect are left out, and Istio's defaults
//     hold. The limit of requests in flight is there, and is the one that counts.
//   - Callers inside the mesh follow the weights as well as those from outside.
//   - Deleting the Canary first gives the Deployment its pods back. The Services
//     go with it all the same: moving away from Flagger needs a quiet moment.
package canary
