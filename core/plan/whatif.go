package plan

import (
	"fmt"
	"math"
	"slices"
	"time"

	"quartermaster/core"
	"quartermaster/core/forecast/history"
	"quartermaster/core/forecast/signal"
)

// WhatIfResult answers what a change would do to one SKU, place by place.
type WhatIfResult struct {
	SKU    core.SKU      `json:"sku"`
	Name   string        `json:"name"`
	Today  core.Day      `json:"today"`
	Change signal.Change `json:"change"`
	// Effect is what the change does to demand while it lasts, as a fraction at its
	// start, and Assumption says in sentences how it was derived.
	Effect     float64       `json:"effect"`
	Assumption []string      `json:"assumption"`
	Places     []WhatIfPlace `json:"places"`
	// Bounded lists the bounds of the policy that were reached.
	Bounded []string `json:"bounded,omitempty"`
}

// WhatIfPlace is one place before and after the change.
type WhatIfPlace struct {
	Location core.LocationID `json:"location"`
	From     core.Day        `json:"from"` // the days that Demand is summed over
	To       core.Day        `json:"to"`
	Before   WhatIfState     `json:"before"`
	After    WhatIfState     `json:"after"`
}

// WhatIfState is what matters of an item.
type WhatIfState struct {
	Demand      float64   `json:"demand"` // units expected from From to To
	Tier        string    `json:"tier"`
	Cover       float64   `json:"cover_days"`
	StockOut    core.Day  `json:"stock_out,omitzero"`
	HasStockOut bool      `json:"has_stock_out"`
	OrderBy     core.Day  `json:"order_by,omitzero"`
	Need        float64   `json:"need"`  // units, before rounding
	Order       int64     `json:"order"` // units to order today
	Mode        core.Mode `json:"mode,omitempty"`
	Short       float64   `json:"short"` // units short until goods ordered today arrive
}

// openEnd is how many days a change without an end is summed over.
const openEnd = 91

// WhatIf evaluates one SKU twice, as it is and with the change, by the same rules
// as every check. Topic and competitor changes are changes of demand; a change of
// the money for ads or of the price becomes one by an elasticity that is estimated
// from the SKU's own past where that allows it, else assumed, and says so.
func WhatIf(s core.Snapshot, p core.Policy, now time.Time, sku core.SKU, c signal.Change) (WhatIfResult, error) {
	return Planner{}.WhatIf(s, p, now, sku, c)
}

// WhatIf is the function WhatIf with the planner's model of demand.
func (pl Planner) WhatIf(s core.Snapshot, p core.Policy, now time.Time, sku core.SKU, c signal.Change) (WhatIfResult, error) {
	one := only(s, sku)
	if len(one.Products) == 0 {
		return WhatIfResult{}, fmt.Errorf("what if: SKU %q is unknown", sku)
	}
	product := one.Products[0]
	today := core.DayOf(now, s.Shop.Zone)
	w := WhatIfResult{SKU: sku, Name: product.Name, Today: today, Change: c}
	if c.From == 0 {
		w.Change.From = today
	}
	if w.Change.From < today {
		return WhatIfResult{}, fmt.Errorf("what if: %s lies before today, %s", w.Change.From, today)
	}
	before, err := pl.Evaluate(one, p, now)
	if err != nil {
		return WhatIfResult{}, fmt.Errorf("what if: %w", err)
	}
	if len(before.Items) == 0 {
		return WhatIfResult{}, fmt.Errorf("what if: SKU %q is not active", sku)
	}
	if err := w.effect(&one, product); err != nil {
		return WhatIfResult{}, fmt.Errorf("what if: %w", err)
	}
	changed := one
	changed.Signals = append(slices.Clone(one.Signals), w.signal(s.Shop.Zone))
	after, err := pl.Evaluate(changed, p, now)
	if err != nil {
		return WhatIfResult{}, fmt.Errorf("what if: %w", err)
	}
	zone := signal.Shop{Zone: s.Shop.Zone, Policy: p.Signals}
	w.Bounded = signal.On(changed.Signals, sku, product.Category, w.Change.From, openEnd, zone).Bounded
	for i := range before.Items {
		w.place(&before.Items[i], after.Items)
	}
	slices.SortFunc(w.Places, func(a, b WhatIfPlace) int {
		switch {
		case a.Location < b.Location:
			return -1
		case a.Location > b.Location:
			return 1
		}
		return 0
	})
	return w, nil
}

