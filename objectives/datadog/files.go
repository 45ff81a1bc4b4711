package datadog

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Files are what load.sh sends, by name.
func Files(runbooks string) (map[string]string, error) {
	slos, err := SLOs()
	if err != nil {
		return nil, err
	}
	monitors, err := Monitors(runbooks)
	if err != nil {
		return nil, err
	}
	dashboards, err := Dashboards()
	if err != nil {
		return nil, err
	}
	values := map[string]any{"slos.json": slos, "monitors.json": monitors}
	for id, dashboard := range dashboards {
		values["dashboards/"+id+".json"] = dashboard
	}
	files := map[string]string{}
	for name, value := range values {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false) // queries compare
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(value); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files[name] = text.String()
	}
	return files, nil
}
