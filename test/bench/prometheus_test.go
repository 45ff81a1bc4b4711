package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/debianprometheus"
	"github.com/tripsage/infrastructure/objectives"
	"github.com/tripsage/infrastructure/objectives/rules"
)

const (
	scrapeEvery = 2 * time.Second
	scrapeTimes = 20
)

// watching is what Prometheus needed for so many pods.
type watching struct {
	pods, series int
	memory       int // KiB
	// scrape is the median of the pods' means; slowest of all, and ruling is
	// one look at all rules.
	scrape, slowest, ruling time.Duration
}

func measurePrometheus(b *testing.B) {
	programs, err := debianprometheus.Programs(suite.context, os.Stdout)
	require.NoError(b, err)
	rows := [][]string{{"pods", "series", "memory", "ratio", "a series", "scrape", "slowest", "ratio", "all rules", "ratio"}}
	var base watching
	for _, pods := range []int{1, 10, 100} {
		progress("prometheus: %d pods, %d scrapes of each", pods, scrapeTimes)
		w := watch(b, filepath.Join(programs, "prometheus"), pods)
		if pods == 1 {
			base = w
		}
		rows = append(rows, []string{
			fmt.Sprint(w.pods), fmt.Sprint(w.series), fmt.Sprintf("%d MiB", w.memory/mib), fmt.Sprintf("%.2f", float64(w.memory)/float64(base.memory)),
			fmt.Sprintf("%.1f KiB", float64(w.memory)/float64(w.series)),
			milliseconds(w.scrape), milliseconds(w.slowest), fmt.Sprintf("%.2f", ratio(w.scrape, base.scrape)),
			milliseconds(w.ruling), fmt.Sprintf("%.2f", ratio(w.ruling, base.ruling)),
		})
		report(b, map[string]float64{
			fmt.Sprintf("%d-pods-MiB", pods): float64(w.memory) / mib, fmt.Sprintf("%d-pods-memory-ratio", pods): float64(w.memory) / float64(base.memory),
			fmt.Sprintf("%d-pods-scrape-ratio", pods): ratio(w.scrape, base.scrape),
		})
	}
	suite.results.add("Prometheus (peak memory, VmHWM; every operation of the API used)", rows,
		"Ratios are to one pod. Prometheus and all pods share this machine, so a scrape",
		fmt.Sprintf("of many waits for the others. %d samples of each series are in memory; in", scrapeTimes),
		"production up to three hours of them, of one to two bytes each.")
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}

// watch runs Prometheus with the stack's rules until it has read each pod often
// enough.
func watch(b *testing.B, program string, pods int) watching {
	b.Helper()
	dir := filepath.Join(suite.dir, fmt.Sprintf("prometheus-%d", pods))
	require.NoError(b, os.MkdirAll(dir, 0o700))
	address := freeAddress(b)
	server := servePods(b, pods)
	writeConfig(b, dir, server, pods)
	cmd := exec.CommandContext(suite.context, program, "--config.file="+filepath.Join(dir, "prometheus.yml"),
		"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address)
	log, err := os.Create(filepath.Join(dir, "log"))
	require.NoError(b, err)
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	require.NoError(b, cmd.Start())
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()

	p := asked{"http://" + address}
	up := `up{job="` + objectives.API + `"}`
	enough := fmt.Sprintf(`count(count_over_time(%s[1h]) >= %d) == %d and min(%s) == 1`, up, scrapeTimes, pods, up)
	for end := time.Now().Add(scrapeTimes*scrapeEvery + 2*time.Minute); ; time.Sleep(scrapeEvery) {
		if _, err := p.number(enough); err == nil {
			break
		}
		require.True(b, time.Now().Before(end), "Prometheus does not get that far: see %s", log.Name())
	}
	w := watching{pods: pods, memory: process{pid: cmd.Process.Pid}.peak()}
	w.scrape = p.seconds(b, `quantile(0.5, avg_over_time(scrape_duration_seconds[1h]))`)
	w.slowest = p.seconds(b, `max(max_over_time(scrape_duration_seconds[1h]))`)
	var head struct {
		Data struct{ HeadStats struct{ NumSeries int } }
	}
	require.NoError(b, p.get("/api/v1/status/tsdb", &head))
	w.series = head.Data.HeadStats.NumSeries
	var ruled struct {
		Data struct {
			Groups []struct{ EvaluationTime float64 }
		}
	}
	require.NoError(b, p.get("/api/v1/rules", &ruled))
	for _, group := range ruled.Data.Groups {
		w.ruling += time.Duration(group.EvaluationTime * float64(time.Second))
	}
	require.Positive(b, w.ruling)
	return w
}

// writeConfig writes Prometheus' files: its rules are the stack's.
func writeConfig(b *testing.B, dir, server string, pods int) {
	b.Helper()
	text, err := rules.File(rules.Options{Speed: 1})
	require.NoError(b, err)
	require.NoError(b, os.WriteFile(filepath.Join(dir, "rules.yml"), text, 0o600))
	var targets []any
	for n := range pods {
		targets = append(targets, map[string]any{"targets": []string{server}, "labels": map[string]string{
			"__metrics_path__": fmt.Sprintf("/%d/metrics", n), "pod": fmt.Sprintf("tripsage-api-%d", n), "namespace": "tripsage",
		}})
	}
	config, err := json.Marshal(map[string]any{ // which is YAML, too
		"global":         map[string]string{"scrape_interval": scrapeEvery.String(), "evaluation_interval": scrapeEvery.String(), "scrape_timeout": scrapeEvery.String()},
		"rule_files":     []string{"rules.yml"},
		"scrape_configs": []any{map[string]any{"job_name": objectives.API, "static_configs": targets}},
	})
	require.NoError(b, err)
	require.NoError(b, os.WriteFile(filepath.Join(dir, "prometheus.yml"), config, 0o600))
}

// asked is a Prometheus that is asked for figures.
type asked struct{ url string }

func (p asked) get(path string, into any) error {
	response, err := http.Get(p.url + path)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", path, response.Status, text)
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// number is the value of an expression that has one.
func (p asked) number(expr string) (float64, error) {
	var answer struct {
		Data struct{ Result []struct{ Value [2]any } }
	}
	if err := p.get("/api/v1/query?query="+url.QueryEscape(expr), &answer); err != nil {
		return 0, err
	}
	if len(answer.Data.Result) != 1 {
		return 0, errors.New("not one value: " + expr)
	}
	return strconv.ParseFloat(fmt.Sprint(answer.Data.Result[0].Value[1]), 64)
}

func (p asked) seconds(b *testing.B, expr string) time.Duration {
	b.Helper()
	value, err := p.number(expr)
	require.NoError(b, err)
	return time.Duration(value * float64(time.Second))
}
