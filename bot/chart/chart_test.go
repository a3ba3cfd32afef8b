package chart

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"quartermaster/core"
	"quartermaster/core/forecast"
	"quartermaster/core/plan"
)

var (
	update = flag.Bool("update", false, "write the golden alternative texts")
	look   = flag.String("look", "", "folder to write the pictures of the tests to, for looking at them")
)

var today = core.DateDay(2026, 11, 21)

// demand is n days of made sales with a promotion, days without stock, an outlier
// and an unknown day, and a forecast of six weeks.
func demand(n int) DemandData {
	rng := rand.New(rand.NewPCG(1, 2))
	d := DemandData{Title: "SOLAR-01 · MAIN", Step: 1, Today: today, Start: today - core.Day(n)}
	for i := range n {
		d.History = append(d.History, math.Round(max(0, 20+8*math.Sin(float64(i)/7*2*math.Pi)+5*rng.NormFloat64())))
		d.Flags = append(d.Flags, 0)
	}
	for i := 30; i < 37; i++ {
		d.Flags[i] = core.Promo
		d.History[i] *= 1.7
	}
	for i := 50; i < 56; i++ {
		d.Flags[i], d.History[i] = core.StockOut, 0
	}
	d.History[20], d.Flags[20] = 190, core.Anomaly
	d.History[60] = math.NaN()
	for i := range 42 {
		m := 20 + 8*math.Sin(float64(n+i)/7*2*math.Pi)
		d.Mean, d.Lo, d.Hi = append(d.Mean, m), append(d.Lo, max(0, m-8)), append(d.Hi, m+8)
	}
	return d
}

// sparse is one unit every sixth day.
func sparse() DemandData {
	d := demand(61)
	d.Title, d.Flags = "LAMP-7", nil
	for i := range d.History {
		d.History[i] = 0
		if i%6 == 0 {
			d.History[i] = 1
		}
	}
	for i := range d.Mean {
		d.Mean[i], d.Lo[i], d.Hi[i] = 1.0/6, 0, 1
	}
	return d
}

// weekly is a year of weeks with a forecast of thirteen.
func weekly() DemandData {
	d := demand(61)
	d.Title, d.Step, d.Start, d.Flags = "MUG-12 · London", 7, today-7*61, nil
	d.History[20] = 25
	d.Mean, d.Lo, d.Hi = d.Mean[:13], d.Lo[:13], d.Hi[:13]
	return d
}

// stock is 310 units selling 21 a day, with 120 on order and 504 proposed.
func stock() StockData {
	d := StockData{Title: "SOLAR-01 · MAIN", Today: today, ReorderPoint: 330, StockOut: today + 19, HasStockOut: true, OrderBy: today + 5,
		Arrivals: []Arrival{{Day: today + 9, Qty: 120}, {Day: today + 20, Qty: 504, Proposed: true}}}
	s, w := 310.0, 310.0
	for i := range 60 {
		if i == 9 {
			s, w = s+120, w+120
		}
		if i == 20 {
			w += 504
		}
		s, w = max(0, s-21), max(0, w-21)
		sd := 1.28 * 6 * math.Sqrt(float64(i+1))
		d.Stock, d.WithOrder, d.Lo, d.Hi = append(d.Stock, s), append(d.WithOrder, w), append(d.Lo, max(0, s-sd)), append(d.Hi, s+sd)
		if s == 0 {
			d.Hi[i] = max(0, d.Hi[i-1]-21)
		}
	}
	return d
}

func efficiency() CurveData {
	d := CurveData{Title: "Fill rate against stock", Says: "one line per policy, higher and further left is better",
		X: Axis{Unit: "average stock value, GBP"}, Y: Axis{Unit: "demand filled", Percent: true}}
	for p, name := range []string{"quartermaster", "cover tiers", "min/max", "(R,S) normal"} {
		l := Line{Name: name, Points: true}
		for k := range 8 {
			l.X = append(l.X, 9000+2500*float64(k))
			l.Y = append(l.Y, 1-0.09*math.Exp(-float64(k)/3)*(1+0.35*float64(p)))
		}
		d.Lines = append(d.Lines, l)
	}
	return d
}

