package store_test

import (
	"sync"
	"testing"

	"quartermaster/core"
)

// TestTokens books from many at once; days are apart.
func TestTokens(t *testing.T) {
	st := dataStore(t)
	day := core.DateDay(2026, 11, 21)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := st.Spend(t.Context(), day, 7); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for d, want := range map[core.Day]int{day: 140, day + 1: 0} {
		if got, err := st.Spent(t.Context(), d); err != nil || got != want {
			t.Errorf("%s: %d tokens, %v; want %d", d, got, err, want)
		}
	}
}
