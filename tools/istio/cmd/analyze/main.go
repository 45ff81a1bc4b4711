// Command analyze judges Kubernetes manifests as Istio itself would: its
// validation of each of its own objects, and its checks of how they fit
// together, such as a route to a subset that no DestinationRule has.
//
//	analyze FILE...
//
// It knows no cluster: what is not in the files does not exist, except for
// Istio's default ingress gateway. Findings go to standard output as a JSON
// list of {"code", "level", "origin", "message", ...}; finding something is no
// failure of the program.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/diag"
	"istio.io/istio/pkg/config/analysis/local"
	"istio.io/istio/pkg/log"
)

// istioNamespace is where Istio and its default gateway run.
const istioNamespace = "istio-system"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "analyze:", err)
		os.Exit(1)
	}
}

func run(files []string) error {
	if len(files) == 0 {
		return errors.New("usage: analyze FILE...")
	}
	logging := log.DefaultOptions()
	logging.OutputPaths = []string{"stderr"} // the findings have standard output to themselves
	if err := log.Configure(logging); err != nil {
		return err
	}
	messages, err := analyze(files)
	if err != nil {
		return err
	}
	if messages == nil {
		messages = diag.Messages{} // an empty list, not null
	}
	return json.NewEncoder(os.Stdout).Encode(messages)
}

func analyze(files []string) (diag.Messages, error) {
	analyzer := local.NewIstiodAnalyzer(analyzers.AllCombined(), "", istioNamespace, nil)
	var sources []local.ReaderSource
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		sources = append(sources, local.ReaderSource{Name: name, Reader: file})
	}
	// The method that is meant for tests also reads Services, Deployments and
	// Pods; without those, half of the analyzers have nothing to go by.
	if err := analyzer.AddTestReaderKubeSource(sources); err != nil {
		return nil, err
	}
	if err := analyzer.AddDefaultResources(); err != nil {
		return nil, err
	}
	cancel := make(chan struct{})
	defer close(cancel)
	result, err := analyzer.Analyze(cancel)
	return result.Messages, err
}
