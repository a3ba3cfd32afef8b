package repurchase

import (
	"fmt"
	"math"

	"quartermaster/core"
)

// DemandBlend is how much the customers say about the demand of products beyond
// what a forecast of the sales knows (requirement C6): forecast + Weight x
// (customers - forecast). Demand of the customers is part of the sales already,
// so it is mixed in and never added.
type DemandBlend struct {
	// Weight is 0 to 1, the one of least absolute error in the windows checked; 0
	// unless it beat the forecast alone in most of them, and by a hundredth overall.
	Weight float64
	// Units of each product expected by its customers in the window, those not
	// known yet included, by the product's number.
	Units []float64
	// Error is the absolute error of the forecast alone and With that of the blend,
	// as shares of the units sold, over the windows checked.
	Error, With float64
	Windows     int
	Why         string
}

// DemandNote is the outcome of BlendDemand for a report.
type DemandNote struct {
	Days    int     `json:"days"` // of each window, and for which the forecast is moved
	Weight  float64 `json:"weight"`
	Error   float64 `json:"error"` // of the forecast alone, a share of the units sold
	With    float64 `json:"with"`  // with the customers
	Windows int     `json:"windows"`
	Why     string  `json:"why"`
}

// DemandDays is the window in which a report compares the customers with the
// forecast, and maxLift the fraction by which they move it at most.
const (
	DemandDays = 30
	maxLift    = 0.5
)

// demandWindows is how many windows inside the history a blend is judged on.
const demandWindows = 5

// BlendDemand compares what the customers were expected to buy in earlier windows
// with what a forecast said then and what was sold. base returns the units a
// forecast made at the end of a day expects of every product in the days after,
// by the product's number.
func BlendDemand(h *History, cutoff core.Day, days int, base func(day core.Day, days int) []float64) (*DemandBlend, error) {
	b := &DemandBlend{}
	var err error
	if b.Units, err = demandOf(h, cutoff, days); err != nil {
		return nil, err
	}
	weights := [...]float64{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1}
	var off [len(weights)]float64
	var wins [len(weights)]int
	var sold, scale, scales float64
	for k := demandWindows; k >= 1; k-- {
		day := cutoff - core.Day(k*days)
		if int(day-h.First()) < 3*days {
			continue
		}
		expected, err := demandOf(h, day, days)
		if err != nil {
			continue
		}
		came := h.soldIn(day, day+core.Day(days))
		forecast := base(day, days)
		total, known := 0.0, 0.0
		for p := range came {
			total += came[p]
			known += expected[p]
		}
		// Customers who are not known yet buy too: what was missing before is
		// missing again. The first window only teaches that.
		if scales > 0 {
			var here [len(weights)]float64
			for p := range came {
				for i, w := range weights {
					here[i] += math.Abs(forecast[p] + w*(expected[p]*math.Exp(scale/scales)-forecast[p]) - came[p])
				}
			}
			for i := range here {
				off[i] += here[i]
				if here[i] < here[0] {
					wins[i]++
				}
			}
			sold += total
			b.Windows++
		}
		if total > 0 && known > 0 {
			scale += math.Log(total / known)
			scales++
		}
	}
	if b.Windows < 2 || sold == 0 {
		b.Why = "The history is too short to show that the customers add to the forecast: weight 0."
		return b, nil
	}
	for p := range b.Units {
		b.Units[p] *= math.Exp(scale / scales)
	}
	best := 0
	for i := range weights {
		if off[i] < off[best] && 2*wins[i] > b.Windows && off[i] < 0.99*off[0] {
			best = i
		}
	}
	b.Weight, b.Error, b.With = weights[best], off[0]/sold, off[best]/sold
	if best == 0 {
		b.Why = fmt.Sprintf("In %d windows of %d days the customers did not make the forecast better (error %.1f %% of units): weight 0.", b.Windows, days, 100*b.Error)
	} else {
		b.Why = fmt.Sprintf("In %d windows of %d days a weight of %.1f for the customers brought the error from %.1f to %.1f %% of units.", b.Windows, days, b.Weight, 100*b.Error, 100*b.With)
	}
	return b, nil
}

// demandOf returns the units known customers are expected to buy of each product.
func demandOf(h *History, cutoff core.Day, days int) ([]float64, error) {
	usual := h.usualUnits(cutoff)
	var tally [parts][]float64
	for p := range tally {
		tally[p] = make([]float64, len(h.Products))
	}
	_, err := eachCustomer(h, cutoff, days, func(int) {}, func(part, _ int, list []NextProduct) {
		for _, n := range list {
			tally[part][n.Product] += n.Probability * usual[n.Product]
		}
	})
	for p := 1; p < parts; p++ {
		for i, v := range tally[p] {
			tally[0][i] += v
		}
	}
	return tally[0], err
}

// soldIn returns the units sold of each product after one day up to another.
func (h *History) soldIn(after, last core.Day) []float64 {
	out := make([]float64, len(h.Products))
	for _, l := range h.lines {
		if l.Qty > 0 && l.Product >= 0 && l.Day > after && l.Day <= last {
			out[l.Product] += float64(l.Qty)
		}
	}
	return out
}

// Series returns the daily units of every product up to a day, from its first
// sale on, as a forecast of the sales wants them; empty before that.
func (h *History) Series(until core.Day) []core.Series {
	out := make([]core.Series, len(h.Products))
	for p := range out {
		out[p] = core.Series{SKU: core.SKU(h.Products[p]), Start: core.MaxDay}
	}
	each := func(f func(l Line, s *core.Series)) {
		for _, l := range h.lines {
			if l.Qty > 0 && l.Product >= 0 && l.Day <= until {
				f(l, &out[l.Product])
			}
		}
	}
	each(func(l Line, s *core.Series) { s.Start = min(s.Start, l.Day) })
	each(func(l Line, s *core.Series) {
		if s.Qty.Len() == 0 {
			s.Qty = core.Zeros(int(until-s.Start) + 1)
		}
		at := int(l.Day - s.Start)
		s.Qty.Set(at, s.Qty.At(at)+float32(l.Qty))
	})
	return out
}
