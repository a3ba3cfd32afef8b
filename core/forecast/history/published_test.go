//go:build published

package history

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"quartermaster/core"
)

// TestOnRealDemand injects known faults into real demand and prints how many are
// found. The data is not in this repository; docs/signals.md says where from.
//
//	QM_DATA=folder go test -tags published -run TestOnRealDemand -v ./core/forecast/history
func TestOnRealDemand(t *testing.T) {
	dir := os.Getenv("QM_DATA")
	if dir == "" {
		t.Fatal("QM_DATA names no folder")
	}
	for _, set := range []string{"m5", "uk", "pasta"} {
		nodes, until := load(t, filepath.Join(dir, set+"_dev_daily.csv.gz"))
		days := 0
		for _, n := range nodes {
			days += min(len(n.Series[0].Qty), MaxDays)
		}
		shop := Shop{Until: until, Rates: []core.FXRate{{Currency: "CNY", Rate: 12_800_000}, {Currency: "USD", Rate: 92_000_000}}}
		quiet := audit(nodes, shop)
		fmt.Printf("\n%s: %d SKUs, %d SKU-days; untouched: %s\n", set, len(nodes), days, quiet.text(days))
		for _, f := range faults {
			rnd := rand.New(rand.NewPCG(7, 7))
			bad := clone(nodes)
			truth := f.inject(rnd, bad, until)
			got := audit(bad, shop)
			hit, days := 0, 0
			for key := range truth {
				days++
				if slices.ContainsFunc(f.as, func(k Kind) bool { return got.days[k][key] }) {
					hit++
				}
			}
			alarms, before := 0, 0
			for _, k := range f.as {
				for key := range got.days[k] {
					if !truth[key] {
						alarms++
					}
					if !truth[key] && !quiet.days[k][key] {
						before++
					}
				}
			}
			fmt.Printf("  %-22s injected %5d days, recall %.3f, precision %.3f (new false alarms only: %.3f)\n", f.name, days,
				float64(hit)/float64(max(days, 1)), float64(hit)/float64(max(hit+alarms, 1)), float64(hit)/float64(max(hit+before, 1)))
		}
	}
}

type place struct {
	sku core.SKU
	day core.Day
}

type audited struct{ days map[Kind]map[place]bool }

func audit(nodes []Node, shop Shop) audited {
	out := audited{map[Kind]map[place]bool{}}
	add := func(k Kind, p place) {
		if out.days[k] == nil {
			out.days[k] = map[place]bool{}
		}
		out.days[k][p] = true
	}
	cal := Survey(nodes, shop)
	for _, a := range cal.Anomalies {
		for d := a.From; d <= a.To; d++ {
			add(a.Kind, place{"", d})
		}
	}
	for _, n := range nodes {
		h := cal.Clean(n)
		for _, a := range h.Anomalies {
			for d := a.From; d <= a.To; d++ {
				add(a.Kind, place{n.SKU, d})
			}
		}
		for i, f := range h.Flags {
			if f&core.Promo != 0 {
				add("promo", place{n.SKU, h.Start + core.Day(i)})
			}
			if f&core.Anomaly != 0 && cal.at(h.Start+core.Day(i)) == goneDay {
				add("gone-sku", place{n.SKU, h.Start + core.Day(i)})
			}
		}
	}
	return out
}

func (a audited) text(days int) string {
	s := ""
	for _, k := range append(slices.Clone(Kinds), "promo") {
		if n := len(a.days[k]); n > 0 {
			s += fmt.Sprintf("%s %d (%.3f per 1,000) ", k, n, 1000*float64(n)/float64(days))
		}
	}
	return s
}

// fault injects one kind of fault and returns the days it hit.
type fault struct {
	name   string
	as     []Kind // what it may be called
	inject func(*rand.Rand, []Node, core.Day) map[place]bool
}