func cycle() CurveData {
	d := CurveData{Title: "FILTER-3 · next purchase", X: Axis{Unit: "days since the purchase"}, Y: Axis{Unit: "share of buyers", Percent: true}}
	bars, sum := Line{Name: "buy again in these 30 days", Fill: true}, Line{Name: "have bought again by then"}
	done := 0.0
	for k := range 6 {
		v := 0.28 * math.Exp(-math.Pow(float64(k)-2.4, 2)/3)
		done += v
		bars.X, bars.Y = append(bars.X, 15+30*float64(k)), append(bars.Y, v)
		sum.X, sum.Y = append(sum.X, 30+30*float64(k)), append(sum.Y, done)
	}
	d.Lines = []Line{bars, sum}
	return d
}

func accuracy() CurveData {
	d := CurveData{Title: "Accuracy by week", X: Axis{Days: true}, Y: Axis{Unit: "1 − WAPE", Percent: true, Max: 1},
		Lines: []Line{{Name: "forecast"}, {Name: "moving average"}}}
	for k := range 12 {
		for i := range d.Lines {
			l := &d.Lines[i]
			l.X, l.Y = append(l.X, float64(today-84+core.Day(7*k))), append(l.Y, 0.7-0.06*float64(i)+0.05*math.Sin(float64(k)))
		}
	}
	d.Lines[1].Y[5] = math.NaN()
	return d
}

// draw is one picture under test.
type drawing struct {
	name string
	draw func() (Image, error)
}

func drawings() []drawing {
	d := func(name string, v DemandData) drawing {
		return drawing{name, func() (Image, error) { return Demand(v) }}
	}
	s := func(name string, v StockData) drawing {
		return drawing{name, func() (Image, error) { return StockProjection(v) }}
	}
	c := func(name string, v CurveData) drawing {
		return drawing{name, func() (Image, error) { return Curves(v) }}
	}
	late := stock()
	late.OrderBy, late.WithOrder, late.Arrivals, late.Title = today-4, nil, nil, "太阳能灯 SOLAR-01"
	chinese := stock()
	chinese.Language, chinese.Title = "zh", "灯笼-01 · 宁波仓"
	calm := stock()
	calm.HasStockOut, calm.OrderBy, calm.Lo, calm.Hi = false, 0, nil, nil
	calm.Stock, calm.WithOrder = calm.WithOrder[20:40], nil
	calm.Arrivals = nil
	none := DemandData{Title: "NEW-1", Today: today, Mean: []float64{1, 1, 1}}
	return []drawing{
		d("demand", demand(90)), d("demand of a year", demand(400)), d("demand sparse", sparse()), d("demand by week", weekly()), d("demand new", none),
		s("stock", stock()), s("stock late", late), s("stock calm", calm), s("stock in Chinese", chinese),
		c("efficiency", efficiency()), c("cycle", cycle()), c("accuracy", accuracy()),
	}
}

