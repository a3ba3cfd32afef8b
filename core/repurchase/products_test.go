package repurchase

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"quartermaster/core"
)

// TestProductLimit uses the remission times of Freireich et al. (1963), the
// example of most textbooks on the Kaplan-Meier estimate.
func TestProductLimit(t *testing.T) {
	var spells []interval
	for _, d := range []int32{6, 6, 6, 7, 10, 13, 16, 22, 23} {
		spells = append(spells, interval{0, d, d, true})
	}
	for _, d := range []int32{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35} {
		spells = append(spells, interval{0, d, d, false})
	}
	c := productLimit(0, spells)
	for _, w := range []struct{ day, still float64 }{{5, 1}, {6, 0.857}, {7, 0.807}, {10, 0.753}, {13, 0.690}, {16, 0.627}, {22, 0.538}, {23, 0.448}, {40, 0.448}} {
		p, low, high := c.Within(w.day)
		if math.Abs(1-p-w.still) > 6e-4 || low > p || high < p {
			t.Errorf("after %g: still %.4f (%.3f to %.3f), published %.3f", w.day, 1-p, 1-high, 1-low, w.still)
		}
	}
	// Greenwood's standard error at 10 is 0.0963.
	if p, low, _ := c.Within(10); math.Abs((p-low)/1.96-0.0963) > 5e-4 {
		t.Errorf("standard error at 10 is %.4f", (p-low)/1.96)
	}
	if d, ok := c.Quantile(0.5); !ok || d != 23 {
		t.Errorf("median %g %v, published 23", d, ok)
	}
	if _, ok := c.Quantile(0.9); ok {
		t.Error("a 0.9 quantile that was never reached")
	}
}

func TestCyclesCount(t *testing.T) {
	d := cutoff - 100
	h, err := NewHistory([]string{"a", "b"}, []string{"p", "q"}, []Line{
		{0, 0, d, 1, 0}, {0, 0, d, 2, 0}, {0, 0, d + 10, 1, 0}, {0, 0, d + 20, -1, 0}, {0, 0, d + 40, 1, 0}, // 10, 30, open 60
		{1, 0, d + 50, 1, 0}, {1, 1, d, -1, 0}, // open 50; only returned
		{1, 0, cutoff + 5, 1, 0}, // not known yet
	})
	if err != nil {
		t.Fatal(err)
	}
	cs := Cycles(h, cutoff)
	if len(cs) != 1 || cs[0].Buyers != 2 || cs[0].Repeats != 2 || cs[0].Censored != 2 || cs[0].OnSale != 100 {
		t.Fatalf("%+v", cs)
	}
	if p, _, _ := cs[0].Within(10); math.Abs(p-0.25) > 1e-12 {
		t.Errorf("within 10 days %g, want 1/4", p)
	}
	if p, _, _ := cs[0].Within(30); math.Abs(p-0.5) > 1e-12 {
		t.Errorf("within 30 days %g, want 1/2", p)
	}
}

func TestLinks(t *testing.T) {
	found := Links(shop(t, 2000, 40, 364, 0.5, 21), cutoff, LinkRules{})
	if len(found) == 0 || found[0].From != 0 || found[0].To != 1 {
		t.Fatalf("the link that was made is not the first: %+v", found)
	}
	// Some of the days after lie beyond the window of an earlier first purchase.
	if l := found[0]; l.Low > 0.5 || l.High < 0.4 || l.Low > l.Share || l.High < l.Share || l.Lift < 3 || l.Q > 1e-6 {
		t.Errorf("%+v", l)
	}
	if len(found) != 1 {
		t.Errorf("%d links beside the one that was made: what follows any purchase is none", len(found)-1)
	}
	// Without links there are none.
	for seed := range uint64(5) {
		if wrong := Links(shop(t, 1000, 30, 364, 0, 30+seed), cutoff, LinkRules{}); len(wrong) > 0 {
			t.Errorf("%d links by chance among 870 pairs: %+v", len(wrong), wrong[0])
		}
	}
}

