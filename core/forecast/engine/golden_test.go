package engine

import (
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/forecast/pool"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// gifts reads the weekly sales of testdata/gifts.csv.
func gifts(t *testing.T) pool.Panel {
	t.Helper()
	f, err := os.Open("testdata/gifts.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	p := pool.Panel{Freq: pool.Weekly, Season: 52, Horizon: 8}
	for _, row := range rows[1:] {
		day, err := core.ParseDay(row[1])
		if err != nil {
			t.Fatal(err)
		}
		v, err := strconv.ParseFloat(row[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(p.Series); n == 0 || p.Series[n-1].ID != row[0] {
			p.Series = append(p.Series, pool.Series{ID: row[0], Start: day})
		}
		s := &p.Series[len(p.Series)-1]
		for s.Start+core.Day(7*len(s.Y)) < day {
			s.Y = append(s.Y, math.NaN())
		}
		s.Y = append(s.Y, v)
	}
	return p
}

// Seven real articles, forecast by rules: every number as it was when last read by
// a person.
func TestGoldenGifts(t *testing.T) {
	r, err := Forecast(gifts(t), Config{NoPool: true})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i, s := range gifts(t).Series {
		o := &r.Series[i]
		score, reasons := o.Facts.Confidence()
		fmt.Fprintf(&b, "%s: last weeks %v\n  %s\n  confidence %d: %s\n", s.ID, s.Y[len(s.Y)-6:], o.Method, score, strings.Join(reasons, "; "))
		for k := range o.Mean {
			fmt.Fprintf(&b, "  %.4g %.4g %.4g %.4g %.4g %.4g\n", o.Mean[k], o.Expected(k), o.Lo80[k], o.Median[k], o.Hi80[k], o.Quantile(k, 0.95))
		}
	}
	const name = "testdata/gifts.golden"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Fields(b.String())
	for i, w := range strings.Fields(string(want)) {
		if i >= len(got) {
			t.Fatalf("it ends at word %d", i)
		}
		a, errA := strconv.ParseFloat(got[i], 64)
		c, errC := strconv.ParseFloat(w, 64)
		// Processors round differently.
		if errA == nil && errC == nil && math.Abs(a-c) <= 2e-3*math.Abs(c) {
			continue
		}
		if got[i] != w {
			t.Fatalf("word %d is %q, was %q:\n%s", i, got[i], w, b.String())
		}
	}
}
