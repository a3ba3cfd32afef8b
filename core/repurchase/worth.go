package repurchase

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Worth is what the customers of a segment, channel or service are worth: the
// discounted value of their orders within the horizon.
type Worth struct {
	Group     string
	Customers int
	Mean      float64  // per customer, minor units
	Interval  Interval // of Mean, from the uncertainty of the fitted models
	Total     float64  // of all of them, minor units
	Expected  float64  // orders in the window of the report, all customers
}

// WorthReport is the lifetime value by segment, by channel of the first order,
// and by how the next order is best served. Each list is complete: every
// customer is in exactly one of its groups.
type WorthReport struct {
	Days     int // horizon
	Yearly   float64
	Segments []Worth
	Channels []Worth // none where no channel is known
	Services []Worth
	NoValue  bool // without repeat orders of known value the numbers are orders, not money
	Model    Model
	Spend    Spend
}

// What intervals cost.
const (
	worthDraws  = 30     // bootstrap shops
	worthPeople = 20_000 // customers looked at, evenly chosen
)

// Worths values the customers of a report: expected orders within horizon days,
// discounted by yearly (0.1 is ten percent), times the gamma-gamma value of an
// order. The same seed gives the same intervals.
func Worths(h *History, r *CustomerReport, horizon int, yearly float64, seed uint64) *WorthReport {
	clock := seasonOf(h, r.Cutoff, horizon)
	all := h.summaries(r.Cutoff, clock, 1)
	w := &WorthReport{Days: horizon, Yearly: yearly, Model: r.Models[min(max(r.Best, 0), len(r.Models)-1)]}
	segments, _ := SegmentCustomers(h, r)
	stride := 1 + (len(all)-1)/worthPeople
	some := make([]Summary, 0, len(all)/stride+1)
	for i := 0; i < len(all); i += stride {
		some = append(some, all[i])
	}
	spend, err := FitSpend(all)
	w.NoValue = err != nil
	w.Spend = spend
	points := worthOf(&w.Model, spend, w.NoValue, some, horizon, yearly)
	draws := Bootstrap(&w.Model, all, worthDraws, seed)
	per := make([][]float64, len(draws))
	for k := range draws {
		s := spend
		if !w.NoValue {
			if d, err := FitSpend(resample(all, seed, uint64(k))); err == nil {
				s = d
			}
		}
		per[k] = worthOf(&draws[k], s, w.NoValue, some, horizon, yearly)
	}
	group := func(name func(i int) string) []Worth {
		at := map[string]int{}
		var out []Worth
		members := [][]int{}
		for i := range all {
			g := name(i)
			k, ok := at[g]
			if !ok {
				k = len(out)
				at[g] = k
				out = append(out, Worth{Group: g})
				members = append(members, nil)
			}
			out[k].Customers++
			out[k].Expected += r.Customers[i].Expected
			if i%stride == 0 {
				members[k] = append(members[k], i/stride)
			}
		}
		for k := range out {
			g := &out[k]
			g.Mean = meanOf(points, members[k])
			sum, square := 0.0, 0.0
			for _, p := range per {
				v := math.Log(max(meanOf(p, members[k]), 1e-9))
				sum += v
				square += v * v
			}
			n := float64(len(per))
			half := 1.96 * math.Sqrt(max(0, square-sum*sum/max(n, 1))/max(n-1, 1))
			g.Interval = Interval{g.Mean * math.Exp(-half), g.Mean * math.Exp(half)}
			g.Total = g.Mean * float64(g.Customers)
		}
		slices.SortFunc(out, func(a, b Worth) int { return cmp.Or(cmp.Compare(b.Mean, a.Mean), cmp.Compare(a.Group, b.Group)) })
		return out
	}
	w.Segments = group(func(i int) string { return string(segments[i]) })
	if h.Channel != nil {
		w.Channels = group(func(i int) string { return h.Channel[all[i].Customer] })
	}
	w.Services = group(func(i int) string { return string(ServiceOf(all[i].Orders, r.Customers[i].Alive)) })
	return w
}

func meanOf(v []float64, at []int) float64 {
	sum := 0.0
	for _, i := range at {
		sum += v[i]
	}
	return sum / float64(max(len(at), 1))
}

// worthOf returns the value of each customer; orders alone without a value model.
func worthOf(m *Model, g Spend, orders bool, all []Summary, horizon int, yearly float64) []float64 {
	const step = 91.25
	out, before := make([]float64, len(all)), make([]float64, len(all))
	most := 0
	for _, s := range all {
		most = max(most, s.Frequency)
	}
	for t := 0.0; t < float64(horizon); {
		to := min(t+step, float64(horizon))
		discount := math.Pow(1+max(yearly, 0), -(t+to)/2/365)
		eachOutlook(m, all, to, most, func(i int, o Outlook) {
			out[i] += max(0, o.Expected-before[i]) * discount
			before[i] = max(before[i], o.Expected)
		})
		t = to
	}
	if orders {
		return out
	}
	for i := range out {
		out[i] *= g.OrderValue(all[i])
	}
	return out
}

// resample draws every customer with repeat orders a Poisson(1) number of times;
// of very many only some are drawn from, which errs to the wide side.
func resample(all []Summary, seed, k uint64) []Summary {
	p := distuv.Poisson{Lambda: 1, Src: rand.NewPCG(seed, k+1<<32)}
	var some []Summary
	for i := 0; i < len(all); i += 1 + (len(all)-1)/worthPeople {
		if all[i].Frequency > 0 {
			for range int(p.Rand()) {
				some = append(some, all[i])
			}
		}
	}
	return some
}
