package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"quartermaster/core"
)

// CurveData is what Curves draws: lines over one scale of x.
type CurveData struct {
	Title string // ASCII is best; drawn
	X, Y  Axis
	// Lines are at most six. Each has its own colour, dash and glyph.
	Lines []Line
	// Says is what the picture shows, put before the figures of the alternative text.
	Says string
}

// Axis is a scale and what it means.
type Axis struct {
	Unit string // "GBP in stock", "% of demand filled"
	// Percent says that values are shares: 0.95 is written 95 %.
	Percent bool
	// Days says that values are core.Day; only for X.
	Days bool
	// Min and Max are drawn at least when Max is above Min.
	Min, Max float64
}

// Line is one curve.
type Line struct {
	Name string
	// X ascends; Y is as long. A Y that is NaN leaves a gap.
	X, Y []float64
	// Points puts a glyph on every point, where there are few.
	Points bool
	// Fill draws bars from zero instead of a line, as for a distribution.
	Fill bool
}

// Curves draws one to six lines: an efficiency curve (stock value against fill
// rate, a line per policy), the accuracy of a backtest by week. It returns
// ErrNoData when no line has a point.
func Curves(d CurveData) (Image, error) {
	if len(d.Lines) > len(palette) {
		return Image{}, fmt.Errorf("chart: %s: %d lines, at most %d", d.Title, len(d.Lines), len(palette))
	}
	x, y := span{math.Inf(1), math.Inf(-1)}, span{math.Inf(1), math.Inf(-1)}
	for _, l := range d.Lines {
		if len(l.X) != len(l.Y) {
			return Image{}, fmt.Errorf("chart: %s: line %q has %d x and %d y", d.Title, l.Name, len(l.X), len(l.Y))
		}
		if !finite(l.X, l.Y) {
			return Image{}, fmt.Errorf("chart: %s: line %q holds a value that is infinite or beyond 1e15", d.Title, l.Name)
		}
		for i := range l.X {
			if l.Y[i] == l.Y[i] && l.X[i] == l.X[i] {
				x.add(l.X[i])
				y.add(l.Y[i])
			}
		}
	}
	if x.lo > x.hi {
		return Image{}, ErrNoData
	}
	x.include(d.X)
	y.include(d.Y)
	if slices.ContainsFunc(d.Lines, func(l Line) bool { return l.Fill }) {
		y.add(0)
	}
	yTicks := d.Y.ticks(&y)
	f := open(d.Title, d.Y.Unit, d.keys(), 0, yTicks)
	if d.X.Unit != "" {
		f.bottom += 30
	}
	var xTicks []tick
	if d.X.Days {
		if x.hi == x.lo {
			x.hi = x.lo + 1
		}
		xTicks = english.dateTicks(core.Day(x.lo), core.Day(x.hi))
	} else {
		xTicks = d.X.ticks(&x)
	}
	f.x0, f.x1, f.y0, f.y1 = x.lo, x.hi, y.lo, y.hi
	f.grid(yTicks)
	f.xLabels(xTicks)
	if d.X.Unit != "" {
		f.write(style(textSize, false, gray), (f.left+f.right)/2, f.bottom-80, draw.XCenter, d.X.Unit)
	}
	for i, l := range d.Lines {
		d.draw(f, d.look(i), l)
	}
	data, err := f.png()
	return Image{data, d.alt()}, err
}

type span struct{ lo, hi float64 }

func (s *span) add(v float64) { s.lo, s.hi = min(s.lo, v), max(s.hi, v) }

func (s *span) include(a Axis) {
	if a.Max > a.Min {
		s.add(a.Min)
		s.add(a.Max)
	}
}

// ticks divides the span into round steps and widens it to whole ones.
func (a Axis) ticks(s *span) []tick {
	if s.hi <= s.lo {
		s.lo, s.hi = s.lo-math.Abs(s.lo)/10, s.hi+max(math.Abs(s.hi)/10, 1e-3)
	}
	if s.lo > 0 && s.lo < 0.2*s.hi {
		s.lo = 0
	}
	raw := (s.hi - s.lo) / 4
	p := math.Pow(10, math.Floor(math.Log10(raw)))
	step := 10 * p
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*p >= raw*(1-1e-9) {
			step = m * p
			break
		}
	}
	from, to := math.Floor(s.lo/step+1e-9), math.Ceil(s.hi/step-1e-9)
	var out []tick
	for i := from; i <= to; i++ {
		out = append(out, tick{at: i * step})
	}
	s.lo, s.hi = from*step, to*step
	return labelled(out, a.label)
}