// TestDrawings draws everything twice: the bytes are the same, the picture has the
// size it should have and is small, and its alternative text is the golden one.
func TestDrawings(t *testing.T) {
	var texts strings.Builder
	for _, d := range drawings() {
		one, err := d.draw()
		if err != nil {
			t.Fatalf("%s: %v", d.name, err)
		}
		two, err := d.draw()
		if err != nil || !bytes.Equal(one.PNG, two.PNG) || one.Alt != two.Alt {
			t.Errorf("%s: drawn again it is another picture (%v)", d.name, err)
		}
		if size := decode(t, one).Bounds().Size(); size != (image.Point{Width, Height}) {
			t.Errorf("%s: size %v", d.name, size)
		}
		if len(one.PNG) > 150_000 {
			t.Errorf("%s: %d bytes", d.name, len(one.PNG))
		}
		texts.WriteString(d.name + "\n  " + one.Alt + "\n")
		if *look != "" {
			if err := os.WriteFile(filepath.Join(*look, strings.ReplaceAll(d.name, " ", "_")+".png"), one.PNG, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	const golden = "testdata/alt.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(texts.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), texts.String()); diff != "" {
		t.Errorf("alternative texts (-golden +now):\n%s", diff)
	}
}

func decode(t *testing.T, i Image) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(i.PNG))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// area is the part of a picture in which the colour stands.
func area(img image.Image, c color.NRGBA) (box image.Rectangle, n int) {
	for y := range Height {
		for x := range Width {
			if got := color.NRGBAModel.Convert(img.At(x, y)); got == c {
				box = box.Union(image.Rect(x, y, x+1, y+1))
				n++
			}
		}
	}
	return box, n
}

// below is the picture without title and legend.
type below struct{ image.Image }

func (b below) At(x, y int) color.Color {
	if y < 155 {
		return white
	}
	return b.Image.At(x, y)
}

// TestDemandPlaces finds what is drawn where the numbers say: the forecast after
// today, the promotion in its week, the days without stock in theirs.
func TestDemandPlaces(t *testing.T) {
	d := demand(90)
	pic, err := Demand(d)
	if err != nil {
		t.Fatal(err)
	}
	img := below{decode(t, pic)}
	// 90 days of history and 42 of forecast share the width.
	f := frame{left: 60, right: Width - margin, x0: float64(d.Start), x1: float64(d.Today + 42)}
	near := func(what string, got int, want float64) {
		t.Helper()
		if math.Abs(float64(got)-want) > 16 {
			t.Errorf("%s at pixel %d, want about %.0f", what, got, want)
		}
	}
	box, n := area(img, blue)
	if n < 1000 {
		t.Fatalf("%d blue pixels", n)
	}
	near("the forecast begins", box.Min.X, f.x(float64(today)))
	near("the forecast ends", box.Max.X, f.right)
	box, _ = area(img, amber)
	near("the promotion begins", box.Min.X, f.x(float64(d.Start+30)))
	near("the promotion ends", box.Max.X, f.x(float64(d.Start+37)))
	box, _ = area(img, vermilion)
	near("the stock-out begins", box.Min.X, f.x(float64(d.Start+50)))
	near("the stock-out ends", box.Max.X, f.x(float64(d.Start+56)))
	box, _ = area(img, purple)
	near("the outlier", (box.Min.X+box.Max.X)/2, f.x(float64(d.Start)+20.5))
	if _, n = area(img, bar); n < 5000 {
		t.Errorf("%d pixels of bars", n)
	}
}

// TestStockPlaces finds the stock-out mark on its day, on the axis.
func TestStockPlaces(t *testing.T) {
	d := stock()
	d.Arrivals, d.WithOrder = nil, nil
	pic, err := StockProjection(d)
	if err != nil {
		t.Fatal(err)
	}
	img := decode(t, pic)
	f := frame{left: 88, right: Width - margin, x0: float64(today), x1: float64(today + 59)}
	at := int(f.x(float64(d.StockOut)))
	column := func(x int, c color.NRGBA) (n int) {
		for y := 200; y < Height; y++ {
			if color.NRGBAModel.Convert(img.At(x, y)) == c {
				n++
			}
		}
		return n
	}
	best := 0
	for x := at - 8; x <= at+8; x++ {
		best = max(best, column(x, vermilion))
	}
	if best < 200 {
		t.Errorf("no line down to the axis on the day of the stock-out: %d pixels", best)
	}
	if _, n := area(img, haze); n < 2000 {
		t.Errorf("%d pixels of the interval", n)
	}
}

// TestFlags never lets two flags touch or leave the picture, whatever their days.
func TestFlags(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		d := stock()
		d.StockOut, d.OrderBy = today+core.Day(rng.IntN(60)), today+core.Day(rng.IntN(60))
		d.Arrivals = nil
		for range rng.IntN(12) {
			d.Arrivals = append(d.Arrivals, Arrival{Day: today + core.Day(rng.IntN(60)), Qty: rng.Int64N(5000)})
		}
		f := &frame{canvas: newCanvas(), left: 80, right: Width - margin}
		d.scale(f)
		list, n := f.place(d.flags(), 3)
		if n > 3 || len(list) < 2 || !strings.HasPrefix(list[0].text, "runs out") || !strings.HasPrefix(list[1].text, "order") {
			t.Fatalf("%d rows, flags %v", n, list)
		}
		for i, a := range list {
			if x := f.x(a.at); a.from < 0 || a.to > Width || x < a.from-40 || x > a.to+40 {
				t.Errorf("%q at %.0f..%.0f is away from its day at %.0f", a.text, a.from, a.to, x)
			}
			for _, b := range list[:i] {
				if a.row == b.row && a.from < b.to && b.from < a.to {
					t.Errorf("%q and %q touch", a.text, b.text)
				}
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	inf := demand(90)
	inf.Mean[3] = math.Inf(1)
	odd := efficiency()
	odd.Lines[0].X = odd.Lines[0].X[1:]
	many := efficiency()
	many.Lines = append(many.Lines, many.Lines...)
	if _, err := Demand(DemandData{}); !errors.Is(err, ErrNoData) {
		t.Errorf("no demand: %v", err)
	}
	if _, err := StockProjection(StockData{}); !errors.Is(err, ErrNoData) {
		t.Errorf("no stock: %v", err)
	}
	if _, err := Curves(CurveData{Lines: []Line{{Name: "empty"}}}); !errors.Is(err, ErrNoData) {
		t.Errorf("no points: %v", err)
	}
	if _, err := Demand(inf); err == nil || !strings.Contains(err.Error(), "SOLAR-01") {
		t.Errorf("infinite demand: %v", err)
	}
	if _, err := Curves(odd); err == nil || !strings.Contains(err.Error(), "7 x and 8 y") {
		t.Errorf("x and y of different length: %v", err)
	}
	if _, err := Curves(many); err == nil || !strings.Contains(err.Error(), "8 lines") {
		t.Errorf("too many lines: %v", err)
	}
}

// TestOddValues draws what real data holds: nothing sold, one point, all the same,
// very large and very small numbers, unknown throughout.
func TestOddValues(t *testing.T) {
	nan := math.NaN()
	for name, d := range map[string]DemandData{
		"zero":    {Today: today, Start: today - 3, History: []float64{0, 0, 0}, Mean: []float64{0, 0}},
		"one":     {Today: today, Start: today - 1, History: []float64{4}},
		"unknown": {Today: today, Start: today - 2, History: []float64{nan, nan}},
		"huge":    {Today: today, Start: today - 2, History: []float64{1e14, 3}, Mean: []float64{1e13}, Lo: []float64{0}, Hi: []float64{1e15}},
		"long":    {Title: strings.Repeat("LONG-", 60), Today: today, Start: today - 4000, Step: 7, History: make([]float64, 571), Mean: make([]float64, 52)},
	} {
		if _, err := Demand(d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := StockProjection(StockData{Today: today, Stock: []float64{0, 0}, ReorderPoint: 0.2}); err != nil {
		t.Error(err)
	}
	if _, err := Curves(CurveData{Lines: []Line{{X: []float64{5}, Y: []float64{5}}}}); err != nil {
		t.Error(err)
	}
}

// TestDemandOf shows frequent sales by the day and rare ones by the week, and
// loses nothing on the way.
func TestDemandOf(t *testing.T) {
	flat := func(v float64, n int) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = v
		}
		return out
	}
	f := forecast.Forecast{Start: today, Mean: flat(5, 91), SD: 2}
	d := DemandOf("A", today-400, flat(5, 400), nil, f)
	if d.Step != 1 || d.Start != today-daysShown || len(d.History) != daysShown || len(d.Mean) != 91 || d.Hi[0] != 5+2*forecast.Z80 {
		t.Errorf("by the day: step %d from %s, %d + %d, hi %g", d.Step, d.Start, len(d.History), len(d.Mean), d.Hi[0])
	}
	y, flags := flat(0, 400), make([]core.DayFlag, 400)
	for i := 0; i < 400; i += 5 {
		y[i] = 10
	}
	y[399], flags[395] = math.NaN(), core.Promo|core.Anomaly // in the last week
	d = DemandOf("B", today-400, y, flags, f)
	sum, _ := total(d.History)
	want, _ := total(y[400-52*7:])
	if d.Step != 7 || len(d.History) != 52 || d.Start+7*52 != today || sum != want || d.Flags[51] != core.Promo || len(d.Mean) != 13 || d.Mean[0] != 35 {
		t.Errorf("by the week: step %d from %s, %d weeks with %g of %g, flags %v, mean %v", d.Step, d.Start, len(d.History), sum, want, d.Flags, d.Mean)
	}
	// A history that ends before today leaves the days between unknown.
	d = DemandOf("C", today-60, flat(5, 50), nil, f)
	if len(d.History) != 60 || d.History[55] == d.History[55] {
		t.Errorf("late data: %d periods, the last of them %v", len(d.History), d.History[50:])
	}
	if _, err := Demand(DemandOf("D", today, nil, nil, forecast.Forecast{Start: today})); !errors.Is(err, ErrNoData) {
		t.Errorf("nothing known, nothing expected: %v", err)
	}
}

// TestStockOf follows a course by hand: 50 units selling 5 a day, 30 due in 4 days
// and 20 that are overdue, and an order of 100 that comes on day 12.
func TestStockOf(t *testing.T) {
	c := plan.Course{SKU: "A", Location: "MAIN", Today: today, Available: 50, SD: 2, ReorderPoint: 40, StockOut: today + 20, HasStockOut: true,
		Inbound: []core.Inbound{{Qty: 20, Due: today - 3}, {Qty: 30, Due: today + 4}}}
	for range 91 {
		c.Mean = append(c.Mean, 5)
	}
	d := StockOf(c)
	if d.Title != "A · MAIN" || d.Stock[0] != 45 || d.Stock[1] != 60 || d.Stock[4] != 75 || d.Stock[18] != 5 || d.Stock[19] != 0 || d.WithOrder != nil {
		t.Errorf("%s, stock %v, with the order %v", d.Title, d.Stock, d.WithOrder)
	}
	if diff := cmp.Diff([]Arrival{{Day: today + 1, Qty: 20}, {Day: today + 4, Qty: 30}}, d.Arrivals); diff != "" {
		t.Error(diff)
	}
	for i := range d.Stock {
		if d.Lo[i] > d.Stock[i]+1e-9 || d.Stock[i] > d.Hi[i]+1e-9 {
			t.Errorf("day %d: %g is not within %g and %g", i, d.Stock[i], d.Lo[i], d.Hi[i])
		}
	}
	if len(d.Stock) != 35 || len(d.Lo) != 35 {
		t.Errorf("%d days are shown, want five weeks", len(d.Stock))
	}
	order := plan.Line{SKU: "A", Location: "MAIN", Qty: 100, Arrival: today + 12}
	d = StockOf(c, order, plan.Line{SKU: "B", Location: "MAIN", Qty: 9, Arrival: today})
	if d.WithOrder[11] != d.Stock[11] || d.WithOrder[12] != d.Stock[12]+100 || len(d.Arrivals) != 3 || !d.Arrivals[2].Proposed {
		t.Errorf("with the order %v, arrivals %v", d.WithOrder, d.Arrivals)
	}
	if end := len(d.WithOrder); end != 46 || d.WithOrder[38] != 5 || d.WithOrder[39] != 0 { // 200 units last 40 days
		t.Errorf("%d days: %v", end, d.WithOrder)
	}
	order.Arrival = today + 80
	if d = StockOf(c, order); len(d.Stock) != 91 {
		t.Errorf("an order that arrives in 80 days is shown for %d days", len(d.Stock))
	}
	if d = StockOf(plan.Course{Today: today}); len(d.Stock) != 0 {
		t.Errorf("no forecast, and stock %v", d.Stock)
	}
}

func TestTicks(t *testing.T) {
	texts := func(list []tick) (out []string) {
		for _, k := range list {
			out = append(out, k.text)
		}
		return out
	}
	for _, c := range []struct {
		got  []tick
		want string
	}{
		{valueTicks(1, true), "0 1"}, {valueTicks(37, true), "0 10 20 30 40"}, {valueTicks(0.3, false), "0 0.1 0.2 0.3"},
		{valueTicks(26000, true), "0 10k 20k 30k"}, {valueTicks(0, true), "0 1"}, {valueTicks(2.6e6, true), "0 1M 2M 3M"},
		{english.dateTicks(today, today+9), "21 Nov 22 Nov 23 Nov 24 Nov 25 Nov 26 Nov 27 Nov 28 Nov 29 Nov 30 Nov"},
		{english.dateTicks(today, today+30), "23 Nov 30 Nov 7 Dec 14 Dec 21 Dec"},
		{english.dateTicks(today-30, today+91), "Nov Dec Jan 2027 Feb"},
		{english.dateTicks(today-1500, today), "Jan 2023 Jul Jan 2024 Jul Jan 2025 Jul Jan 2026 Jul"},
	} {
		if got := strings.Join(texts(c.got), " "); got != c.want {
			t.Errorf("ticks %q, want %q", got, c.want)
		}
	}
}

func TestDrawable(t *testing.T) {
	var got []string
	for _, r := range runs("太阳能灯 Lámpara Ж €5 · 3−1…\n😀ひ한") {
		got = append(got, fmt.Sprintf("%v %s", r.han, r.text))
	}
	if diff := cmp.Diff([]string{"true 太阳能灯", "false  Lámpara Ж €5 · 3−1…?", "true ひ한"}, got); diff != "" {
		t.Error(diff)
	}
	if st := style(textSize, false, ink); cut(st, strings.Repeat("W", 200), 300) == "" || width(st, cut(st, strings.Repeat("W", 200), 300)) > 300 {
		t.Error("text is not cut to its width")
	}
	if vg.Length(Width) != 1200 {
		t.Error("pictures are 1200 pixels wide")
	}
}

func BenchmarkDemand(b *testing.B) {
	d := demand(90)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Demand(d); err != nil {
			b.Fatal(err)
		}
	}
}

// A picture is drawn anew when its hash is another one: whatever changes the picture
// or its alternative text changes the hash, and the same values have the same.
func TestHashOfStock(t *testing.T) {
	first, again := stock(), stock()
	if first.Hash() != again.Hash() {
		t.Fatal("the same values have two hashes")
	}
	seen := map[string]string{first.Hash(): "nothing"}
	for what, change := range map[string]func(*StockData){
		"the title":         func(d *StockData) { d.Title += "." },
		"the day":           func(d *StockData) { d.Today++ },
		"the language":      func(d *StockData) { d.Language = "zh" },
		"a day's stock":     func(d *StockData) { d.Stock[3]++ },
		"a day less":        func(d *StockData) { d.Stock = d.Stock[:len(d.Stock)-1] },
		"the low course":    func(d *StockData) { d.Lo[3]++ },
		"the high course":   func(d *StockData) { d.Hi[3]++ },
		"no interval":       func(d *StockData) { d.Lo, d.Hi = nil, nil },
		"with the order":    func(d *StockData) { d.WithOrder[3]++ },
		"the reorder point": func(d *StockData) { d.ReorderPoint++ },
		"units that come":   func(d *StockData) { d.Arrivals[0].Qty++ },
		"the day they come": func(d *StockData) { d.Arrivals[0].Day++ },
		"whose they are":    func(d *StockData) { d.Arrivals[0].Proposed = !d.Arrivals[0].Proposed },
		"the last day":      func(d *StockData) { d.StockOut++ },
		"that there is one": func(d *StockData) { d.HasStockOut = !d.HasStockOut },
		"the order-by date": func(d *StockData) { d.OrderBy++ },
		"an unknown value":  func(d *StockData) { d.Hi[3] = math.NaN() },
	} {
		d := stock()
		d.Arrivals = slices.Clone(d.Arrivals)
		for _, list := range []*[]float64{&d.Stock, &d.Lo, &d.Hi, &d.WithOrder} {
			*list = slices.Clone(*list)
		}
		change(&d)
		if was, ok := seen[d.Hash()]; ok {
			t.Errorf("%s changes nothing beside %s", what, was)
		}
		seen[d.Hash()] = what
	}
}

// A chart that the chat system draws has few points, the first and the last day among
// them, and names that fit, in both languages; what is not known is left out.
func TestGraph(t *testing.T) {
	d := stock()
	for _, language := range []string{"en", "zh"} {
		d.Language = language
		g, alt, err := d.Graph()
		if err != nil {
			t.Fatal(err)
		}
		if n := len(g.Days); n > MaxPoints || g.Days[0] != d.Today || g.Days[n-1] != d.Today+core.Day(len(d.Stock)-1) || len(g.Lines) != 5 || alt != d.Alt() {
			t.Fatalf("%s: %+v with %q", language, g, alt)
		}
		last := len(g.Days) - 1
		for i, want := range []float64{d.Stock[len(d.Stock)-1], d.WithOrder[len(d.WithOrder)-1], d.Lo[len(d.Lo)-1], d.Hi[len(d.Hi)-1], d.ReorderPoint} {
			if l := g.Lines[i]; len(l.Values) != len(g.Days) || math.Abs(l.Values[last]-want) > 0.05 || l.Name == "" || len([]rune(l.Name)) > 20 {
				t.Errorf("%s: line %q ends with %v, want %v", language, l.Name, l.Values[last], want)
			}
		}
		if (g.Lines[0].Name == "expected stock") != (language == "en") {
			t.Errorf("the words of %s: %q", language, g.Lines[0].Name)
		}
	}
	d.Lo, d.Hi, d.WithOrder, d.ReorderPoint = nil, nil, nil, 0
	if g, _, err := d.Graph(); err != nil || len(g.Lines) != 1 {
		t.Errorf("of the course alone: %+v, %v", g, err)
	}
	if _, _, err := (StockData{}).Graph(); !errors.Is(err, ErrNoData) {
		t.Errorf("of nothing: %v", err)
	}
}

func BenchmarkHashOfStock(b *testing.B) {
	d := stock()
	for b.Loop() {
		d.Hash()
	}
}

func BenchmarkStockProjection(b *testing.B) {
	d := stock()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := StockProjection(d); err != nil {
			b.Fatal(err)
		}
	}
}

// Every word of the Chinese table has its glyphs, a drawn line is as wide as it was
// measured, and nothing of it is lost. Language and a Chinese title each change the
// picture.
func TestChinese(t *testing.T) {
	v := reflect.ValueOf(chinese)
	for _, word := range v.Fields() {
		for _, r := range runs(word.String() + "件停产灯笼茶壶蜡烛礼盒编织篮陶瓷杯圣诞雪花挂件") {
			if strings.Contains(r.text, "?") {
				t.Errorf("%s cannot be drawn: %q", word.String(), r.text)
			}
		}
	}
	lacking := 0
	for high := byte(0xb0); high <= 0xd7; high++ { // the 3,755 common characters: level 1 of GB 2312
		for low := byte(0xa1); low <= 0xfe; low++ {
			text, err := simplifiedchinese.GBK.NewDecoder().Bytes([]byte{high, low})
			if r := []rune(string(text)); err == nil && len(r) == 1 && r[0] >= 0x4e00 && r[0] <= 0x9fff && !han(r[0]) {
				lacking++
			}
		}
	}
	if lacking > 0 {
		t.Errorf("%d common characters cannot be drawn", lacking)
	}
	if han('\ue000') || !han('\u3000') {
		t.Error("a private character is drawn, or the wide space is not")
	}
	for _, size := range []float64{titleSize, textSize} {
		c, st := newCanvas(), style(size, true, ink)
		const s = "断货 12 月"
		if w := c.write(st, 100, 300, text.XLeft, s); w != width(st, s) {
			t.Errorf("measured %v, drawn %v", width(st, s), w)
		}
		box := inked(c.img.Image())
		if box.Min.X < 100 || box.Max.X > 100+int(width(st, s))+2 || box.Min.Y < Height-300-int(size*1.1) || box.Max.Y > Height-300+int(size/3) || box.Dy() < int(size/2) {
			t.Errorf("%v high: drawn in %v", size, box)
		}
	}
	d := stock()
	en, err := StockProjection(d)
	if err != nil {
		t.Fatal(err)
	}
	d.Language = "zh"
	zh, err := StockProjection(d)
	if err != nil || bytes.Equal(en.PNG, zh.PNG) {
		t.Errorf("the words are the same in Chinese, %v", err)
	}
	d.Title = "灯笼-01 · 宁波仓"
	if named, err := StockProjection(d); err != nil || bytes.Equal(named.PNG, zh.PNG) {
		t.Errorf("a name in Chinese changes nothing, %v", err)
	}
	if words := in("zh"); words != &chinese || in("fr") != &english {
		t.Error("the words of another language")
	}
}

// inked is the box of everything that is not white.
func inked(img image.Image) (box image.Rectangle) {
	for y := range Height {
		for x := range Width {
			if r, g, b, _ := img.At(x, y).RGBA(); r+g+b < 3*0xffff {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}
