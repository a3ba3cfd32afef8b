package panelcsv

import (
	"fmt"
	"math"
	"slices"
	"time"

	"quartermaster/core"
	"quartermaster/core/forecast/pool"
)

// Terms say at what prices and from whom the series of a panel are bought and
// sold, where the panel itself does not. A panel does with columns of these
// names, whose last value before At counts, else the first known one:
//
//	price or unit_price  selling price of one unit
//	unit_cost            landed cost of one unit
//	lead_days, lead_sd   lead time and its deviation, in days
//	moq, pack            minimum order and pack, in units
//
// and on every day, nonzero for yes: promo, closed, stockout.
type Terms struct {
	At       core.Day
	Currency core.Currency
	Price    float64 // in major units
	Margin   float64 // unit cost is price * (1 - Margin)
	LeadDays float64
	LeadSD   float64
	MOQ      int64 // also the pack
}

// The one place and the one supplier of a panel's shop.
const (
	Place    core.LocationID = "MAIN"
	Supplier core.SupplierID = "SUPPLIER"
	channel  core.ChannelID  = "panel"
)

// Shop makes a snapshot out of a daily panel: every series is a SKU, bought from
// one supplier and sold from one place, with no stock yet. An error names the
// series and the column.
func Shop(p *pool.Panel, t Terms) (core.Snapshot, error) {
	if p.Freq != pool.Daily {
		return core.Snapshot{}, fmt.Errorf("a shop is made of daily series, not of frequency %q", string(p.Freq))
	}
	s := core.Snapshot{
		Shop:      core.Shop{Name: "Panel", Zone: time.UTC, Currency: t.Currency},
		Locations: []core.Location{{ID: Place, Name: "Stock", Default: true, Channels: []core.ChannelID{channel}}},
		Suppliers: []core.Supplier{{ID: Supplier, Name: "Supplier", Currency: t.Currency}},
	}
	cols := columns(p)
	for i := range p.Series {
		ser := &p.Series[i]
		sku := core.SKU(ser.ID)
		r := row{ser, cols, t.At}
		price := r.value(t.Price, "price", "unit_price")
		cost := r.value(price*(1-t.Margin), "unit_cost")
		moq := math.Round(r.value(float64(t.MOQ), "moq"))
		pack := math.Round(r.value(moq, "pack"))
		days := r.value(t.LeadDays, "lead_days")
		sd := r.value(t.LeadSD, "lead_sd")
		for _, v := range []struct {
			name      string
			v, lo, hi float64
		}{{"price", price, 0, 1e9}, {"unit_cost", cost, 0, 1e9}, {"moq", moq, 0, 1e9}, {"pack", pack, 0, 1e9}, {"lead_days", days, 0, 730}, {"lead_sd", sd, 0, 365}} {
			if !(v.lo <= v.v && v.v <= v.hi) {
				return core.Snapshot{}, fmt.Errorf("series %q: %s is %v, must be between %v and %v", ser.ID, v.name, v.v, v.lo, v.hi)
			}
		}
		money := func(v float64) core.Money {
			return core.Money{Minor: int64(math.Round(v * math.Pow10(t.Currency.Decimals()))), Currency: t.Currency}
		}
		s.Products = append(s.Products, core.Product{SKU: sku, Name: ser.ID, Price: money(price), Cost: money(cost), Active: true})
		s.Items = append(s.Items, core.SupplierItem{
			Supplier: Supplier, SKU: sku, Price: money(cost), MOQ: max(1, int64(moq)), Pack: max(1, int64(pack)),
			Lead: []core.Lead{{Mode: core.Sea, Days: days, SD: sd, Freight: money(0)}},
		})
		s.Stock = append(s.Stock, core.StockLevel{SKU: sku, Location: Place})
		s.Demand = append(s.Demand, r.demand())
	}
	return s, nil
}

func columns(p *pool.Panel) map[string]int {
	out := map[string]int{}
	for c, r := range p.Regressors {
		out[r.Name] = c
	}
	return out
}

// row reads the columns of one series.
type row struct {
	*pool.Series
	cols map[string]int
	at   core.Day
}

// value is that of the first of the columns that holds one, else none.
func (r row) value(none float64, names ...string) float64 {
	for _, name := range names {
		c, ok := r.cols[name]
		if !ok || r.X[c] == nil {
			continue
		}
		x := r.X[c]
		before := max(0, min(int(r.at-r.Start), len(x)))
		for _, v := range slices.Backward(x[:before]) {
			if !math.IsNaN(v) {
				return v
			}
		}
		for _, v := range x[before:] {
			if !math.IsNaN(v) {
				return v
			}
		}
	}
	return none
}

// demand is the series with the labels of its days.
func (r row) demand() core.Series {
	out := core.Series{SKU: core.SKU(r.ID), Channel: channel, Start: r.Start, Qty: core.Zeros(len(r.Y))}
	for t, y := range r.Y {
		if math.IsNaN(y) {
			y = float64(core.Missing)
		}
		out.Qty.Set(t, float32(y))
	}
	for name, flag := range map[string]core.DayFlag{"promo": core.Promo, "closed": core.Closed, "stockout": core.StockOut} {
		c, ok := r.cols[name]
		if !ok || r.X[c] == nil {
			continue
		}
		if out.Flags == nil {
			out.Flags = make([]core.DayFlag, len(r.Y))
		}
		for t := range r.Y {
			if v := r.X[c][t]; !math.IsNaN(v) && v != 0 {
				out.Flags[t] |= flag
			}
		}
	}
	return out
}
