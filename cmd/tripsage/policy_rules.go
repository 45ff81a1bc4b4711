package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/verdict"
)

func policyCommand(f *flags) *cobra.Command {
	command := &cobra.Command{Use: "policy", Short: "Ask the policy pack"}
	command.AddCommand(&cobra.Command{
		Use: "rules", Short: "List the rules and their levels for the stack", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(func(s *settings) error { return listRules(cmd.Context(), s) })
		},
	})
	return command
}

func listRules(ctx context.Context, s *settings) error {
	_, rules, _, err := s.buildPolicy(ctx, func(string) {})
	if err != nil {
		return err
	}
	profile, err := s.policyProfile()
	if err != nil {
		return err
	}
	levels := verdict.Levels(rules, profile)
	if s.json {
		type listed struct {
			verdict.Rule
			Level string `json:"level"`
		}
		all := make([]listed, 0, len(rules))
		for _, rule := range rules {
			all = append(all, listed{rule, levels[rule.ID]})
		}
		return printJSON(all)
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, rule := range rules {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", rule.ID, rule.Severity, levels[rule.ID], rule.Title)
	}
	return table.Flush()
}

// policyProfile is the profile that the pack has for the stack, which is
// production's when the stack has none.
func (s *settings) policyProfile() (profile map[string]any, err error) {
	folder := filepath.Join(s.project, "policy", "profiles")
	text, err := os.ReadFile(filepath.Join(folder, s.stack+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		text, err = os.ReadFile(filepath.Join(folder, "production.json"))
	}
	if err == nil {
		err = json.Unmarshal(text, &profile)
	}
	if err != nil {
		return nil, fmt.Errorf("read the policies' profile: %w", err)
	}
	return profile, nil
}
