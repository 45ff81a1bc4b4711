// Package datadog makes of the objectives what Datadog's API takes: monitors,
// service level objectives and dashboards. deploy/datadog/load.sh loads them.
//
// The fields are those of https://docs.datadoghq.com/api/latest/ (monitors,
// service-level-objectives, dashboards), in version 1 of each.
//
// Datadog's agent reads the metrics of the API's pods with its OpenMetrics check
// (components/workload tells it to), which names them so
// (https://docs.datadoghq.com/integrations/guide/prometheus-metrics/ and the
// check's code, integrations-core/datadog_checks_base/.../openmetrics/v2):
//
//	http_requests_total                        tripsage.http_requests.count
//	http_request_duration_seconds_count, _sum  tripsage.http_request_duration_seconds.count, .sum
//	http_request_duration_seconds_bucket       tripsage.http_request_duration_seconds.bucket, le is upper_bound
//	http_requests_in_flight                    tripsage.http_requests_in_flight
//
// Counters and histograms arrive as counts. Buckets are no distributions, so
// there are shares above a bound, and means, but no percentiles. Labels are tags;
// a pod is told by the tag endpoint, because pod_name is not on metrics unless
// the agent is set to a higher cardinality; the version is that of the unified
// service tags. What the agent cannot see is left out: see Left.
package datadog

const (
	// Namespace is the check's: each metric's name begins with it.
	Namespace = "tripsage"
	// Environment is the one that monitors watch; dashboards can show any.
	Environment = "production"
	// Tag marks what was loaded, so that it is found again.
	Tag = "source:tripsage-objectives"
)