// only is the part of a snapshot that one SKU needs.
func only(s core.Snapshot, sku core.SKU) core.Snapshot {
	s.Products = keep(s.Products, func(v core.Product) bool { return v.SKU == sku })
	s.Items = keep(s.Items, func(v core.SupplierItem) bool { return v.SKU == sku })
	s.Quotes = keep(s.Quotes, func(v core.Quote) bool { return v.SKU == sku })
	s.Stock = keep(s.Stock, func(v core.StockLevel) bool { return v.SKU == sku })
	s.Inbound = keep(s.Inbound, func(v core.Inbound) bool { return v.SKU == sku })
	s.Demand = keep(s.Demand, func(v core.Series) bool { return v.SKU == sku })
	s.Ads = keep(s.Ads, func(v core.AdDay) bool { return v.SKU == sku || v.SKU == "" })
	s.Signals = keep(s.Signals, func(v core.Signal) bool { return v.SKU == sku || v.SKU == "" })
	s.Links, s.Kits, s.Bought = nil, nil, nil
	s.Overrides = keep(s.Overrides, func(v core.Override) bool { return v.SKU == sku || v.SKU == "" })
	s.Cycles = keep(s.Cycles, func(v core.Cycle) bool { return v.SKU == sku })
	return s
}

func keep[T any](list []T, want func(T) bool) []T {
	var out []T
	for _, v := range list {
		if want(v) {
			out = append(out, v)
		}
	}
	return out
}

// effect turns the change into a change of demand.
func (w *WhatIfResult) effect(s *core.Snapshot, p core.Product) error {
	say := func(format string, args ...any) { w.Assumption = append(w.Assumption, fmt.Sprintf(format, args...)) }
	c := w.Change
	switch c.Kind() {
	case core.TopicSignal, core.CompetitorSignal:
		w.Effect = c.Size
		say("Demand changes by %s, as asked.", signal.Percent(w.Effect))
	case core.PriceSignal:
		size := c.Size
		if c.Price > 0 {
			price, ok := s.ToShop(p.Price, w.Today)
			if !ok || price.Minor <= 0 {
				return fmt.Errorf("the price of %s in the shop's currency is not known; give the change in percent", p.SKU)
			}
			size = c.Price*math.Pow10(s.Shop.Currency.Decimals())/float64(price.Minor) - 1
			say("The price changes by %s from %s.", signal.Percent(size), price)
		}
		h := cleaned(s, p)
		e := signal.PriceElasticity(h.Start, h.Y, h.Price)
		w.Effect = e.OfPrice(size)
		say("%s Price elasticity %.2f: demand is multiplied by (1%+.3f)^%.2f, %s.", e.Why, e.Value, size, e.Value, signal.Percent(w.Effect))
	default:
		share := w.spendShare(s, p, say)
		h := cleaned(s, p)
		e := signal.AdElasticity(h.Start, h.Y, spendOf(s, p, h.Start, len(h.Y)))
		w.Effect = e.OfSpend(share * c.Size)
		say("%s Ad elasticity %.2f: the money for ads changes by %s in all, demand by %s.", e.Why, e.Value, signal.Percent(share*c.Size), signal.Percent(w.Effect))
		if share*c.Size < -0.95 {
			say("Without any ads at least five percent of the money are taken to stay in the formula: demand falls, but is not gone.")
		}
	}
	return nil
}

// recentAds is how far back the share of a platform is measured, in days.
const recentAds = 56

