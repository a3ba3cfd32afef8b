//go:build !linux

package pgtest

// stopWhenUnused does nothing here: the server stays, and the next test uses it.
func stopWhenUnused(string, int) {}
