package window

import (
	"math"

	"quartermaster/core/forecast/methods"
)

// Input is what is known of one series, in periods of one length (days, weeks).
type Input struct {
	// Past is the demand up to yesterday, oldest first; NaN is unknown.
	Past []float64
	// Mean is the expected demand of each period from today on. Where it ends, its
	// last Week values go on.
	Mean []float64
	// Totals are quantiles of cumulative demand at Levels, ascending: Totals[l][n-1] is
	// that of the first n periods. nil when there is no model, or it is not that long.
	Totals [][]float64
	Levels []float64
	// Whole says that Mean is to be believed whole, because a person set it: windows keep
	// their shape, what they differ from each other by in proportion, and average Mean.
	Whole bool
	// Year is the number of periods looked back, a whole number of weeks: 364 or 52.
	Year int
	// Week is the number of periods in a week: 7 or 1.
	Week int
}

// The figures below were chosen by the cost of simulated stock on halves of real
// data and confirmed on the others; docs/replenishment.md has the table.
const (
	// trust is the weight of the forecast in the level of the windows; the rest is on
	// the averages of the past, of which recent counts the last eight weeks.
	trust, recent = 0.45, 0.4
	// A window is moved by a factor between lowest and highest.
	lowest, highest = 0.6, 1.6
	// pooled is the weight of the model's quantiles, none of which is believed beyond
	// beyond times the largest window.
	pooled, beyond = 0.4, 2.0
	// least is the number of known periods below which windows say nothing.
	least = 8
	// thin is the number of courses of a series without usable history.
	thin = 99
)

// Paths are equally likely courses of demand of one series from today on.
type Paths struct {
	// Windows is the number of windows of the past they were made of, 0 when a
	// negative binomial distribution stands in. Pooled says whether the model's
	// quantiles took part, Factor by how much windows were moved.
	Windows int
	Pooled  bool
	Factor  float64

	n, periods int
	v          []float64 // n rows of periods values
	sum        []float64 // n rows of periods+1 running sums
	totals     []float64
	order      []int
	spreads    map[int]levels // by number of courses
}

// Len returns the number of courses, Periods their length.
func (p *Paths) Len() int { return p.n }

// Periods returns the length of each course.
func (p *Paths) Periods() int { return p.periods }

// Path returns course j, one value per period; it is not to be changed.
func (p *Paths) Path(j int) []float64 { return p.v[j*p.periods : (j+1)*p.periods] }

// Reset makes p the courses of a series, of the given length, in the memory it has.
func (p *Paths) Reset(in Input, periods int) {
	periods = max(periods, 1)
	p.periods, p.Windows, p.Pooled, p.Factor = periods, 0, false, 1
	past := known(in.Past, max(in.Year, 1))
	if all := sum(past); len(past) < least || !(all > 0) {
		p.counts(in)
	} else {
		p.windows(in, past)
		p.lean(in)
		if in.Whole && p.Windows > 0 {
			p.moveTo(in.means(periods))
		}
	}
	p.running()
}

// moveTo moves all courses by one factor so that the average of their totals is this.
func (p *Paths) moveTo(total float64) {
	f := 0.0
	if all := sum(p.v[:p.n*p.periods]); all > 0 {
		f = total * float64(p.n) / all
	}
	p.Factor *= f
	for i := range p.v[:p.n*p.periods] {
		p.v[i] *= f
	}
}

// ahead is the expected demand of the first n periods: the mean of the model's
// distribution of it or, without one, the sum of the expected periods. The first is
// preferred because it is a mean: a point forecast that was chosen by several
// measures of error leans towards the median, and is too low where demand is lumpy.
func (in *Input) ahead(n int) float64 {
	total := 0.0
	if in.reaches(n) {
		const steps = 200
		for i := range steps {
			total += in.total(n, (float64(i)+0.5)/steps)
		}
		return total / steps
	}
	return in.means(n)
}

