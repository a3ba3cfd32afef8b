package signal

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"quartermaster/core"
)

// Elasticity is how much demand answers to a change: demand is multiplied by
// (1+change)^Value.
type Elasticity struct {
	Value float64 `json:"value"`
	SE    float64 `json:"se"`
	Days  int     `json:"days"` // of data behind it; 0 when it is the default
	Why   string  `json:"why"`  // one sentence
}

// prior is what is known about other shops, and the bounds of any answer.
type prior struct {
	mean, sd, lo, hi float64
	source           string
}

var (
	// The mean short-term elasticity of sales to advertising over 751 estimates.
	adPrior = prior{0.12, 0.10, 0, 0.6, "0.12, the mean of published estimates (Sethuraman, Tellis and Briesch 2011)"}
	// The mean elasticity of sales to price over 1,851 estimates.
	pricePrior = prior{-2.62, 1.0, -5, 0, "-2.62, the mean of published estimates (Bijmolt, van Heerde and Pieters 2005)"}
)

// Bounds of what is estimated from data.
const (
	estimateDays = 364  // how far back is looked
	leastDays    = 56   // known days, at least
	leastSpend   = 14   // of them with money spent on ads
	leastVary    = 0.2  // variation of spend (standard deviation over mean)
	leastPrices  = 0.03 // standard deviation of the logarithm of price
	leastTotal   = 0.05 // of the ad money that stays, in the formula: a stop is no zero
)

// AdElasticity estimates how demand answers to money spent on ads, from the last
// year of a product: least squares of daily demand on weekday, trend and spend, the
// slope taken at the means. The standard error is widened for errors that follow
// each other (first-order autocorrelation). Estimate and published mean are then
// weighted by their precision. Too little data, or spend that hardly varies, leaves
// the published mean. The answer lies between 0 and 0.6.
//
// y is the demand of days from start on, NaN unknown; spend the money of each day
// in any unit.
func AdElasticity(start core.Day, y, spend []float64) Elasticity {
	from := max(0, len(y)-estimateDays)
	known, spent, sum, sq, demand := 0, 0, 0.0, 0.0, 0.0
	for i := from; i < len(y); i++ {
		if math.IsNaN(y[i]) || i >= len(spend) {
			continue
		}
		known++
		demand += y[i]
		sum += spend[i]
		sq += spend[i] * spend[i]
		if spend[i] > 0 {
			spent++
		}
	}
	n := float64(max(known, 1))
	mean := sum / n
	vary := math.Sqrt(max(0, sq/n-mean*mean)) / mean
	switch {
	case known < leastDays || spent < leastSpend || demand <= 0:
		return adPrior.assumed(fmt.Sprintf("%d known days, %d of them with ads, say too little", known, spent))
	case vary < leastVary:
		return adPrior.assumed("the money spent on ads hardly varied")
	}
	slope, se, ok := regress(start, y, spend, from)
	if !ok {
		return adPrior.assumed("the money spent on ads follows the weekdays")
	}
	scale := mean / (demand / n)
	return adPrior.with(slope*scale, se*scale, known)
}

// PriceElasticity is AdElasticity for the price: the regression is of the logarithm
// of demand plus a half on the logarithm of price. The answer lies between -5 and 0.
func PriceElasticity(start core.Day, y, price []float64) Elasticity {
	from := max(0, len(y)-estimateDays)
	logY, logP := make([]float64, len(y)), make([]float64, len(y))
	n, sum, sq := 0, 0.0, 0.0
	for i := range y {
		logY[i] = math.NaN()
		if i < len(price) && price[i] > 0 && !math.IsNaN(y[i]) {
			logY[i], logP[i] = math.Log(y[i]+0.5), math.Log(price[i])
			if i >= from {
				n++
				sum += logP[i]
				sq += logP[i] * logP[i]
			}
		}
	}
	if n < leastDays {
		return pricePrior.assumed(fmt.Sprintf("%d days with a price say too little", n))
	}
	mean := sum / float64(n)
	if math.Sqrt(max(0, sq/float64(n)-mean*mean)) < leastPrices {
		return pricePrior.assumed("the price hardly varied")
	}
	slope, se, ok := regress(start, logY, logP, from)
	if !ok {
		return pricePrior.assumed("the price follows the weekdays")
	}
	return pricePrior.with(slope, se, n)
}

