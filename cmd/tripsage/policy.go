package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/cmd/tripsage/verdict"
)

// policyFlags are the flags of the commands that the policies judge.
type policyFlags struct {
	level, config, sarif string
	annotations          bool
}

const (
	profileLevels = "default" // as the stack's profile has them
	noPolicy      = "off"
)

func (f *policyFlags) add(command *cobra.Command) *cobra.Command {
	p := command.Flags()
	p.StringVar(&f.level, "policy", profileLevels, "level of the policy pack's rules: default (as the stack's profile has them), advisory, mandatory, or off")
	p.StringVar(&f.config, "policy-config", "", "file with levels, parameters and exemptions of rules, in Pulumi's format; what it says of a rule wins")
	p.StringVar(&f.sarif, "sarif", "", "write what the policies found to this file, for code scanning (SARIF 2.1.0)")
	p.BoolVar(&f.annotations, "github-annotations", os.Getenv("GITHUB_ACTIONS") == "true", "print what the policies found as annotations of GitHub Actions")
	return command
}

// policySettings are the flags, checked.
type policySettings struct {
	policyFlags
	off   bool
	file  []byte // of --policy-config
	rules []verdict.Rule
}

func (f policyFlags) settings() (s policySettings, err error) {
	s.policyFlags, s.off = f, f.level == noPolicy
	var faults []error
	switch f.level {
	case profileLevels, "":
		s.level = ""
	case "advisory", engine.Mandatory, noPolicy:
	default:
		faults = append(faults, fmt.Errorf("--policy %q: expected default, advisory, mandatory or off", f.level))
	}
	if s.off && f.config+f.sarif != "" {
		faults = append(faults, errors.New("--policy off: there is nothing then for --policy-config to configure or for --sarif to hold"))
	}
	if f.config != "" {
		if s.file, err = os.ReadFile(f.config); err != nil {
			faults = append(faults, fmt.Errorf("--policy-config: %w", err))
		}
	}
	if f.sarif != "" {
		if info, err := os.Stat(filepath.Dir(f.sarif)); err != nil || !info.IsDir() {
			faults = append(faults, fmt.Errorf("--sarif %s: its folder does not exist", f.sarif))
		}
	}
	return s, errors.Join(faults...)
}

// policyPack makes the checkout's policy pack available, nil when it is off.
func (s *settings) policyPack(ctx context.Context) (*engine.Policy, error) {
	if s.policy.off {
		s.steps.Note("No policy judges this run (--policy off).")
		return nil, nil
	}
	policy := &engine.Policy{}
	return policy, s.step("Policy pack", func(detail func(string)) (note string, err error) {
		var cached bool
		if policy.Pack, s.policy.rules, cached, err = s.buildPolicy(ctx, detail); err != nil {
			return "", err
		}
		if policy.Config, err = verdict.Configuration(s.policy.level, s.policy.file, s.policy.rules); err != nil {
			return "", fmt.Errorf("--policy-config %s: %w", s.policy.config, err)
		}
		return cachedNote(cached), nil
	})
}

func (s *settings) buildPolicy(ctx context.Context, detail func(string)) (pack string, rules []verdict.Rule, cached bool, err error) {
	if pack, cached, err = s.builder(detail).Policy(ctx); err == nil {
		rules, err = verdict.Rules(ctx, pack)
	}
	return pack, rules, cached, err
}

// showVerdict shows what the policies found in every form that was asked for.
// It returns the error of the run, without the violations: they have been
// shown.
func (s *settings) showVerdict(summary engine.Summary, err error) error {
	if s.policy.off || !judged(err) {
		return err
	}
	fmt.Fprint(s.out, verdict.Text(summary, s.color))
	file := s.stackFileInRepository()
	if s.policy.annotations {
		fmt.Fprint(s.out, verdict.Annotations(summary, file))
	}
	if s.policy.sarif != "" {
		if written := s.writeSARIF(summary, file); written != nil {
			err = errors.Join(err, written)
		}
	}
	var refused *engine.PolicyError
	if !errors.As(err, &refused) {
		return err
	}
	return errors.Join(inShort(refused), besides(err))
}

func (s *settings) writeSARIF(summary engine.Summary, file string) error {
	text, err := verdict.SARIF(summary, s.policy.rules, s.stack, file)
	if err == nil {
		err = os.WriteFile(s.policy.sarif, text, 0o644) //nolint:gosec // for others to read
	}
	if err != nil {
		return fmt.Errorf("--sarif: %w", err)
	}
	return nil
}

// judged says that the run came to its verdict: it went well, or the policies
// stopped it.
func judged(err error) bool {
	var refused *engine.PolicyError
	return err == nil || errors.As(err, &refused)
}

func inShort(refused *engine.PolicyError) error {
	if refused.Operation == "preview" {
		return fmt.Errorf("%s, listed above: nothing was changed", refused.Count())
	}
	return fmt.Errorf("%s, listed above, that showed only in the update: what was changed before is on record", refused.Count())
}

// besides are the errors that came together with the policies'.
func besides(err error) error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	var others []error
	for _, one := range joined.Unwrap() {
		var refused *engine.PolicyError
		if !errors.As(one, &refused) {
			others = append(others, one)
		} else if inner := besides(one); inner != nil {
			others = append(others, inner)
		}
	}
	return errors.Join(others...)
}

// stackFileInRepository is its path as GitHub has it.
func (s *settings) stackFileInRepository() string {
	file := filepath.Base(s.stackFile())
	if workspace := os.Getenv("GITHUB_WORKSPACE"); workspace != "" {
		if path, err := filepath.Rel(workspace, s.stackFile()); err == nil && filepath.IsLocal(path) {
			return filepath.ToSlash(path)
		}
	}
	return file
}