// means is the sum of the first n expected periods.
func (in *Input) means(n int) float64 {
	total := 0.0
	for k := range n {
		total += in.mean(k)
	}
	return total
}

// reaches says whether the model tells the demand of the first n periods.
func (in *Input) reaches(n int) bool {
	return len(in.Levels) > 0 && len(in.Totals) == len(in.Levels) && len(in.Totals[0]) >= n
}

// mean is the expected demand of period k, finite and not negative.
func (in *Input) mean(k int) float64 {
	n := len(in.Mean)
	if n == 0 {
		return 0
	}
	if k >= n {
		w := min(max(in.Week, 1), n)
		k = n - w + (k-n)%w
	}
	if v := in.Mean[k]; v > 0 && !math.IsInf(v, 0) {
		return v
	}
	return 0
}

// windows fills p with the windows of the past, moved to the expected level. Where
// the past is shorter than two of them they run on from its beginning.
func (p *Paths) windows(in Input, past []float64) {
	n, h := len(past), p.periods
	p.n = n
	if n >= 2*h {
		p.n = n - h + 1
	}
	p.Windows = p.n
	p.v = room(p.v, p.n*h)
	all := 0.0
	for j := range p.n {
		row := p.v[j*h : (j+1)*h]
		for k := range row {
			row[k] = past[(j+k)%n]
			all += row[k]
		}
	}
	eight := past[max(n-8*max(in.Week, 1), 0):]
	average := recent*sum(eight)/float64(len(eight)) + (1-recent)*sum(past)/float64(n)
	want := trust*in.ahead(h) + (1-trust)*average*float64(h)
	if all <= 0 { // the sales there are lie outside all windows
		p.counts(in)
		return
	}
	p.Factor = min(max(want*float64(p.n)/all, lowest), highest)
	for i := range p.v {
		p.v[i] *= p.Factor
	}
}

// lean draws the totals of the courses towards the model's quantiles, the k-th
// smallest towards the quantile of its place.
func (p *Paths) lean(in Input) {
	h := p.periods
	if p.Windows == 0 || !in.reaches(h) {
		return
	}
	p.Pooled = true
	p.totals, p.order = room(p.totals, p.n), roomInt(p.order, p.n)
	for j := range p.n {
		p.totals[j], p.order[j] = sum(p.Path(j)), j
	}
	sortBy(p.order, p.totals)
	top := beyond * p.totals[p.order[p.n-1]]
	for rank, j := range p.order {
		u := (float64(rank) + 0.5) / float64(p.n)
		to := (1-pooled)*p.totals[j] + pooled*min(in.total(h, u), top)
		row := p.v[j*h : (j+1)*h]
		f := to / p.totals[j]
		for k := range row {
			if p.totals[j] > 1e-9 { // less is noise that f could not be divided by
				row[k] *= f
			} else {
				row[k] = to / float64(h)
			}
		}
	}
}

// total returns the level u of the model's cumulative demand of the first n periods.
// Between two levels above the median it is linear in the logarithm of what is above,
// as an exponential tail is; beyond the last it goes on like that.
func (in *Input) total(n int, u float64) float64 {
	q := func(i int) float64 { return max(in.Totals[i][n-1], 0) }
	l := in.Levels
	last := len(l) - 1
	if u <= l[0] || last == 0 {
		return q(0) * min(u/l[0], 1)
	}
	i := 1
	for i < last && u > l[i] {
		i++
	}
	a, b := l[i-1], l[i]
	share := (u - a) / (b - a)
	if a >= 0.5 {
		share = math.Log((1-a)/(1-u)) / math.Log((1-a)/(1-b))
	}
	return q(i-1) + share*(q(i)-q(i-1))
}

