package core

import (
	"fmt"
	"math"
	"time"
)

// SignalKind says what kind of thing moves demand.
type SignalKind string

// Kinds of signals. Within one kind effects add up, between kinds they multiply:
// demand = base x (1+topic) x (1+ad) x (1+price) x (1+competitor), the season being
// in base.
const (
	TopicSignal      SignalKind = "topic"      // search trend, topic heat, an influencer's post
	AdSignal         SignalKind = "ad"         // a change of the shop's own advertising
	PriceSignal      SignalKind = "price"      // a change of the shop's own price
	CompetitorSignal SignalKind = "competitor" // what others do: their ads, prices, absence
)

// SignalKinds lists every kind, in the order in which components are shown.
var SignalKinds = []SignalKind{TopicSignal, AdSignal, PriceSignal, CompetitorSignal}

// Signal is a dated outside influence on demand. It lasts until End, or decays by
// half in every HalfLife, or both; one of them is given.
type Signal struct {
	Name     string     `json:"name"`
	Kind     SignalKind `json:"kind"`
	SKU      SKU        `json:"sku,omitempty"`      // empty: all
	Category string     `json:"category,omitempty"` // empty: all
	// Size is the effect on demand at Start as a fraction: 3 is +300 %.
	Size  float64   `json:"size"`
	Start time.Time `json:"start"`
	End   time.Time `json:"end,omitzero"` // first instant without effect
	// HalfLife is the time in which the effect halves; 0 means it stays.
	HalfLife time.Duration `json:"half_life,omitempty"`
	Source   string        `json:"source,omitempty"` // who says so
}

// Concerns reports whether the signal is about a product.
func (s *Signal) Concerns(sku SKU, category string) bool {
	return (s.SKU == "" || s.SKU == sku) && (s.Category == "" || s.Category == category)
}

// Bound limits a factor, as fractions: -0.5 to 3 allows halving to quadrupling.
type Bound struct {
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
}

// SignalPolicy bounds what signals may do to the forecast.
type SignalPolicy struct {
	// Topic, Ad, Price and Competitor bound the sum of the effects of one kind on
	// one day. Default to -50 % to +300 %, -80 % to +200 %, -80 % to +200 % and
	// -60 % to +60 %.
	Topic      Bound `json:"topic"`
	Ad         Bound `json:"ad"`
	Price      Bound `json:"price"`
	Competitor Bound `json:"competitor"`
	// Total bounds the product of all kinds. Defaults to -90 % to +500 %.
	Total Bound `json:"total"`
}

// DefaultSignals returns the documented defaults.
func DefaultSignals() SignalPolicy {
	return SignalPolicy{Topic: Bound{-0.5, 3}, Ad: Bound{-0.8, 2}, Price: Bound{-0.8, 2}, Competitor: Bound{-0.6, 0.6}, Total: Bound{-0.9, 5}}
}

// Of returns the bound of a kind.
func (p SignalPolicy) Of(k SignalKind) Bound {
	switch k {
	case TopicSignal:
		return p.Topic
	case AdSignal:
		return p.Ad
	case PriceSignal:
		return p.Price
	case CompetitorSignal:
		return p.Competitor
	}
	return Bound{}
}

// Clip returns v within the bound.
func (b Bound) Clip(v float64) float64 { return min(max(v, b.Lo), b.Hi) }

// problems lists what is out of bounds.
func (p SignalPolicy) problems() []error {
	var errs []error
	for _, f := range []struct {
		name string
		b    Bound
	}{{"topic", p.Topic}, {"ad", p.Ad}, {"price", p.Price}, {"competitor", p.Competitor}, {"total", p.Total}} {
		if !(-1 <= f.b.Lo && f.b.Lo <= 0 && 0 <= f.b.Hi && f.b.Hi <= 100) || math.IsInf(f.b.Hi, 0) {
			errs = append(errs, fmt.Errorf("signals.%s must reach from between -1 and 0 to between 0 and 100, is %v to %v", f.name, f.b.Lo, f.b.Hi))
		}
	}
	return errs
}
