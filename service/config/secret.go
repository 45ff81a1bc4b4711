package config

import "log/slog"

const hidden = "[hidden]"

// Secret is a value that hides itself from formatting, logging and encoding.
type Secret struct{ value string }

// NewSecret hides value.
func NewSecret(value string) Secret { return Secret{value: value} }

// Reveal returns the value, for the one place that needs it.
func (s Secret) Reveal() string { return s.value }

// String hides the value from fmt's %s and %v.
func (s Secret) String() string { return hidden }

// GoString hides the value from fmt's %#v.
func (s Secret) GoString() string { return hidden }

// MarshalText hides the value from JSON and other encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue hides the value from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }
