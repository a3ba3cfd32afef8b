package chart

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"

	"quartermaster/core"
)

// DemandData is what Demand draws.
type DemandData struct {
	Title string // a code, drawn; "SOLAR-01 · MAIN"
	// Step is the length of a period in days: 1 for days, 7 for weeks.
	Step int
	// History[i] are the units sold in the period from Start+i*Step on; NaN is
	// unknown.
	Start   core.Day
	History []float64
	// Today is the first day of the forecast.
	Today core.Day
	// Mean, Lo and Hi are the forecast per period from Today on: the expected
	// units, and the interval that holds 80 % of the periods. Lo and Hi may be nil.
	Mean, Lo, Hi []float64
	// Flags labels the periods of the history and, where it goes on, of the
	// forecast; it may be nil.
	Flags []core.DayFlag
}

// Demand draws what was sold as bars, what is expected as a line with its 80 %
// interval, and marks promotions, days without stock and values that were not
// believed. It returns ErrNoData when there is neither history nor forecast.
func Demand(d DemandData) (Image, error) {
	if len(d.History)+len(d.Mean) == 0 {
		return Image{}, ErrNoData
	}
	if !finite(d.History, d.Mean, d.Lo, d.Hi) {
		return Image{}, fmt.Errorf("chart: %s: a value is infinite or beyond 1e15", d.Title)
	}
	d.Step = max(d.Step, 1)
	step := float64(d.Step)
	most := d.top()
	yTicks := valueTicks(most, true)
	f := open(d.Title, d.unit(), d.keys(), 1, yTicks)
	f.x0, f.x1 = float64(d.Start), float64(d.Today)+step*float64(len(d.Mean))
	if len(d.History) == 0 {
		f.x0 = float64(d.Today)
	}
	f.y1 = max(yTicks[len(yTicks)-1].at, most)
	d.strips(f, core.Promo, func(x0, x1 float64) {
		f.rect(sand, x0, f.bottom, x1, f.top)
		f.rect(amber, x0, f.top-6, x1, f.top)
	})
	f.grid(yTicks)
	f.xLabels(english.dateTicks(core.Day(f.x0), core.Day(f.x1)))
	d.bars(f)
	mid := float64(d.Today) + step/2
	f.band(mid, step, d.Lo, d.Hi, haze)
	if d.Step == 1 && len(d.History) > 28 {
		f.path(float64(d.Start)+0.5, 1, d.smooth(), slate, 4, nil)
	}
	f.path(mid, step, d.Mean, blue, 5, nil)
	d.strips(f, core.StockOut, func(x0, x1 float64) { f.rect(vermilion, x0, f.bottom-12, x1, f.bottom-2) })
	for i, v := range d.History {
		if d.flag(i)&core.Anomaly != 0 && v == v {
			f.cross(f.at(float64(d.Start)+(float64(i)+0.5)*step, v))
		}
	}
	flags := []signpost{{at: float64(d.Today), text: "today", col: ink, dash: []vg.Length{6, 6}}}
	list, _ := f.place(flags, 1)
	f.signposts(list)
	data, err := f.png()
	return Image{data, d.alt()}, err
}

// top is the largest value worth showing: a value that is not believed is cut at a
// quarter above the rest, so that it does not flatten everything else.
func (d *DemandData) top() float64 {
	var usual, most float64
	for i, v := range d.History {
		if v == v {
			most = max(most, v)
			if d.flag(i)&core.Anomaly == 0 {
				usual = max(usual, v)
			}
		}
	}
	for _, list := range [][]float64{d.Mean, d.Hi} {
		for _, v := range list {
			usual = max(usual, v)
		}
	}
	most = max(most, usual)
	if usual > 0 {
		return min(most, 1.25*usual)
	}
	return most
}

func (d *DemandData) flag(i int) core.DayFlag {
	if i < len(d.Flags) {
		return d.Flags[i]
	}
	return 0
}

func (d *DemandData) any(mask core.DayFlag) bool { return d.count(mask) > 0 }

func (d *DemandData) count(mask core.DayFlag) (n int) {
	for _, v := range d.Flags {
		if v&mask != 0 {
			n++
		}
	}
	return n
}

func (d *DemandData) period() string {
	switch d.Step {
	case 1:
		return "day"
	case 7:
		return "week"
	}
	return fmt.Sprintf("%d days", d.Step)
}

func (d *DemandData) unit() string {
	if d.Step == 1 || d.Step == 7 {
		return "units a " + d.period()
	}
	return "units in " + d.period()
}