// counts fills p with courses whose totals follow a negative binomial distribution
// around the expected demand, as spread as sales of a new product are: a deviation of
// 70 % of the mean beside that of counting.
func (p *Paths) counts(in Input) {
	h := p.periods
	ahead := in.means(h)
	p.n, p.Windows = thin, 0
	p.v = room(p.v, p.n*h)
	p.totals = room(p.totals, p.n)
	levels := make([]float64, p.n)
	for j := range levels {
		levels[j] = (float64(j) + 0.5) / float64(p.n)
	}
	methods.NegBinQuantiles(p.totals, levels, ahead, ahead*(1+ahead/2))
	for j := range p.n {
		row := p.v[j*h : (j+1)*h]
		for k := range row {
			row[k] = 0
			if ahead > 0 {
				row[k] = p.totals[j] * in.mean(k) / ahead
			}
		}
	}
}

// Scale multiplies each period of every course by its factor, none below 0; where
// there are fewer factors than periods the last goes on.
func (p *Paths) Scale(factor []float64) {
	if len(factor) == 0 {
		return
	}
	for j := range p.n {
		row := p.Path(j)
		for k := range row {
			row[k] *= max(factor[min(k, len(factor)-1)], 0)
		}
	}
	p.running()
}

// Widen moves the courses that ask for more than the average of all further away from
// it, in total by factor f, at least 1: an expectation that may be too low.
func (p *Paths) Widen(f float64) {
	all := 0.0
	for j := range p.n {
		all += sum(p.Path(j)) / float64(p.n)
	}
	for j := range p.n {
		row := p.Path(j)
		if total := sum(row); total > all {
			by := (all + max(f, 1)*(total-all)) / total
			for k := range row {
				row[k] *= by
			}
		}
	}
	p.running()
}

// running keeps the running sums of all courses.
func (p *Paths) running() {
	p.sum = room(p.sum, p.n*(p.periods+1))
	for j := range p.n {
		s := p.sum[j*(p.periods+1) : (j+1)*(p.periods+1)]
		s[0] = 0
		for k, v := range p.Path(j) {
			s[k+1] = s[k] + v
		}
	}
}

// Total returns the distribution of demand over the periods from a up to b, b not
// included. Both are cut to the length of the courses.
func (p *Paths) Total(a, b int) Dist {
	a, b = min(max(a, 0), p.periods), min(max(b, 0), p.periods)
	out := make([]float64, p.n)
	for j := range out {
		s := p.sum[j*(p.periods+1):]
		out[j] = max(s[b]-s[a], 0)
	}
	return NewDist(out)
}

// Until returns the distribution of demand over a lead time and the periods after
// it, as a mixture over the lead time: each course meets a lead time of its own, all
// levels alike. Parts of a period count in proportion; a course that is too short
// goes on at its mean.
func (p *Paths) Until(lead Lead, after float64) Dist {
	out := make([]float64, p.n)
	at := lead.Quantile(0.5) + after
	if lead.fixed() {
		for j := range out {
			out[j] = p.cumulative(j, at)
		}
		return NewDist(out)
	}
	l := p.levels()
	for j := range out {
		if len(lead.Observed) > 0 {
			at = lead.Quantile(l.u[j])
		} else {
			at = lead.gamma(l.erfinv[j])
		}
		out[j] = p.cumulative(j, at+after)
	}
	return NewDist(out)
}

// levels are those of all courses, kept from one series to the next.
func (p *Paths) levels() levels {
	l, ok := p.spreads[p.n]
	if !ok {
		l = spread(p.n)
		if p.spreads == nil {
			p.spreads = map[int]levels{}
		}
		p.spreads[p.n] = l
	}
	return l
}

// cumulative returns the demand of course j up to time at.
func (p *Paths) cumulative(j int, at float64) float64 {
	s := p.sum[j*(p.periods+1) : (j+1)*(p.periods+1)]
	if at >= float64(p.periods) {
		return s[p.periods] * at / float64(p.periods)
	}
	k := int(max(at, 0))
	return s[k] + (max(at, 0)-float64(k))*(s[k+1]-s[k])
}
