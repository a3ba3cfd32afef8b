package simulate

import (
	"hash/fnv"
	"math"
	"math/rand/v2"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// seedOf names a node in the draws of lead times.
func seedOf(p place) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(p.sku)) // never fails
	_, _ = h.Write([]byte{0})
	_, _ = h.Write([]byte(p.loc))
	return h.Sum64()
}

// arrival is the day on which an order of this node really comes. The lead time
// is lognormal with the mean and deviation of l, in whole days, at least one; the
// supplier's closed days stretch it as they stretch a planned one. Whatever the
// mode, node and day give one uniform number: a bad day is bad for sea and air.
func (s *Scenario) arrival(n *node, day core.Day, l core.Lead, closed []core.DayRange) core.Day {
	if l.SD > 0 && l.Days > 0 {
		u := rand.New(rand.NewPCG(s.Seed^n.seed, uint64(day))).Float64()
		cv := l.SD / l.Days
		variance := math.Log1p(cv * cv) // of the logarithm
		drawn := l.Days * math.Exp(math.Sqrt(variance)*replenish.Z(u)-variance/2)
		l.Days = max(1, math.Round(min(drawn, l.Days+10*l.SD)))
	}
	return replenish.Arrival(day, l, closed)
}
