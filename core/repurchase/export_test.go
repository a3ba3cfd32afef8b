package repurchase

import "quartermaster/core"

// Fit finds the parameters of greatest likelihood, for the tests of published fits.
func Fit(kind Kind, all []Summary) (Model, error) { return fitGroups(kind, groups(all), farStarts) }

// OrderDays counts the days with an order after one day up to another, by customer.
func (h *History) OrderDays(after, last core.Day) []float64 {
	n := make([]float64, len(h.Customers))
	for c := range n {
		n[c] = float64(h.orderDays(c, after, last))
	}
	return n
}

// ModelsAlone returns how many customers each model alone, on the shop's clock, expects
// to come in a window.
func ModelsAlone(h *History, cutoff core.Day, days int) []float64 {
	clock := seasonOf(h, cutoff, days)
	v := newView(h.summaries(cutoff, clock, 1), clock.between(cutoff, cutoff+core.Day(days)), Kinds...)
	out := make([]float64, len(v.each))
	for k, each := range v.each {
		for _, o := range each {
			out[k] += o.Active
		}
	}
	return out
}
