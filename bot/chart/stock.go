package chart

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"quartermaster/core"
)

// StockData is what StockProjection draws. Day i of every list is Today+i.
type StockData struct {
	Title string // drawn; "SOLAR-01 · MAIN"
	Today core.Day
	// Language of the words drawn: "zh", else English. The alternative text is English.
	Language string
	// Stock is what is expected to be available at the end of each day, in units;
	// Lo and Hi hold 80 % of the courses it may take (nil for none).
	Stock, Lo, Hi []float64
	// WithOrder is Stock with the order that is proposed; nil without one.
	WithOrder []float64
	// ReorderPoint is the position at which an order is due; 0 draws none.
	ReorderPoint float64
	// Arrivals are open orders, and the proposed one.
	Arrivals []Arrival
	// StockOut is the first day whose demand is not covered, OrderBy the latest day
	// to order so that goods arrive by then.
	StockOut    core.Day
	HasStockOut bool
	OrderBy     core.Day // 0 for none
}

// Arrival is goods expected.
type Arrival struct {
	Day      core.Day `json:"day"`
	Qty      int64    `json:"qty"`
	Proposed bool     `json:"proposed,omitempty"` // of the order that is asked for
}

// StockProjection draws the expected course of stock with its 80 % interval, the
// reorder point, what arrives, the day it runs out and the day to order by; and the
// course with the proposed order as a dashed line. It returns ErrNoData without a
// projection.
func StockProjection(d StockData) (Image, error) {
	if err := d.drawable(); err != nil {
		return Image{}, err
	}
	most := max(slices.Max(d.Stock), d.ReorderPoint*1.05)
	for _, list := range [][]float64{d.Hi, d.WithOrder} {
		for _, v := range list {
			most = max(most, v)
		}
	}
	yTicks := valueTicks(most, true)
	flags := d.flags()
	// How many rows the flags need is known once the width is; the scale of x does
	// not depend on it.
	probe := open(d.Title, in(d.Language).unit, d.keys(), 0, yTicks)
	d.scale(probe)
	_, n := probe.place(flags, 3)
	f := open(d.Title, in(d.Language).unit, d.keys(), n, yTicks)
	d.scale(f)
	f.y1 = max(yTicks[len(yTicks)-1].at, most)
	x0 := float64(d.Today)
	f.band(x0, 1, d.Lo, d.Hi, haze)
	f.grid(yTicks)
	f.xLabels(in(d.Language).dateTicks(d.Today, core.Day(f.x1)))
	if d.ReorderPoint > 0 {
		f.line(purple, 3.5, []vg.Length{4, 7}, f.at(x0, d.ReorderPoint), f.at(f.x1, d.ReorderPoint))
	}
	f.path(x0, 1, d.WithOrder, green, 5, []vg.Length{16, 9})
	f.path(x0, 1, d.Stock, blue, 5, nil)
	list, _ := f.place(flags, 3)
	f.signposts(list)
	if d.HasStockOut && float64(d.StockOut) <= f.x1 {
		f.disc(f.at(float64(d.StockOut), 0))
	}
	data, err := f.png()
	return Image{data, d.Alt()}, err
}

func (d *StockData) scale(f *frame) {
	f.x0, f.x1 = float64(d.Today), float64(d.Today)+float64(len(d.Stock)-1)
}

// flags are the days that matter, the most important ones first.
func (d *StockData) flags() []signpost {
	var out []signpost
	w := in(d.Language)
	last := d.Today + core.Day(len(d.Stock)-1)
	if d.HasStockOut && d.StockOut <= last {
		out = append(out, signpost{at: float64(d.StockOut), text: w.on(w.runsOut, d.StockOut), col: vermilion})
	}
	switch {
	case d.OrderBy == 0:
	case d.OrderBy <= d.Today:
		out = append(out, signpost{at: float64(d.Today), text: w.orderNow, col: ink, dash: []vg.Length{7, 6}})
	case d.OrderBy <= last:
		out = append(out, signpost{at: float64(d.OrderBy), text: w.on(w.orderBy, d.OrderBy), col: ink, dash: []vg.Length{7, 6}})
	}
	for _, a := range d.Arrivals {
		if a.Day >= d.Today && a.Day <= last && a.Qty > 0 {
			col := color.Color(slate)
			if a.Proposed {
				col = green
			}
			out = append(out, signpost{at: float64(a.Day), text: "+" + number(float64(a.Qty)), col: col, dash: []vg.Length{2, 6}})
		}
	}
	return out
}

