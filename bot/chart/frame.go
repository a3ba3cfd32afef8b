package chart

import (
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"quartermaster/core"
)

// frame is the area of a picture in which data stands, with its scales.
type frame struct {
	*canvas
	left, right, bottom, top float64 // pixels
	x0, x1, y0, y1           float64 // values
}

func (f *frame) x(v float64) float64 { return f.left + (v-f.x0)/(f.x1-f.x0)*(f.right-f.left) }
func (f *frame) y(v float64) float64 {
	return f.bottom + (min(v, f.y1)-f.y0)/(f.y1-f.y0)*(f.top-f.bottom)
}

func (f *frame) at(x, y float64) vg.Point {
	return vg.Point{X: vg.Length(f.x(x)), Y: vg.Length(f.y(y))}
}

// margins around the data, in pixels.
const (
	margin   = 28
	baseline = 62 // room for the labels of the x axis
	head     = 62 // room for the title
	keyLine  = 42 // room for a line of the legend or of flags
)

// key is one entry of the legend.
type key struct {
	text string
	mark func(c *canvas, x, y float64) // draws within 34 x 20 pixels from x, y
}

func swatch(col color.Color) func(*canvas, float64, float64) {
	return func(c *canvas, x, y float64) { c.rect(col, x, y, x+34, y+20) }
}

func stroke(col color.Color, w float64, dash []vg.Length) func(*canvas, float64, float64) {
	return func(c *canvas, x, y float64) {
		c.line(col, w, dash, vg.Point{X: vg.Length(x), Y: vg.Length(y + 10)}, vg.Point{X: vg.Length(x + 36), Y: vg.Length(y + 10)})
	}
}

// open draws title, unit and legend and returns the frame below them. flags is
// the number of lines for flags above the data.
func open(title, unit string, keys []key, flags int, yTicks []tick) *frame {
	c := newCanvas()
	bold, plain := style(titleSize, true, ink), style(textSize, false, gray)
	y := float64(Height - margin - 26)
	const most = Width - 2*margin
	unitWidth := width(plain, unit)
	title = cut(bold, title, most-unitWidth-30)
	w := c.write(bold, margin, y, text.XLeft, title)
	c.write(plain, margin+w+22, y, text.XLeft, unit)
	y = Height - head
	x := float64(margin)
	label := style(textSize, false, ink)
	for i, k := range keys {
		w := 46 + width(label, k.text) + 30
		if i == 0 || x+w > Width-margin+30 {
			x, y = margin, y-keyLine
		}
		k.mark(c, x, y+6)
		c.write(label, x+46, y+8, text.XLeft, k.text)
		x += w
	}
	wide := 0.0
	for _, t := range yTicks {
		wide = max(wide, width(plain, t.text))
	}
	return &frame{canvas: c, left: margin + wide + 14, right: Width - margin, bottom: margin + baseline - 14,
		top: y - 22 - float64(flags)*keyLine}
}

// tick is a labelled place on an axis.
type tick struct {
	at   float64
	text string
}

// valueTicks divides 0..most into three to five round steps; the last one is at
// or above most. Units are whole, so steps are too when whole is set.
func valueTicks(most float64, whole bool) []tick {
	if !(most > 0) {
		most = 1
	}
	raw := most / 4
	p := math.Pow(10, math.Floor(math.Log10(raw)))
	step := 10 * p
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*p >= raw*(1-1e-9) {
			step = m * p
			break
		}
	}
	if whole {
		step = max(1, math.Ceil(step))
	}
	var out []tick
	for i := 0; ; i++ {
		v := float64(i) * step
		out = append(out, tick{at: v})
		if v >= most*(1-1e-9) {
			return labelled(out, short)
		}
	}
}

// labelled writes the labels of ticks; in thousands when the last one is.
func labelled(ticks []tick, label func(v float64) string) []tick {
	thousands := len(ticks) > 0 && ticks[len(ticks)-1].at >= 1e4 && ticks[len(ticks)-1].at < 1e6
	for i := range ticks {
		v := ticks[i].at
		ticks[i].text = label(v)
		if thousands && v >= 1e3 && ticks[i].text == short(v) {
			ticks[i].text = trim(v/1e3, 1) + "k"
		}
	}
	return ticks
}

// short prints a number for an axis: 1,200, 12k, 3.4M.
func short(v float64) string {
	a := math.Abs(v)
	switch {
	case a >= 1e12:
		return strconv.FormatFloat(v, 'g', 3, 64)
	case a >= 1e9:
		return trim(v/1e9, 1) + "G"
	case a >= 1e6:
		return trim(v/1e6, 1) + "M"
	case a >= 1e4:
		return trim(v/1e3, 1) + "k"
	case a >= 100 || v == math.Trunc(v):
		return number(v)
	case a >= 1:
		return trim(v, 1)
	}
	return trim(v, 3)
}

func trim(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}

// number prints a whole number with thousands separators; small ones keep a
// decimal.
func number(v float64) string {
	if a := math.Abs(v); a < 10 && a != math.Trunc(a) {
		return trim(v, 1)
	}
	return whole(v)
}

