package engine

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core/forecast/pool"
)

// trainedShop is a model of a small shop with everything in it.
func trainedShop(t testing.TB, p pool.Panel) *Model {
	t.Helper()
	m, err := Train(p, Config{Seed: 1, Trials: 1, Window: 20, WindowLevels: []float64{0.5, 0.95}, train: small})
	if err != nil {
		t.Fatal(err)
	}
	if !m.Pooled() || m.Window() != 20 {
		t.Fatalf("pooled %v, window %d", m.Pooled(), m.Window())
	}
	return m
}

func forecastOf(t testing.TB, m *Model, p pool.Panel) Result {
	t.Helper()
	r, err := m.Forecast(p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A stored model forecasts as the one it was stored from.
func TestStoredModel(t *testing.T) {
	p := shop(10, 160, 7)
	m := trainedShop(t, p)
	b, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Load(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(forecastOf(t, m, p), forecastOf(t, back, p)); d != "" {
		t.Error(d)
	}
	if got, want := back.Through(), monday+159; got != want {
		t.Errorf("trained through %v, want %v", got, want)
	}
	again, err := back.MarshalBinary()
	if err != nil || !bytes.Equal(b, again) {
		t.Errorf("stored again it differs, %v", err)
	}
}

// change rewrites a stored model.
func change(t *testing.T, b []byte, f func(s *stored)) []byte {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	var s stored
	if err := json.NewDecoder(zip).Decode(&s); err != nil {
		t.Fatal(err)
	}
	f(&s)
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if err := errors.Join(json.NewEncoder(w).Encode(s), w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestLoadRefuses(t *testing.T) {
	b, err := trainedShop(t, shop(10, 160, 7)).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	_, err = Load(change(t, b, func(s *stored) { s.Version = 99 }))
	var v *VersionError
	if !errors.As(err, &v) || v.Have != 99 || v.Want != version {
		t.Errorf("another version: %v", err)
	}
	for name, f := range map[string]func(s *stored){
		"candidates": func(s *stored) { s.Candidates[0] = "oracle" },
		"weights":    func(s *stored) { s.Groups[0].Point = s.Groups[0].Point[1:] },
		"groups":     func(s *stored) { s.Groups = s.Groups[1:] },
		"profile":    func(s *stored) { s.Profile[2] = -1 },
		"horizon":    func(s *stored) { s.Horizon = 8 },
		"no trees":   func(s *stored) { s.Trees = nil },
		"trees":      func(s *stored) { s.Trees = s.Trees[9:] },
		"totals":     func(s *stored) { s.Totals = s.Trees },
	} {
		if _, err := Load(change(t, b, f)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range [][]byte{nil, []byte("model"), b[:len(b)/2]} {
		if _, err := Load(bad); !errors.Is(err, ErrFormat) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
}

// A series is forecast by itself: alone, among others, in any order, the same.
func TestOneSeriesIsAsInThePanel(t *testing.T) {
	p := shop(40, 160, 7)
	m := trainedShop(t, p)
	want := forecastOf(t, m, p)
	f := m.Forecaster()
	var out Outlook
	for i := len(p.Series) - 1; i >= 0; i-- {
		if err := f.Forecast(&out, &p.Series[i]); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want.Series[i], out); d != "" {
			t.Fatalf("series %d: %s", i, d)
		}
	}
	bad := pool.Series{ID: "bad", Y: []float64{-1}}
	if err := f.Forecast(&out, &bad); !errors.Is(err, pool.ErrPanel) {
		t.Error(err)
	}
}

// A model meets series it has not seen, of another length and at a later date.
func TestModelForecastsNewerAndOtherSeries(t *testing.T) {
	long := shop(12, 180, 7)
	past, _ := cut(&long, 20, 2)
	m := trainedShop(t, *past)
	long.Series[3].Y = long.Series[3].Y[:3]
	long.Series = append(long.Series, pool.Series{ID: "never sold", Start: monday, Y: make([]float64, 30)}, pool.Series{ID: "empty", Start: monday})
	r := forecastOf(t, m, long)
	check(t, r, long)
	for i, o := range r.Series {
		if len(o.Totals) != 2 {
			t.Fatalf("%d rows of totals", len(o.Totals))
		}
		for n := range 20 {
			lo, hi := o.Totals[0][n], o.Totals[1][n]
			if !(0 <= lo && lo <= hi) || math.IsInf(hi, 0) || n > 0 && (lo < o.Totals[0][n-1] || hi < o.Totals[1][n-1]) {
				t.Fatalf("series %d, %d days: %v to %v", i, n+1, lo, hi)
			}
		}
	}
	// Steady sales of 20 to 27 a day: the median of 20 days is near 470.
	if got := r.Series[0].Totals[0][19]; math.Abs(got-470) > 50 {
		t.Errorf("median of 20 days is %v", got)
	}
}

func TestModelSaysWhatDiffers(t *testing.T) {
	p := shop(4, 60, 7)
	m, err := Train(p, Config{NoPool: true})
	if err != nil {
		t.Fatal(err)
	}
	for want, f := range map[string]func(p *pool.Panel){
		"frequency": func(p *pool.Panel) { p.Freq = pool.Weekly },
		"season":    func(p *pool.Panel) { p.Season = 1 },
		"horizon":   func(p *pool.Panel) { p.Horizon = 8 },
		"regressors": func(p *pool.Panel) {
			p.Regressors = []pool.Regressor{{Name: "price"}}
			for i := range p.Series {
				p.Series[i].X = [][]float64{nil}
			}
		},
	} {
		other := shop(4, 60, 7)
		f(&other)
		_, err := m.Forecast(other)
		var diff *pool.Mismatch
		if !errors.As(err, &diff) || diff.What != want || diff.Model == diff.Panel {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// Forecasting one series after another allocates nothing.
func TestForecasterAllocatesNothing(t *testing.T) {
	p := shop(10, 160, 7)
	m := trainedShop(t, p)
	f := m.Forecaster()
	var out Outlook
	one := func() {
		for i := range p.Series {
			if err := f.Forecast(&out, &p.Series[i]); err != nil {
				t.Fatal(err)
			}
		}
	}
	one()
	if n := testing.AllocsPerRun(5, one); n > 0 {
		t.Errorf("%v allocations for %d series", n, len(p.Series))
	}
}

func BenchmarkOneSeries(b *testing.B) {
	p := shop(60, 730, 28)
	m, err := Train(p, Config{Seed: 1, Trials: 1, Window: 120})
	if err != nil {
		b.Fatal(err)
	}
	f := m.Forecaster()
	var out Outlook
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		if err := f.Forecast(&out, &p.Series[i%len(p.Series)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
