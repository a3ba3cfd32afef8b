package engine

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"quartermaster/core/forecast/pool"
)

// launched is a shop of two categories with n products each, started one after the
// other: lamps sell 5 to 20 a day, cables 0.5 to 2.
func launched(n, days int) pool.Panel {
	p := pool.Panel{Freq: pool.Daily, Season: 7, Horizon: 14}
	for i := range 2 * n {
		c, level := "lamp", 5*math.Exp2(2*noise(i, 991))
		if i%2 == 1 {
			c, level = "cable", level/10
		}
		y := make([]float64, days)
		for t := 3 * i; t < days; t++ {
			y[t] = math.Floor(2*level*noise(i, t) + 0.5)
		}
		p.Series = append(p.Series, pool.Series{ID: fmt.Sprintf("%s %d", c, i), Category: c, Start: monday, Y: y})
	}
	return p
}

func TestNewProductFromItsCategory(t *testing.T) {
	p := launched(20, 200)
	m, err := Train(p, Config{NoPool: true})
	if err != nil {
		t.Fatal(err)
	}
	q := p
	q.Series = nil
	add := func(c string, y ...float64) {
		q.Series = append(q.Series, pool.Series{ID: "new", Category: c, Start: monday + 200, Y: y})
	}
	add("lamp")
	add("cable")
	add("lamp", math.NaN())
	add("lamp", 40, 40)
	add("lamp", slicesRepeat(40, 13)...)
	add("lamp", slicesRepeat(40, 14)...)
	add("unheard of", 40, 40)
	add("", 40, 40)
	add("lamp", make([]float64, 60)...)
	r := forecastOf(t, m, q)
	check(t, r, q)
	for i, want := range []struct{ min, max float64 }{
		{8, 13}, {0.7, 1.4}, {8, 13}, {20, 35}, {33, 39}, {39, 41}, {39, 41}, {39, 41}, {0, 0},
	} {
		if got := r.Series[i].Mean[0]; got < want.min-1e-9 || got > want.max+1e-9 {
			t.Errorf("product %d: %v a day, want %v to %v: %s", i, got, want.min, want.max, r.Series[i].Method)
		}
	}
	if o := r.Series[3]; !strings.Contains(o.Method, "category lamp") || !strings.Contains(o.Why, "2 known periods") || !strings.Contains(o.Why, "after their launch") {
		t.Errorf("%s; %s", o.Method, o.Why)
	}
	// Without sales of its own the interval has to hold the spread of the category.
	if o := r.Series[0]; o.Lo80[0] > 5 || o.Hi80[0] < 17 || o.Quantile(0, 0.99) < o.Hi80[0] {
		t.Errorf("interval %v to %v, 0.99 quantile %v", o.Lo80[0], o.Hi80[0], o.Quantile(0, 0.99))
	}
}

// With more days of its own a product moves from its category to itself, and its
// first days are forecast better than without a category.
func TestCategoryHelpsNewProducts(t *testing.T) {
	p := launched(20, 200)
	known, fresh := p, p
	known.Series, fresh.Series = nil, nil
	for i, s := range p.Series {
		if i%4 < 2 {
			known.Series = append(known.Series, s)
		} else {
			s.Y = s.Y[3*i : 3*i+3+14]
			fresh.Series = append(fresh.Series, s)
		}
	}
	m, err := Train(known, Config{NoPool: true})
	if err != nil {
		t.Fatal(err)
	}
	wape := func(use bool) float64 {
		var a Tally
		past, _ := cut(&fresh, 14, 1)
		past.Series = slices.Clone(past.Series)
		for i := range past.Series {
			if !use {
				past.Series[i].Category = ""
			}
		}
		for _, f := range fresh.Series {
			i := slices.IndexFunc(past.Series, func(s pool.Series) bool { return s.ID == f.ID })
			if i < 0 {
				continue
			}
			var o Outlook
			if err := m.Forecaster().Forecast(&o, &past.Series[i]); err != nil {
				t.Fatal(err)
			}
			a.Add(f.Y[3:], o.Mean, o.Lo80, o.Median, o.Hi80, Scales{})
		}
		return a.Metrics().SumWAPE
	}
	if with, without := wape(true), wape(false); with >= 0.95*without {
		t.Errorf("error of the sum %.3f with the category, %.3f without", with, without)
	}
}

func TestStoredCategories(t *testing.T) {
	p := launched(8, 120)
	m, err := Train(p, Config{NoPool: true})
	if err != nil {
		t.Fatal(err)
	}
	b, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Load(b)
	if err != nil {
		t.Fatal(err)
	}
	s := pool.Series{ID: "new", Category: "cable", Start: monday}
	var want, got Outlook
	if err := m.Forecaster().Forecast(&want, &s); err != nil {
		t.Fatal(err)
	}
	if err := back.Forecaster().Forecast(&got, &s); err != nil {
		t.Fatal(err)
	}
	if want.Mean[0] == 0 || !slices.Equal(want.Mean, got.Mean) || want.Method != got.Method {
		t.Errorf("%v %s, then %v %s", want.Mean, want.Method, got.Mean, got.Method)
	}
}
