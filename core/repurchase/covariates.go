package repurchase

import (
	"cmp"
	"math"
	"slices"

	"quartermaster/core"
)

// Covariates: what is known of a customer from his first order on, beside when he
// orders. Fader and Hardie (2007, "Incorporating time-invariant covariates into the
// Pareto/NBD and BG/NBD models") scale the parameters by them; here they enter the
// regression on the holdouts, so that they are kept only where they foretell what
// came, and work alike for all models.

const (
	minCovariate  = 50 // customers who share it
	maxCovariates = 8  // channels, and as many first products
)

// covariates are yes-or-no features of customers.
type covariates struct {
	width int
	of    [][2]int8 // by customer: the columns of his channel and of his first product, -1 for none
}

// covariatesOf returns the channels and the first products, by the dearest line of the
// first order, that enough of the customers known on a day share; nil when no two
// customers can be told apart by them.
func (h *History) covariatesOf(cutoff core.Day) *covariates {
	n := len(h.Customers)
	channel, product := make([]string, n), make([]string, n)
	for c := range n {
		lines := h.until(c, cutoff)
		if len(lines) == 0 {
			continue
		}
		if h.Channel != nil {
			channel[c] = h.Channel[c]
		}
		dearest := int64(-1)
		for _, l := range lines {
			if l.Day == lines[0].Day && l.Qty > 0 && l.Product >= 0 && l.Value > dearest {
				dearest, product[c] = l.Value, h.Products[l.Product]
			}
		}
	}
	v := &covariates{of: make([][2]int8, n)}
	for k, names := range [2][]string{channel, product} {
		column := v.add(names)
		for c, name := range names {
			v.of[c][k] = -1
			if i, ok := column[name]; ok {
				v.of[c][k] = i
			}
		}
	}
	if v.width == 0 {
		return nil
	}
	return v
}

// add makes columns of the names that enough customers share, most first.
func (v *covariates) add(names []string) map[string]int8 {
	count := map[string]int{}
	for _, name := range names {
		if name != "" {
			count[name]++
		}
	}
	var kept []string
	for name, n := range count {
		if n >= minCovariate && n < len(names) {
			kept = append(kept, name)
		}
	}
	slices.SortFunc(kept, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	column := map[string]int8{}
	for _, name := range kept[:min(len(kept), maxCovariates)] {
		column[name] = int8(v.width)
		v.width++
	}
	return column
}

// features appends the columns of a customer.
func (v *covariates) features(customer int, out []float64) []float64 {
	start := len(out)
	for range v.width {
		out = append(out, 0)
	}
	for _, column := range v.of[customer] {
		if column >= 0 {
			out[start+int(column)] = 1
		}
	}
	return out
}

// correct learns what the models missed in the trials, customer by customer, with the
// covariates where they help: where they bring the loss on customers not learned from
// down by more than one for each. It returns the regression and the log odds of the
// customers of all trials in a row, from regressions that did not see them.
func correct(tried []trial, more *covariates) (fit *regression, eta, offset []float64, used *covariates) {
	fit, eta, offset, loss := correctWith(tried, nil)
	if more == nil {
		return fit, eta, offset, nil
	}
	if f, e, o, l := correctWith(tried, more); l < loss-float64(more.width) {
		return f, e, o, more
	}
	return fit, eta, offset, nil
}

func correctWith(tried []trial, more *covariates) (fit *regression, eta, offset []float64, loss float64) {
	var t table
	var who []int
	for _, p := range tried {
		p.more = more
		for i := range p.all {
			t.y = append(t.y, min(1, p.orders[i]))
			t.offset = append(t.offset, logit(p.mean[i].Active))
			t.x = p.features(i, t.x)
			who = append(who, p.all[i].Customer)
		}
	}
	t.p = len(t.x) / len(t.y)
	fit, eta = crossfit(logistic, &t, func(i int) int { return who[i] }, ridges())
	for i, y := range t.y {
		loss += logistic.loss(y, eta[i])
	}
	if math.IsNaN(loss) {
		loss = math.Inf(1)
	}
	return fit, eta, t.offset, loss
}
