package engine

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"quartermaster/core/forecast/methods"
)

// describe says in words how a group is forecast.
func (b *blend) describe(g int, trials []trial) Group {
	w := map[string]float64{}
	for m, v := range b.fits[g].Point {
		if v > 0 {
			w[b.names[m]] = math.Round(v*1000) / 1000
		}
	}
	info := Group{Name: groupName(g), Trials: len(trials), Point: w}
	var parts []string
	for i, n := range order(w) {
		if i == 0 && w[n] > 0.8 {
			parts = []string{n}
			break
		}
		if i < 3 || w[n] >= 0.15 {
			parts = append(parts, fmt.Sprintf("%.0f %% %s", 100*w[n], n))
		}
	}
	info.Method = strings.Join(parts, ", ")
	if left := len(w) - len(parts); left > 0 && w[order(w)[0]] <= 0.8 {
		info.Method += fmt.Sprintf(" and %d more", left)
	}
	if len(trials) == 0 {
		info.Why = "no series of this kind could be tried in the history"
		return info
	}
	var mixed Tally
	single := make([]Tally, len(b.names))
	var lo, median, hi []float64
	for i := range trials {
		t := &trials[i]
		h := len(t.y)
		lo, median, hi = lo[:0], median[:0], hi[:0]
		for k := range h {
			q := quantilesAt(t.dist, h, k, &b.fits[g].Dist, b.fits[g].stretch(k, h))
			lo, median, hi = append(lo, q[0]), append(median, q[1]), append(hi, q[2])
		}
		mixed.Add(t.y, t.mean, lo, median, hi, t.scale)
		for m := range single {
			f := t.point[m*h : (m+1)*h]
			single[m].Add(t.y, f, f, f, f, t.scale)
		}
	}
	info.Errors = mixed.Metrics()
	best := 0
	for m := range single {
		if single[m].Metrics().WAPE < single[best].Metrics().WAPE {
			best = m
		}
	}
	info.Why = fmt.Sprintf("%s demand: in %d trials inside the history this was wrong by %.1f %% of sales (WAPE); the best single candidate, %s, by %.1f %%",
		info.Name, len(trials), 100*info.Errors.WAPE, b.names[best], 100*single[best].Metrics().WAPE)
	return info
}

// order sorts names by weight, largest first, then by name.
func order(w map[string]float64) []string {
	names := make([]string, 0, len(w))
	for n := range w {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(w[b], w[a]), cmp.Compare(a, b)) })
	return names
}

func even(n int) []float64 {
	w := make([]float64, n)
	methods.Fill(w, 1/float64(n))
	return w
}
