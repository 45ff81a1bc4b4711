package githubdelivery

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// maxFileBytes is what GitHub's contents API gives back when it is read
// (source: https://docs.github.com/en/rest/repos/contents).
const maxFileBytes = 1024 * 1024

func (a Args) validateFiles() []error {
	var faults []error
	seen := map[string]bool{}
	for i, file := range a.Files {
		at := fmt.Sprintf("Files[%d].", i)
		faults = append(faults, fault.Under(at, file.validate()))
		place := strings.ToLower(file.Repository) + " " + file.Path
		if seen[place] {
			faults = append(faults, fault.Of(at+"Path", file.Path, "a path that no other file of the repository has"))
		}
		seen[place] = true
		if file.Direct && a.blocked(file) {
			faults = append(faults, fault.Of(at+"Direct", true,
				"false, or an App in Branch.Bypass with Always: the branch rules of this stack refuse direct commits"))
		}
	}
	return faults
}

// blocked tells whether the stack's own branch rules keep a commit out. Without
// Branches they hold for the default branch, which may be any.
func (a Args) blocked(file File) bool {
	if a.Branch == nil || !strings.EqualFold(file.Repository, a.Repository) {
		return false
	}
	if slices.ContainsFunc(a.Branch.Bypass, func(actor Actor) bool { return actor.Type == App && actor.Always }) {
		return false
	}
	return len(a.Branch.Branches) == 0 || slices.ContainsFunc(a.Branch.Branches, func(pattern string) bool {
		matched, err := path.Match(pattern, file.Branch)
		return matched || err != nil
	})
}

func (f File) validate() error {
	faults := []error{validateRepository("Repository", f.Repository), validatePath(f.Path)}
	if strings.ContainsAny(f.Branch, wildcards) || !validRef(f.Branch) {
		faults = append(faults, fault.Of("Branch", f.Branch, "the name of one branch"))
	}
	if f.Path != "" && strings.TrimSpace(f.CommitMessage) == "" {
		faults = append(faults, fault.Of("CommitMessage", f.CommitMessage, "a text"))
	}
	switch {
	case f.Content == "":
		faults = append(faults, fault.Missing("Content", "the text of the file"))
	case len(f.Content) > maxFileBytes:
		faults = append(faults, fault.Of("Content's size", len(f.Content), fmt.Sprintf("at most %d bytes", maxFileBytes)))
	case !utf8.ValidString(f.Content):
		faults = append(faults, fault.Of("Content's encoding", "not UTF-8", "a text file"))
	}
	if kind := leaked(f.Content, false); kind != "" {
		faults = append(faults, fmt.Errorf("%s holds %s: expected no secret, because the repository's history keeps it forever", "Content", kind))
	}
	return errors.Join(faults...)
}

// validatePath wants a path below the repository's root and outside of .git.
func validatePath(name string) error {
	const want = "a path below the repository's root, like frontend/vercel.json"
	switch {
	case name == "":
		return fault.Missing("Path", want)
	case !fs.ValidPath(name) || name == "." || strings.Contains(name, `\`):
		return fault.Of("Path", name, want+": not absolute, and without . or .. or \\")
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || r == ':' }):
		return fault.Of("Path", name, want+", without colons and control characters")
	case slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool { return strings.EqualFold(part, ".git") }):
		return fault.Of("Path", name, want+", and not in .git")
	}
	return nil
}
