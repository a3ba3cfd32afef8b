package pool

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quartermaster/core"
)

// quick is a configuration that trains in a blink.
var quick = Config{Trees: 20, QuantileTrees: 8, MaxRows: 2000, MinRows: 1, Rate: 0.1, MinSamples: 20}

// poisson draws a count with mean mu (Knuth 1969).
func poisson(rng *rand.Rand, mu float64) float64 {
	n, p, limit := 0.0, rng.Float64(), math.Exp(-mu)
	for p > limit {
		n++
		p *= rng.Float64()
	}
	return n
}

// truth is the expected demand of series i in period t of a made-up shop: a level,
// a busy sixth and seventh day, and promotions that triple sales.
func truth(i, t int, promo float64) float64 {
	mu := 1 + float64(i%9)
	if t%7 >= 5 {
		mu *= 2
	}
	return mu * (1 + 2*promo)
}

// shop makes such a panel of n series over days days, with the future known to
// nobody but truth.
func shop(n, days int, seed uint64) Panel {
	p := Panel{Freq: Daily, Season: 7, Horizon: 14, Regressors: []Regressor{{Name: "promo", Known: true}, {Name: "visits"}}}
	rng := rand.New(rand.NewPCG(seed, 2))
	for i := range n {
		s := Series{ID: fmt.Sprintf("S%03d", i), Start: core.DateDay(2024, 1, 1)}
		promo, visits := make([]float64, days+p.Horizon), make([]float64, days)
		for t := range promo {
			if rng.IntN(10) == 0 {
				promo[t] = 1
			}
			if t < days {
				y := poisson(rng, truth(i, t, promo[t]))
				visits[t] = 3*y + float64(rng.IntN(4))
				if rng.IntN(50) == 0 {
					y = math.NaN()
				}
				s.Y = append(s.Y, y)
			}
		}
		s.X = [][]float64{promo, visits}
		p.Series = append(p.Series, s)
	}
	return p
}

