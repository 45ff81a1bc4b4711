package infra

import (
	"regexp"
	"strconv"
	"strings"
)

// Only canonical quantities are accepted: the apiserver rewrites any other
// spelling, and then every preview shows a difference that is none.
const (
	cpuForm    = `^([1-9][0-9]{0,4}m|[1-9][0-9]{0,2})$`
	memoryForm = `^[1-9][0-9]{0,5}(Mi|Gi)$`
)

const (
	wantCPU    = `a canonical amount of processor such as "250m" or "1"`
	wantMemory = `a canonical amount of memory such as "256Mi" or "1Gi"`
	fixCPU     = `write thousandths as "250m" and whole processors as "1" (not "1000m")`
	fixMemory  = `write it in Mi, or in Gi when it is a whole number of them`
)

// cpuMillis gives a processor quantity in thousandths, and whether its form is
// canonical.
func cpuMillis(quantity string) (int, bool) {
	if !regexp.MustCompile(cpuForm).MatchString(quantity) {
		return 0, false
	}
	millis, isMillis := strings.CutSuffix(quantity, "m")
	n, err := strconv.Atoi(millis)
	if err != nil {
		return 0, false
	}
	if isMillis {
		return n, n%1000 != 0
	}
	return n * 1000, true
}

// memoryMiB gives a memory quantity in MiB, and whether its form is canonical.
func memoryMiB(quantity string) (int, bool) {
	if !regexp.MustCompile(memoryForm).MatchString(quantity) {
		return 0, false
	}
	n, err := strconv.Atoi(quantity[:len(quantity)-2])
	if err != nil {
		return 0, false
	}
	if strings.HasSuffix(quantity, "Gi") {
		return n * 1024, n%1024 != 0
	}
	return n, n%1024 != 0
}

// validate checks the form of each quantity, and that requests fit in limits.
func (r Resources) validate(fs *faults, path string) {
	request, requestOK := cpuMillis(r.CPURequest)
	if !requestOK {
		fs.add(path+".cpuRequest", r.CPURequest, wantCPU, fixCPU)
	}
	limit, limitOK := cpuMillis(r.CPULimit)
	if !limitOK {
		fs.add(path+".cpuLimit", r.CPULimit, wantCPU, fixCPU)
	}
	if requestOK && limitOK && request > limit {
		fs.add(path+".cpuRequest", r.CPURequest, "at most cpuLimit ("+r.CPULimit+")",
			"lower cpuRequest or raise cpuLimit", path+".cpuLimit")
	}
	r.validateMemory(fs, path)
}

func (r Resources) validateMemory(fs *faults, path string) {
	request, requestOK := memoryMiB(r.MemoryRequest)
	if !requestOK {
		fs.add(path+".memoryRequest", r.MemoryRequest, wantMemory, fixMemory)
	}
	limit, limitOK := memoryMiB(r.MemoryLimit)
	if !limitOK {
		fs.add(path+".memoryLimit", r.MemoryLimit, wantMemory, fixMemory)
	}
	if requestOK && limitOK && request > limit {
		fs.add(path+".memoryRequest", r.MemoryRequest, "at most memoryLimit ("+r.MemoryLimit+")",
			"lower memoryRequest or raise memoryLimit", path+".memoryLimit")
	}
}
