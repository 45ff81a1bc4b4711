package service

import (
	"runtime/debug"
)

const unknown = "unknown"

// BuildInfo says which program runs. It holds no build time, so that equal sources give
// equal binaries.
type BuildInfo struct {
	Version   string // release such as "v1.4.0"; "dev" for a build without one
	Commit    string // full git revision, "-dirty" appended for changed sources; "unknown" without git
	GoVersion string // Go release that compiled the program
}

// NewBuildInfo joins what the program was told (both may be empty) with what the Go toolchain
// recorded; what it was told wins. recorded is
// the result of debug.ReadBuildInfo and may be nil.
func NewBuildInfo(version, commit string, recorded *debug.BuildInfo) BuildInfo {
	info := BuildInfo{Version: version, Commit: commit, GoVersion: unknown}
	if recorded != nil {
		info.GoVersion = recorded.GoVersion
		if info.Version == "" && recorded.Main.Version != "(devel)" {
			info.Version = recorded.Main.Version
		}
		if info.Commit == "" {
			info.Commit = recordedCommit(recorded.Settings)
		}
	}
	if info.Version == "" {
		info.Version = "dev"
	}
	if info.Commit == "" {
		info.Commit = unknown
	}
	return info
}

func recordedCommit(settings []debug.BuildSetting) string {
	var revision, suffix string
	for _, s := range settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value
		case "vcs.modified":
			if s.Value == "true" {
				suffix = "-dirty"
			}
		}
	}
	if revision == "" {
		return ""
	}
	return revision + suffix
}