func (d *StockData) keys() []key {
	w := in(d.Language)
	keys := []key{{w.expected, stroke(blue, 5, nil)}}
	if len(d.Lo) > 0 {
		keys = append(keys, key{w.interval, swatch(haze)})
	}
	if len(d.WithOrder) > 0 {
		keys = append(keys, key{w.with, stroke(green, 5, []vg.Length{14, 7})})
	}
	if d.ReorderPoint > 0 {
		keys = append(keys, key{fmt.Sprintf(w.reorder, whole(d.ReorderPoint)), stroke(purple, 3.5, []vg.Length{4, 7})})
	}
	return keys
}

// disc marks the day on which stock ends.
func (c *canvas) disc(at vg.Point) {
	for _, s := range []struct {
		r   vg.Length
		col color.Color
	}{{13, white}, {10, vermilion}} {
		var p vg.Path
		p.Move(vg.Point{X: at.X + s.r, Y: at.Y})
		p.Arc(at, s.r, 0, 2*math.Pi)
		p.Close()
		c.SetColor(s.col)
		c.Fill(p)
	}
}

// Hash tells whether two pictures show the same: those with one hash have the same
// bytes, as long as the program is the same. It takes a thousandth of drawing.
func (d *StockData) Hash() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%#v", *d))
	return hex.EncodeToString(sum[:8])
}

// Alt says what the picture shows, at most 1,900 bytes.
func (d *StockData) Alt() string {
	var b strings.Builder
	last := d.Today + core.Day(len(d.Stock)-1)
	if d.HasStockOut && d.StockOut <= last {
		fmt.Fprintf(&b, "%s: stock is expected to run out on %s", d.Title, longDate(d.StockOut))
		if d.OrderBy != 0 {
			fmt.Fprintf(&b, "; order by %s", longDate(d.OrderBy))
		}
		b.WriteString(". ")
	} else {
		fmt.Fprintf(&b, "%s: stock is expected to last beyond %s, when %s units are left. ", d.Title, longDate(last), whole(d.Stock[len(d.Stock)-1]))
	}
	fmt.Fprintf(&b, "%s units are left at the end of %s. ", whole(d.Stock[0]), longDate(d.Today))
	if len(d.Lo) == len(d.Stock) {
		if day, ok := firstEmpty(d.Lo); ok {
			fmt.Fprintf(&b, "In the worse tenth of the courses it is empty by %s. ", longDate(d.Today+core.Day(day)))
		}
	}
	if d.ReorderPoint > 0 {
		fmt.Fprintf(&b, "Reorder point: %s units. ", whole(d.ReorderPoint))
	}
	for i, a := range d.Arrivals {
		if i == 6 {
			fmt.Fprintf(&b, "And %d more arrivals. ", len(d.Arrivals)-i)
			break
		}
		what := "arrive"
		if a.Proposed {
			what = "of this order would arrive"
		}
		fmt.Fprintf(&b, "%s units %s on %s. ", number(float64(a.Qty)), what, longDate(a.Day))
	}
	d.altOrder(&b)
	return short1900(b.String())
}

// altOrder says how long stock lasts with the proposed order.
func (d *StockData) altOrder(b *strings.Builder) {
	n := len(d.WithOrder)
	if n == 0 {
		return
	}
	from := 0 // the day from which the order is there
	for _, a := range d.Arrivals {
		if a.Proposed {
			from = max(from, min(int(a.Day-d.Today), n-1))
		}
	}
	if day, ok := firstEmpty(d.WithOrder[from:]); ok {
		fmt.Fprintf(b, "With this order stock lasts to %s. ", longDate(d.Today+core.Day(from+day)))
		return
	}
	fmt.Fprintf(b, "With this order %s units are left on %s. ", whole(d.WithOrder[n-1]), longDate(d.Today+core.Day(n-1)))
}

// firstEmpty is the first day on which nothing is left.
func firstEmpty(y []float64) (day int, ok bool) {
	for i, v := range y {
		if v <= 0 {
			return i, true
		}
	}
	return 0, false
}