// In purely random purchases a best seller follows the others as often as chance says:
// the windows after its own purchases, in which it cannot follow, do not count.
func TestLinksToABestSeller(t *testing.T) {
	followers, expected := 0.0, 0.0
	for seed := range uint64(16) {
		r := rand.New(rand.NewPCG(seed, 8))
		var lines []Line
		for c := range int32(1000) {
			for range 3 + r.IntN(4) {
				day := cutoff - core.Day(r.IntN(360))
				for range 1 + r.IntN(3) {
					product := r.Int32N(8)
					if r.IntN(2) == 0 {
						product = 0
					}
					lines = append(lines, Line{Customer: c, Product: product, Day: day, Qty: 1, Value: 100})
				}
			}
		}
		h, err := NewHistory(make([]string, 1000), make([]string, 8), lines)
		if err != nil {
			t.Fatal(err)
		}
		found, _ := linksBeyondChance(h, cutoff, LinkRules{}.withDefaults())
		for _, l := range found {
			if l.To == 0 {
				followers, expected = followers+float64(l.Followers), expected+float64(l.Followers)/l.Lift
			}
		}
	}
	t.Logf("followed %.0f times, by chance %.0f", followers, expected)
	if followers < 3000 || math.Abs(followers/expected-1) > 0.03 {
		t.Errorf("the best seller followed %.0f times, by chance %.0f", followers, expected)
	}
}

func TestWilson(t *testing.T) {
	// Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611.
	for _, c := range [][4]float64{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}} {
		low, high := wilson(c[0], c[1])
		if math.Abs(low-c[2]) > 5e-5 || math.Abs(high-c[3]) > 5e-5 {
			t.Errorf("%g of %g: %.4f to %.4f, published %.4f to %.4f", c[0], c[1], low, high, c[2], c[3])
		}
	}
}

// TestDiscoveries uses the example of Benjamini and Hochberg (1995): of 15
// hypotheses four are rejected at 0.05.
func TestDiscoveries(t *testing.T) {
	var all []Link
	for i, p := range []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1} {
		all = append(all, Link{From: i, Q: p, Lift: 2})
	}
	if got := len(discoveries(all, 15, 0.05)); got != 4 {
		t.Errorf("%d rejected, published 4", got)
	}
}

