package repurchase

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"quartermaster/core"
)

// yearly is a shop of so many days with a hundred customers from the first day,
// whose further orders follow the retail year to a power.
func yearly(t *testing.T, days int, power float64) *History {
	t.Helper()
	r := rand.New(rand.NewPCG(7, uint64(days)))
	start := core.DateDay(2023, 1, 1)
	names := make([]string, 100)
	var lines []Line
	for d := range days {
		if d%7 == 6 {
			continue // closed on that weekday
		}
		chance := 0.2 * math.Exp(power*swing(start+core.Day(d)))
		for c := range names {
			names[c] = strconv.Itoa(c)
			if d == 0 || r.Float64() < chance {
				lines = append(lines, Line{int32(c), NoProduct, start + core.Day(d), 1, 100})
			}
		}
	}
	h, err := NewHistory(names, nil, lines)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestSeasonIsLearned(t *testing.T) {
	for _, power := range []float64{0, 0.75, 1.5} {
		h := yearly(t, 730, power)
		s := seasonOf(h, h.Last(), 90)
		if math.Abs(s.power-power) > 0.2 {
			t.Errorf("made with %.2f, learned %.2f", power, s.power)
		}
		if y := s.between(h.First(), h.First()+365); math.Abs(y-365) > 3 {
			t.Errorf("power %.2f: a year has %.1f days", power, y)
		}
		autumn, spring := s.between(core.DateDay(2024, 9, 15), core.DateDay(2024, 12, 8)), s.between(core.DateDay(2024, 3, 1), core.DateDay(2024, 5, 24))
		if power > 0 && autumn <= 1.05*spring {
			t.Errorf("power %.2f: autumn has %.1f days, spring %.1f", power, autumn, spring)
		}
	}
	// Two months leave the belief nearly alone.
	young := yearly(t, 60, 0)
	if p := seasonOf(young, young.Last(), 30).power; math.Abs(p-amplitude) > 0.5 {
		t.Errorf("two months moved the belief to %.2f", p)
	}
	for d := range core.Day(800) { // the clock never stands still or jumps
		if v := math.Exp(swing(d)); v < 0.7 || v > 1.5 {
			t.Fatalf("day %s has activity %.2f", d, v)
		}
	}
}
