package service

import (
	"encoding/json"
	"fmt"
	"time"
)

// Date is a day of the Gregorian calendar, without a time zone. In JSON it is "2026-11-26".
type Date struct{ day time.Time }

// NewDate returns the day.
func NewDate(year int, month time.Month, day int) Date {
	return Date{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// ParseDate reads the form 2006-01-02.
func ParseDate(text string) (Date, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date such as 2026-11-26", text)
	}
	return Date{day}, nil
}

// DateOf is the day of t in UTC.
func DateOf(t time.Time) Date { t = t.UTC(); return NewDate(t.Year(), t.Month(), t.Day()) }

// Time is midnight in UTC at the start of the day.
func (d Date) Time() time.Time { return d.day }

// IsZero says whether no day was set.
func (d Date) IsZero() bool { return d.day.IsZero() }

// Before says whether d is earlier than other.
func (d Date) Before(other Date) bool { return d.day.Before(other.day) }

// DaysTo counts the days from d to other; 0 for the same day. A time.Duration would end after 292
// years.
func (d Date) DaysTo(other Date) int { return int((other.day.Unix() - d.day.Unix()) / (24 * 60 * 60)) }

// String gives the form 2006-01-02.
func (d Date) String() string { return d.day.Format(time.DateOnly) }

// MarshalJSON gives "2006-01-02".
func (d Date) MarshalJSON() ([]byte, error) { return []byte(`"` + d.String() + `"`), nil }

// UnmarshalJSON reads "2006-01-02".
func (d *Date) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	parsed, err := ParseDate(text)
	if err == nil {
		*d = parsed
	}
	return err
}
