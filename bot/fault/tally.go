package fault

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Long reports whether the long form of the tests is asked for ("make chaos").
func Long() bool { return os.Getenv("QUARTERMASTER_CHAOS") != "" }

// Rounds returns few in a normal run, many in "make chaos", and a quarter of the few
// with -short where few are many.
func Rounds(few, many int) int {
	switch {
	case Long():
		return many
	case testing.Short() && few > 20:
		return few / 4
	}
	return few
}

// Seed returns the seed of a storm and prints it: a new one each time, or the one
// that QUARTERMASTER_SEED names, to see a failure again.
func Seed(t testing.TB) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(os.Getenv("QUARTERMASTER_SEED"), 10, 64)
	if err != nil {
		n = uint64(time.Now().UnixNano())
	}
	t.Logf("QUARTERMASTER_SEED=%d", n)
	return n
}

// Result is what one test counted.
type Result struct {
	Test    string         `json:"test"`
	What    string         `json:"what"`
	Counts  map[string]int `json:"counts"`
	Seed    uint64         `json:"seed,omitempty"`
	Long    bool           `json:"long"`             // the form of "make chaos"
	Failed  bool           `json:"failed,omitempty"` // and the counts show how far it came
	Seconds int            `json:"seconds"`
	At      time.Time      `json:"at"`
}

// Tally counts what one test sees. It is safe for concurrent use.
type Tally struct {
	mu sync.Mutex
	r  Result
}

// Count begins the tally of a test. At its end, however it ends, the counts are
// logged and written to the folder that QUARTERMASTER_RESULTS names, one file per
// test: a test that fails leaves the counts that show it.
func Count(t testing.TB, what string, seed uint64) *Tally {
	t.Helper()
	began := time.Now()
	y := &Tally{r: Result{Test: t.Name(), What: what, Counts: map[string]int{}, Seed: seed, Long: Long()}}
	t.Cleanup(func() {
		y.mu.Lock()
		defer y.mu.Unlock()
		y.r.Failed, y.r.Seconds, y.r.At = t.Failed(), int(time.Since(began).Seconds()), time.Now().UTC().Truncate(time.Second)
		t.Logf("%s: %v", what, y.r.Counts)
		if dir := os.Getenv("QUARTERMASTER_RESULTS"); dir != "" {
			y.r.write(t, dir)
		}
	})
	return y
}

// Add adds n of what name says; adding zero says that it was looked for.
func (y *Tally) Add(name string, n int) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.r.Counts[name] += n
}

// Of returns what was counted so far.
func (y *Tally) Of(name string) int {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.r.Counts[name]
}

// Counts returns all that was counted so far.
func (y *Tally) Counts() map[string]int {
	y.mu.Lock()
	defer y.mu.Unlock()
	return maps.Clone(y.r.Counts)
}

func (r Result) write(t testing.TB, dir string) {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Error(err)
		return
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Error(err)
		return
	}
	name := filepath.Join(dir, strings.ReplaceAll(r.Test, "/", "_")+".json")
	if err := os.WriteFile(name, append(text, '\n'), 0o644); err != nil {
		t.Error(err)
	}
}

// InTurn lets every fault happen once, from the first call on, and then again in
// turn with as many good calls after each as good says: no kind is left to chance.
func InTurn(good int, faults ...Name) func() Name {
	var mu sync.Mutex
	n := 0
	return func() Name {
		mu.Lock()
		defer mu.Unlock()
		i := n
		n++
		if later := i - len(faults); later >= 0 {
			if later%(good+1) > 0 || len(faults) == 0 {
				return None
			}
			i = later / (good + 1)
		}
		return faults[i%len(faults)]
	}
}
