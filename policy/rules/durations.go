package rules

import (
	"time"

	"github.com/tripsage/infrastructure/policy/rule"
)

// duration is a known duration, such as "30s"; ok is false for anything else.
func duration(v rule.Value) (d time.Duration, ok bool) {
	text, ok := v.Text()
	if !ok {
		return 0, false
	}
	d, err := time.ParseDuration(text)
	return d, err == nil
}
