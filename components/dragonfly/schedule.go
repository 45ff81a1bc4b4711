package dragonfly

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// field is one part of a crontab and the numbers that it may have.
type field struct {
	name      string
	low, high int
}

// scheduleFields are what the library that Dragonfly uses (croncpp, with its
// standard traits) takes: Sunday is 0 only.
func scheduleFields() []field {
	return []field{
		{"minute", 0, 59}, {"hour", 0, 23}, {"day of the month", 1, 31}, {"month", 1, 12}, {"day of the week", 0, 6},
	}
}

// ValidateSchedule accepts a crontab of five fields of numbers, each *, n, a-b,
// with /step, or a list of those. Dragonfly would not start with a bad one.
func ValidateSchedule(text string) error {
	const key = "Schedule"
	const want = `a crontab of five fields such as "*/30 * * * *"`
	if text == "" {
		return fault.Missing(key, want)
	}
	parts := strings.Split(text, " ")
	fields := scheduleFields()
	if len(parts) != len(fields) {
		return fault.Of(key, text, want+", one space between them")
	}
	var faults []error
	for i, part := range parts {
		if !fields[i].accepts(part) {
			faults = append(faults, fault.Of(key, text, fmt.Sprintf("%s with a %s of %d to %d, not %q",
				want, fields[i].name, fields[i].low, fields[i].high, part)))
		}
	}
	return errors.Join(faults...)
}

func (f field) accepts(text string) bool {
	for item := range strings.SplitSeq(text, ",") {
		if !f.acceptsItem(item) {
			return false
		}
	}
	return true
}

func (f field) acceptsItem(text string) bool {
	span, step, stepped := strings.Cut(text, "/")
	if _, ok := number(step, 1, f.high); stepped && !ok {
		return false
	}
	if span == "*" {
		return true
	}
	first, last, ranged := strings.Cut(span, "-")
	from, ok := number(first, f.low, f.high)
	if !ok || !ranged {
		return ok
	}
	to, ok := number(last, f.low, f.high)
	return ok && from <= to
}

func number(text string, low, high int) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= low && n <= high && strconv.Itoa(n) == text
}
