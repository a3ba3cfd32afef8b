package repurchase

import (
	"cmp"
	"math"
	"slices"

	"quartermaster/core"
)

// Covariates: what is known of a customer beside when he orders. Fader and Hardie
// (2007, "Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD
// models") scale the parameters by them; here they enter the regression on the
// holdouts, so that they are kept only where they foretell what came, work alike for
// all models, and may change with time.

const (
	minCovariate  = 50 // customers who share it
	maxCovariates = 8  // channels, and as many first products
	browsingDays  = 30 // up to the day asked about, in which browsing counts
)

// covariate is one thing known of customers, as columns of the regression.
type covariate struct {
	width int
	fill  func(s *Summary, columns []float64) // columns are zero before
	why   string                              // what is said when it counts
}

// covariates returns what enough of the customers known on a day share: the channel
// and the dearest product of the first order, and on how many of the last days they
// browsed, where that is known of all trials, the oldest of which began on a day.
func (h *History) covariates(cutoff, oldest core.Day) []covariate {
	var out []covariate
	if h.Channel != nil {
		out = h.shared(out, cutoff, func(c int) string { return h.Channel[c] }, "The channel of a customer's first order counts too.")
	}
	out = h.shared(out, cutoff, func(c int) string { return h.firstProduct(c, cutoff) }, "What a customer bought first counts too.")
	if first, ok := h.firstBrowsed(); ok && first <= oldest-browsingDays {
		out = append(out, covariate{1, func(s *Summary, columns []float64) { columns[0] = math.Log1p(float64(s.Browsed)) },
			"How often a customer browsed of late counts too."})
	}
	return out
}

// firstProduct is the product of the dearest line of a customer's first order, empty
// where none is named.
func (h *History) firstProduct(c int, cutoff core.Day) (name string) {
	lines := h.until(c, cutoff)
	dearest := int64(-1)
	for _, l := range lines {
		if l.Day == lines[0].Day && l.Qty > 0 && l.Product >= 0 && l.Value > dearest {
			dearest, name = l.Value, h.Products[l.Product]
		}
	}
	return name
}

// shared adds a covariate with a column for each name that enough customers share,
// most first; none when no two customers can be told apart by it.
func (h *History) shared(out []covariate, cutoff core.Day, of func(c int) string, why string) []covariate {
	count, known := map[string]int{}, 0
	names := make([]string, len(h.Customers))
	for c := range names {
		if len(h.until(c, cutoff)) == 0 {
			continue
		}
		known++
		if names[c] = of(c); names[c] != "" {
			count[names[c]]++
		}
	}
	var kept []string
	for name, n := range count {
		if n >= minCovariate && n < known {
			kept = append(kept, name)
		}
	}
	if len(kept) == 0 {
		return out
	}
	slices.SortFunc(kept, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	kept = kept[:min(len(kept), maxCovariates)]
	column := make([]int8, len(names)) // one more than the index, 0 for none
	for c, name := range names {
		column[c] = int8(slices.Index(kept, name) + 1)
	}
	return append(out, covariate{len(kept), func(s *Summary, columns []float64) {
		if k := column[s.Customer]; k > 0 {
			columns[k-1] = 1
		}
	}, why})
}

// correct learns what the models missed in the trials, customer by customer, with
// those of the covariates that help, taken in turn: that bring the loss on customers
// not learned from down by more than two, and one for each column. It returns the regression
// and the log odds of the customers of all trials in a row, from regressions that did
// not see them.
func correct(h *History, tried []trial, known []covariate) (fit *regression, eta, offset []float64, used []covariate) {
	fit, eta, offset, loss := correctWith(h, tried, nil, ridges())
	for _, c := range known {
		with := append(slices.Clone(used), c)
		if f, e, o, l := correctWith(h, tried, with, coarseRidges()); l < loss-float64(2+c.width) {
			fit, eta, offset, loss, used = f, e, o, l, with
		}
	}
	if len(used) > 0 {
		fit, eta, offset, _ = correctWith(h, tried, used, ridges())
	}
	return fit, eta, offset, used
}

func correctWith(h *History, tried []trial, more []covariate, strengths []float64) (fit *regression, eta, offset []float64, loss float64) {
	var t table
	var fold []int
	for _, p := range tried {
		p.more = more
		for i := range p.all {
			t.y = append(t.y, min(1, p.orders[i]))
			t.offset = append(t.offset, logit(p.mean[i].Active))
			t.x = p.features(i, t.x)
			fold = append(fold, int(h.draw(p.all[i].Customer)%folds))
		}
	}
	t.p = len(t.x) / len(t.y)
	fit, eta = crossfit(logistic, &t, func(i int) int { return fold[i] }, strengths)
	for i, y := range t.y {
		loss += logistic.loss(y, eta[i])
	}
	if math.IsNaN(loss) {
		loss = math.Inf(1)
	}
	return fit, eta, t.offset, loss
}
