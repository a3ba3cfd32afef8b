package chart

import (
	"image"
	"image/draw"

	"github.com/hajimehoshi/bitmapfont/v3"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/text"
)

// cell is the height in pixels of a glyph of the bitmap font; it is drawn enlarged by a
// whole number, so that it stays sharp.
const cell = 12

// latin reports whether Liberation Sans has a glyph that may be drawn.
func latin(r rune) bool {
	return r >= ' ' && r != 0x7f && (r <= 0x4ff || r >= 0x2010 && r <= 0x2026 || r == '€' || r == '−')
}

// han reports whether the bitmap font stands in for a rune: Chinese, Japanese and
// Korean characters and their punctuation.
func han(r rune) bool {
	if latin(r) || r < 0x2e80 || r > 0xffff {
		return false
	}
	at, mask, from, _, ok := bitmapfont.FaceSC.Glyph(fixed.Point26_6{}, r)
	for i := 0; ok && i < at.Dx()*at.Dy(); i++ { // a glyph it lacks is empty
		if dot(mask, from.X+i%at.Dx(), from.Y+i/at.Dx()) {
			return true
		}
	}
	return ok && r == '\u3000' // the wide space is empty too
}

// dot reports whether a glyph has one at a place.
func dot(mask image.Image, x, y int) bool {
	_, _, _, a := mask.At(x, y).RGBA()
	return a > 0
}

// run is a part of a text that one font draws.
type run struct {
	text string
	han  bool
}

// runs divides a text by font. What neither has is a "?" for each run of it.
func runs(s string) (out []run) {
	lacking := false
	for _, r := range s {
		h := han(r)
		if !h && !latin(r) {
			if lacking {
				continue
			}
			lacking, r = true, '?'
		} else {
			lacking = false
		}
		if n := len(out); n > 0 && out[n-1].han == h {
			out[n-1].text += string(r)
		} else {
			out = append(out, run{string(r), h})
		}
	}
	return out
}

// enlarged is how many pixels a dot of the bitmap font takes in a style.
func enlarged(st text.Style) int { return max(1, int(float64(st.Font.Size)/cell+0.5)) }

// width of a run in pixels.
func (r run) width(st text.Style) float64 {
	if !r.han {
		return float64(st.Width(r.text))
	}
	w := 0
	for _, c := range r.text {
		advance, _ := bitmapfont.FaceSC.GlyphAdvance(c)
		w += advance.Round()
	}
	return float64(w * enlarged(st))
}

// dots draws text in the bitmap font with its left end at x and its baseline at y. A
// bold one is drawn a dot wider.
func dots(img draw.Image, st text.Style, x, y int, s string) {
	size, wide := enlarged(st), enlarged(st)
	if st.Font.Weight > 0 {
		wide++
	}
	ink := image.NewUniform(st.Color)
	for _, c := range s {
		at, mask, from, advance, ok := bitmapfont.FaceSC.Glyph(fixed.Point26_6{}, c)
		if !ok {
			continue
		}
		for dy := range at.Dy() {
			for dx := range at.Dx() {
				if !dot(mask, from.X+dx, from.Y+dy) {
					continue
				}
				px, py := x+(at.Min.X+dx)*size, y+(at.Min.Y+dy)*size
				draw.Draw(img, image.Rect(px, py, px+wide, py+size), ink, image.Point{}, draw.Src)
			}
		}
		x += advance.Round() * size
	}
}
