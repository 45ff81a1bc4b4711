package vercelproject

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

const (
	// These are the limits of Vercel's own command line for vercel.json
	// (github.com/vercel/vercel: packages/build-utils/src/schemas.ts and
	// packages/fs-detectors/src/detect-builders.ts, August 2026).
	maxFunctions   = 50
	maxGlob        = 256
	maxRuntime     = 256
	minMemoryMB    = 128
	maxHeaderValue = 32768

	// maxCommand is the limit of Vercel's API for the project's commands.
	maxCommand = 256
)

// runtimePattern is an npm package with a full version.
var runtimePattern = regexp.MustCompile(`^(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*@[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$`)

// Validate reports every fault of a complete site.
func (s Site) Validate() error {
	faults := []error{oneOf("Plan", string(s.Plan), string(Hobby), string(Pro), string(Enterprise))}
	if s.RootDirectory != "" && !relativePath(s.RootDirectory) {
		faults = append(faults, fault.Of("RootDirectory", s.RootDirectory, `a folder of the repository, such as "frontend"`))
	}
	for _, one := range []struct{ key, command string }{
		{"InstallCommand", s.InstallCommand}, {"BuildCommand", s.BuildCommand}, {"DevCommand", s.DevCommand},
	} {
		faults = append(faults, s.checkCommand(one.key, one.command))
	}
	if !relativePath(s.OutputDirectory) {
		faults = append(faults, fault.Of("OutputDirectory", s.OutputDirectory, `a relative folder, such as ".next"`))
	}
	faults = append(faults, s.checkInside("OutputDirectory", s.OutputDirectory), s.validateRegions())
	limits, known := s.Plan.limits()
	if known && (s.TimeoutSeconds < 1 || s.TimeoutSeconds > limits.functionSeconds) {
		faults = append(faults, fault.Of("TimeoutSeconds", s.TimeoutSeconds, durations(limits, s.Plan)))
	}
	faults = append(faults, s.validateFunctions(limits, known), fault.Under("Origins.", s.Origins.validate()))
	if size := len(s.Origins.header()); size > maxHeaderValue {
		faults = append(faults, fault.Of("Origins", size, fmt.Sprintf("a policy of at most %d characters: name fewer origins", maxHeaderValue)))
	}
	return errors.Join(faults...)
}

func relativePath(text string) bool {
	return text != "" && text != "." && path.Clean(text) == text && !path.IsAbs(text) &&
		text != ".." && !strings.HasPrefix(text, "../") && !strings.ContainsAny(text, "\\\"'\n")
}

func (s Site) checkCommand(key, command string) error {
	if command == "" || len(command) > maxCommand || strings.ContainsAny(command, "\n\r\x00") {
		return fault.Of(key, command, fmt.Sprintf("one line of at most %d characters", maxCommand))
	}
	if s.RootDirectory != "" && strings.Contains(command, "cd "+s.RootDirectory) {
		return fault.Of(key, command, "no cd: Vercel runs it in RootDirectory "+s.RootDirectory+" already")
	}
	return nil
}

// checkInside finds paths that name the root directory once more.
func (s Site) checkInside(key, below string) error {
	if s.RootDirectory != "" && strings.HasPrefix(below, s.RootDirectory+"/") {
		return fault.Of(key, below, "a path relative to RootDirectory "+s.RootDirectory)
	}
	return nil
}

func (s Site) validateRegions() error {
	var faults []error
	known := Regions()
	for i, region := range s.Regions {
		key := fmt.Sprintf("Regions[%d]", i)
		if !slices.Contains(known, region) {
			faults = append(faults, fault.Of(key, region, "one of Vercel's regions: "+strings.Join(known, ", ")))
		}
		if slices.Index(s.Regions, region) < i {
			faults = append(faults, fault.Of(key, region, "each region once"))
		}
	}
	if limits, known := s.Plan.limits(); known && !limits.severalRegions && len(s.Regions) > 1 {
		faults = append(faults, fault.Of("Regions", len(s.Regions), fmt.Sprintf("1 of them on the plan %s", s.Plan)))
	}
	return errors.Join(faults...)
}

func (s Site) validateFunctions(limits limits, known bool) error {
	var faults []error
	if len(s.Functions) > maxFunctions {
		faults = append(faults, fault.Of("Functions", len(s.Functions), fmt.Sprintf("at most %d of them", maxFunctions)))
	}
	for _, glob := range slices.Sorted(maps.Keys(s.Functions)) {
		if glob == "" || len(glob) > maxGlob || strings.HasPrefix(glob, "/") || strings.ContainsAny(glob, "\\\"'\n ") {
			faults = append(faults, fault.Of("Functions' glob", glob, fmt.Sprintf("a relative pattern of at most %d characters", maxGlob)))
		}
		faults = append(faults, s.checkInside("Functions' glob", glob))
		if s.Functions[glob] == (Function{}) {
			faults = append(faults, fault.Missing("Functions["+glob+"]", "at least one setting, or Vercel refuses the file"))
		}
		if known {
			faults = append(faults, fault.Under("Functions["+glob+"].", s.Functions[glob].validate(limits, s.Plan)))
		}
	}
	return errors.Join(faults...)
}

func (f Function) validate(limits limits, plan Plan) error {
	var faults []error
	if f.MaxDurationSeconds < 0 || f.MaxDurationSeconds > limits.functionSeconds {
		faults = append(faults, fault.Of("MaxDurationSeconds", f.MaxDurationSeconds, durations(limits, plan)))
	}
	if f.MemoryMB != 0 && (f.MemoryMB < minMemoryMB || f.MemoryMB > limits.functionMB) {
		faults = append(faults, fault.Of("MemoryMB", f.MemoryMB, fmt.Sprintf("%d to %d on the plan %s", minMemoryMB, limits.functionMB, plan)))
	}
	if f.Runtime != "" && (!runtimePattern.MatchString(f.Runtime) || len(f.Runtime) > maxRuntime) {
		faults = append(faults, fault.Of("Runtime", f.Runtime, `an npm package with its version, such as "vercel-php@0.7.0"; for Node.js leave it empty and set "engines" in package.json`))
	}
	return errors.Join(faults...)
}

func durations(limits limits, plan Plan) string {
	return fmt.Sprintf("1 to %d seconds on the plan %s", limits.functionSeconds, plan)
}