func (d *DemandData) keys() []key {
	var keys []key
	if len(d.History) > 0 {
		keys = append(keys, key{"sold", swatch(bar)})
	}
	if d.Step == 1 && len(d.History) > 28 {
		keys = append(keys, key{"7-day mean", stroke(slate, 4, nil)})
	}
	if len(d.Mean) > 0 {
		keys = append(keys, key{"expected", stroke(blue, 5, nil)})
	}
	if len(d.Lo) > 0 {
		keys = append(keys, key{"80 % interval", swatch(haze)})
	}
	if d.any(core.Promo) {
		keys = append(keys, key{"promotion", func(c *canvas, x, y float64) { c.rect(sand, x, y, x+34, y+20); c.rect(amber, x, y+14, x+34, y+20) }})
	}
	if d.any(core.StockOut) {
		keys = append(keys, key{"no stock", func(c *canvas, x, y float64) { c.rect(vermilion, x, y+4, x+34, y+14) }})
	}
	if d.any(core.Anomaly) {
		keys = append(keys, key{"outlier", func(c *canvas, x, y float64) { c.cross(vg.Point{X: vg.Length(x + 17), Y: vg.Length(y + 10)}) }})
	}
	return keys
}

// strips calls draw for every run of periods that carry the label, in pixels.
func (d *DemandData) strips(f *frame, mask core.DayFlag, draw func(x0, x1 float64)) {
	end := min(len(d.Flags), len(d.History)+len(d.Mean))
	for i := 0; i < end; i++ {
		if d.Flags[i]&mask == 0 {
			continue
		}
		from := i
		for i < end && d.Flags[i]&mask != 0 {
			i++
		}
		at := func(n int) float64 { return f.x(float64(d.Start) + float64(n*d.Step)) }
		draw(at(from), max(at(i), at(from)+4))
	}
}

func (d *DemandData) bars(f *frame) {
	wide := f.x(f.x0+float64(d.Step)) - f.left
	gap := min(3, 0.22*wide)
	for i, v := range d.History {
		if v != v || v <= 0 {
			continue
		}
		x := f.x(float64(d.Start) + float64(i*d.Step))
		f.rect(bar, x+gap/2, f.bottom, x+wide-gap/2, f.y(v))
	}
}

// cross marks a value that was not believed.
func (c *canvas) cross(at vg.Point) {
	const r = 10
	for _, s := range []vg.Length{-r, r} {
		c.line(color.White, 8, nil, vg.Point{X: at.X - r, Y: at.Y - s}, vg.Point{X: at.X + r, Y: at.Y + s})
	}
	for _, s := range []vg.Length{-r, r} {
		c.line(purple, 4.5, nil, vg.Point{X: at.X - r, Y: at.Y - s}, vg.Point{X: at.X + r, Y: at.Y + s})
	}
}

// smooth is the mean of the values among the last seven days that tell of demand:
// known, believed, and with stock to sell.
func (d *DemandData) smooth() []float64 {
	out := make([]float64, len(d.History))
	for i := range out {
		sum, n := 0.0, 0
		for k := max(0, i-6); k <= i; k++ {
			if v := d.History[k]; v == v && d.flag(k)&(core.StockOut|core.Anomaly|core.Closed) == 0 {
				sum += v
				n++
			}
		}
		out[i] = math.NaN()
		if n > 2 {
			out[i] = sum / float64(n)
		}
	}
	return out
}

// alt says what the picture shows.
func (d *DemandData) alt() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: ", d.Title)
	if sum, n := total(d.History); n > 0 {
		fmt.Fprintf(&b, "%s units sold in %s up to %s, %s a %s on average. ",
			number(sum), d.periods(n), longDate(d.Today-1), number(sum/float64(n)), d.period())
	} else {
		b.WriteString("No sales are known. ")
	}
	if sum, n := total(d.Mean); n > 0 {
		fmt.Fprintf(&b, "Expected: %s units in the next %s, %s a %s", number(sum), d.periods(n), number(sum/float64(n)), d.period())
		if lo, _ := total(d.Lo); len(d.Lo) == n && len(d.Hi) == n {
			hi, _ := total(d.Hi)
			fmt.Fprintf(&b, "; four of five %ss between %s and %s", d.period(), number(lo/float64(n)), number(hi/float64(n)))
		}
		b.WriteString(". ")
	}
	for _, m := range []struct {
		mask core.DayFlag
		text string
	}{{core.Promo, "with a promotion"}, {core.StockOut, "without stock"}, {core.Anomaly, "with a value that is not believed"}} {
		if n := d.count(m.mask); n > 0 {
			fmt.Fprintf(&b, "%s %s. ", d.periods(n), m.text)
		}
	}
	return short1900(b.String())
}

func (d *DemandData) periods(n int) string {
	if n == 1 {
		return "1 " + d.period()
	}
	if d.Step != 1 && d.Step != 7 {
		return fmt.Sprintf("%d periods of %s", n, d.period())
	}
	return fmt.Sprintf("%d %ss", n, d.period())
}

// total adds up the known values.
func total(y []float64) (sum float64, n int) {
	for _, v := range y {
		if v == v {
			sum += v
			n++
		}
	}
	return sum, n
}

// short1900 keeps an alternative text within what Slack takes, 2,000 characters.
func short1900(s string) string {
	s = strings.TrimSpace(s)
	if len(s) <= 1900 {
		return s
	}
	return strings.ToValidUTF8(s[:1896], "") + "…"
}