// whole prints a number without decimals.
func whole(v float64) string {
	s := strconv.FormatFloat(math.Abs(math.Round(v)), 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if v <= -0.5 {
		s = "−" + s
	}
	return s
}

// grid draws the horizontal lines and their labels.
func (f *frame) grid(ticks []tick) {
	st := style(textSize, false, gray)
	for i, t := range ticks {
		y := f.y(t.at)
		col, w := color.Color(rule), 2.0
		if i == 0 {
			col, w = edge, 2.5
		}
		f.line(col, w, nil, vg.Point{X: vg.Length(f.left), Y: vg.Length(y)}, vg.Point{X: vg.Length(f.right), Y: vg.Length(y)})
		f.write(st, f.left-14, y-9, text.XRight, t.text)
	}
}

// xLabels writes labels under the axis with a small tick each, leaving out those
// that would touch their neighbour or the edge.
func (f *frame) xLabels(ticks []tick) {
	st := style(textSize, false, gray)
	last := math.Inf(-1)
	for _, t := range ticks {
		x, w := f.x(t.at), width(st, t.text)
		if x < f.left-1 || x > f.right+1 {
			continue
		}
		f.line(edge, 2.5, nil, vg.Point{X: vg.Length(x), Y: vg.Length(f.bottom - 9)}, vg.Point{X: vg.Length(x), Y: vg.Length(f.bottom)})
		from := min(max(x-w/2, 4), Width-4-w)
		if from < last+20 {
			continue
		}
		f.write(st, from, f.bottom-44, text.XLeft, t.text)
		last = from + w
	}
}

// dateTicks chooses the dates of an axis: every day of a few, Mondays of some
// weeks, firsts of months beyond; January carries the year.
func (l *chartWords) dateTicks(from, to core.Day) []tick {
	span := int(to - from)
	var out []tick
	if span <= 75 {
		d, step := from+core.Day((8-int(from.Weekday()))%7), core.Day(7)
		switch {
		case span <= 10:
			d, step = from, 1
		case span > 45:
			step = 14
		}
		for ; d <= to; d += step {
			out = append(out, tick{float64(d), utc(d).Format(l.day)})
		}
		return out
	}
	step := 1
	for _, s := range []int{1, 2, 3, 6, 12, 24, 60} {
		if step = s; span/(30*s) <= 9 {
			break
		}
	}
	for d := from.Month(); d <= to; d = (d + core.Day(d.DaysInMonth())).Month() {
		months := utc(d).Year()*12 + d.MonthNumber() - 1
		if months%step != 0 || d < from {
			continue
		}
		form := l.month
		switch {
		case step >= 12:
			form = l.year
		case d.MonthNumber() == 1:
			form = l.firstMonth
		}
		out = append(out, tick{float64(d), utc(d).Format(form)})
	}
	return out
}

func utc(d core.Day) time.Time { return d.Time(time.UTC) }

// longDate is a date in an alternative text.
func longDate(d core.Day) string { return utc(d).Format("2 January 2006") }

// signpost is a vertical line with its words above the data.
type signpost struct {
	at   float64
	text string
	col  color.Color
	dash []vg.Length
}

// placed is a signpost with the place of its words.
type placed struct {
	signpost
	from, to float64 // pixels
	row      int
}

// place finds room for the words of the flags above the data, the first flags
// first, so that no two touch and each stands over its line. A flag without room in
// most rows is left out. n is the number of rows used.
func (f *frame) place(flags []signpost, most int) (out []placed, n int) {
	st := style(textSize, true, ink)
	for _, g := range flags {
		w, x := width(st, g.text), f.x(g.at)
	search:
		for row := range most {
			for _, shift := range []float64{0.5, 0.1, 0.9} {
				from := min(max(x-w*shift, margin/2), Width-margin/2-w)
				p := placed{g, from, from + w, row}
				if !slices.ContainsFunc(out, func(o placed) bool { return o.row == row && o.from < p.to+18 && p.from < o.to+18 }) {
					out, n = append(out, p), max(n, row+1)
					break search
				}
			}
		}
	}
	return out, n
}

// signposts draws what place has placed: every line, then the words over them.
func (f *frame) signposts(list []placed) {
	for _, g := range list {
		x := vg.Length(f.x(g.at))
		f.line(g.col, 3, g.dash, vg.Point{X: x, Y: vg.Length(f.bottom)}, vg.Point{X: x, Y: vg.Length(f.top + 12 + float64(g.row)*keyLine)})
	}
	for _, g := range list {
		y := f.top + 22 + float64(g.row)*keyLine
		f.rect(white, g.from-6, y-8, g.to+6, y+24)
		f.write(style(textSize, true, g.col), g.from, y, text.XLeft, g.text)
	}
}

// path draws a line through the values at x0, x0+step, ..., with a gap where one
// is unknown.
func (f *frame) path(x0, step float64, y []float64, col color.Color, w float64, dash []vg.Length) {
	var run []vg.Point
	flush := func() {
		if len(run) > 1 {
			f.line(col, w, dash, run...)
		}
		run = nil
	}
	for i, v := range y {
		if v != v {
			flush()
			continue
		}
		run = append(run, f.at(x0+float64(i)*step, v))
	}
	flush()
}

// band fills the space between two lines.
func (f *frame) band(x0, step float64, lo, hi []float64, col color.Color) {
	n := min(len(lo), len(hi))
	if n < 2 {
		return
	}
	pts := make([]vg.Point, 0, 2*n)
	for i := range n {
		pts = append(pts, f.at(x0+float64(i)*step, hi[i]))
	}
	for i := n - 1; i >= 0; i-- {
		pts = append(pts, f.at(x0+float64(i)*step, lo[i]))
	}
	f.FillPolygon(col, pts)
}
