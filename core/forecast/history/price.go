package history

import (
	"math"
	"slices"

	"quartermaster/core"
)

// Bounds of what is read from prices.
const (
	priceWindow = 91   // days that the regular price is taken from
	priceStep   = 7    // it is computed once for so many days
	samePrice   = 0.01 // prices closer than this are one price
	dropShare   = 0.05 // a promotion is at least so much below the regular price
	maxPromo    = 42   // days; what lasts longer is a new price
	promoLift   = 1.2  // least lift of demand
	promoZ      = 1.64 // and its least distance from chance, in standard deviations
	wildPrice   = 5    // times the regular price that no sale explains
	rateNear    = 0.03 // how near a price ratio must be to an exchange rate
	rateFar     = 1.5  // rates nearer to 1 cannot be told from a change of price
)

// pricing finds prices in another currency, and promotions that nobody labelled.
func (k *cleaner) pricing() {
	if k.sold == nil || !varied(k.sold) {
		return
	}
	regular := k.regular()
	for i, p := range k.sold {
		if r := p / regular[i/priceStep]; r > 0 {
			if why := k.foreign(r); why != "" {
				k.found(Currency, i, i+1, p, "A price of %s, %.3g times the regular %s: %s; the regular price is used.", num(p/100), r, num(regular[i/priceStep]/100), why)
				a := &k.Anomalies[len(k.Anomalies)-1]
				k.sold[i] = regular[i/priceStep]
				a.Replacement, a.Replaced = k.sold[i], true
			}
		}
	}
	k.promotions(regular)
}

// varied reports whether there is more than one price.
func varied(p []float64) bool {
	first := math.NaN()
	for _, v := range p {
		switch {
		case math.IsNaN(v):
		case math.IsNaN(first):
			first = v
		case v != first:
			return true
		}
	}
	return false
}

// foreign says why a price r times the regular one is in another currency.
func (k *cleaner) foreign(r float64) string {
	best := core.Currency("")
	near := rateNear
	for _, x := range k.cal.shop.Rates {
		rate := float64(x.Rate) / float64(core.RateOne)
		for _, f := range [2]float64{rate, 1 / rate} {
			if max(f, 1/f) < rateFar {
				continue
			}
			if off := math.Abs(math.Log(r / f)); off < near || off == near && x.Currency < best {
				best, near = x.Currency, off
			}
		}
	}
	switch {
	case best != "":
		return "that is the exchange rate of " + string(best)
	case r > wildPrice || r < 1/float64(wildPrice):
		return "no sale explains that, it is taken for another currency or unit"
	}
	return ""
}

// regular is the regular price for each week: the most frequent price of the 91
// days around it when at least a third of the days with sales had it, else the one
// before (Kehoe and Midrigan 2015, "Prices are sticky after all").
func (k *cleaner) regular() []float64 {
	weeks := (len(k.sold) + priceStep - 1) / priceStep
	out := make([]float64, weeks)
	last := math.NaN()
	first := -1
	for w := range out {
		k.scratch = k.scratch[:0]
		mid := w*priceStep + priceStep/2
		for i := max(0, mid-priceWindow/2); i < min(len(k.sold), mid+priceWindow/2+1); i++ {
			if !math.IsNaN(k.sold[i]) {
				k.scratch = append(k.scratch, k.sold[i])
			}
		}
		if mode, share := modal(k.scratch); share >= 1.0/3 && len(k.scratch) >= 3 {
			last = mode
			if first < 0 {
				first = w
			}
		}
		out[w] = last
	}
	if first < 0 { // no price is regular: the usual one
		k.scratch = append(k.scratch[:0], k.sold...)
		v := slices.DeleteFunc(k.scratch, math.IsNaN)
		m := median(v)
		for w := range out {
			out[w] = m
		}
		return out
	}
	for w := range first {
		out[w] = out[first]
	}
	return out
}

// modal returns the price that most of v lie within one percent of, and their
// share; of equally frequent ones the highest. It sorts v.
func modal(v []float64) (mode, share float64) {
	slices.Sort(v)
	best, from := 0, 0
	for to := range v {
		for v[from] < v[to]*(1-samePrice) {
			from++
		}
		if n := to - from + 1; n >= best {
			best, mode = n, v[(from+to)/2]
		}
	}
	return mode, float64(best) / float64(max(len(v), 1))
}

// promotions labels runs of days sold at least 5 % below the regular price, on at
// least two days and at most six weeks, with at least 1.2 times the demand of the
// plain days around, beyond chance. The first day of a run is left out of the
// count: a run begins on a day with a sale because it is seen there first.
func (k *cleaner) promotions(regular []float64) {
	low := func(i int) bool { return k.sold[i] <= (1-dropShare)*regular[i/priceStep] }
	type span struct{ from, to, sales int } // [from, to)
	var runs []span
	for i := 0; i < len(k.sold); i++ {
		if !low(i) {
			continue
		}
		r := span{i, i + 1, 1}
		for j := i + 1; j < len(k.sold) && j-r.to < priceStep; j++ {
			switch {
			case low(j):
				r.to = j + 1
				r.sales++
			case !math.IsNaN(k.sold[j]): // sold at the regular price again
				j = len(k.sold)
			}
		}
		i = r.to - 1
		runs = append(runs, r)
	}
	inRun := make([]bool, len(k.sold))
	for _, r := range runs {
		for i := r.from; i < r.to; i++ {
			inRun[i] = true
		}
	}
	for _, r := range runs {
		if r.sales < 2 || r.to-r.from > maxPromo {
			continue
		}
		var n, sum, sq float64
		for i := max(0, r.from-block); i < min(len(k.Y), r.to+block); i++ {
			if k.plain(i) && !inRun[i] && !k.excused[i] {
				n++
				sum += k.Y[i]
				sq += k.Y[i] * k.Y[i]
			}
		}
		if n < 14 || sum == 0 {
			continue
		}
		mean := sum / n
		over := max(1, (sq/n-mean*mean)/mean)
		known, actual := 0.0, 0.0
		for i := r.from + 1; i < r.to; i++ {
			if !math.IsNaN(k.Y[i]) && k.Flags[i]&unknown == 0 {
				known++
				actual += k.Y[i]
			}
		}
		expected := known * mean
		if known == 0 || actual < promoLift*expected || actual-expected < promoZ*math.Sqrt(over*expected) {
			continue
		}
		for i := r.from; i < r.to; i++ {
			k.Flags[i] |= core.Promo
			k.excused[i] = true
		}
	}
}

// carryPrice fills the days without a sale with the price before them.
func (k *cleaner) carryPrice() {
	last := math.NaN()
	for i, p := range k.sold {
		if !math.IsNaN(p) {
			last = p
		}
		k.sold[i] = last
	}
	if !math.IsNaN(last) {
		k.Price = k.sold
	}
}
