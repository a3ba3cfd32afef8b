// Package chart draws the pictures that go on cards and into files: demand with
// its forecast, the course of stock, and curves. Pure functions from values to a
// PNG with an alternative text; no clock, no files, no network.
//
// A picture is made for a chat: 1200 x 600 points on a white ground, so that it
// reads the same in light and dark and still does when it is shown 400 points
// wide. It carries few colours, chosen by Okabe and Ito so that colour-blind
// people can tell them apart, and nothing is told by colour alone: lines differ in
// dash, marks in shape and place.
//
// Text is drawn in Liberation Sans, which comes with gonum/plot; Chinese characters,
// which it lacks, in a bitmap font (github.com/hajimehoshi/bitmapfont, Apache 2.0, its
// glyphs from free fonts that it names), which has the 3,755 common ones and 95 % of the
// 6,763 of GB 2312. What neither has is drawn as one "?"; the
// alternative text keeps every character.
//
// The same values give the same bytes.
package chart

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"math"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Size of every picture in pixels.
const (
	Width  = 1200
	Height = 600
)

// ErrNoData says that there is nothing to draw.
var ErrNoData = errors.New("chart: nothing to draw")

// Image is a picture with the words that stand for it where it cannot be seen.
type Image struct {
	PNG []byte
	Alt string // one to three sentences with the numbers that matter, at most 1,900 bytes
}

// Colours after Okabe and Ito (2008), "Color Universal Design".
var (
	white     = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	ink       = color.NRGBA{0x1d, 0x1c, 0x1d, 0xff}
	gray      = color.NRGBA{0x61, 0x60, 0x61, 0xff}
	rule      = color.NRGBA{0xe3, 0xe5, 0xe8, 0xff}
	edge      = color.NRGBA{0x8a, 0x8d, 0x91, 0xff}
	bar       = color.NRGBA{0xb4, 0xbe, 0xc9, 0xff} // what was sold, day by day
	slate     = color.NRGBA{0x3a, 0x47, 0x54, 0xff} // what was sold, smoothed
	blue      = color.NRGBA{0x00, 0x72, 0xb2, 0xff} // expected
	haze      = color.NRGBA{0xbf, 0xdc, 0xec, 0xff} // blue at a quarter over white
	green     = color.NRGBA{0x00, 0x8a, 0x66, 0xff} // with this order, arrivals
	vermilion = color.NRGBA{0xd5, 0x5e, 0x00, 0xff} // out of stock
	sand      = color.NRGBA{0xfd, 0xee, 0xc8, 0xff} // promotions, behind everything
	amber     = color.NRGBA{0xe6, 0x9f, 0x00, 0xff}
	purple    = color.NRGBA{0xa8, 0x4c, 0x86, 0xff} // values not believed
)

// palette is for curves, with a dash and a glyph each.
var palette = []color.Color{blue, vermilion, green, purple, color.NRGBA{0x9a, 0x6a, 0x00, 0xff}, slate}

var dashes = [][]vg.Length{nil, {16, 8}, {4, 7}, {18, 7, 4, 7}, {9, 5}, {2, 4}}

var fonts = font.NewCache(liberation.Collection())

// style is text of a size in pixels.
func style(size float64, bold bool, c color.Color) text.Style {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Length(size)}
	if bold {
		f.Weight = 3 // bold, as golang.org/x/image/font counts
	}
	return text.Style{Color: c, Font: f, XAlign: text.XLeft, YAlign: text.YBottom, Handler: text.Plain{Fonts: fonts}}
}

// Sizes of text. The smallest is still 9 pixels high when the picture is shrunk to
// a third.
const (
	titleSize = 36
	textSize  = 27
)

// canvas is a picture in the making. y grows upwards.
type canvas struct {
	draw.Canvas
	img *vgimg.Canvas
}

func newCanvas() *canvas {
	// At 72 dots per inch a vg point is a pixel.
	img := vgimg.NewWith(vgimg.UseWH(Width, Height), vgimg.UseDPI(72), vgimg.UseBackgroundColor(white))
	return &canvas{Canvas: draw.New(img), img: img}
}

func (c *canvas) png() ([]byte, error) {
	var b bytes.Buffer
	// The highest speed makes a picture 4 % larger in a fifth of the time.
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, c.img.Image()); err != nil {
		return nil, fmt.Errorf("chart: %w", err)
	}
	return b.Bytes(), nil
}

// write draws text with its left end (or centre, or right end) at x, and its
// baseline at y, and returns its width.
func (c *canvas) write(st text.Style, x, y float64, align text.XAlignment, s string) float64 {
	w := width(st, s)
	x += w * float64(align)
	for _, r := range runs(s) {
		if r.han {
			dots(c.img.Image(), st, int(math.Round(x)), Height-int(math.Round(y)), r.text)
		} else {
			c.FillText(st, vg.Point{X: vg.Length(x), Y: vg.Length(y)}, r.text)
		}
		x += r.width(st)
	}
	return w
}

func width(st text.Style, s string) (w float64) {
	for _, r := range runs(s) {
		w += r.width(st)
	}
	return w
}

// cut shortens s to at most w pixels.
func cut(st text.Style, s string, w float64) string {
	r := []rune(s)
	if width(st, s) <= w {
		return s
	}
	for len(r) > 1 && width(st, string(r)+"…") > w {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

func (c *canvas) line(col color.Color, w float64, dash []vg.Length, pts ...vg.Point) {
	c.StrokeLines(draw.LineStyle{Color: col, Width: vg.Length(w), Dashes: dash}, pts)
}

func (c *canvas) rect(col color.Color, x0, y0, x1, y1 float64) {
	p := func(x, y float64) vg.Point { return vg.Point{X: vg.Length(x), Y: vg.Length(y)} }
	c.FillPolygon(col, []vg.Point{p(x0, y0), p(x1, y0), p(x1, y1), p(x0, y1)})
}

// finite reports whether every value can be drawn, unknown ones (NaN) aside.
func finite(list ...[]float64) bool {
	for _, x := range list {
		for _, v := range x {
			if math.IsInf(v, 0) || math.Abs(v) > 1e15 {
				return false
			}
		}
	}
	return true
}
