package methods

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

var unknown = math.NaN()

func TestAverages(t *testing.T) {
	y := []float64{0, 0, 4, unknown, 8, 6}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"naive", Naive(y), 6},
		{"naive over a gap", Naive([]float64{3, unknown}), 3},
		{"last 2", MovingAverage(y, 2), 7},
		{"last 3 skips the unknown", MovingAverage(y, 3), 7},
		{"longer than the history", MovingAverage(y, 100), 3.6},
		{"nothing", MovingAverage(nil, 3), 0},
		{"nothing known", MovingAverage([]float64{unknown}, 3), 0},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
	if d := cmp.Diff([]float64{4, 8, 6}, Trim(y), cmpopts.EquateNaNs(), cmpopts.IgnoreSliceElements(math.IsNaN)); d != "" {
		t.Error(d)
	}
	got := make([]float64, 5)
	SeasonalNaive(got, []float64{1, 2, 3, 10, unknown, 30}, 3)
	if d := cmp.Diff([]float64{10, 2, 30, 10, 2}, got); d != "" {
		t.Error(d)
	}
}

// Worked by hand: start at the mean (2+4+6)/3 = 4, alpha 0.5: 4 -> 3 -> 3.5 -> 4.75,
// errors -2, 1, 2.5.
func TestSmoothLevel(t *testing.T) {
	level, sse := SmoothLevel([]float64{2, 4, 6}, 0.5)
	if level != 4.75 || sse != 4+1+6.25 {
		t.Errorf("level %v, sse %v", level, sse)
	}
}

// The constant found is no worse than any on a fine grid.
func TestSESFindsTheBestConstant(t *testing.T) {
	y := wave(80)
	_, alpha := SES(y)
	_, got := SmoothLevel(y, alpha)
	for a := 0.01; a < 1; a += 0.01 {
		if _, sse := SmoothLevel(y, a); sse < got*0.9999 {
			t.Fatalf("alpha %.3f has sse %v, but %.2f has %v", alpha, got, a, sse)
		}
	}
}

// wave is a seeded rule: a level that wanders, with no need of a random source.
func wave(n int) []float64 {
	y := make([]float64, n)
	for i := range y {
		f := float64(i)
		y[i] = 50 + 10*math.Sin(f/9) + 6*math.Sin(f*f) + 4*math.Cos(3*f)
	}
	return y
}

// Croston (1972) with alpha 0.1, worked by hand: sizes 4, 6 -> 4.2; intervals 2, 3
// -> 2.1; forecast 2. SBA (Syntetos and Boylan 2005) is 0.95 of it.
func TestCroston(t *testing.T) {
	y := []float64{0, 4, 0, 0, 6, 0}
	if got := croston(y, 0.1); math.Abs(got-2) > 1e-12 {
		t.Errorf("Croston %v, want 2", got)
	}
	if got := sba(y, 0.1); math.Abs(got-1.9) > 1e-12 {
		t.Errorf("SBA %v, want 1.9", got)
	}
}

// TSB, worked by hand: trimmed history 4, 0, 0, 6; first half and one: mean size 4,
// share 1/3; then p: 1/3 -> 0.4 -> 0.36 -> 0.324 -> 0.3916 (beta 0.1) and size: 4 ->
// 4 -> 5 (alpha 0.5).
func TestTSB(t *testing.T) {
	if got, want := TSB([]float64{0, 4, 0, 0, 6}, 0.5, 0.1), 5*0.3916; math.Abs(got-want) > 1e-12 {
		t.Errorf("%v, want %v", got, want)
	}
	dead := append([]float64{5, 5, 5}, make([]float64, 200)...)
	if tsb, cr := TSB(dead, 0.1, 0.05), croston(dead, 0.1); tsb > 0.01 || cr < 4 {
		t.Errorf("a dead item: TSB %v should fade, Croston %v should not", tsb, cr)
	}
}

// Every fourth period sells 8: buckets of four hold a rate of 2 each.
func TestADIDA(t *testing.T) {
	var y []float64
	for range 20 {
		y = append(y, 0, 0, 0, 8)
	}
	if got := ADIDA(y, 26, &Scratch{}); math.Abs(got-2) > 0.2 {
		t.Errorf("%v, want about 2", got)
	}
}

func TestDamped(t *testing.T) {
	y := make([]float64, 40)
	for i := range y {
		y[i] = 10 + 2*float64(i)
	}
	got := make([]float64, 30)
	Damped(got, y)
	if got[0] < 85 || got[0] > 92 {
		t.Errorf("first step %v, want about 90", got[0])
	}
	for k := 1; k < len(got); k++ {
		if step := got[k] - got[k-1]; step < 0 || k > 1 && step > got[k-1]-got[k-2]+1e-9 {
			t.Fatalf("the trend is not damped at step %d: %v", k, got)
		}
	}
}

