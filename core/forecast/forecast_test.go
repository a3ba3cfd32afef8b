package forecast

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quartermaster/core"
)

// start is a Saturday, 2026-11-21.
const start core.Day = 20778

// until returns a series of one channel that ends the day before start.
func until(qty ...float32) core.Series {
	return core.Series{SKU: "A", Channel: "web", Start: start - core.Day(len(qty)), Qty: core.Daily(qty...)}
}

func repeat(n int, f func(d core.Day) float32) []float32 {
	qty := make([]float32, n)
	for i := range qty {
		qty[i] = f(start - core.Day(n-i))
	}
	return qty
}

func constant(n int, v float32) []float32 {
	return repeat(n, func(core.Day) float32 { return v })
}

func near(a, b, within float64) bool { return math.Abs(a-b) <= within }

func TestNothingKnown(t *testing.T) {
	tests := map[string][]core.Series{
		"no series":     nil,
		"empty":         {until()},
		"all missing":   {until(constant(100, core.Missing)...)},
		"NaN":           {until(float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), -5)},
		"in the future": {{Start: start, Qty: core.Daily(1, 2, 3)}},
		"all flagged":   {{Start: start - 2, Qty: core.Daily(0, 0), Flags: []core.DayFlag{core.StockOut, core.Closed}}},
	}
	for name, series := range tests {
		f := Daily(series, start, 7)
		if f.Method != NoHistory || f.Confidence != 0 || f.SD != 0 || !cmp.Equal(f.Mean, make([]float64, 7)) || f.Why == "" || len(f.Reasons) == 0 {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestConstant(t *testing.T) {
	f := Daily([]core.Series{until(constant(365, 16)...)}, start, 28)
	for i, m := range f.Mean {
		if m != 16 {
			t.Fatalf("day %d: %v, want 16", i, m)
		}
	}
	if f.SD != 4 { // nothing is calmer than Poisson
		t.Errorf("SD %v, want 4", f.SD)
	}
	if f.Method != Average || f.Confidence < 90 {
		t.Errorf("%s with confidence %d %q", f.Method, f.Confidence, f.Reasons)
	}
}

func TestZeros(t *testing.T) {
	f := Daily([]core.Series{until(constant(365, 0)...)}, start, 28)
	if !cmp.Equal(f.Mean, make([]float64, 28)) || f.SD != 0 {
		t.Errorf("mean %v, SD %v", f.Mean, f.SD)
	}
}

func TestOnePoint(t *testing.T) {
	f := Daily([]core.Series{until(5)}, start, 3)
	if !cmp.Equal(f.Mean, []float64{5, 5, 5}) || f.SD < 4 || f.Confidence > 70 {
		t.Errorf("%+v: one day must give a wide spread and little confidence", f)
	}
}

// A day without data or with limited sales is not a day without sales.
func TestGapsAreNotZero(t *testing.T) {
	whole := Daily([]core.Series{until(constant(200, 10)...)}, start, 28)
	holes := until(constant(200, 10)...)
	holes.Flags = make([]core.DayFlag, 200)
	for i := range holes.Qty.Len() {
		switch i % 5 {
		case 0:
			holes.Qty.Set(i, core.Missing)
		case 1:
			holes.Qty.Set(i, 0)
			holes.Flags[i] = core.StockOut
		case 2:
			holes.Qty.Set(i, 9000)
			holes.Flags[i] = core.Anomaly | core.Promo
		case 3:
			holes.Qty.Set(i, 0)
			holes.Flags[i] = core.Closed
		}
	}
	f := Daily([]core.Series{holes}, start, 28)
	if diff := cmp.Diff(whole.Mean, f.Mean); diff != "" {
		t.Errorf("gaps change the forecast (-whole +holes):\n%s", diff)
	}
	if f.Confidence >= whole.Confidence || !strings.Contains(strings.Join(f.Reasons, ";"), "80 % of the days are missing or left out") {
		t.Errorf("confidence %d %q", f.Confidence, f.Reasons)
	}
}

// A long stock-out leaves the demand of before.
func TestStockOutKeepsTheLevel(t *testing.T) {
	s := until(append(constant(100, 10), constant(60, 0)...)...)
	s.Flags = make([]core.DayFlag, 160)
	for i := 100; i < 160; i++ {
		s.Flags[i] = core.StockOut
	}
	f := Daily([]core.Series{s}, start, 7)
	if f.Mean[0] != 10 || f.Method != Average {
		t.Errorf("%s %v, want 10 a day", f.Method, f.Mean)
	}
	if !slices.Contains(f.Reasons, "the last known day is 61 days before the forecast") {
		t.Errorf("reasons %q", f.Reasons)
	}
}

func TestDeadSeriesFades(t *testing.T) {
	last := math.Inf(1)
	for _, silent := range []int{0, 14, 21, 28, 42, 56, 90, 180} {
		f := Daily([]core.Series{until(append(constant(200, 10), constant(silent, 0)...)...)}, start, 28)
		got := mean(f.Mean)
		if got > last {
			t.Errorf("after %d days without a sale %v a day, more than before (%v)", silent, got, last)
		}
		last = got
		if silent >= 42 && (got > 0.6 || f.Method != Fading) {
			t.Errorf("after %d days without a sale %v a day by %s", silent, got, f.Method)
		}
	}
	if last > 0.001 {
		t.Errorf("half a year without a sale still gives %v a day", last)
	}
}

// One sale every 30 days: the recent window alone would jump between 0 and 0.04.
func TestIntermittent(t *testing.T) {
	for shift := range core.Day(30) {
		f := Daily([]core.Series{until(repeat(364, func(d core.Day) float32 {
			if (d+shift)%30 == 0 {
				return 3
			}
			return 0
		})...)}, start, 28)
		if m := mean(f.Mean); !near(m, 0.1, 0.02) || f.Method != Intermittent {
			t.Errorf("shift %d: %v a day by %s, want about 0.1", shift, m, f.Method)
		}
		if f.SD < math.Sqrt(0.08) {
			t.Errorf("shift %d: SD %v is below Poisson", shift, f.SD)
		}
	}
}

func TestWeekProfile(t *testing.T) {
	weekend := func(scale float32) []float32 {
		return repeat(365, func(d core.Day) float32 {
			if w := d.Weekday(); w == 0 || w == 6 {
				return 3 * scale
			}
			return scale
		})
	}
	f := Daily([]core.Series{until(weekend(50)...)}, start, 7) // Saturday first
	if !near(f.Mean[0], 150, 5) || !near(f.Mean[1], 150, 5) || !near(f.Mean[2], 50, 5) {
		t.Errorf("much data: %v, want 150 at the weekend and 50 else", f.Mean)
	}
	if m := mean(f.Mean); !near(m, 550.0/7, 0.01) {
		t.Errorf("the profile moves the level to %v, want %v", m, 550.0/7)
	}
	s := until(weekend(1)[365-35:]...)
	few := Daily([]core.Series{s}, start, 7)
	if ratio := few.Mean[0] / few.Mean[2]; ratio > 2 || ratio < 1 {
		t.Errorf("little data: weekend is %v times a weekday, want it shrunk", ratio)
	}
}

func TestYearlySeason(t *testing.T) {
	summer := func(d core.Day) float32 {
		if m := d.MonthNumber(); m >= 6 && m <= 8 {
			return 60
		}
		return 20
	}
	long := Daily([]core.Series{until(repeat(730, summer)...)}, start, 300)
	july := int(core.DateDay(2027, 7, 10) - start)
	if got := long.Mean[july] / long.Mean[0]; !near(got, 3, 0.35) {
		t.Errorf("July is %v times November, want about 3", got)
	}
	if !strings.Contains(long.Why, "yearly factors") {
		t.Errorf("why: %s", long.Why)
	}
	short := Daily([]core.Series{until(repeat(600, summer)...)}, start, 300)
	if got := short.Mean[july] / short.Mean[0]; !near(got, 1, 1e-3) {
		t.Errorf("with less than two years July is %v times November, want 1", got)
	}
	if !strings.Contains(short.Why, "no yearly season: that takes 2 years of history, there are 1.6") {
		t.Errorf("why: %s", short.Why)
	}
	freak := Daily([]core.Series{until(repeat(730, func(d core.Day) float32 {
		if d >= core.DateDay(2026, 7, 1) && d <= core.DateDay(2026, 7, 31) {
			return 200
		}
		return 20
	})...)}, start, 300)
	if got := freak.Mean[july] / freak.Mean[0]; !near(got, 1, 0.05) {
		t.Errorf("a freak July makes the next one %v times November, want 1", got)
	}
}

func TestChannelsAddUp(t *testing.T) {
	a, b := until(constant(100, 10)...), until(constant(100, 5)...)
	b.Channel = "market"
	if f := Daily([]core.Series{a, b}, start, 1); f.Mean[0] != 15 {
		t.Errorf("two channels: %v, want 15", f.Mean[0])
	}
	b.Qty.Set(99, core.Missing) // then the whole day is unknown
	if f := Daily([]core.Series{a, b}, start, 1); f.Mean[0] != 15 {
		t.Errorf("a gap in one channel: %v, want 15", f.Mean[0])
	}
	b.Qty = core.Daily(b.Qty.Values()[:95]...) // five days late
	if f := Daily([]core.Series{a, b}, start, 1); f.Mean[0] != 15 {
		t.Errorf("a late channel: %v, want 15", f.Mean[0])
	}
	young := core.Series{Channel: "new", Start: start - 56, Qty: core.Daily(constant(56, 5)...)}
	if f := Daily([]core.Series{a, young}, start, 1); f.Mean[0] != 15 {
		t.Errorf("a channel that began later: %v, want 15", f.Mean[0])
	}
	old := core.Series{Channel: "old", Start: start - 400, Qty: core.Daily(constant(250, 5)...)}
	if f := Daily([]core.Series{a, old}, start, 7); !near(mean(f.Mean), 10, 1e-3) {
		t.Errorf("a channel that was given up: %v, want 10", f.Mean)
	}
}

func TestDriftWidensTheDeviation(t *testing.T) {
	calm := Daily([]core.Series{until(repeat(182, func(d core.Day) float32 { return []float32{50, 150}[d%2] })...)}, start, 28)
	drift := Daily([]core.Series{until(repeat(182, func(d core.Day) float32 { return []float32{50, 150}[d/28%2] })...)}, start, 28)
	if drift.SD < 2*calm.SD {
		t.Errorf("weeks that swing have SD %v, days that swing %v", drift.SD, calm.SD)
	}
}

func anySeries(t *rapid.T) core.Series {
	n := rapid.IntRange(0, 900).Draw(t, "days")
	s := core.Series{SKU: "A", Channel: core.ChannelID(rapid.StringMatching("[a-z]{6}").Draw(t, "channel")), Start: start - core.Day(n) + core.Day(rapid.Int32Range(-50, 50).Draw(t, "shift")), Qty: core.Zeros(n)}
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	seed := rapid.Uint32().Draw(t, "seed")
	next := func() float32 { // a small generator, so that a case is one number
		seed = seed*1664525 + 1013904223
		return float32(seed>>8) / (1 << 24)
	}
	if rapid.Bool().Draw(t, "flagged") {
		s.Flags = make([]core.DayFlag, n)
	}
	for i := range s.Qty.Len() {
		u := next()
		switch {
		case kind == 0:
			s.Qty.Set(i, 0)
		case kind == 1:
			s.Qty.Set(i, float32(int(u*20)))
		case kind == 2 && u < 0.95:
			s.Qty.Set(i, 0)
		case kind == 2:
			s.Qty.Set(i, 1e30)
		case kind == 3 && u < 0.5:
			s.Qty.Set(i, []float32{core.Missing, float32(math.NaN()), float32(math.Inf(1)), -7}[i%4])
		case kind == 4:
			s.Qty.Set(i, math.MaxFloat32)
		case kind == 5:
			s.Qty.Set(i, u*1e-6)
		default:
			s.Qty.Set(i, u*1000)
		}
		if s.Flags != nil {
			s.Flags[i] = core.DayFlag(next() * 16)
		}
	}
	return s
}

func TestDailyIsSound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var series []core.Series
		for range rapid.IntRange(0, 3).Draw(rt, "channels") {
			series = append(series, anySeries(rt))
		}
		horizon := rapid.IntRange(-1, 400).Draw(rt, "horizon")
		f := Daily(series, start, horizon)
		if len(f.Mean) != max(0, horizon) {
			rt.Fatalf("%d days, want %d", len(f.Mean), horizon)
		}
		sum := 0.0
		for i, m := range f.Mean {
			if !(m >= 0) || math.IsInf(m, 0) {
				rt.Fatalf("day %d: %v", i, m)
			}
			sum += m
		}
		if !(f.SD >= 0) || math.IsInf(f.SD, 0) || f.Confidence < 0 || f.Confidence > 100 {
			rt.Fatalf("SD %v, confidence %d", f.SD, f.Confidence)
		}
		if avg := sum / float64(len(f.Mean)); len(f.Mean) > 0 && f.SD < math.Sqrt(avg)*(1-1e-9)-1e-4 {
			rt.Fatalf("SD %v is below Poisson at mean %v", f.SD, avg)
		}
		if _, err := json.Marshal(f); err != nil {
			rt.Fatal(err)
		}
		slices.Reverse(series)
		if diff := cmp.Diff(f, Daily(series, start, horizon)); diff != "" {
			rt.Fatalf("the order of channels matters:\n%s", diff)
		}
	})
}

func BenchmarkDaily(b *testing.B) {
	series := []core.Series{until(repeat(730, func(d core.Day) float32 { return float32(d * 7919 % 23) })...)}
	b.ReportAllocs()
	for b.Loop() {
		Daily(series, start, 91)
	}
}
