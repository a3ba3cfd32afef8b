package plan

import (
	"fmt"
	"time"

	"quartermaster/core"
	"quartermaster/core/forecast"
	"quartermaster/core/repurchase"
)

// CustomersView answers "who buys again, what and when": the repurchase table, or
// one product of it.
type CustomersView struct {
	Shop   core.Shop
	MadeAt time.Time
	Report repurchase.Report // with the products asked about only
	Names  map[core.SKU]string
	SKU    core.SKU // the one product asked about; empty for the table
	// Behind is how many customers are likely to buy it; List names the likeliest by
	// pseudonym, for those who may see it and asked.
	Behind int
	List   []repurchase.LikelyCustomer
}

// LevelSales is the forecast of the sales that the customers are compared with: what
// forecast.Daily, made at the end of a day, expects of every product in the days
// after, by the product's number in the history.
func LevelSales(h *repurchase.History) func(day core.Day, days int) []float64 {
	return func(day core.Day, days int) []float64 {
		out := make([]float64, len(h.Products))
		for p, s := range h.Series(day) {
			if s.Qty.Len() > 0 {
				for _, v := range forecast.Daily([]core.Series{s}, day+1, days).Mean {
					out[p] += v
				}
			}
		}
		return out
	}
}

// lift moves a forecast by what the known customers are expected to buy (requirement
// C6), on the days this was shown for. It changes nothing unless the last look at the
// customers found that it makes earlier forecasts better. It returns the factor of each day,
// nil without.
func (c *crowd) lift(sku core.SKU, f *forecast.Forecast) (factor []float64) {
	w := c.wanted[sku]
	if w.Lift == 0 || len(f.Mean) == 0 {
		return nil
	}
	n := 0
	factor = make([]float64, len(f.Mean))
	for i := range f.Mean {
		factor[i] = 1
		if d := f.Start + core.Day(i); d > w.AsOf && d <= w.AsOf+core.Day(w.LiftDays) {
			factor[i] += w.Lift
			f.Mean[i] *= factor[i]
			n++
		}
	}
	if n == 0 {
		return nil
	}
	f.SD *= 1 + w.Lift*min(1, float64(n)/28)
	f.Why += fmt.Sprintf(" Known customers: %+.0f %% on %d days.", 100*w.Lift, n)
	return factor
}
