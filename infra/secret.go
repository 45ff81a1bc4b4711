package infra

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Secret is a configured value that must not be printed. Every way of
// formatting one gives a placeholder.
type Secret struct{ value string }

// NewSecret wraps a value.
func NewSecret(value string) Secret { return Secret{value: value} }

// IsSet tells whether there is a value.
func (s Secret) IsSet() bool { return s.value != "" }

// Reveal gives the value, to hand it to Pulumi as a secret and for nothing else.
func (s Secret) Reveal() string { return s.value }

// input hands the value to a resource, marked secret.
func (s Secret) input() pulumi.StringOutput {
	return pulumi.ToSecret(pulumi.String(s.value)).(pulumi.StringOutput)
}

// Format prints a placeholder whatever the verb is.
func (s Secret) Format(f fmt.State, _ rune) {
	text := "[secret]"
	if !s.IsSet() {
		text = `""`
	}
	_, _ = f.Write([]byte(text))
}

// MarshalJSON gives the placeholder too.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"[secret]"`), nil }
