package repurchase

import (
	"math"
	"slices"
)

// view is the customers on one day with what the models expect of them.
type view struct {
	all    []Summary
	days   float64
	models []Model
	each   [][]Outlook // by model
	mean   []Outlook   // of the models: chances by log odds, numbers by logarithm
	center Summary     // means of the logs of value, units and lines
	more   []covariate // that count in the correction
}

// newView fits the models of these kinds to customers and asks them about the
// next days, by the clock of the summaries. A model that has no fit is left out;
// without any, customers order at the pooled rate of the shop.
func newView(all []Summary, days float64, kinds ...Kind) *view {
	return newViewNear(nil, all, days, kinds...)
}

// newViewNear is newView with fits that begin at those of much the same customers.
func newViewNear(near []Model, all []Summary, days float64, kinds ...Kind) *view {
	v := &view{days: days}
	most := 0
	for _, s := range all {
		most = max(most, s.Frequency)
		v.center.Value += math.Log1p(s.Value) / float64(len(all))
		v.center.Units += math.Log1p(s.Units) / float64(len(all))
		v.center.Lines += math.Log1p(s.Lines) / float64(len(all))
	}
	gs := groups(all)
	for _, k := range kinds {
		starts := farStarts
		if i := slices.IndexFunc(near, func(m Model) bool { return m.Kind == k }); i >= 0 {
			starts = [][]float64{near[i].start(gs)}
		}
		if m, err := fitGroups(k, gs, starts); err == nil {
			v.models = append(v.models, m)
		}
	}
	if len(v.models) == 0 {
		v.models = []Model{pooled(all)}
	}
	v.all, v.mean = all, make([]Outlook, len(all))
	for i := range v.models {
		p := newPredictor(&v.models[i], days, min(most, 100))
		o := make([]Outlook, len(all))
		inParts(len(all), func(_, from, to int) {
			once := map[float64]Outlook{} // by age, of who bought once: many are alike
			for i := from; i < to; i++ {
				if all[i].Frequency > 0 {
					o[i] = p.outlook(all[i])
					continue
				}
				known, ok := once[all[i].Age]
				if !ok {
					known = p.outlook(all[i])
					once[all[i].Age] = known
				}
				o[i] = known
			}
		})
		v.each = append(v.each, o)
	}
	n := float64(len(v.models))
	inParts(len(all), func(_, from, to int) {
		for i := from; i < to; i++ {
			var o Outlook
			for _, e := range v.each {
				o.Alive += e[i].Alive / n
				o.Active += logit(e[i].Active) / n
				o.Expected += math.Log(max(e[i].Expected, 1e-6)) / n
			}
			o.Active, o.Expected = logistic.mean(o.Active), math.Exp(o.Expected)
			v.mean[i] = o
		}
	})
	return v
}

// pooled is the fallback for a shop too young or too small for a fit: nobody
// leaves, and rates are pulled hard to one repeat order in a hundred days.
func pooled(all []Summary) Model {
	orders, time := 1.0, 100.0
	for _, s := range all {
		orders += float64(s.Frequency)
		time += s.Age
	}
	return Model{Kind: BGNBD, R: 1, Alpha: time / orders, A: 1e-3, B: 1e3}
}

func logit(p float64) float64 {
	p = min(1-1e-6, max(1e-6, p))
	return math.Log(p / (1 - p))
}

// features describes customer i for the correction of the models: where they
// disagree, and what they do not look at.
func (v *view) features(i int, out []float64) []float64 {
	s := &v.all[i]
	base := logit(v.mean[i].Active)
	out = append(out, base)
	for k := range v.each {
		out = append(out, logit(v.each[k][i].Active)-base)
	}
	once := 0.0
	if s.Frequency == 0 {
		once = 1
	}
	age := max(s.Age, 1)
	out = append(out, once, math.Log1p(float64(s.Frequency)), s.Recency/age, math.Log1p(age-s.Recency),
		math.Log1p(float64(s.Half)), math.Log1p(s.Value)-v.center.Value, math.Log1p(s.Units)-v.center.Units,
		math.Log1p(s.Lines)-v.center.Lines, math.Log(age))
	for _, c := range v.more {
		from := len(out)
		out = append(out, make([]float64, c.width)...)
		c.fill(s, out[from:])
	}
	return out
}
