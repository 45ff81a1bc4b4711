package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tripsage/infrastructure/cmd/tripsage/progress"
	"github.com/tripsage/infrastructure/localcluster"
)

const (
	// askTimeout bounds one question to the API.
	askTimeout = 3 * time.Second
	// enoughAnswers in a row, askInterval apart, mean that the API is ready.
	enoughAnswers = 6
	askInterval   = 200 * time.Millisecond
	// apiTimeout is how long a rolled-out API may take to answer from outside.
	apiTimeout = 90 * time.Second
)

// apiReport says where the API is and whether it answers.
type apiReport struct {
	URL   string `json:"url,omitempty"`
	Ready bool   `json:"ready"`
	// Note says why there is no URL, or why the API is not ready.
	Note string `json:"note,omitempty"`
}

// expose makes the API reachable on this machine, where that is ours to do,
// and waits until it is ready.
func expose(ctx context.Context, t target, outputs map[string]any) (note string, err error) {
	if t.cluster == nil || t.cluster.Nodes != localcluster.Real {
		return "not exposed: " + askAPI(ctx, t, outputs).Note, nil
	}
	client, err := t.cluster.Client()
	if err != nil {
		return "", err
	}
	namespace, name := asText(outputs["namespace"]), asText(outputs["apiService"])
	service, err := client.CoreV1().Services(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	address := net.JoinHostPort(service.Spec.ClusterIP, asText(outputs["apiServicePort"]))
	if err := t.cluster.Expose(ctx, address); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	// A pod that is about to end may still answer, so one answer is not enough.
	for good := 0; ; {
		report := askAPI(ctx, t, outputs)
		if report.Ready {
			good++
		} else {
			good = 0
		}
		if good == enoughAnswers {
			return "ready at " + report.URL, nil
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("the API at %s is not ready after %s: %s", report.URL, apiTimeout, report.Note)
		case <-time.After(askInterval):
		}
	}
}

func askAPI(ctx context.Context, t target, outputs map[string]any) apiReport {
	namespace, name, port := asText(outputs["namespace"]), asText(outputs["apiService"]), asText(outputs["apiServicePort"])
	switch {
	case t.cluster == nil:
		return apiReport{Note: fmt.Sprintf("reach it with kubectl -n %s port-forward service/%s 8000:%s", namespace, name, port)}
	case t.cluster.Nodes != localcluster.Real:
		return apiReport{Note: "pods are simulated"}
	}
	report := apiReport{URL: "http://" + t.cluster.APIAddress()}
	if err := ask(ctx, report.URL+"/health/ready"); err != nil {
		report.Note = err.Error()
		return report
	}
	report.Ready = true
	return report
}

// ask succeeds when the address answers with 200.
func ask(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Close = true // a kept connection would lead to the same pod again
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if response.StatusCode != http.StatusOK {
		return errors.Join(fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(text))), err)
	}
	return err
}

func (a apiReport) rows() []progress.Row {
	if a.URL == "" {
		return []progress.Row{{Label: "API", Value: a.Note}}
	}
	state := " (ready)"
	if !a.Ready {
		state = " (not ready: " + a.Note + ")"
	}
	return []progress.Row{
		{Label: "API", Value: a.URL + state},
		{Label: "Try", Value: "curl -s " + a.URL + "/health/detailed"},
	}
}

// asText is for stack outputs, which are strings or JSON numbers.
func asText(output any) string {
	if number, ok := output.(float64); ok {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	if output == nil {
		return ""
	}
	return fmt.Sprint(output)
}