// each picks days of nodes that fulfil want and changes them.
func each(rnd *rand.Rand, nodes []Node, span int, least float64, change func(s *core.Series, i int)) map[place]bool {
	hit := map[place]bool{}
	for n := range nodes {
		s := &nodes[n].Series[0]
		if s.Qty.Len() < 120+span {
			continue
		}
		from := max(60, s.Qty.Len()-MaxDays+60)
		i := from + rnd.IntN(max(1, s.Qty.Len()-span-60-from))
		sum, known, zeros := 0.0, 0.0, 0.0
		for j := i - 28; j < i+span+28 && j < s.Qty.Len(); j++ {
			if s.Qty.At(j) >= 0 {
				sum += float64(s.Qty.At(j))
				known++
				if s.Qty.At(j) == 0 {
					zeros++
				}
			}
		}
		if known == 0 || sum/known < least || span > 0 && slices.ContainsFunc(s.Qty.Values()[i:i+span], func(q float32) bool { return q < 0 }) {
			continue
		}
		for j := i; j < i+span; j++ {
			if s.Qty.At(j) <= 0 && least < 2 {
				continue
			}
			change(s, j)
			hit[place{s.SKU, s.Start + core.Day(j)}] = true
		}
	}
	return hit
}

func usualOf(s *core.Series, i int) float64 {
	var v []float64
	for j := max(0, i-42); j < min(s.Qty.Len(), i+43); j++ {
		if s.Qty.At(j) > 0 && j != i {
			v = append(v, float64(s.Qty.At(j)))
		}
	}
	if len(v) == 0 {
		return 1
	}
	return median(v)
}

func spikeOf(factor float64) func(*core.Series, int) {
	return func(s *core.Series, i int) { s.Qty.Set(i, float32(math.Ceil(factor*usualOf(s, i)))) }
}

func zero(s *core.Series, i int) { s.Qty.Set(i, 0) }

var faults = []fault{
	{"x1000", []Kind{Scale, Spike}, func(r *rand.Rand, n []Node, _ core.Day) map[place]bool {
		return each(r, n, 1, 0.2, func(s *core.Series, i int) { s.Qty.Set(i, s.Qty.At(i)*1000) })
	}},
	{"x100", []Kind{Scale, Spike}, func(r *rand.Rand, n []Node, _ core.Day) map[place]bool {
		return each(r, n, 1, 0.2, func(s *core.Series, i int) { s.Qty.Set(i, s.Qty.At(i)*100) })
	}},
	{"spike x20", []Kind{Scale, Spike}, func(r *rand.Rand, n []Node, _ core.Day) map[place]bool {
		return each(r, n, 1, 2, spikeOf(20))
	}},
	{"spike x10", []Kind{Scale, Spike}, func(r *rand.Rand, n []Node, _ core.Day) map[place]bool {
		return each(r, n, 1, 2, spikeOf(10))
	}},
	{"spike x5", []Kind{Scale, Spike}, func(r *rand.Rand, n []Node, _ core.Day) map[place]bool {
		return each(r, n, 1, 2, spikeOf(5))
	}},
	{"negative", []Kind{Negative}, func(r *rand.Rand, n []Node, _ core.Day) map[place]bool {
		return each(r, n, 1, 2, func(s *core.Series, i int) { s.Qty.Set(i, -5) })
	}},
	{"zero, 1 day, >= 5/day", []Kind{Zeros, StockOut}, func(r *rand.Rand, n []Node, _ core.Day) map[place]bool {
		return each(r, n, 1, 5, zero)
	}},
	{"zero, 2 days, >= 5/day", []Kind{Zeros, StockOut}, func(r *rand.Rand, n []Node, _ core.Day) map[place]bool {
		return each(r, n, 2, 5, zero)
	}},
	{"zero, 5 days, >= 5/day", []Kind{Zeros, StockOut}, func(r *rand.Rand, n []Node, _ core.Day) map[place]bool {
		return each(r, n, 5, 5, zero)
	}},
	{"stock-out 10, >= 2/day", []Kind{Zeros, StockOut}, func(r *rand.Rand, n []Node, _ core.Day) map[place]bool {
		return each(r, n, 10, 2, zero)
	}},
	{"missing 3 days", []Kind{Missing}, func(r *rand.Rand, n []Node, _ core.Day) map[place]bool {
		return each(r, n, 3, 2, func(s *core.Series, i int) { s.Qty.Set(i, core.Missing) })
	}},
	{"half the SKUs gone", []Kind{"gone-sku"}, func(r *rand.Rand, n []Node, until core.Day) map[place]bool {
		hit := map[place]bool{}
		for _, back := range []core.Day{50, 111, 171, 200} {
			for i := range n {
				s := &n[i].Series[0]
				if at := int(until - back - s.Start); r.IntN(10) < 6 && at >= 0 && s.Qty.At(at) > 0 {
					s.Qty.Set(at, 0)
					hit[place{s.SKU, until - back}] = true
				}
			}
		}
		return hit
	}},
	{"currency (CNY)", []Kind{Currency}, func(r *rand.Rand, n []Node, _ core.Day) map[place]bool {
		hit := map[place]bool{}
		for i := range n {
			s := &n[i].Series[0]
			at := max(40, s.Qty.Len()-MaxDays+40) + r.IntN(max(1, min(s.Qty.Len(), MaxDays)-80))
			for ; at < s.Qty.Len() && s.Qty.At(at) <= 0; at++ {
			}
			if len(s.Prices) == 0 || at >= s.Qty.Len() {
				continue
			}
			reprice(s, at, at+1, 1/0.128)
			hit[place{s.SKU, s.Start + core.Day(at)}] = true
		}
		return hit
	}},
	{"promotion -20 %, x2", []Kind{"promo"}, func(r *rand.Rand, n []Node, _ core.Day) map[place]bool {
		hit := map[place]bool{}
		for i := range n {
			s := &n[i].Series[0]
			if len(s.Prices) == 0 || s.Qty.Len() < 150 {
				continue
			}
			from := max(60, s.Qty.Len()-MaxDays+60)
			at := from + r.IntN(max(1, s.Qty.Len()-70-from))
			sum := 0.0
			for _, q := range s.Qty.Values()[at-28 : at] {
				sum += float64(q)
			}
			if sum < 2*28 {
				continue
			}
			for j := at; j < at+10; j++ {
				s.Qty.Set(j, s.Qty.At(j)*2)
				hit[place{s.SKU, s.Start + core.Day(j)}] = true
			}
			reprice(s, at, at+10, 0.8)
		}
		return hit
	}},
}

