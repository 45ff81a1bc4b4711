package verdict

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// Rule is a rule of the pack.
type Rule struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Severity string   `json:"severity"`
	Reason   string   `json:"reason"`
	Fix      string   `json:"fix"`
	Sources  []string `json:"sources"`
	// Parameters are what configuration may set besides the level and the
	// exemptions.
	Parameters []struct {
		Name string `json:"name"`
	} `json:"parameters"`
	// Page is where the rule is described, relative to the repository.
	Page string `json:"page"`
}

// Rules asks the pack for its rules.
func Rules(ctx context.Context, pack string) ([]Rule, error) {
	out, err := exec.CommandContext(ctx, pack, "--rules").Output() //nolint:gosec // the pack that we built
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		return nil, fmt.Errorf("ask the policy pack for its rules: %w", err)
	}
	var rules []Rule
	if err := json.Unmarshal(out, &rules); err != nil {
		return nil, fmt.Errorf("read the policy pack's rules: %w", err)
	}
	return rules, nil
}
