package outsidetest

import (
	"context"
	"encoding/base64"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Secrets are those that the committed files of staging and production leave to
// whoever deploys, with values of the right form.
func Secrets() map[string]string {
	return map[string]string{
		"api.encryptionKeys":     base64.StdEncoding.EncodeToString([]byte("the-key-of-a-test-has-32-letters")),
		"monitoring.databaseURL": "postgres://monitor:monitor-password@db.tripsage.supabase.co:5432/postgres",
		"database.migrationURL":  "postgres://postgres:the-password-of-an-owner@db.example.com:5432/postgres",
		"database.url":           "postgres://tripsage:the-password-of-a-test@db.example.com:5432/postgres",
		"github.deliveryToken":   "the-delivery-token-of-a-test",
		"github.vercelToken":     "the-vercel-token-of-a-test",

		"github.previewDeliveryToken": "the-preview-delivery-token-of-a-test",
		"github.previewVercelToken":   "the-preview-vercel-token-of-a-test",
		"vercel.nextAuthSecret":       "the-secret-of-a-test-0123456789-0123456789",
	}
}

// InitStack makes a stack and sets its secrets, with the commands that an
// operator uses. The environment says which backend and which passphrase.
func InitStack(ctx context.Context, pulumiRoot, project, stack string, environment []string) error {
	run := func(stdin string, args ...string) error {
		cmd := exec.CommandContext(ctx, filepath.Join(pulumiRoot, "bin", "pulumi"), args...) // #nosec G204 -- a test's own
		cmd.Dir, cmd.Stdin, cmd.Env = project, strings.NewReader(stdin), slices.Concat(environment, []string{"PULUMI_SKIP_UPDATE_CHECK=true"})
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("pulumi %v: %w\n%s", args, err, out)
		}
		return nil
	}
	if err := run("", "stack", "init", stack); err != nil {
		return err
	}
	for key, value := range Secrets() {
		if err := run(value, "config", "set", "--path", "--secret", "--stack", stack, key); err != nil {
			return err
		}
	}
	return nil
}
