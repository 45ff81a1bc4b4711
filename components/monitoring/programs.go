package monitoring

import (
	"fmt"
	"path"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tripsage/infrastructure/components/internal/object"
	"github.com/tripsage/infrastructure/components/internal/process"
)

// programs are those that the arguments ask for.
func (a Args) programs() ([]program, error) {
	var all []program
	if a.Operator == nil {
		prometheus, err := a.prometheus()
		if err != nil {
			return nil, err
		}
		all = append(all, prometheus, a.alertmanager())
	}
	if a.Exporter != nil {
		all = append(all, a.exporter())
	}
	if a.StateMetrics != nil {
		all = append(all, a.stateMetrics())
	}
	if a.Grafana != nil {
		grafana, err := a.grafana()
		if err != nil {
			return nil, err
		}
		all = append(all, grafana)
	}
	return all, nil
}

func (a Args) prometheus() (program, error) {
	files, err := a.files()
	if err != nil {
		return program{}, err
	}
	const config, data = "/etc/prometheus", "/prometheus"
	p := program{
		name: PrometheusName, image: a.Prometheus.Image, userID: nobody,
		args: []string{
			"--config.file=" + config + "/" + configFile,
			"--storage.tsdb.path=" + data,
			fmt.Sprintf("--storage.tsdb.retention.time=%dd", a.Prometheus.RetentionDays),
			// Before the volume is full: what is written but not yet in a block does not count.
			fmt.Sprintf("--storage.tsdb.retention.size=%dMB", a.Prometheus.StorageGiB*1024*8/10),
		},
		port: object.Port{Name: pagesPort, Number: PrometheusPort}, live: "/-/healthy", ready: "/-/ready",
		resources: a.Prometheus.Resources,
		configs:   []configFolder{{"config", config, files}},
		data:      data, storageGiB: a.Prometheus.StorageGiB, protect: a.Prometheus.Protect,
		permissions: []permission{{"", []string{"pods"}, []string{"get", "list", "watch"}}},
		to:          append(a.Kubernetes, a.scrapes()...),
	}
	if memory, err := resource.ParseQuantity(a.Prometheus.Resources.Limits.Memory); err == nil {
		// Rather collect garbage than be killed.
		p.env = map[string]string{"GOMEMLIMIT": fmt.Sprint(memory.Value() / 10 * 9)}
	}
	if a.Grafana != nil {
		p.from = append(p.from, Edge{Peer: peer(GrafanaName), Ports: []int{PrometheusPort}})
	}
	return p, nil
}

// scrapes are the ways to the targets.
func (a Args) scrapes() []Edge {
	var edges []Edge
	for _, target := range a.allTargets() {
		if target.Job != PrometheusName { // nobody needs a way to himself
			edges = append(edges, Edge{Peer: Peer{Name: target.Job, PodLabels: target.PodLabels}, Ports: []int{target.Port}})
		}
	}
	return edges
}

func (a Args) alertmanager() program {
	const config, data, file = "/etc/alertmanager", "/alertmanager", "alertmanager.yml"
	p := program{
		name: AlertmanagerName, image: a.Alertmanager.Image, userID: nobody,
		// There is one: no gossip with others.
		args: []string{"--config.file=" + config + "/" + file, "--storage.path=" + data, "--cluster.listen-address="},
		port: object.Port{Name: pagesPort, Number: AlertmanagerPort}, live: "/-/healthy", ready: "/-/ready",
		resources: small("32Mi", "128Mi"),
		configs:   []configFolder{{"config", config, map[string]string{file: a.Alertmanager.Config}}},
		data:      data, storageGiB: 1, protect: a.Prometheus.Protect,
		from: a.scraped(AlertmanagerPort), to: a.Alertmanager.Receivers,
	}
	if a.Alertmanager.Secret != nil {
		p.secrets = []process.SecretFiles{secretFiles(*a.Alertmanager.Secret, a.Alertmanager.Files...)}
	}
	return p
}

// exporter is told of the database by files. The settings and the sessions are
// what is looked at; tables and locks of every database would be many series.
func (a Args) exporter() program {
	at := func(key string) string { return path.Join(SecretsPath, key) }
	return program{
		name: ExporterName, image: a.Exporter.Image, userID: nobody,
		args: []string{"--no-collector.stat_user_tables", "--no-collector.statio_user_tables"},
		env: map[string]string{
			"DATA_SOURCE_USER_FILE": at(DatabaseUserKey), "DATA_SOURCE_PASS_FILE": at(DatabasePasswordKey), "DATA_SOURCE_URI_FILE": at(DatabaseAddressKey),
		},
		// The metrics themselves would ask the database.
		port: object.Port{Name: metricsPort, Number: ExporterPort}, ready: "/",
		resources: small("16Mi", "64Mi"),
		secrets:   []process.SecretFiles{secretFiles(a.Exporter.Secret, DatabaseUserKey, DatabasePasswordKey, DatabaseAddressKey)},
		from:      a.scraped(ExporterPort), to: a.Exporter.Database,
	}
}

// scraped is Prometheus' way in.
func (a Args) scraped(port int) []Edge { return []Edge{{Peer: a.Scraper(), Ports: []int{port}}} }

// nobody is the user of the upstream images.
const nobody = 65534

// small are the resources of a program that idles.
func small(memory, limit string) Resources {
	return Resources{
		Requests: Amounts{CPU: "10m", Memory: memory, EphemeralStorage: "16Mi"},
		Limits:   Amounts{CPU: "500m", Memory: limit, EphemeralStorage: "128Mi"},
	}
}

// secretFiles are keys of a Secret as files of the same names.
func secretFiles(secret SecretRef, keys ...string) process.SecretFiles {
	files := map[string]string{}
	for _, key := range keys {
		files[key] = key
	}
	return process.SecretFiles{Secret: secret, Files: files}
}
