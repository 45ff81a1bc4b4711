// Package objectives says what the platform promises and when somebody has to
// be told. It is the only place: recording rules and alerts of Prometheus,
// dashboards of Grafana and Datadog, Datadog's monitors, Flagger's thresholds
// and docs/objectives.md are generated from it.
//
// The promises are those of the deployment guide: its targets, its success
// criteria and its three alerts.
package objectives
