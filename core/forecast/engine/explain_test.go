package engine

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quartermaster/core/forecast/pool"
)

// promoted is a shop whose promotions, one day in five, triple sales, and the next
// 14 days of it with a promotion on the third.
func promoted(n, days int) pool.Panel {
	p := shop(n, days, 14)
	p.Regressors = []pool.Regressor{{Name: "promo", Known: true}}
	for i := range p.Series {
		promo := make([]float64, days+14)
		for t := range days {
			if noise(i+50, t/2) > 0.8 {
				promo[t] = 1
				p.Series[i].Y[t] *= 3
			}
		}
		promo[days+2] = 1
		p.Series[i].X = [][]float64{promo}
	}
	return p
}

func TestComponentsMultiplyToTheMean(t *testing.T) {
	p := promoted(12, 420)
	m, err := Train(p, Config{Seed: 1, Trials: 1, train: small})
	if err != nil {
		t.Fatal(err)
	}
	p.Series = append(p.Series, pool.Series{ID: "none", Start: monday, X: [][]float64{nil}},
		pool.Series{ID: "dead", Start: monday, Y: append(slicesRepeat(5, 30), make([]float64, 300)...), X: [][]float64{nil}})
	f := m.Forecaster()
	var o Outlook
	for i := range p.Series {
		if err := f.Forecast(&o, &p.Series[i]); err != nil {
			t.Fatal(err)
		}
		parts, err := f.Components(&p.Series[i], &o)
		if err != nil {
			t.Fatal(err)
		}
		byName := map[string][]float64{}
		for k := range p.Horizon {
			product := 1.0
			for _, c := range parts {
				product *= c.Values[k]
				byName[c.Name] = c.Values
			}
			if math.Abs(product-o.Mean[k]) > 1e-9*(1+o.Mean[k]) {
				t.Fatalf("series %d step %d: the components make %v, the mean is %v: %v", i, k, product, o.Mean[k], parts)
			}
		}
		if i == 0 && (byName["promo"] == nil || byName["promo"][2] < 1.5 || byName["promo"][5] > 1.2) {
			t.Errorf("effect of the promotion on the third day: %v", byName["promo"])
		}
		if w := byName[Week]; i == 1 && w[5] < 1.3*w[0] { // Saturdays sell most
			t.Errorf("weekday factors %v", w)
		}
	}
}

func TestQuantilesAtAnyLevel(t *testing.T) {
	full := shop(120, 228, 28)
	past, _ := cut(&full, 28, 2)
	m, err := Train(*past, Config{NoPool: true})
	if err != nil {
		t.Fatal(err)
	}
	r := forecastOf(t, m, *past)
	for _, level := range []float64{0.05, 0.25, 0.6, 0.95, 0.99} {
		below, above, n := 0.0, 0.0, 0.0
		for i := range r.Series {
			// Between zero and the first sale a quantile of sparse demand is a matter of
			// convention: there only the upper tail says something.
			if level < 0.9 && i%4 >= 2 {
				continue
			}
			for k, y := range full.Series[i].Y[200:] {
				q := r.Series[i].Quantile(k, level)
				n++
				if y < q-1e-9 {
					below++
				}
				if y <= q+1e-9 {
					above++
				}
			}
		}
		// With zeros and whole numbers, the share may lie anywhere between < and <=.
		if below/n > level+0.04 || above/n < level-0.04 {
			t.Errorf("level %v: %.3f are below, %.3f at most", level, below/n, above/n)
		}
	}
}

func TestQuantilesNeverCross(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		num := rapid.SampledFrom([]float64{0, 1e-9, 0.3, 1, 7, 800, 1e15})
		three := []float64{num.Draw(t, "lo"), num.Draw(t, "median"), num.Draw(t, "hi")}
		slices.Sort(three)
		o := Outlook{Prediction: pool.Prediction{Mean: []float64{num.Draw(t, "mean")}, Lo80: three[:1], Median: three[1:2], Hi80: three[2:]},
			Spread: Spread{Dispersion: rapid.SampledFrom([]float64{1, 1.5, 30}).Draw(t, "dispersion"), Top: max(three[2], num.Draw(t, "top"))}}
		if rapid.Bool().Draw(t, "calibrated") {
			o.Spread.Factors = rapid.SliceOfN(rapid.Float64Range(0.4, 2.5), len(grid), len(grid)).Draw(t, "factors")
		}
		last := 0.0
		for level := 0.0; level <= 1; level += 0.01 {
			q := o.Quantile(0, level)
			if !(q >= last) || math.IsInf(q, 0) {
				t.Fatalf("quantile %v is %v after %v", level, q, last)
			}
			last = q
		}
		for i, level := range levels {
			if got := o.Quantile(0, level); got != three[i] {
				t.Errorf("quantile %v is %v, want %v", level, got, three[i])
			}
		}
	})
}

// Sparse demand is forecast below what sells in the long run, by design; what is
// expected is not.
func TestExpectedHasNoBias(t *testing.T) {
	full := shop(120, 284, 28)
	for i := range full.Series { // one sale in six days
		for k := range full.Series[i].Y {
			full.Series[i].Y[k] = 0
			if noise(i+7, k) < 1.0/6 {
				full.Series[i].Y[k] = 1 + math.Floor(6*noise(i+9, k)*noise(i+11, k))
			}
		}
	}
	past, _ := cut(&full, 28, 2)
	m, err := Train(*past, Config{NoPool: true})
	if err != nil {
		t.Fatal(err)
	}
	var sold, mean, expected float64
	for i, o := range forecastOf(t, m, *past).Series {
		for k, y := range full.Series[i].Y[256:] {
			sold, mean, expected = sold+y, mean+o.Mean[k], expected+o.Expected(k)
		}
	}
	if math.Abs(expected/sold-1) > 0.06 || math.Abs(expected/sold-1) > math.Abs(mean/sold-1)+0.01 {
		t.Errorf("sold %v, mean %v, expected %v", sold, mean, expected)
	}
}

func TestConfidence(t *testing.T) {
	best := Facts{Freq: pool.Daily, Horizon: 28, Known: 400, Trials: 90, Width: 0.8}
	if got, why := best.Confidence(); got != 100 || why != nil {
		t.Errorf("%d, %v", got, why)
	}
	for name, c := range map[string]struct {
		change func(f *Facts)
		want   int
		say    string
	}{
		"short":       {func(f *Facts) { f.Known = 182 }, 88, "182 days"}, // half of 25 points
		"wrong":       {func(f *Facts) { f.TotalError = 0.4 }, 86, "wrong by 40 %"},
		"untried":     {func(f *Facts) { f.Trials = 0 }, 76, "tested"},
		"wide":        {func(f *Facts) { f.Width = 2.5 }, 93, "2.5 times"},
		"implausible": {func(f *Facts) { f.Anomalies = 0.1 }, 95, "10 %"},
		"outside":     {func(f *Facts) { f.Outside = 1 }, 85, "100 of 100"},
		"worst": {func(f *Facts) {
			*f = Facts{Freq: 'W', TotalError: 9, Trials: 1, Width: math.NaN(), Anomalies: 1, Outside: 7}
		}, 0, "weeks"},
	} {
		f := best
		c.change(&f)
		if got, why := f.Confidence(); got != c.want || !strings.Contains(strings.Join(why, ";"), c.say) {
			t.Errorf("%s: %d, %v; want %d", name, got, why, c.want)
		}
	}
}
