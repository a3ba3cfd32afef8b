package history

import (
	"maps"
	"math"
	"slices"
)

// Bounds of the spike test.
const (
	spikeOdds  = 0.003 // expected number of such days in the whole history, by chance
	leastSales = 20    // days with sales that the tail is measured on
	leastRatio = 4     // times the usual; less is no spike
	leastSigma = 0.25  // least spread of the logarithms that is assumed
	leastUnits = 10    // smaller values are no spike, whatever the usual
	scaleRatio = 50    // times the usual from which a wrong unit is thought of
	surgeDays  = 7     // a rise of three days that reaches into these is believed
)

// spikes finds values far beyond the tail of the series' own history.
//
// Values are taken relative to the median sale of their surroundings (84 days).
// Sales of a day are near lognormal in their upper half, so a value is judged by
// how many days as high the history should hold by chance: its number of days with
// sales times the normal tail probability of the logarithm, whose spread is read
// off quantiles that a few errors cannot move (logTail). Below 0.003 the value is a
// spike. Demand with heavy tails so has few spikes, however large its orders. A
// whole number of thousands is a thousand times likelier to be a wrong unit.
func (k *cleaner) spikes() {
	usual := k.usualSale()
	ratio := func(i int) float64 {
		if u := usual[i/block]; u > 0 && k.Y[i] > 0 && k.Flags[i]&unknown == 0 {
			return k.Y[i] / u
		}
		return 0
	}
	k.scratch = slices.Grow(k.scratch[:0], len(k.Y)) // ratios of the days that no promotion lifts
	for i := range k.Y {
		if r := ratio(i); r > 0 && !k.excused[i] {
			k.scratch = append(k.scratch, r)
		}
	}
	n := len(k.scratch)
	if n < 3 {
		return
	}
	slices.Sort(k.scratch)
	middle, sigma := logTail(k.scratch)
	others := k.scratch[max(0, n-2-n/leastSales)] // what no error has made, nearly for sure
	flagged := map[int]float64{}                  // day -> chance
	for i, y := range k.Y {
		r := ratio(i)
		if y < leastUnits || r < leastRatio || k.excused[i] && r < 2*scaleRatio {
			continue
		}
		odds := float64(n) * upper((math.Log(r)-middle)/sigma)
		if n < leastSales { // too few to know the tail: only what is out of all proportion
			if odds = 1; r >= scaleRatio && r >= leastSales*others {
				odds = 0
			}
		}
		if odds < spikeOdds || math.Mod(y, 1000) == 0 && wrongUnit(r) == 1000 && odds < 1000*spikeOdds {
			flagged[i] = odds
		}
	}
	if len(flagged) > 0 {
		k.tell(flagged, usual, n)
	}
}

// tell lists the flagged days, in their order.
func (k *cleaner) tell(flagged map[int]float64, usual []float64, n int) {
	for _, i := range slices.Sorted(maps.Keys(flagged)) {
		u, y := usual[i/block], k.Y[i]
		r := y / u
		switch factor := wrongUnit(r); {
		case factor > 0 && math.Mod(y, float64(factor)) == 0:
			k.suspect(Scale, i, i+1, y, "%s units is %.0f times the usual sale of %s, as when a unit is wrong by %d", num(y), r, num(u), factor)
		case k.surge(i, flagged):
			k.found(Spike, i, i+1, y, "%s units is %.1f times the usual sale of %s; it belongs to a rise of at least three days that goes on, so it is believed (name the campaign in events.csv or signals.csv).", num(y), r, num(u))
		case n < leastSales:
			k.suspect(Spike, i, i+1, y, "%s units is %.0f times the usual sale of %s, and no other day comes near", num(y), r, num(u))
		default:
			k.suspect(Spike, i, i+1, y, "%s units is %.1f times the usual sale of %s, and no promotion, event or campaign is known (chance %s)", num(y), r, num(u), chance(flagged[i]))
		}
	}
}

// logTail returns the median of the logarithms of sorted values, and the spread of
// their upper half: the widest that the quantiles 0.75, 0.9 and 0.95 speak of. A
// twentieth of the values can be errors and change little.
func logTail(v []float64) (middle, sigma float64) {
	quantile := func(p float64) float64 { return math.Log(v[int(p*float64(len(v)-1))]) }
	middle, sigma = quantile(0.5), leastSigma
	for _, q := range [3][2]float64{{0.75, 0.6745}, {0.9, 1.2816}, {0.95, 1.6449}} {
		sigma = max(sigma, (quantile(q[0])-middle)/q[1])
	}
	return middle, sigma
}

// upper is the probability that a standard normal value is above z.
func upper(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

// wrongUnit returns the factor by which a value r times the usual may be wrong, 0
// when it is no such multiple.
func wrongUnit(r float64) int {
	switch {
	case r >= 1000/4 && r <= 1000*4:
		return 1000
	case r >= scaleRatio && r < 1000/4:
		return 100
	}
	return 0
}

// surge reports whether day i belongs to three flagged days in a row that reach
// into the last week.
func (k *cleaner) surge(i int, flagged map[int]float64) bool {
	in := func(j int) bool { _, ok := flagged[j]; return ok }
	from, to := i, i
	for in(from - 1) {
		from--
	}
	for in(to + 1) {
		to++
	}
	return to-from+1 >= 3 && to >= len(k.Y)-surgeDays
}

// block is the number of days that share a usual sale.
const block = 28

// usualSale is the median sale of days with sales around each block of 28 days,
// one block on either side included; where there are fewer than eight, of all
// days. Promotions and other excused days are left out.
func (k *cleaner) usualSale() []float64 {
	blocks := (len(k.Y) + block - 1) / block
	out := make([]float64, blocks)
	collect := func(from, to int, all bool) []float64 {
		k.scratch = k.scratch[:0]
		for i := max(0, from); i < min(to, len(k.Y)); i++ {
			if k.Y[i] > 0 && k.Flags[i]&unknown == 0 && (all || !k.excused[i]) {
				k.scratch = append(k.scratch, k.Y[i])
			}
		}
		return k.scratch
	}
	overall := math.NaN()
	for b := range out {
		v := collect((b-1)*block, (b+2)*block, false)
		if len(v) >= 8 {
			out[b] = median(v)
			continue
		}
		if math.IsNaN(overall) {
			if v = collect(0, len(k.Y), false); len(v) == 0 {
				v = collect(0, len(k.Y), true)
			}
			if len(v) == 0 {
				return out
			}
			overall = median(v)
		}
		out[b] = overall
	}
	return out
}