func TestSegments(t *testing.T) {
	for _, c := range []struct {
		orders            int
		sinceFirst, quiet float64
		want              Segment
	}{
		{1, 0, 0, Nurture}, {1, 30, 30, Nurture}, {1, 31, 31, Settling}, {1, 59, 59, Settling}, {1, 60, 60, Dormant}, {1, 90, 90, Dormant},
		{1, 91, 91, Lapsed}, {1, 200, 10, Settling}, {2, 100, 30, HighPotential}, {2, 100, 31, Regular}, {9, 400, 90, Regular}, {9, 400, 91, Lapsed},
	} {
		if got := SegmentOf(c.orders, c.sinceFirst, c.quiet); got != c.want {
			t.Errorf("%d orders, first %g and last %g days ago: %s, want %s", c.orders, c.sinceFirst, c.quiet, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := SegmentOf(rapid.IntRange(0, 50).Draw(t, "orders"), rapid.Float64Range(0, 1000).Draw(t, "first"), rapid.Float64Range(0, 1000).Draw(t, "quiet"))
		n := 0
		for _, k := range Segments {
			if k == s {
				n++
			}
		}
		if n != 1 {
			t.Fatalf("%q is in the list %d times", s, n)
		}
	})
	for _, c := range []struct {
		orders int
		alive  float64
		want   Service
	}{{0, 1, ByAir}, {1, 1, BySea}, {5, 0.5, BySea}, {5, 0.8, Presale}} {
		if got := ServiceOf(c.orders, c.alive); got != c.want {
			t.Errorf("%d orders, alive %g: %s, want %s", c.orders, c.alive, got, c.want)
		}
	}
}

func TestStockings(t *testing.T) {
	const customers = 100
	cs, ps := make([]string, customers), []string{"monthly", "once", "winter", "rare"}
	var lines []Line
	for c := range int32(customers) {
		for d := core.Day(c % 30); d < 390; d += 40 + core.Day(c%10) {
			lines = append(lines, Line{c, 0, cutoff - 390 + d, 1, 0})
		}
		lines = append(lines, Line{c, 1, cutoff - core.Day(c)*4, 1, 0}, Line{c, 2, cutoff - 360 + core.Day(c%60), 1, 0}, Line{c, 2, cutoff - 10, 1, 0})
	}
	lines = append(lines, Line{0, 3, cutoff, 1, 0})
	h, err := NewHistory(cs, ps, lines)
	if err != nil {
		t.Fatal(err)
	}
	var got []Stocking
	for _, a := range Stockings(h, cutoff, Cycles(h, cutoff), map[int]Stocking{2: Upgrade}) {
		if a.Why == "" {
			t.Errorf("%+v has no reason", a)
		}
		got = append(got, a.Policy)
	}
	if diff := cmp.Diff(got, []Stocking{Consumable, Durable, Upgrade, Unknown}); diff != "" {
		t.Error(diff)
	}
	if got := Stockings(h, cutoff, Cycles(h, cutoff), nil)[2].Policy; got != Seasonal {
		t.Errorf("winter product is %s", got)
	}
}

// TestCyclesByChannel: buyers from one channel come back within a month, those from
// the other after three, and nobody counts twice.
func TestCyclesByChannel(t *testing.T) {
	var lines []Line
	names, channels := make([]string, 60), make([]string, 60)
	for c := range names {
		gap, channel := core.Day(20), "amazon"
		if c >= 30 {
			gap, channel = 90, "shop"
		}
		names[c], channels[c] = strconv.Itoa(c), channel
		for k := range core.Day(3) {
			lines = append(lines, Line{Customer: int32(c), Day: cutoff - 300 + k*gap + core.Day(c%5), Qty: 1})
		}
	}
	lines = append(lines, Line{Customer: 0, Product: 1, Day: cutoff - 9, Qty: 1}) // one buyer is no class
	h, err := NewHistory(names, []string{"lamp", "mug"}, lines)
	if err != nil {
		t.Fatal(err)
	}
	if got := CyclesByChannel(h, cutoff); got != nil {
		t.Errorf("no channel is known, and yet %+v", got)
	}
	h.Channel = channels
	got := CyclesByChannel(h, cutoff)
	if len(got) != 2 || len(got[0].Cycles) != 1 || len(got[1].Cycles) != 1 {
		t.Fatalf("%+v", got)
	}
	for i, want := range []struct {
		class  string
		median float64
	}{{"amazon", 20}, {"shop", 90}} {
		c := got[i].Cycles[0]
		if m, ok := c.Median(); got[i].Class != want.class || !ok || m != want.median || c.Buyers != 30 || c.Repeats != 60 {
			t.Errorf("%s: median %g, %d buyers, %d repeats", got[i].Class, m, c.Buyers, c.Repeats)
		}
	}
	r, err := Evaluate(h, cutoff, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []ClassRow{{"amazon", 30, CyclePoint{Days: 180, Share: 2. / 3}, 20}, {"shop", 30, CyclePoint{Days: 180, Share: 2. / 3}, 90}}
	for _, p := range r.Products {
		if p.SKU != "lamp" {
			continue
		}
		for i, c := range p.Classes {
			if c.Half.Low >= c.Half.Share || c.Half.High <= c.Half.Share {
				t.Errorf("bounds of %+v", c)
			}
			p.Classes[i].Half.Low, p.Classes[i].Half.High = 0, 0
		}
		if diff := cmp.Diff(want, p.Classes, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
			t.Errorf("in the report (-want +got):\n%s", diff)
		}
	}
}
