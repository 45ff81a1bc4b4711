package dragonfly

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

var (
	bucketPattern = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]{1,61})[a-z0-9]$`)
	folderPattern = regexp.MustCompile(`^[-_.A-Za-z0-9]+$`)
	regionPattern = regexp.MustCompile(`^[a-z]+(-[a-z]+)+-[0-9]+$`)
	hostPattern   = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
)

// ValidateStorageURL accepts s3://bucket and s3://bucket/folder/folder. With a
// slash at the end snapshots have been written and then not found again
// (dragonfly's issue 3737).
func ValidateStorageURL(text string) error {
	const key, want = "URL", "s3://bucket/folder, without a slash at the end, user, query or port"
	if text == "" {
		return fault.Missing(key, want)
	}
	path, ok := strings.CutPrefix(text, "s3://")
	bucket, folders, deeper := strings.Cut(path, "/")
	if !ok || !bucketPattern.MatchString(bucket) || strings.Contains(bucket, "..") || deeper && !validFolders(folders) {
		return fault.Of(key, text, want)
	}
	return nil
}

func validFolders(folders string) bool {
	for folder := range strings.SplitSeq(folders, "/") {
		if !folderPattern.MatchString(folder) || folder == "." || folder == ".." {
			return false
		}
	}
	return true
}

func validateRegion(text string) error {
	const key, want = "Region", `a region such as "eu-central-1"`
	switch {
	case text == "":
		return fault.Missing(key, want)
	case !regionPattern.MatchString(text):
		return fault.Of(key, text, want)
	}
	return nil
}

// validateEndpoint accepts host and host:port. Dragonfly puts a scheme of its
// own in front, so one here would be there twice.
func validateEndpoint(text string) error {
	if text == "" {
		return nil
	}
	host := text
	if before, port, ok := strings.Cut(text, ":"); ok {
		host = before
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 || strconv.Itoa(n) != port {
			host = ""
		}
	}
	if len(host) > 253 || !hostPattern.MatchString(host) {
		return fault.Of("Endpoint", text, "host or host:port, without a scheme and a path")
	}
	return nil
}
