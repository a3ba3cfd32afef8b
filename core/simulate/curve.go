package simulate

import (
	"cmp"
	"slices"
)

// AtFill returns the average stock value, in minor units, that the policy of the
// curve needs for a fill rate: interpolated between the points on its efficient
// frontier, those that no other point beats in both. It reports false outside of
// their fill rates; nothing is extrapolated.
func (c Curve) AtFill(fill float64) (value float64, ok bool) {
	f := c.Frontier()
	i, found := slices.BinarySearchFunc(f, fill, func(p Point, x float64) int { return cmp.Compare(p.FillRate, x) })
	switch {
	case found:
		return float64(f[i].AverageStockValue.Minor), true
	case i == 0 || i == len(f):
		return 0, false
	}
	a, b := f[i-1], f[i]
	t := (fill - a.FillRate) / (b.FillRate - a.FillRate)
	va, vb := float64(a.AverageStockValue.Minor), float64(b.AverageStockValue.Minor)
	return va + t*(vb-va), true
}

// Frontier returns the points with rising fill rate and rising stock, without
// those that hold more stock than another for no more fill.
func (c Curve) Frontier() []Point {
	p := slices.Clone(c.Points)
	slices.SortStableFunc(p, func(a, b Point) int {
		return cmp.Or(cmp.Compare(b.FillRate, a.FillRate), cmp.Compare(a.AverageStockValue.Minor, b.AverageStockValue.Minor))
	})
	var out []Point
	for _, x := range p { // from the highest fill down, each must hold less
		if n := len(out); n == 0 || x.FillRate < out[n-1].FillRate && x.AverageStockValue.Minor < out[n-1].AverageStockValue.Minor {
			out = append(out, x)
		}
	}
	slices.Reverse(out)
	return out
}

// Cheapest returns the point of lowest total cost; the first of equals. It
// reports false without points.
func (c Curve) Cheapest() (Point, bool) {
	if len(c.Points) == 0 {
		return Point{}, false
	}
	return slices.MinFunc(c.Points, func(a, b Point) int { return cmp.Compare(a.TotalCost.Minor, b.TotalCost.Minor) }), true
}

// Saving compares the stock of two policies at one fill rate. Values are minor
// units of the shop's currency.
type Saving struct {
	Policy  string  `json:"policy"`
	Against string  `json:"against"`
	Fill    float64 `json:"fill_rate"`
	Value   float64 `json:"stock_value"`
	Other   float64 `json:"stock_value_against"`
	// Share is 1 - Value/Other: 0.2 means a fifth less stock.
	Share float64 `json:"share"`
}

// Compare returns the saving of a against b at each fill rate that both reach.
func Compare(a, b Curve, fills []float64) []Saving {
	var out []Saving
	for _, f := range fills {
		va, ok1 := a.AtFill(f)
		vb, ok2 := b.AtFill(f)
		if ok1 && ok2 && vb > 0 {
			out = append(out, Saving{a.Policy, b.Policy, f, va, vb, 1 - va/vb})
		}
	}
	return out
}