func trained(t testing.TB, p Panel, cfg Config) *Model {
	t.Helper()
	m, err := Train(p, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func forecast(t testing.TB, m *Model, p Panel) []Prediction {
	t.Helper()
	out, err := m.Forecast(p, 2)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestLearnsWeekAndPromotion(t *testing.T) {
	p := shop(50, 160, 1)
	var err, level, inside, n float64
	for i, f := range forecast(t, trained(t, p, Config{Trees: 40, QuantileTrees: 25, Rate: 0.15, MaxRows: 10_000, MinRows: 1}), p) {
		rng := rand.New(rand.NewPCG(uint64(i), 3))
		for k := range p.Horizon {
			day := len(p.Series[i].Y) + k
			mu := truth(i, day, p.Series[i].X[0][day])
			err += math.Abs(f.Mean[k] - mu)
			level += mu
			y := poisson(rng, mu)
			if y >= f.Lo80[k] && y <= f.Hi80[k] {
				inside++
			}
			n++
		}
	}
	// A level alone is off by more than half; what is left here is noise.
	if wape := err / level; wape > 0.15 {
		t.Errorf("the mean is off the truth by %.3f of it", wape)
	}
	if c := inside / n; c < 0.75 || c > 0.95 {
		t.Errorf("the 80 %% interval covers %.3f", c)
	}
}

func TestSameForAnyOrderAndNumberOfWorkers(t *testing.T) {
	p := shop(12, 120, 2)
	cfg := quick
	cfg.Seed, cfg.Workers = 7, 1
	m := trained(t, p, cfg)
	want, _ := m.MarshalBinary()
	first := forecast(t, m, p)

	cfg.Workers = 3
	slices.Reverse(p.Series)
	m = trained(t, p, cfg)
	if got, _ := m.MarshalBinary(); !bytes.Equal(got, want) {
		t.Error("another order and number of workers give another model")
	}
	second := forecast(t, m, p)
	slices.Reverse(second)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
}

// A row may depend on nothing that came after its origin but known regressors.
func TestRowsDoNotKnowTheFuture(t *testing.T) {
	for _, freq := range []Freq{Daily, Weekly, Monthly} {
		p := shop(1, 150, 3)
		p.Freq = freq
		p.Season = map[Freq]int{Daily: 7, Weekly: 52, Monthly: 12}[freq]
		sp := newSpec(&p)
		rapid.Check(t, func(t *rapid.T) {
			o := rapid.IntRange(1, 136).Draw(t, "origin")
			k := rapid.IntRange(0, 13).Draw(t, "step")
			row := func(s *Series) []float32 {
				b := newBuilder(sp)
				b.load(s)
				if !b.origin(o) {
					return nil
				}
				return b.step(nil, k)
			}
			s := p.Series[0]
			want := row(&s)
			s.Y = append(slices.Clone(s.Y[:o]), make([]float64, len(s.Y)-o)...)
			visits := slices.Clone(s.X[1])
			later := rapid.Float64Range(0, 99).Draw(t, "later")
			for j := o; j < len(s.Y); j++ {
				s.Y[j], visits[j] = later, 1e6
			}
			s.X = [][]float64{s.X[0], visits}
			got := row(&s)
			if want != nil && len(want) != len(sp.names) {
				t.Fatalf("%d values for %d names", len(want), len(sp.names))
			}
			for f := range want {
				if got[f] != want[f] && (got[f] == got[f] || want[f] == want[f]) {
					t.Fatalf("%s is %v, with another future %v", sp.names[f], want[f], got[f])
				}
			}
		})
	}
}

// Doubling twice is exact in binary, so only the scale may differ.
func TestScaling(t *testing.T) {
	p := shop(15, 120, 4)
	a := forecast(t, trained(t, p, quick), p)
	for i := range p.Series {
		for j := range p.Series[i].Y {
			p.Series[i].Y[j] *= 4
		}
	}
	for i, f := range forecast(t, trained(t, p, quick), p) {
		for k := range f.Mean {
			if math.Abs(f.Mean[k]-4*a[i].Mean[k]) > 0.02*f.Mean[k] {
				t.Fatalf("series %d, step %d: %v, want 4 times %v", i, k, f.Mean[k], a[i].Mean[k])
			}
		}
	}
}

func TestSoundForAnyHistory(t *testing.T) {
	p := shop(12, 100, 5)
	m := trained(t, p, quick)
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Just(0.0), rapid.Just(math.NaN()), rapid.Just(MaxValue), rapid.Float64Range(0, 1e-9), rapid.Float64Range(0, 50))
		q := p
		y := rapid.SliceOfN(value, 0, 80).Draw(t, "history")
		promo := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1, 39, 41, -3, 0.5, math.NaN()}), len(y)+p.Horizon, len(y)+p.Horizon).Draw(t, "promo")
		q.Series = []Series{{ID: "A", Start: core.DateDay(2024, 2, 29), Y: y, X: [][]float64{promo, nil}}}
		out, err := m.Forecast(q, 1)
		if err != nil {
			t.Fatal(err)
		}
		for k := range q.Horizon {
			v := []float64{out[0].Lo80[k], out[0].Median[k], out[0].Hi80[k]}
			for _, x := range append(v, out[0].Mean[k]) {
				if !(x >= 0) || math.IsInf(x, 0) {
					t.Fatalf("step %d: %v", k, out[0])
				}
			}
			if !slices.IsSorted(v) {
				t.Fatalf("step %d: quantiles cross: %v", k, v)
			}
		}
	})
}

func TestNoSalesIsZero(t *testing.T) {
	p := shop(12, 100, 6)
	m := trained(t, p, quick)
	p.Series[0].Y = make([]float64, 100)
	f := forecast(t, m, p)
	if diff := cmp.Diff(make([]float64, 14), f[0].Mean); diff != "" {
		t.Error(diff)
	}
	if f[1].Mean[0] == 0 {
		t.Error("the next series is zero too")
	}
}

