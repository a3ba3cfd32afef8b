package pool

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func totalsOf(t testing.TB, p Panel, cfg Config) *Totals {
	t.Helper()
	m, err := TrainTotals(p, p.Horizon, []float64{0.1, 0.5, 0.9}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The sum of two weeks of a made-up shop is Poisson with a known mean, so the
// share of outcomes below each quantile is known too.
func TestTotalsHoldTheirShare(t *testing.T) {
	p := shop(100, 200, 21)
	out, err := totalsOf(t, p, Config{QuantileTrees: 30, Rate: 0.15, MaxRows: 8000}).Forecast(p, 2)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(22, 1))
	for _, k := range []int{0, 6, 13} {
		var below [3]float64
		const draws = 10
		for i := range out {
			for range draws {
				var sum float64
				for j := 0; j <= k; j++ {
					day := len(p.Series[i].Y) + j
					sum += poisson(rng, truth(i, day, p.Series[i].X[0][day]))
				}
				for l := range below {
					if sum <= out[i][l][k] {
						below[l]++
					}
				}
			}
		}
		for l, q := range []float64{0.1, 0.5, 0.9} {
			// Whole numbers and learning from few rows leave some play.
			if got := below[l] / float64(draws*len(out)); math.Abs(got-q) > 0.13 {
				t.Errorf("%d days: %.3f lie below the %v quantile", k+1, got, q)
			}
		}
	}
}

func TestTotalsSoundForAnyHistory(t *testing.T) {
	p := shop(12, 100, 23)
	m := totalsOf(t, p, quick)
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Just(0.0), rapid.Just(math.NaN()), rapid.Just(MaxValue), rapid.Float64Range(0, 50))
		q := p
		y := rapid.SliceOfN(value, 0, 80).Draw(t, "history")
		q.Series = []Series{{ID: "A", Y: y, X: [][]float64{nil, nil}}}
		out, err := m.Forecast(q, 1)
		if err != nil {
			t.Fatal(err)
		}
		for k := range q.Horizon {
			for l, row := range out[0] {
				if !(row[k] >= 0) || math.IsInf(row[k], 0) || (k > 0 && row[k] < row[k-1]) || (l > 0 && row[k] < out[0][l-1][k]) {
					t.Fatalf("level %d, %d days: %v", l, k+1, out[0])
				}
			}
		}
	})
}

func TestTotalsSameForAnyOrderAndNumberOfWorkers(t *testing.T) {
	p := shop(12, 100, 24)
	cfg := quick
	cfg.Workers = 1
	a, err := totalsOf(t, p, cfg).Forecast(p, 1)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Workers = 3
	slices.Reverse(p.Series)
	b, err := totalsOf(t, p, cfg).Forecast(p, 3)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(b)
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
}

// Totals, too, must know nothing from the origin on but known regressors.
func TestTotalRowsDoNotKnowTheFuture(t *testing.T) {
	p := shop(1, 500, 25)
	sp := newSpec(&p)
	row := func(s Series) []float32 {
		b := newBuilder(sp)
		b.load(&s)
		b.origin(420)
		return b.total(nil, 9)
	}
	s := p.Series[0]
	want := row(s)
	s.Y = slices.Clone(s.Y)
	for t := 420; t < len(s.Y); t++ {
		s.Y[t] = 1000
	}
	if len(want) != len(sp.totalNames()) {
		t.Errorf("%d values for %d names", len(want), len(sp.totalNames()))
	}
	if diff := cmp.Diff(want, row(s)); diff != "" {
		t.Error(diff)
	}
}

func TestTotalsStored(t *testing.T) {
	p := shop(12, 100, 28)
	m := totalsOf(t, p, quick)
	b, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var back Totals
	if err := back.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	want, _ := m.Forecast(p, 1)
	got, err := back.Forecast(p, 1)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	if err := new(Model).UnmarshalBinary(b); !errors.Is(err, ErrFormat) {
		t.Errorf("as a Model: %v", err)
	}
}

func TestTotalsRefuse(t *testing.T) {
	p := shop(12, 100, 26)
	if _, err := TrainTotals(p, 14, nil, quick); err == nil {
		t.Error("no levels are accepted")
	}
	if _, err := TrainTotals(p, 14, []float64{0.9, 0.1}, quick); err == nil {
		t.Error("falling levels are accepted")
	}
	if _, err := TrainTotals(shop(2, 20, 27), 14, []float64{0.5}, quick); !errors.Is(err, ErrTooShort) {
		t.Errorf("twenty days: %v", err)
	}
}
