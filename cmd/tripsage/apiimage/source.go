package apiimage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const dirtySuffix = "-dirty"

// Source says which commit an image is made from.
type Source struct {
	// Revision is the commit, with "-dirty" when the checkout differs from it.
	Revision string `json:"revision"`
	// Version is what people call it.
	Version string    `json:"version"`
	Created time.Time `json:"created"`
}

// Dirty tells whether the checkout had changes that are in no commit.
func (s Source) Dirty() bool { return strings.HasSuffix(s.Revision, dirtySuffix) }

var versionFormat = regexp.MustCompile(`^v?[0-9]+(\.[0-9]+){2}([-+.][0-9A-Za-z.+-]+)?$`)

// ReadSource describes the checkout in a folder. An empty version means one
// that is made of the commit alone, as Go makes those of modules: tags come and
// go, and shallow clones have none, but the digest must not change.
func ReadSource(ctx context.Context, project, version string) (Source, error) {
	if version != "" && !versionFormat.MatchString(version) {
		return Source{}, fmt.Errorf("--version %q: expected a semantic version such as v1.4.0", version)
	}
	head, err := git(ctx, project, "show", "--no-patch", "--format=%H %ct", "HEAD")
	if err != nil {
		return Source{}, err
	}
	revision, seconds, _ := strings.Cut(head, " ")
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || len(revision) < 12 {
		return Source{}, fmt.Errorf("git show gives %q: expected a commit and its date", head)
	}
	changes, err := git(ctx, project, "status", "--porcelain")
	if err != nil {
		return Source{}, err
	}
	s := Source{Revision: revision, Version: version, Created: time.Unix(unix, 0).UTC()}
	if changes != "" {
		s.Revision += dirtySuffix
	}
	if version == "" {
		s.Version = "0.0.0-" + s.Created.Format("20060102150405") + "-" + revision[:12] + strings.TrimPrefix(s.Revision, revision)
	}
	return s, nil
}

func git(ctx context.Context, dir string, args ...string) (string, error) {
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "git", args...) //nolint:gosec // the arguments are ours
	cmd.Dir, cmd.Stderr = dir, &stderr
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return "", fmt.Errorf("git is needed to name the commit that an image is made from: %w", err)
	}
	if err != nil {
		return "", fmt.Errorf("the image is named after the commit of a git checkout, and there is none in %s: git %s: %w\n%s",
			dir, args[0], err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(string(out)), nil
}
