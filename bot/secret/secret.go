// Package secret keeps tokens and passwords out of logs, errors and JSON.
package secret

import (
	"log/slog"
	"strconv"
)

// Text is a token or password. Whatever prints it prints [redacted]; only
// Reveal gives the text.
type Text string

const redacted = "[redacted]"

// Reveal returns the text itself, for the one call that needs it.
func (s Text) Reveal() string { return string(s) }

// String prints [redacted], or nothing when the secret is not set.
func (s Text) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// GoString is what %#v prints.
func (s Text) GoString() string { return strconv.Quote(s.String()) }

// MarshalText keeps the secret out of JSON and of every other text format.
func (s Text) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue is what log/slog prints.
func (s Text) LogValue() slog.Value { return slog.StringValue(s.String()) }