func (a Axis) label(v float64) string {
	switch {
	case a.Percent:
		return trim(v*100, 1) + " %"
	case a.Days:
		return longDate(core.Day(v))
	}
	return short(v)
}

func (d *CurveData) keys() []key {
	if len(d.Lines) == 1 && d.Lines[0].Name == "" {
		return nil
	}
	var out []key
	for i, l := range d.Lines {
		i := d.look(i)
		out = append(out, key{l.Name, func(c *canvas, x, y float64) {
			if l.Fill {
				c.rect(bar, x, y, x+34, y+20)
				return
			}
			stroke(palette[i], 5, dashes[i])(c, x, y)
			if l.Points {
				c.glyph(i, vg.Point{X: vg.Length(x + 18), Y: vg.Length(y + 10)})
			}
		}})
	}
	return out
}

// look is which colour, dash and glyph line i has; bars have none of them.
func (d *CurveData) look(i int) (n int) {
	for _, l := range d.Lines[:i] {
		if !l.Fill {
			n++
		}
	}
	return n
}

func (d *CurveData) draw(f *frame, i int, l Line) {
	if l.Fill {
		wide := 8.0
		if len(l.X) > 1 {
			wide = (f.x(l.X[len(l.X)-1]) - f.x(l.X[0])) / float64(len(l.X)-1)
		}
		for k, v := range l.Y {
			if v == v {
				f.rect(bar, max(f.x(l.X[k])-wide*0.43, f.left), f.y(max(f.y0, 0)), min(f.x(l.X[k])+wide*0.43, f.right), f.y(v))
			}
		}
		return
	}
	var run []vg.Point
	flush := func() {
		if len(run) > 1 {
			f.line(palette[i], 5, dashes[i], run...)
		}
		run = nil
	}
	for k, v := range l.Y {
		if v != v {
			flush()
			continue
		}
		run = append(run, f.at(l.X[k], v))
	}
	single := len(l.X) == 1
	flush()
	if l.Points || single {
		for k, v := range l.Y {
			if v == v {
				f.glyph(i, f.at(l.X[k], v))
			}
		}
	}
}

// glyph marks a point of the curve with look i.
func (c *canvas) glyph(i int, at vg.Point) {
	shapes := []draw.GlyphDrawer{draw.CircleGlyph{}, draw.PyramidGlyph{}, draw.BoxGlyph{}, nil, draw.CircleGlyph{}, draw.PyramidGlyph{}}
	if shapes[i] == nil {
		const r = 8
		c.line(palette[i], 5, nil, vg.Point{X: at.X - r, Y: at.Y - r}, vg.Point{X: at.X + r, Y: at.Y + r})
		c.line(palette[i], 5, nil, vg.Point{X: at.X - r, Y: at.Y + r}, vg.Point{X: at.X + r, Y: at.Y - r})
		return
	}
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: palette[i], Radius: 9, Shape: shapes[i]}, at)
}

// alt tells first, last, least and most of every line.
func (d *CurveData) alt() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", d.Title)
	if d.Says != "" {
		fmt.Fprintf(&b, ": %s", strings.TrimSuffix(d.Says, "."))
	}
	b.WriteString(". ")
	if d.Y.Unit != "" {
		over := d.X.Unit
		if d.X.Days {
			over = "time"
		}
		if over == "" {
			over = "x"
		}
		fmt.Fprintf(&b, "%s over %s. ", d.Y.Unit, over)
	}
	for _, l := range d.Lines {
		first, last, least, most := -1, -1, -1, -1
		for i, v := range l.Y {
			if v != v {
				continue
			}
			if first < 0 {
				first, least, most = i, i, i
			}
			last = i
			if v < l.Y[least] {
				least = i
			}
			if v > l.Y[most] {
				most = i
			}
		}
		if first < 0 {
			continue
		}
		name := l.Name
		if name == "" {
			name = "The line"
		}
		fmt.Fprintf(&b, "%s: %s at %s", name, d.Y.label(l.Y[first]), d.X.label(l.X[first]))
		if last != first {
			fmt.Fprintf(&b, ", %s at %s", d.Y.label(l.Y[last]), d.X.label(l.X[last]))
		}
		if most != first && most != last {
			fmt.Fprintf(&b, ", most %s at %s", d.Y.label(l.Y[most]), d.X.label(l.X[most]))
		}
		if least != first && least != last {
			fmt.Fprintf(&b, ", least %s at %s", d.Y.label(l.Y[least]), d.X.label(l.X[least]))
		}
		b.WriteString(". ")
	}
	return short1900(b.String())
}
