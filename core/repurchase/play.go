package repurchase

import (
	"math"

	"quartermaster/core"
)

// Play is a joint play (requirement F9): ahead of a predicted stock-out goods are
// ordered early, and the customers it would hit are offered a bundle with a
// linked product. Some of them, drawn by chance, get no offer: what they buy all
// the same is the measure.
type Play struct {
	SKU, Linked   core.SKU
	Start, Until  core.Day // purchases after Start up to Until count
	Discount      float64  // of the bundle, 0.1 is ten percent
	AtRisk        int64    // margin the shortage would have cost, when the play began
	StillAtRisk   int64    // the same now
	Offered, Held []int    // customers by number
}

// HoldoutShare is the part of the customers who get no offer.
const HoldoutShare = 0.2

// HeldOut reports whether a customer of a play belongs to the part without an
// offer: by a hash of seed and pseudonym, so that the draw can be repeated and
// does not depend on anything he did.
func HeldOut(seed uint64, customer string) bool {
	return float64(draw(seed, customer)>>11)/(1<<53) < HoldoutShare
}

// draw returns a number by chance for a seed and a text: FNV-1a of both.
func draw(seed uint64, text string) uint64 {
	v := uint64(0xcbf29ce484222325)
	add := func(b byte) { v = (v ^ uint64(b)) * 0x100000001b3 }
	for shift := 60; shift >= 0; shift -= 4 {
		add("0123456789abcdef"[seed>>shift&15])
	}
	add(0)
	for i := range len(text) {
		add(text[i])
	}
	// FNV's high bits mix poorly on short texts: finish as MurmurHash3 does.
	v ^= v >> 33
	v *= 0xff51afd7ed558ccd
	v ^= v >> 33
	v *= 0xc4ceb9fe1a85ec53
	return v ^ v>>33
}

// PlayResult is what a play brought.
type PlayResult struct {
	Offered       int     `json:"offered"`        // customers with the offer
	OfferedBought int     `json:"offered_bought"` // of those, who bought the linked product
	Held          int     `json:"held"`           // customers without it
	HeldBought    int     `json:"held_bought"`
	Lift          float64 `json:"lift"` // difference of the two shares
	Low           float64 `json:"low"`  // its 95 % interval (Newcombe 1998, method 10)
	High          float64 `json:"high"`
	Sales         int64   `json:"sales"`      // linked sales to those with the offer, minor units as paid
	Extra         int64   `json:"extra"`      // of those, beyond what the holdout's share explains
	ExtraLow      int64   `json:"extra_low"`  // at Low
	ExtraHigh     int64   `json:"extra_high"` // at High
	Avoided       int64   `json:"avoided"`    // loss avoided: margin at risk then less now
	Why           string  `json:"why"`
}

// Book compares the customers of a play who got the offer with those who did not.
func Book(h *History, p Play) PlayResult {
	r := PlayResult{Offered: len(p.Offered), Held: len(p.Held), Avoided: max(0, p.AtRisk-p.StillAtRisk)}
	linked := int32(-2)
	for i, code := range h.Products {
		if code == string(p.Linked) {
			linked = int32(i)
		}
	}
	bought := func(c int) (value int64, yes bool) {
		for _, l := range h.between(c, p.Start, p.Until) {
			if l.Product == linked && l.Qty > 0 {
				value += max(0, l.Value)
				yes = true
			}
		}
		return value, yes
	}
	for _, c := range p.Offered {
		if v, yes := bought(c); yes {
			r.OfferedBought++
			r.Sales += v
		}
	}
	for _, c := range p.Held {
		if _, yes := bought(c); yes {
			r.HeldBought++
		}
	}
	if r.Offered == 0 || r.Held == 0 {
		r.Why = "Without customers on both sides nothing can be compared."
		return r
	}
	n, m := float64(r.Offered), float64(r.Held)
	a, b := float64(r.OfferedBought)/n, float64(r.HeldBought)/m
	la, ha := wilson(float64(r.OfferedBought), n)
	lb, hb := wilson(float64(r.HeldBought), m)
	r.Lift = a - b
	r.Low = r.Lift - math.Hypot(a-la, hb-b)
	r.High = r.Lift + math.Hypot(ha-a, b-lb)
	if r.OfferedBought > 0 {
		each := float64(r.Sales) / float64(r.OfferedBought)
		money := func(lift float64) int64 { return int64(math.Round(lift * n * each)) }
		r.Extra, r.ExtraLow, r.ExtraHigh = money(r.Lift), money(r.Low), money(r.High)
	}
	switch {
	case r.Low > 0:
		r.Why = "The offer brought more than chance explains."
	case r.High < 0:
		r.Why = "Those with the offer bought less than those without: it did harm."
	default:
		r.Why = "The difference may be chance: no effect is shown."
	}
	return r
}
