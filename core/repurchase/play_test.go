package repurchase

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quartermaster/core"
)

// TestBook: 400 customers with the offer, of whom 30 % take the linked product,
// and 100 without, of whom 10 % do.
func TestBook(t *testing.T) {
	day := core.DateDay(2026, 10, 1)
	var names []string
	var lines []Line
	p := Play{SKU: "a", Linked: "b", Start: day, Until: day + 60, Discount: 0.1, AtRisk: 100_00, StillAtRisk: 20_00}
	for c := range 500 {
		names = append(names, strconv.Itoa(c))
		with := c < 400
		if with {
			p.Offered = append(p.Offered, c)
		} else {
			p.Held = append(p.Held, c)
		}
		if with && c%10 < 3 || !with && c%10 == 0 {
			lines = append(lines, Line{int32(c), 1, day + 10, 1, 9_00})
		}
		lines = append(lines, Line{int32(c), 1, day, 1, 9_00}, Line{int32(c), 1, day + 61, 1, 9_00}, Line{int32(c), 0, day + 5, 1, 9_00})
	}
	h, err := NewHistory(names, []string{"a", "b"}, lines)
	if err != nil {
		t.Fatal(err)
	}
	r := Book(h, p)
	if r.OfferedBought != 120 || r.HeldBought != 10 || math.Abs(r.Lift-0.2) > 1e-12 || r.Sales != 120*9_00 || r.Extra != 80*9_00 || r.Avoided != 80_00 {
		t.Errorf("%+v", r)
	}
	if r.Low < 0.1 || r.Low > 0.15 || r.High < 0.24 || r.High > 0.3 || r.ExtraLow > r.Extra || r.ExtraHigh < r.Extra {
		t.Errorf("interval %+v", r)
	}
	if r = Book(h, Play{Linked: "none", Offered: p.Offered, Held: p.Held, Start: day, Until: day + 60}); r.OfferedBought != 0 || r.Low > 0 || r.High < 0 {
		t.Errorf("a product nobody bought: %+v", r)
	}
	if r = Book(h, Play{Linked: "b"}); r.Lift != 0 || r.Why == "" {
		t.Errorf("nobody: %+v", r)
	}
}

// TestNewcombe is example (a) of Newcombe (1998), table II: 56/70 less 48/80 has
// the interval 0.0524 to 0.3339 by method 10.
func TestNewcombe(t *testing.T) {
	var names []string
	var lines []Line
	p := Play{Linked: "b", Start: 0, Until: 10}
	for c := range 150 {
		names = append(names, strconv.Itoa(c))
		if c < 70 {
			p.Offered = append(p.Offered, c)
		} else {
			p.Held = append(p.Held, c)
		}
		if c < 56 || c >= 70 && c < 118 {
			lines = append(lines, Line{int32(c), 0, 5, 1, 100})
		}
	}
	h, err := NewHistory(names, []string{"b"}, lines)
	if err != nil {
		t.Fatal(err)
	}
	if r := Book(h, p); math.Abs(r.Low-0.0524) > 5e-5 || math.Abs(r.High-0.3339) > 5e-5 {
		t.Errorf("%.4f to %.4f, published 0.0524 to 0.3339", r.Low, r.High)
	}
}

func TestHeldOut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, seed := range []uint64{0, 1, r.Uint64()} {
		n := 0
		for c := range 10_000 {
			if HeldOut(seed, "c"+strconv.Itoa(c)) {
				n++
			}
		}
		if math.Abs(float64(n)/10_000-HoldoutShare) > 0.015 {
			t.Errorf("seed %d holds out %d of 10,000", seed, n)
		}
	}
	// Running plays were drawn so: the draw may not change.
	if !HeldOut(7, "c3") || HeldOut(7, "c1") {
		t.Error("the draw has changed")
	}
	rapid.Check(t, func(t *rapid.T) {
		seed, name := rapid.Uint64().Draw(t, "seed"), rapid.String().Draw(t, "name")
		first := HeldOut(seed, name)
		if again := HeldOut(seed, strings.Clone(name)); again != first {
			t.Fatal("the draw cannot be repeated")
		}
	})
}
