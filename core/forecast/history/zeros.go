package history

import (
	"math"

	"quartermaster/core"
)

// Bounds of the search for zeros that are none.
const (
	zeroOdds    = 0.003 // expected number of such runs in the whole history, by chance
	sideDays    = 28    // known days on either side that say what is usual
	leastSide   = 14    // of them, at least
	maxStockOut = 60    // longer runs between two spans of sales are believed
	maxEmpty    = 180   // days of zeros up to an empty shelf that count as stock-out
	maxSudden   = 28    // days of sudden zeros with stock that are not believed yet
	shortRun    = 2     // up to so many days are called zeros, more a stock-out
	rareZero    = 1e-6  // least probability of a zero that is ever assumed
)

// zeros finds runs of zeros that are no demand of zero.
//
// A run up to now while nothing is available is a stock-out. Any other run is
// judged by how many such runs the whole history should hold by chance:
//
//	days · P(zero) · P(zero | zero before)^(length-1)
//
// P(zero) is that of a negative binomial with the mean (of the lower side) and
// variance of the 28 known days before and after, but not below the share of zeros
// seen there; after a zero it leans on the pairs seen there. Below 0.003 the run is
// not believed. Weekdays on which the SKU usually does not sell are not counted,
// nor is a run that was there a year before too (season).
func (k *cleaner) zeros() {
	n := len(k.Y)
	k.z = k.z[:0]
	total := 0
	for i := range n {
		if k.plain(i) {
			total++
		}
	}
	for i := 0; i < n; {
		if !k.plain(i) || k.Y[i] != 0 {
			i++
			continue
		}
		k.z = append(k.z[:0], i)
		j := i + 1
		for ; j < n && !(k.Y[j] > 0 && k.Flags[j]&unknown == 0); j++ { // unknown days do not end a run
			if k.plain(j) && k.Y[j] == 0 {
				k.z = append(k.z, j)
			}
		}
		k.run(k.z, i, j, total)
		i = j
	}
}

// run judges the zeros at days z, which lie in [from, to).
func (k *cleaner) run(z []int, from, to, total int) {
	trailing := to == len(k.Y)
	if trailing && k.node.Empty {
		if to-from <= maxEmpty {
			for _, i := range z {
				k.Flags[i] |= core.StockOut
			}
			k.found(StockOut, from, to, 0, "No sale for %s and nothing is available to sell: demand is unknown, not zero.", days(len(z)))
		}
		return
	}
	if to-from > maxStockOut {
		return
	}
	before := k.side(from-1, -1)
	after := before
	if !trailing {
		after = k.side(to, 1)
	}
	if before.n < leastSide || after.n < leastSide || before.sum == 0 || after.sum == 0 {
		return
	}
	length := 0
	for _, i := range z {
		if w := k.day(i).Weekday(); before.sold[w]+after.sold[w] > 0 && 2*(before.sold[w]+after.sold[w]) >= before.seen[w]+after.seen[w] {
			length++
		}
	}
	if length == 0 {
		return
	}
	odds := float64(total) * zeroRun(before, after, length)
	if odds >= zeroOdds || k.yearBefore(from, to) {
		return
	}
	usual := min(before.mean(), after.mean())
	switch {
	case trailing && to-from <= maxSudden:
		k.suspectZeros(z, "no sale for %s although there is stock, where %s a day are usual (chance %s)", days(len(z)), num(usual), chance(odds))
	case trailing:
	case len(z) <= shortRun:
		k.suspectZeros(z, "no sale for %s, where %s a day are usual before and after (chance %s)", days(len(z)), num(usual), chance(odds))
	default:
		for _, i := range z {
			k.Flags[i] |= core.StockOut
		}
		k.found(StockOut, from, to, 0, "No sale for %s, where %s a day are usual before and after (chance %s): taken as out of stock, demand is unknown.", days(len(z)), num(usual), chance(odds))
	}
}

// suspectZeros marks the zeros of one run, told once.
func (k *cleaner) suspectZeros(z []int, format string, args ...any) {
	if z[len(z)-1]-z[0]+1 == len(z) {
		k.suspect(Zeros, z[0], z[len(z)-1]+1, 0, format, args...)
		return
	}
	for at, i := range z { // other labels lie between
		if at == 0 {
			k.suspect(Zeros, i, i+1, 0, format, args...)
		} else {
			k.suspect("", i, i+1, 0, "")
		}
	}
}

// side is what the known days on one side of a run say.
type side struct {
	n, zeros   int
	sum, sumsq float64
	pairs, two int // days after a zero, and of these zeros
	sold, seen [7]int
}

func (s *side) mean() float64 { return s.sum / float64(max(s.n, 1)) }

// side gathers up to 28 plain days from i on in direction dir.
func (k *cleaner) side(i, dir int) side {
	var s side
	last := -1.0
	for steps := 0; i >= 0 && i < len(k.Y) && s.n < sideDays && steps < 2*sideDays; i, steps = i+dir, steps+1 {
		if !k.plain(i) {
			continue
		}
		y := k.Y[i]
		w := k.day(i).Weekday()
		s.n++
		s.sum += y
		s.sumsq += y * y
		s.seen[w]++
		if y > 0 {
			s.sold[w]++
		} else {
			s.zeros++
		}
		if last == 0 {
			s.pairs++
			if y == 0 {
				s.two++
			}
		}
		last = y
	}
	return s
}

// zeroRun is the probability that a run of length zeros begins on a given day.
func zeroRun(a, b side, length int) float64 {
	m := min(a.mean(), b.mean())
	spread := func(s side) float64 {
		return max(0, s.sumsq-s.sum*s.sum/float64(s.n)) / float64(s.n-1) / s.mean()
	}
	p := math.Exp(-m)
	if over := max(spread(a), spread(b)); over > 1.01 {
		p = math.Pow(over, -m/(over-1))
	}
	p = max(p, rareZero)
	if zeros := a.zeros + b.zeros; zeros > 0 {
		p = max(p, (float64(zeros)+0.5)/float64(a.n+b.n+1))
	}
	again := (float64(a.two+b.two) + 2*p) / float64(a.pairs+b.pairs+2)
	return p * math.Pow(max(p, again), float64(length-1))
}

// yearBefore reports whether the same days of the year before were mostly without
// sales too.
func (k *cleaner) yearBefore(from, to int) bool {
	if to-from < 7 {
		return false
	}
	zeros, known := 0, 0
	for i := from - 364; i < to-364; i++ {
		if i >= 0 && !math.IsNaN(k.Y[i]) {
			known++
			if k.Y[i] == 0 {
				zeros++
			}
		}
	}
	return known > 0 && 2*zeros >= known
}
