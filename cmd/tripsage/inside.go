package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"k8s.io/client-go/dynamic"

	"github.com/tripsage/infrastructure/cmd/tripsage/serving"
	"github.com/tripsage/infrastructure/cmd/tripsage/verify"
)

// metricsPort is where the API's pods have their metrics.
const metricsPort = 9090

// serving is the stack's cluster as package serving reads it.
func (d deployed) serving() (serving.Cluster, error) {
	custom, err := dynamic.NewForConfig(d.config)
	return serving.Cluster{Kube: d.client, Dynamic: custom, Namespace: d.Namespace, Release: d.Release}, err
}

// inside is what a verification sees of the cluster.
type inside struct {
	deployed
	cluster serving.Cluster
	track   string // empty is what users get
}

var _ verify.Cluster = inside{}

// Images are those of the pods that serve.
func (i inside) Images(ctx context.Context) (map[string]string, error) {
	pods, err := i.cluster.Pods(ctx, i.track)
	images := map[string]string{}
	for _, pod := range pods {
		images[pod.Name] = pod.Spec.Containers[0].Image
		for _, container := range pod.Spec.Containers { // a mesh may put its own in front
			if container.Name == "api" {
				images[pod.Name] = container.Image
			}
		}
	}
	return images, err
}

// CacheHits is what the pods that serve have counted.
func (i inside) CacheHits(ctx context.Context) (map[string]float64, error) {
	pods, err := i.cluster.Pods(ctx, i.track)
	if err != nil {
		return nil, err
	}
	hits := map[string]float64{}
	for _, pod := range pods {
		if hits[pod.Name], err = i.hitsOf(ctx, pod.Name); err != nil {
			return nil, err
		}
	}
	return hits, nil
}

func (i inside) hitsOf(ctx context.Context, pod string) (hits float64, err error) {
	way, err := i.tunnel(ctx, pod, metricsPort)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, way.close()) }()
	text, err := fetch(ctx, way.url+"/metrics")
	if err != nil {
		return 0, fmt.Errorf("the metrics of pod %s: %w", pod, err)
	}
	return cacheHits(text)
}

// cacheHits adds up cache_requests_total{kind="…",result="hit"}.
func cacheHits(metrics io.Reader) (float64, error) {
	var sum float64
	lines := bufio.NewScanner(metrics)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), "} ")
		if !strings.HasPrefix(name, "cache_requests_total{") || !strings.Contains(name, `result="hit"`) {
			continue
		}
		number, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return 0, fmt.Errorf("the metric %s: %w", name, err)
		}
		sum += number
	}
	return sum, lines.Err()
}

// Schema runs the image's own program once more, as `tripsage migrate status`
// does. That it ends with an error is its way to say that something is not
// applied; the states are in its log.
func (i inside) Schema(ctx context.Context) (map[string]string, error) {
	live, err := i.cluster.Live(ctx)
	if err != nil {
		return nil, err
	}
	track := i.track
	if track == "" {
		track = live.Active
	}
	made, err := i.migration(ctx, track)
	if err != nil {
		return nil, err
	}
	var log bytes.Buffer
	failed := i.runJob(ctx, byHand(made, []string{"migrate", "status"}), &log)
	states := migrationStates(log.Bytes())
	if len(states) == 0 {
		return nil, errors.Join(failed, fmt.Errorf("the log of `api migrate status` names no migration: %s", lastLine(log.Bytes())))
	}
	return states, nil
}

func migrationStates(log []byte) map[string]string {
	states := map[string]string{}
	for line := range bytes.Lines(log) {
		var entry struct{ Message, Migration, Version, State string } // earlier images say version
		if json.Unmarshal(line, &entry) == nil && entry.Message == "migration" {
			states[cmp.Or(entry.Migration, entry.Version)] = entry.State
		}
	}
	return states
}

// lastLine is what a program said last.
func lastLine(log []byte) string {
	text := strings.TrimSpace(string(log))
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// fetch is the body of a good answer.
func fetch(ctx context.Context, url string) (io.Reader, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = errors.New(response.Status)
	}
	return bytes.NewReader(text), err
}
