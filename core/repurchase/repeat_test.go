package repurchase

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
)

// A repeat is an order day within half a year after another of the same customer;
// returns and second orders of a day are none, and weeks without the years before are
// not told.
func TestRepeats(t *testing.T) {
	monday := core.DateDay(2026, 11, 16)
	asOf := monday + 8 // Tuesday of the week after
	day := func(d core.Day, customer int32) Line {
		return Line{Customer: customer, Product: NoProduct, Day: d, Qty: 1}
	}
	returned := day(monday+1, 3)
	returned.Qty = -1
	lines := []Line{
		day(monday-RepeatDays-20, 0),                     // when the records begin
		day(monday-3, 1), day(monday, 1), day(monday, 1), // again, once
		day(monday-RepeatDays-2, 2), day(monday+6, 2), // too long ago
		returned, day(monday+3, 3), // no purchase before
		day(monday-RepeatDays, 4), day(monday, 4), day(monday+2, 4), // on the last day that counts, and again
		day(monday+7, 1), // in a week that is not over
	}
	h, err := NewHistory([]string{"a", "b", "c", "d", "e"}, nil, lines)
	if err != nil {
		t.Fatal(err)
	}
	want := []RepeatWeek{{Monday: monday - 14}, {Monday: monday - 7, Purchases: 1}, {Monday: monday, Purchases: 5, Repeats: 3}}
	if diff := cmp.Diff(want, Repeats(h, asOf)); diff != "" {
		t.Error(diff)
	}
	if got := Repeats(h, monday-20); got != nil {
		t.Errorf("told of weeks without enough before: %v", got)
	}
}