// On a straight line Theta continues with half the slope (Hyndman and Billah 2003).
func TestThetaOnALine(t *testing.T) {
	y := make([]float64, 60)
	for i := range y {
		y[i] = 100 + 3*float64(i)
	}
	got := make([]float64, 6)
	Theta(got, y, 1, &Scratch{})
	for k := 1; k < len(got); k++ {
		if math.Abs(got[k]-got[k-1]-1.5) > 1e-9 {
			t.Errorf("step %d rises by %v, want 1.5", k, got[k]-got[k-1])
		}
	}
}

func TestThetaSeason(t *testing.T) {
	index := []float64{0.5, 1, 1.5, 1}
	var y []float64
	for i := range 40 {
		y = append(y, 100*index[i%4])
	}
	got := make([]float64, 4)
	Theta(got, y, 4, &Scratch{})
	if d := cmp.Diff([]float64{50, 100, 150, 100}, got, cmpopts.EquateApprox(0.02, 0)); d != "" {
		t.Error(d)
	}
}

// Cut-offs and formulas of Syntetos, Boylan and Croston (2005).
func TestClassify(t *testing.T) {
	for _, c := range []struct {
		y        []float64
		want     Class
		adi, cv2 float64
	}{
		{[]float64{5, 5, 5, 5}, Smooth, 1, 0},
		{[]float64{1, 9, 1, 9}, Erratic, 1, 0.64},
		{[]float64{0, 5, 0, 5, 0, 5}, Intermittent, 5.0 / 3, 0},
		{[]float64{1, 0, 9, 0}, Lumpy, 2, 0.64},
		{[]float64{0, 0}, Intermittent, math.Inf(1), 0},
	} {
		class, adi, cv2 := Classify(c.y)
		if class != c.want || adi != c.adi || math.Abs(cv2-c.cv2) > 1e-9 {
			t.Errorf("%v: %s, ADI %v, CV2 %v; want %s, %v, %v", c.y, class, adi, cv2, c.want, c.adi, c.cv2)
		}
	}
}

func TestProfile(t *testing.T) {
	var y []float64
	for range 30 {
		y = append(y, 5, 10, 15)
	}
	flat := Profile{1, 1, 1}
	pr := make(Profile, 3)
	OwnProfile(pr, flat, y, 0, len(y), &Scratch{})
	if d := cmp.Diff(Profile{0.56, 1, 1.44}, pr, cmpopts.EquateApprox(0.02, 0)); d != "" {
		t.Errorf("a clear season is the series' own: %s", d)
	}
	OwnProfile(pr, Profile{2, 0.5, 0.5}, y[:3], 0, 3, &Scratch{})
	if pr[0] < 1.5 {
		t.Errorf("three periods must borrow: %v", pr)
	}
	if got := Levelled(y[:88], Profile{0.5, 1, 1.5}, 0, 88); math.Abs(got-10) > 1e-9 {
		t.Errorf("level %v, want 10 wherever the history ends", got)
	}
}

// Quantiles of the Poisson distribution of mean 2 (cdf 0.1353, 0.4060, 0.6767,
// 0.8571, 0.9473) and of the geometric one, which is a negative binomial of mean 1
// and variance 2 (cdf 1 - 2^-(k+1)).
func TestNegBinQuantiles(t *testing.T) {
	qs := []float64{0.1, 0.5, 0.9}
	got := make([]float64, 3)
	for _, c := range []struct {
		mean, variance float64
		want           []float64
	}{
		{2, 2, []float64{0, 2, 4}},
		{1, 2, []float64{0, 0, 3}},
		{0, 0, []float64{0, 0, 0}},
		{1e6, 1e6, []float64{1e6 - 1281.55, 1e6, 1e6 + 1281.55}},
	} {
		NegBinQuantiles(got, qs, c.mean, c.variance)
		if d := cmp.Diff(c.want, got, cmpopts.EquateApprox(0, 0.01)); d != "" {
			t.Errorf("mean %v: %s", c.mean, d)
		}
	}
}

// Type 7 of Hyndman and Fan (1996), the default of R and NumPy.
func TestQuantile(t *testing.T) {
	for q, want := range map[float64]float64{0: 1, 0.1: 1.3, 0.5: 2.5, 0.9: 3.7, 1: 4} {
		if got := Quantile([]float64{1, 2, 3, 4}, q); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v: %v, want %v", q, got, want)
		}
	}
}

