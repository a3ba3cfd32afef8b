package csvfile

import (
	"maps"
	"math"
	"math/big"
	"math/bits"
	"slices"

	"quartermaster/core"
)

// cell is the sales of one SKU, channel and day.
type cell struct {
	qty    int64
	promo  bool
	amount []core.Money // paid, per currency
}

// add takes up a line of positive quantity.
func (v cell) add(o *OrderLine) cell {
	v.qty += o.Qty
	v.promo = v.promo || o.Promotion
	cur := o.UnitPrice.Currency
	at := slices.IndexFunc(v.amount, func(m core.Money) bool { return m.Currency == cur })
	if at < 0 {
		at = len(v.amount)
		v.amount = append(v.amount, core.Money{Currency: cur})
	}
	hi, lo := bits.Mul64(uint64(o.Qty), uint64(o.UnitPrice.Minor))
	if sum := lo + uint64(v.amount[at].Minor); hi == 0 && lo < math.MaxInt64 && sum < math.MaxInt64 && v.amount[at].Minor >= 0 {
		v.amount[at].Minor = int64(sum)
	} else {
		v.amount[at].Minor = -1 // beyond counting: no price
	}
	return v
}

// revenue is what was paid in the shop's currency, each currency converted at the
// last rate on or before day, halves rounded up. It reports false without a rate.
func (v cell) revenue(day core.Day, shop core.Currency, rates map[core.Currency][]core.FXRate) (int64, bool) {
	total := int64(0)
	for _, m := range v.amount {
		switch {
		case m.Minor < 0:
			return 0, false
		case m.Currency != shop && m.Minor > 0:
			list := rates[m.Currency]
			n, _ := slices.BinarySearchFunc(list, day+1, func(r core.FXRate, d core.Day) int { return int(r.Day - d) })
			if n == 0 {
				return 0, false
			}
			num, den := new(big.Int).Mul(big.NewInt(m.Minor), big.NewInt(int64(list[n-1].Rate))), big.NewInt(int64(core.RateOne))
			shift := shop.Decimals() - m.Currency.Decimals()
			scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(shift, -shift))), nil)
			if shift > 0 {
				num.Mul(num, scale)
			} else {
				den.Mul(den, scale)
			}
			num.Add(num.Lsh(num, 1), den)
			num.Quo(num, den.Lsh(den, 1))
			if !num.IsInt64() {
				return 0, false
			}
			m.Minor = num.Int64()
		}
		if total > math.MaxInt64-m.Minor {
			return 0, false
		}
		total += m.Minor
	}
	return total, true
}

type stream struct {
	sku     core.SKU
	channel core.ChannelID
}

// demand reads the orders and returns the daily series up to the day before
// asOf, as Snapshot describes.
func (c *check) demand(asOf core.Day, rates []Row[core.FXRate]) []core.Series {
	sales := map[stream]map[core.Day]cell{}
	last := core.MinDay              // the last day covered
	start := map[core.SKU]core.Day{} // first sale in any channel
	seen := newKeys()
	for r := range rows(c.loader, orderFormat) {
		o := r.Value
		key := orderKey(o.Channel, o.Order, o.Line)
		if at, dup := seen.add(key, r.Line); dup {
			c.refuse(Orders, r.Line, "", "the same row stands in line %d already (%s)", at, key)
		}
		sku, ok := c.resolve(o.Channel, o.Code)
		if !ok {
			c.sku(Orders, r.Line, core.SKU(o.Code))
		}
		last = max(last, o.Day)
		if !ok || o.Day >= asOf || o.Qty <= 0 {
			continue // unknown, later, returned or cancelled
		}
		if at, ok := start[sku]; !ok || o.Day < at {
			start[sku] = o.Day
		}
		k := stream{sku, o.Channel}
		if sales[k] == nil {
			sales[k] = map[core.Day]cell{}
		}
		sales[k][o.Day] = sales[k][o.Day].add(&o)
	}
	byCurrency := map[core.Currency][]core.FXRate{}
	for _, r := range rates {
		byCurrency[r.Value.Currency] = append(byCurrency[r.Value.Currency], r.Value)
	}
	for _, list := range byCurrency {
		slices.SortFunc(list, func(a, b core.FXRate) int { return int(a.Day - b.Day) })
	}
	out := make([]core.Series, 0, len(sales))
	for k, days := range sales {
		s := core.Series{SKU: k.sku, Channel: k.channel, Start: start[k.sku]}
		s.Qty = core.Zeros(int(asOf - s.Start))
		for i := int(last-s.Start) + 1; i < s.Qty.Len(); i++ {
			s.Qty.Set(i, core.Missing)
		}
		for _, day := range slices.Sorted(maps.Keys(days)) {
			v := days[day]
			s.Qty.Set(int(day-s.Start), float32(v.qty))
			if revenue, ok := v.revenue(day, c.env.Currency, byCurrency); ok {
				s.AddPrice(day, revenue, int64(float32(v.qty))) // as the store keeps it
			}
			if v.promo {
				if s.Flags == nil {
					s.Flags = make([]core.DayFlag, s.Qty.Len())
				}
				s.Flags[day-s.Start] |= core.Promo
			}
		}
		out = append(out, s)
	}
	return out
}

// orderKey words the key of an order line for a refusal.
func orderKey(channel core.ChannelID, order, line string) string {
	return "channel " + string(channel) + ", order " + order + ", line " + line
}
