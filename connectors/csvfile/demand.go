package csvfile

import "quartermaster/core"

// cell is the sales of one SKU, channel and day.
type cell struct {
	qty   int64
	promo bool
}

type stream struct {
	sku     core.SKU
	channel core.ChannelID
}

// demand reads the orders and returns the daily series up to the day before
// asOf, as Snapshot describes.
func (c *check) demand(asOf core.Day) []core.Series {
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
		v := sales[k][o.Day]
		sales[k][o.Day] = cell{v.qty + o.Qty, v.promo || o.Promotion}
	}
	out := make([]core.Series, 0, len(sales))
	for k, days := range sales {
		s := core.Series{SKU: k.sku, Channel: k.channel, Start: start[k.sku]}
		s.Qty = make([]float32, asOf-s.Start)
		for i := int(last-s.Start) + 1; i < len(s.Qty); i++ {
			s.Qty[i] = core.Missing
		}
		for day, v := range days {
			s.Qty[day-s.Start] = float32(v.qty)
			if v.promo {
				if s.Flags == nil {
					s.Flags = make([]core.DayFlag, len(s.Qty))
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
