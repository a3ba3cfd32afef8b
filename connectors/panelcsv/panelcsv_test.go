package panelcsv

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"quartermaster/connectors"
	"quartermaster/core"
	"quartermaster/core/forecast/pool"
)

var unknown = math.NaN()

func day(t *testing.T, s string) core.Day {
	t.Helper()
	d, err := core.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func daily(horizon int) Options {
	return Options{Freq: pool.Daily, Season: 7, Horizon: horizon, HistoryName: "h.csv", FutureName: "f.csv"}
}

func TestRead(t *testing.T) {
	history := "\ufeffdate,series_id,value,price,event,stock\r\n" +
		"2026-01-01,A,1,2.50,none,7\r\n" +
		"2026-01-01,\"B, \"\"big\"\"\",10,9,none,7\r\n" +
		"2026-01-03,A,3,2.25,easter,7\r\n" + // the 2nd is missing
		"\r\n" +
		"2026-01-02,\"B, \"\"big\"\"\",,9.5,Xmas,NA\r\n"
	future := "series_id,date,price,event\nA,2026-01-04,2.75,Xmas\nA,2026-02-01,9,none\nC,2026-01-04,1,none\n"
	got, err := Read(strings.NewReader(history), strings.NewReader(future), daily(2))
	if err != nil {
		t.Fatal(err)
	}
	want := pool.Panel{Freq: pool.Daily, Season: 7, Horizon: 2,
		Regressors: []pool.Regressor{{Name: "price", Known: true}, {Name: "event", Known: true, Labels: []string{"Xmas", "easter", "none"}}, {Name: "stock"}},
		Series: []pool.Series{
			{ID: "A", Start: day(t, "2026-01-01"), Y: []float64{1, unknown, 3},
				X: [][]float64{{2.5, unknown, 2.25, 2.75, unknown}, {2, unknown, 1, 0, unknown}, {7, unknown, 7}}},
			{ID: `B, "big"`, Start: day(t, "2026-01-01"), Y: []float64{10, unknown},
				X: [][]float64{{9, 9.5, unknown, unknown}, {2, 0, unknown, unknown}, {7, unknown}}},
		}}
	if d := cmp.Diff(want, got, cmpopts.EquateNaNs()); d != "" {
		t.Error(d)
	}
}

func TestPeriods(t *testing.T) {
	for _, c := range []struct {
		freq  pool.Freq
		dates []string
		want  []float64
	}{
		{pool.Weekly, []string{"2025-12-22", "2025-12-29", "2026-01-12"}, []float64{0, 1, unknown, 2}},
		{pool.Monthly, []string{"2025-11-01", "2025-12-01", "2026-02-01"}, []float64{0, 1, unknown, 2}},
	} {
		var text strings.Builder
		text.WriteString("series_id,date,value\n")
		for i, d := range c.dates {
			fmt.Fprintf(&text, "A,%s,%d\n", d, i)
		}
		o := daily(1)
		o.Freq = c.freq
		p, err := Read(strings.NewReader(text.String()), nil, o)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, p.Series[0].Y, cmpopts.EquateNaNs()); d != "" {
			t.Errorf("%c: %s", c.freq, d)
		}
	}
}

func TestRefusals(t *testing.T) {
	const head = "series_id,date,value,price\n"
	for _, c := range []struct{ history, future, want string }{
		{"", "", "h.csv:1: the file is empty"},
		{head, "", "h.csv:2: there is no row below the header"},
		{"series_id,value\nA,1\n", "", "h.csv:1: column date is missing"},
		{"series_id,date,value,value\n", "", `h.csv:1: column name "value" is empty or stands twice in the header`},
		{head + "A,2026-01-01,1,1\nA,2026-01-02,x,1\n", "", `h.csv:3: column value: "x" is not a number of at least 0`},
		{head + "A,2026-01-01,-1,1\n", "", `h.csv:2: column value: "-1" is not a number of at least 0`},
		{head + "A,2026-01-01,Inf,1\n", "", `h.csv:2: column value: "Inf" is not a number of at least 0`},
		{head + "A,2026-01-01,1e16,1\n", "", `h.csv:2: column value: "1e16" is not`},
		{head + "A,2026-13-01,1,1\n", "", "h.csv:2: column date:"},
		{head + "A,2026-01-01,1,1\nA,2026-01-01,1,1\n", "", `h.csv:3: column date: date 2026-01-01 of series "A" is not after the one before`},
		{head + "A,1990-01-01,1,1\nA,2190-01-01,1,1\n", "", "h.csv:3: column date:"},
		{head + "A,2026-01-01,1\n", "", "h.csv:2: the row has 3 values, the header has 4"},
		{head + "\"A,2026-01-01,1,1\n", "", "h.csv:2: a quote is not closed on its line"},
		{head + "\xff,2026-01-01,1,1\n", "", "h.csv:2: the text is not UTF-8"},
		{head + "A,2026-01-01,1,1\n", "series_id,price\n", "f.csv:1: column date is missing"},
		{head + "A,2026-01-01,1,1\n", "series_id,date,price\nA,soon,1\n", "f.csv:2: column date:"},
		{head + strings.Repeat("A", maxLine+1), "", "h.csv:2: the line is longer"},
	} {
		var err error
		if c.future == "" {
			_, err = Read(strings.NewReader(c.history), nil, daily(2))
		} else {
			_, err = Read(strings.NewReader(c.history), strings.NewReader(c.future), daily(2))
		}
		var row *connectors.RowError
		if !errors.As(err, &row) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%.60q: %v, want %s", c.history, err, c.want)
		}
	}
	o := daily(1)
	o.Freq = pool.Weekly
	if _, err := Read(strings.NewReader("series_id,date,value\nA,2026-01-01,1\nA,2026-01-09,1\n"), nil, o); err == nil || !strings.Contains(err.Error(), "whole number of weeks") {
		t.Error(err)
	}
}

func TestGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte("series_id,date,value\nA,2026-01-01,5\n"))
	_ = z.Close()
	p, err := Read(&b, nil, daily(1))
	if err != nil || p.Series[0].Y[0] != 5 {
		t.Error(p, err)
	}
}

// The fast way of reading a number agrees with strconv to the last bit.
func TestNumber(t *testing.T) {
	for _, s := range []string{"0", "7", "12.50", ".5", "5.", "0.1", "123456789.012345", "1e3", "-2", "+4", "1234567890123456789", "0.000000000000001"} {
		want, err := strconv.ParseFloat(s, 64)
		got, ok := number([]byte(s))
		if err != nil || !ok || got != want {
			t.Errorf("%s: %v %v, want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{".", "x", "1,5", "nan", "inf", "1e999", " 1", "--1"} {
		if v, ok := number([]byte(s)); ok {
			t.Errorf("%q was read as %v", s, v)
		}
	}
}

func TestWrite(t *testing.T) {
	p := pool.Panel{Freq: pool.Monthly, Horizon: 2, Series: []pool.Series{{ID: `a,"b"`, Start: day(t, "2025-11-01"), Y: []float64{1}}}}
	f := pool.Prediction{Mean: []float64{1, 1.0 / 3}, Lo80: []float64{0, 0}, Median: []float64{1, 0.25}, Hi80: []float64{3, 12345678}}
	var b strings.Builder
	if err := Write(&b, &p, func(int) *pool.Prediction { return &f }); err != nil {
		t.Fatal(err)
	}
	want := "series_id,date,mean,lo80,hi80,median\n\"a,\"\"b\"\"\",2025-12-01,1,0,3,1\n\"a,\"\"b\"\"\",2026-01-01,0.333333,0,1.23457e+07,0.25\n"
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
}

// Whatever comes in, what is accepted is well formed and every refusal of the
// data names its line.
func FuzzRead(f *testing.F) {
	f.Add("series_id,date,value,p\nA,2026-01-01,1,x\nA,2026-01-03,,2\n", "series_id,date,p\nA,2026-01-04,y\n")
	f.Add("date,value,series_id\n2026-01-01,1e3,\"a\"\"b\"\n", "series_id,date\n")
	f.Add("\x1f\x8b", "")
	f.Fuzz(func(t *testing.T, history, future string) {
		p, err := Read(strings.NewReader(history), strings.NewReader(future), daily(3))
		if err == nil {
			err = p.Validate()
			if err != nil || len(p.Series) == 0 {
				t.Fatal("accepted:", err)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var text bytes.Buffer
	text.WriteString("series_id,date,value\n")
	start := core.DateDay(2024, 1, 1)
	for i := range 100 {
		for d := range core.Day(730) {
			fmt.Fprintf(&text, "SKU-%04d,%s,%d\n", i, start+d, (i+int(d))%17)
		}
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(bytes.NewReader(text.Bytes()), nil, daily(28)); err != nil {
			b.Fatal(err)
		}
	}
}

// Labels of a trained model keep their numbers; new ones come behind.
func TestLabelsKeepTheirOrder(t *testing.T) {
	const file = "series_id,date,value,event\nA,2026-01-01,5,sale\nA,2026-01-02,5,fair\nA,2026-01-03,5,7\nA,2026-01-04,5,\n"
	p, err := Read(strings.NewReader(file), nil, Options{Freq: pool.Daily, Horizon: 1, Labels: map[string][]string{"event": {"none", "sale"}}})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]pool.Regressor{{Name: "event", Labels: []string{"none", "sale", "7", "fair"}}}, p.Regressors); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]float64{1, 3, 2, math.NaN()}, p.Series[0].X[0], cmpopts.EquateNaNs()); d != "" {
		t.Error(d)
	}
}

func TestCategoryOfASeries(t *testing.T) {
	const file = "series_id,date,value,category\nA,2026-01-01,5,lamp\nA,2026-01-02,5,\nB,2026-01-02,,cable\nC,2026-01-02,1,\n"
	p, err := Read(strings.NewReader(file), nil, Options{Freq: pool.Daily, Horizon: 1})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"lamp", "cable", ""} {
		if got := p.Series[i].Category; got != want {
			t.Errorf("series %s has category %q, want %q", p.Series[i].ID, got, want)
		}
	}
}