func (p prior) assumed(why string) Elasticity {
	return Elasticity{Value: p.mean, SE: p.sd, Why: fmt.Sprintf("Assumed: %s, because %s.", p.source, why)}
}

// with weighs an estimate against the prior by precision.
func (p prior) with(v, se float64, days int) Elasticity {
	w := 1 / (se * se)
	w0 := 1 / (p.sd * p.sd)
	e := Elasticity{Value: min(max((w*v+w0*p.mean)/(w+w0), p.lo), p.hi), SE: 1 / math.Sqrt(w+w0), Days: days}
	e.Why = fmt.Sprintf("Estimated: %.2f ± %.2f from %d days of this product, weighted with %s, gives %.2f.", v, 1.96*se, days, p.source, e.Value)
	return e
}

// regress returns the slope of y on x beside weekday means and a trend, with its
// standard error. It reports false when x cannot be told from those.
func regress(start core.Day, y, x []float64, from int) (slope, se float64, ok bool) {
	var rows []int
	for i := from; i < len(y) && i < len(x); i++ {
		if !math.IsNaN(y[i]) {
			rows = append(rows, i)
		}
	}
	const k = 9 // weekdays, trend, x
	n := len(rows)
	if n <= k+5 {
		return 0, 0, false
	}
	scale := 0.0
	for _, i := range rows {
		scale = max(scale, math.Abs(x[i]))
	}
	if scale == 0 {
		return 0, 0, false
	}
	a, b := mat.NewDense(n, k, nil), mat.NewVecDense(n, nil)
	for r, i := range rows {
		a.Set(r, int((start + core.Day(i)).Weekday()), 1)
		a.Set(r, 7, float64(i-from)/float64(len(y)-from))
		a.Set(r, 8, x[i]/scale)
		b.SetVec(r, y[i])
	}
	var gram, inverse mat.Dense
	gram.Mul(a.T(), a)
	for w := range 7 { // a weekday without a day
		if gram.At(w, w) == 0 {
			gram.Set(w, w, 1)
		}
	}
	if err := inverse.Inverse(&gram); err != nil {
		return 0, 0, false
	}
	var right, beta, fit mat.VecDense
	right.MulVec(a.T(), b)
	beta.MulVec(&inverse, &right)
	fit.MulVec(a, &beta)
	rss, lag, last := 0.0, 0.0, 0.0
	for r := range n {
		e := b.AtVec(r) - fit.AtVec(r)
		rss += e * e
		lag += e * last
		last = e
	}
	rho := 0.0
	if rss > 0 {
		rho = min(max(lag/rss, 0), 0.9)
	}
	v := inverse.At(8, 8) * rss / float64(n-k) * (1 + rho) / (1 - rho)
	slope, se = beta.AtVec(8)/scale, math.Sqrt(v)/scale
	if !(se > 0) { // a perfect fit still has the error of rounding
		se = math.Abs(slope)*1e-6 + 1e-9
	}
	return slope, se, !math.IsNaN(slope+se) && !math.IsInf(slope+se, 0)
}

// OfSpend is the change of demand when the money for ads changes by the fraction
// change. At least five percent of it are taken to stay: without any ads demand is
// lower, not gone.
func (e Elasticity) OfSpend(change float64) float64 {
	return math.Pow(max(leastTotal, 1+change), e.Value) - 1
}

// OfPrice is the change of demand when the price changes by the fraction change.
func (e Elasticity) OfPrice(change float64) float64 {
	return math.Pow(max(leastTotal, 1+change), e.Value) - 1
}
