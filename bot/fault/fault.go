// Package fault holds receivers that go wrong on purpose, for tests that run the
// real program: a mail server and a language model. Faults are chosen by name; what
// arrived is counted here, at the receiver. Record keeps the figures of a run, so
// that the documentation quotes files and not people.
package fault

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Name is a way of going wrong.
type Name string

// Faults. A receiver ignores those it does not know.
const (
	None        Name = ""
	Busy        Name = "busy"         // refuses for now: 421 at the greeting, 429 with Retry-After
	Refuse      Name = "refuse"       // refuses this one for now: 451, 500
	Reset       Name = "reset"        // cuts the connection before anything was taken
	Hang        Name = "hang"         // never answers
	LoseAnswer  Name = "lose-answer"  // takes it and cuts the connection instead of answering
	Nonsense    Name = "nonsense"     // answers with something that makes no sense (model)
	Disobey     Name = "disobey"      // answers with numbers, links and promises (model)
	Cut         Name = "cut"          // answers with a text that ends in the middle (model)
	Empty       Name = "empty"        // answers with nothing (model)
	AcceptLoses Name = "accept-loses" // says that it took it, and loses it (mail)
)

// Result is what one test counted.
type Result struct {
	Test   string         `json:"test"`
	What   string         `json:"what"`
	Counts map[string]int `json:"counts"`
	Seed   uint64         `json:"seed,omitempty"`
	At     time.Time      `json:"at"`
}

// Record logs the result of a test that held, and writes it to the folder that
// QUARTERMASTER_RESULTS names, one file per test.
func Record(t testing.TB, what string, seed uint64, counts map[string]int) {
	t.Helper()
	if t.Failed() {
		return
	}
	r := Result{Test: t.Name(), What: what, Counts: counts, Seed: seed, At: time.Now().UTC().Truncate(time.Second)}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %v", what, counts)
	dir := os.Getenv("QUARTERMASTER_RESULTS")
	if dir == "" {
		return
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, filepath.Base(filepath.Clean("/"+t.Name()))+".json")
	if err := os.WriteFile(name, append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
