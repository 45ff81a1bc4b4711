// Package monitoring watches one namespace: Prometheus reads the metrics of its
// pods and looks at the rules, Alertmanager tells people. With them come
// postgres_exporter, kube-state-metrics and Grafana, each where it is asked for.
// The cache and the API have metrics of their own.
//
// Decisions:
//   - Prometheus looks for pods in its own namespace only, and by the standard
//     labels; annotations, which anybody may put on a pod, change nothing. Its
//     account may read pods there and nothing else. The token is a projected one
//     of an hour, mounted in that container alone.
//   - One Prometheus and one Alertmanager: each has its state on a volume, and a
//     restart takes seconds. Twice as many would alert twice without a cluster
//     of Alertmanagers. What no Prometheus can say, that it is down itself, is
//     for something outside of the cluster to see.
//   - A new configuration restarts the pod, by a checksum. Nothing can be
//     reloaded or changed over HTTP: the lifecycle and admin interfaces are off.
//   - All stay out of the mesh. The ports with metrics take plain text there,
//     and network policies let in nobody but Prometheus.
//   - Nobody is let in to Prometheus, Alertmanager and Grafana but each other;
//     people come by port-forward. Grafana has no anonymous users and no sign-up,
//     and its password is generated. What it shows is provisioned, so it has no
//     volume and forgets what is changed by hand.
//   - Secrets of receivers and of the database are files.
//   - With Operator, the same rules, targets and receivers become resources of
//     prometheus-operator, whose Prometheus and Alertmanager they are then for.
//     That Prometheus runs elsewhere, so the policies let its namespace in.
package monitoring
