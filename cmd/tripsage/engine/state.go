package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// stackState is the part of the file backend's checkpoint that decides what
// to do before a run. It is only ever read here; changes go through the CLI.
type stackState struct {
	SecretsProvider struct {
		State json.RawMessage `json:"state"`
	} `json:"secrets_providers"`
	Resources []struct {
		URN string `json:"urn"`
	} `json:"resources"`
	Pending []pendingOperation `json:"pending_operations"`
}

type pendingOperation struct {
	Type     string `json:"type"`
	Resource struct {
		URN string `json:"urn"`
	} `json:"resource"`
}

// readState returns nil when the stack does not exist. A stack that was never
// updated is empty.
func (h home) readState(project, stack string) (*stackState, error) {
	path := h.stateFile(project, stack)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	var file struct {
		Checkpoint struct {
			Latest *stackState `json:"latest"`
		} `json:"checkpoint"`
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return nil, fmt.Errorf("the state %s is damaged: %w (its copy %s.bak may be whole)", path, err, path)
	}
	if file.Checkpoint.Latest == nil {
		return &stackState{}, nil
	}
	return file.Checkpoint.Latest, nil
}