// spendShare is the share of a platform in the money for ads of late.
func (w *WhatIfResult) spendShare(s *core.Snapshot, p core.Product, say func(string, ...any)) float64 {
	platform := w.Change.Platform()
	if platform == "" {
		return 1
	}
	all, of := 0.0, 0.0
	for _, a := range s.Ads {
		if a.SKU != p.SKU || a.Day < w.Today-recentAds || a.Day >= w.Today {
			continue
		}
		m, ok := s.ToShop(a.Spend, a.Day)
		if !ok {
			continue
		}
		all += float64(m.Minor)
		if a.Platform == platform {
			of += float64(m.Minor)
		}
	}
	switch {
	case all == 0:
		say("No money for ads of %s is known in the last %d days: %s is taken for all of it.", p.SKU, recentAds, platform)
		return 1
	case of == 0:
		say("No money went to %s in the last %d days, so a change in percent changes nothing.", platform, recentAds)
		return 0
	}
	say("%s had %.0f %% of the money for ads of the last %d days.", platform, 100*of/all, recentAds)
	return of / all
}

// spendOf is the money for ads of each day, in minor units of the shop's currency.
func spendOf(s *core.Snapshot, p core.Product, start core.Day, n int) []float64 {
	out := make([]float64, n)
	for _, a := range s.Ads {
		if i := int(a.Day - start); a.SKU == p.SKU && i >= 0 && i < n {
			if m, ok := s.ToShop(a.Spend, a.Day); ok {
				out[i] += float64(m.Minor)
			}
		}
	}
	return out
}

// cleaned is the history of all channels and places of a SKU together.
func cleaned(s *core.Snapshot, p core.Product) history.History {
	n := history.Node{SKU: p.SKU, Category: p.Category, Series: s.Demand}
	until := core.MinDay
	for _, d := range s.Demand {
		until = max(until, d.End())
	}
	return history.Survey([]history.Node{n}, history.Shop{Until: until, Events: s.Events, Rates: s.Rates}).Clean(n)
}

// signal is the change as a signal.
func (w *WhatIfResult) signal(zone *time.Location) core.Signal {
	c := w.Change
	s := core.Signal{Name: "what if: " + c.String(), Kind: c.Kind(), SKU: w.SKU, Size: w.Effect, Start: c.From.Time(zone), HalfLife: c.HalfLife}
	switch {
	case c.To != 0:
		s.End = (c.To + 1).Time(zone)
	case c.HalfLife == 0:
		s.End = (c.From + 10*365).Time(zone)
	}
	return s
}

// place adds one place.
func (w *WhatIfResult) place(before *Item, after []Item) {
	i := slices.IndexFunc(after, func(it Item) bool { return it.SKU == before.SKU && it.Location == before.Location })
	if i < 0 {
		return
	}
	to := w.Change.To
	if to == 0 {
		to = w.Change.From + openEnd - 1
	}
	to = min(to, w.Today+core.Day(min(len(before.Forecast.Mean), len(after[i].Forecast.Mean)))-1)
	w.Places = append(w.Places, WhatIfPlace{Location: before.Location, From: w.Change.From, To: to,
		Before: stateOf(before, w.Change.From, to), After: stateOf(&after[i], w.Change.From, to)})
}

func stateOf(it *Item, from, to core.Day) WhatIfState {
	s := WhatIfState{Tier: string(it.Tier), Cover: it.Cover, StockOut: it.StockOut, HasStockOut: it.HasStockOut, OrderBy: it.OrderBy, Mode: it.Mode, Short: it.Short}
	for d := from; d <= to; d++ {
		if i := int(d - it.Forecast.Start); i >= 0 && i < len(it.Forecast.Mean) {
			s.Demand += it.Forecast.Mean[i]
		}
	}
	s.Demand = math.Round(10*s.Demand) / 10
	if it.Calc != nil {
		s.Need, s.Order = it.Calc.Need, it.Order()
	}
	return s
}
