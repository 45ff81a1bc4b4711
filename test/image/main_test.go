package apiimages

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/apiimage"
)

const repository = "../.."

// work has two clones of one commit, whose content is this checkout's, and the
// image that the first one gave.
var work struct {
	one, two string
	image    string // layout
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "tripsage-image-test-")
	if err == nil {
		work.one, work.two = filepath.Join(dir, "one"), filepath.Join(dir, "deeper", "two")
		work.image = filepath.Join(work.one, "build", "image")
		err = prepare(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "preparing:", err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// prepare commits this checkout, as it is, somewhere else: the tests are of what
// is here, committed or not.
func prepare(dir string) error {
	origin := filepath.Join(dir, "origin")
	if err := copySources(origin); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"-C", origin, "init", "-q"}, {"-C", origin, "add", "-A"},
		{"-C", origin, "-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "all"},
		{"clone", "-q", origin, work.one}, {"clone", "-q", "--depth=1", "file://" + origin, work.two},
	} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("git %s: %w\n%s", args, err, out)
		}
	}
	_, err := tripsage("--project", work.one, "image", "build")
	return err
}

// copySources copies what the image and its command need.
func copySources(to string) error {
	kept := []string{"go.mod", "go.sum", "Pulumi.yaml", ".gitignore", ".dockerignore", "cmd/api", "service", "deploy"}
	for _, name := range kept {
		err := filepath.WalkDir(filepath.Join(repository, name), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			target := filepath.Join(to, strings.TrimPrefix(path, repository))
			return errors.Join(os.MkdirAll(filepath.Dir(target), 0o755), os.WriteFile(target, content, 0o644))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tripsage runs the operator's program and gives its standard output.
func tripsage(args ...string) (string, error) {
	program, err := filepath.Abs(repository + "/bin/tripsage")
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("%w: make bin/tripsage builds it", err)
	}
	var out, notes bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = &out, &notes
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("tripsage %s: %w\n%s", strings.Join(args, " "), err, notes.String())
	}
	return out.String(), nil
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var value T
	require.NoError(t, json.Unmarshal([]byte(text), &value), text)
	return value
}

// built is the image of the first clone, read once: that verifies every byte.
var openImage = sync.OnceValues(func() (apiimage.Layout, error) { return apiimage.Open(work.image) })

func built(t *testing.T) apiimage.Layout {
	t.Helper()
	l, err := openImage()
	require.NoError(t, err)
	return l
}

// goBuild runs a command that compiles, with a cache of its own when asked to.
func goBuild(dir string, environment []string, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, slices.Concat(os.Environ(), environment)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, args, err, out)
	}
	return nil
}