// all runs every rule and returns all numbers that came out.
func all(y []float64, season int) []float64 {
	var s Scratch
	const h = 9
	dst := make([]float64, h)
	var out []float64
	one := func(f func()) { f(); out = append(out, dst...) }
	one(func() { SeasonalNaive(dst, y, season) })
	one(func() { Damped(dst, y) })
	one(func() { Theta(dst, y, season, &s) })
	pr := make(Profile, max(season, 1))
	OwnProfile(pr, PoolProfile(make([]float64, len(pr)), make([]float64, len(pr)), 1), y, 0, len(y), &s)
	out = append(out, pr...)
	level, _ := SES(y)
	return append(out, Naive(y), MovingAverage(y, 4), level, TSB(y, 0.1, 0.05), ADIDA(y, 26, &s), Levelled(y, pr, 0, 20))
}

func history(t *rapid.T) []float64 {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 {
		switch k := rapid.IntRange(0, 9).Draw(t, "kind"); {
		case k == 0:
			return math.NaN()
		case k < 4:
			return 0
		case k == 4:
			return rapid.Float64Range(0, 1e9).Draw(t, "huge")
		default:
			return float64(rapid.IntRange(0, 50).Draw(t, "count"))
		}
	}), 0, 80).Draw(t, "y")
}

func TestNothingIsNegativeOrNaN(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for i, v := range all(history(t), rapid.IntRange(0, 12).Draw(t, "season")) {
			if !(v >= 0) || math.IsInf(v, 0) {
				t.Fatalf("number %d is %v", i, v)
			}
		}
	})
}

func TestScaling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, season := history(t), rapid.IntRange(1, 12).Draw(t, "season")
		big := make([]float64, len(y))
		for i, v := range y {
			big[i] = 8 * v // a power of two: rounding stays the same
		}
		a, b := all(y, season), all(big, season)
		for i := range a {
			profile := i >= 27 && i < 27+season
			if want := a[i] * 8; !profile && math.Abs(b[i]-want) > 1e-9*max(want, 1) {
				t.Fatalf("number %d: %v of the history, %v of eight times it", i, a[i], b[i])
			}
		}
	})
}

func TestQuantilesDoNotCross(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := history(t)
		qs := []float64{0.01, 0.1, 0.5, 0.9, 0.99}
		got := make([]float64, len(qs))
		check := func() {
			for i, v := range got {
				if !(v >= 0) || math.IsInf(v, 0) || i > 0 && v < got[i-1] {
					t.Fatalf("quantiles %v", got)
				}
			}
		}
		Empirical(got, qs, y, Profile{1, 2, 0}, 1, 30, &Scratch{})
		check()
		m := rapid.Float64Range(0, 1e6).Draw(t, "mean")
		NegBinQuantiles(got, qs, m, m*rapid.Float64Range(0, 100).Draw(t, "ratio"))
		check()
	})
}

func TestHotLoopAllocatesNothing(t *testing.T) {
	y, s := wave(730), &Scratch{}
	pr, flat := make(Profile, 7), Profile{1, 1, 1, 1, 1, 1, 1}
	var q [3]float64
	run := func() {
		MovingAverage(y, 28)
		SES(y)
		TSB(y, 0.1, 0.05)
		ADIDA(y, 26, s)
		OwnProfile(pr, flat, y, 3, 112, s)
		Levelled(y, pr, 3, 56)
		Empirical(q[:], []float64{0.1, 0.5, 0.9}, y, pr, 3, 112, s)
	}
	run()
	if n := testing.AllocsPerRun(20, run); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkLevels(b *testing.B) {
	y, s := wave(730), &Scratch{}
	b.ReportAllocs()
	for b.Loop() {
		MovingAverage(y, 28)
		SES(y)
		TSB(y, 0.1, 0.05)
		ADIDA(y, 26, s)
	}
}

// croston is Croston's method (1972): exponential smoothing of demand sizes and
// of the intervals between them, forecast = size / interval. It is biased upward
// and never decays when an item dies: it is the reference TSB is
// measured against. alpha is the smoothing constant, commonly 0.1.
func croston(y []float64, alpha float64) float64 {
	size, interval, gap, n := 0.0, 0.0, 0.0, 0
	for _, v := range y {
		if v != v {
			continue
		}
		gap++
		if v <= 0 {
			continue
		}
		if n == 0 {
			size, interval = v, gap
		} else {
			size += alpha * (v - size)
			interval += alpha * (gap - interval)
		}
		n++
		gap = 0
	}
	if n == 0 {
		return 0
	}
	return size / interval
}

// sba is Croston's method with the bias correction of Syntetos and Boylan (2005):
// the forecast times 1 - alpha/2.
func sba(y []float64, alpha float64) float64 { return (1 - alpha/2) * croston(y, alpha) }