// reprice multiplies the price of days [from, to).
func reprice(s *core.Series, from, to int, by float64) {
	price := func(d core.Day) int64 {
		p := s.Prices[0].Minor
		for _, x := range s.Prices {
			if x.Day <= d {
				p = x.Minor
			}
		}
		return p
	}
	var out []core.PricePoint
	for i := range s.Qty.Len() {
		d := s.Start + core.Day(i)
		p := price(d)
		if i >= from && i < to {
			p = int64(math.Round(float64(p) * by))
		}
		out = append(out, core.PricePoint{Day: d, Minor: p})
	}
	s.Prices = out
}

func clone(nodes []Node) []Node {
	out := slices.Clone(nodes)
	for i := range out {
		out[i].Series = slices.Clone(nodes[i].Series)
		for j := range out[i].Series {
			out[i].Series[j].Qty = slices.Clone(nodes[i].Series[j].Qty)
			out[i].Series[j].Prices = slices.Clone(nodes[i].Series[j].Prices)
		}
	}
	return out
}

// load reads series_id,date,value[,price].
func load(t *testing.T, path string) ([]Node, core.Day) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	gz, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(gz)
	head, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	priceAt, promoAt := slices.Index(head, "price"), slices.Index(head, "promo")
	var nodes []Node
	until := core.Day(0)
	for {
		rec, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		d, err := core.ParseDay(rec[1])
		if err != nil {
			t.Fatal(err)
		}
		if len(nodes) == 0 || string(nodes[len(nodes)-1].SKU) != rec[0] {
			nodes = append(nodes, Node{SKU: core.SKU(rec[0]), Series: []core.Series{{SKU: core.SKU(rec[0]), Channel: "web", Start: d}}})
		}
		s := &nodes[len(nodes)-1].Series[0]
		for int(d-s.Start) > s.Qty.Len() {
			s.Qty = append(s.Qty, core.Missing)
			s.Flags = append(s.Flags, 0)
		}
		v, err := strconv.ParseFloat(rec[2], 32)
		if err != nil {
			v = float64(core.Missing)
		}
		s.Qty = append(s.Qty, float32(v))
		flag := core.DayFlag(0)
		if promoAt >= 0 && rec[promoAt] == "1" {
			flag = core.Promo
		}
		s.Flags = append(s.Flags, flag)
		if priceAt >= 0 && v > 0 {
			p, err := strconv.ParseFloat(rec[priceAt], 64)
			if err == nil {
				s.Prices = append(s.Prices, core.PricePoint{Day: d, Minor: int64(math.Round(100 * p))})
			}
		}
		until = max(until, d+1)
	}
	return nodes, until
}