func TestStoredModel(t *testing.T) {
	p := shop(12, 100, 7)
	m := trained(t, p, quick)
	b, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var back Model
	if err := back.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(forecast(t, m, p), forecast(t, &back, p)); diff != "" {
		t.Error(diff)
	}
	for name, bad := range map[string][]byte{
		"nothing":         nil,
		"another version": bytes.Replace(b, []byte(`"Version":2`), []byte(`"Version":1`), 1),
		"other features":  bytes.Replace(b, []byte(`"idle"`), []byte(`"idol"`), 1),
		"another horizon": bytes.Replace(b, []byte(`"Horizon":14`), []byte(`"Horizon":-4`), 1),
		"cut short":       b[:len(b)-9],
	} {
		if err := back.UnmarshalBinary(bad); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	p := shop(12, 100, 8)
	m := trained(t, p, quick)
	other := p
	other.Horizon, other.Regressors = 13, p.Regressors[1:]
	for i := range other.Series {
		other.Series = slices.Clone(other.Series)
		other.Series[i].X = other.Series[i].X[1:]
	}
	if _, err := m.Forecast(other, 1); !errors.Is(err, ErrModel) {
		t.Errorf("another horizon: %v", err)
	}
	short := shop(2, 20, 9)
	if _, err := Train(short, quick); !errors.Is(err, ErrTooShort) {
		t.Errorf("twenty days: %v", err)
	}
	for name, change := range map[string]func(*Panel){
		"frequency": func(p *Panel) { p.Freq = 'X' },
		"horizon":   func(p *Panel) { p.Horizon = 0 },
		"negative":  func(p *Panel) { p.Series[3].Y[5] = -1 },
		"infinite":  func(p *Panel) { p.Series[3].Y[5] = math.Inf(1) },
		"column":    func(p *Panel) { p.Series[3].X[0] = p.Series[3].X[0][1:] },
		"columns":   func(p *Panel) { p.Series[3].X = nil },
	} {
		bad := shop(4, 60, 10)
		change(&bad)
		if _, err := Train(bad, quick); !errors.Is(err, ErrPanel) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDay(t *testing.T) {
	s := Series{Start: core.DateDay(2023, 12, 31)}
	for _, tt := range []struct {
		f    Freq
		t    int
		want core.Day
	}{
		{Daily, 60, core.DateDay(2024, 2, 29)},
		{Weekly, 2, core.DateDay(2024, 1, 14)},
		{Monthly, 0, core.DateDay(2023, 12, 1)},
		{Monthly, 14, core.DateDay(2025, 2, 1)},
	} {
		if got := tt.f.Day(&s, tt.t); got != tt.want {
			t.Errorf("period %d of %c begins on %v, want %v", tt.t, tt.f, got, tt.want)
		}
	}
}

func FuzzUnmarshalBinary(f *testing.F) {
	p := shop(3, 60, 11)
	cfg := quick
	cfg.Trees, cfg.QuantileTrees = 1, 1
	b, err := trained(f, p, cfg).MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"Version":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var m Model
		if err := m.UnmarshalBinary(data); err != nil && !errors.Is(err, ErrFormat) {
			t.Fatal(err)
		}
		var totals Totals
		if err := totals.UnmarshalBinary(data); err != nil && !errors.Is(err, ErrFormat) {
			t.Fatal(err)
		}
	})
}

func BenchmarkForecast(b *testing.B) {
	p := shop(200, 730, 12)
	m := trained(b, p, Config{MaxRows: 20_000})
	b.ReportAllocs()
	for b.Loop() {
		forecast(b, m, p)
	}
	b.ReportMetric(float64(b.N*len(p.Series))/b.Elapsed().Seconds(), "series/s")
}

func BenchmarkTrain(b *testing.B) {
	p := shop(200, 365, 13)
	b.ReportAllocs()
	for b.Loop() {
		trained(b, p, Config{MaxRows: 20_000, MinRows: 1})
	}
}

// A large panel trains on some of its series, still about as many rows as wanted.
func TestLargePanelDrawsSeries(t *testing.T) {
	p := shop(300, 200, 31)
	cfg := Config{MaxRows: 600}.withDefaults(Daily)
	rows := newSpec(&p).sample(&p, cfg)
	if n := len(rows.y); n < 400 || n > 800 {
		t.Errorf("%d rows, want about 600", n)
	}
	slices.Reverse(p.Series)
	if diff := cmp.Diff(rows.y, newSpec(&p).sample(&p, cfg).y); diff != "" {
		t.Errorf("the order of the series matters: %s", diff)
	}
}
