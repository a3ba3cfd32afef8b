package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"quartermaster/core"
	"quartermaster/core/simulate"
)

// simulation is what simulate prints.
type simulation struct {
	scenario *simulate.Scenario
	results  []simulate.Result
	curves   []simulate.Curve
	savings  []simulate.Saving
}

// compare puts the first policy beside the others at equal fill rates: those that
// each reaches as it stands, and round ones.
func (s *simulation) compare() {
	fills := []float64{s.results[0].FillRate, 0.90, 0.95, 0.98}
	for i, other := range s.curves {
		if i > 0 {
			s.savings = append(s.savings, simulate.Compare(s.curves[0], other, append(fills, s.results[i].FillRate))...)
		}
	}
}

// table prints for people.
func (s *simulation) table(w io.Writer) error {
	sc := s.scenario
	fmt.Fprintf(w, "%d items, %s to %s, the first %d days not scored; amounts in %s\n",
		sc.Nodes(), sc.From, sc.To-1, sc.WarmUp, sc.Currency())
	if text := sc.LeftOutText(); text != "" {
		fmt.Fprintf(w, "Left out: %s.\n", text)
	}
	fmt.Fprintln(w)
	tw := tabwriter.NewWriter(w, 2, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "fill\tcycles\tstock\tpeak\tdays\torders\tunits\tfreight\tlost margin\tholding\tpurchase\ttotal cost\tof sales\t  policy")
	row := func(name string, t simulate.Totals) {
		fmt.Fprintf(tw, "%.1f %%\t%.1f %%\t%s\t%s\t%.0f\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%.2f %%\t  %s\n", 100*t.FillRate, 100*t.ServiceLevel,
			whole(t.AverageStockValue), whole(t.PeakStockValue), t.TurnoverDays, t.Orders, t.Units, whole(t.Freight), whole(t.LostMargin),
			whole(t.HoldingCost), whole(t.PurchaseVariance), whole(t.TotalCost), 100*t.CostShare, name)
	}
	for _, r := range s.results {
		row(r.Policy, r.Totals)
		for _, c := range r.Classes {
			c.PeakStockValue = core.Money{}
			row("  class "+c.Class, c.Totals)
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nstock, peak: value on hand at landed cost. days: turnover. purchase: paid above (+) or below (-) landed cost.")
	fmt.Fprintln(w, "total cost = lost margin + holding + purchase; classes by margin of the year before (A 80 %, B 15 %, C 5 %).")
	for _, r := range s.results {
		fmt.Fprintf(w, "  %s: %s\n", r.Policy, r.About)
		if r.AdSpend.Minor > 0 {
			fmt.Fprintf(w, "    of %s spent on ads %s met empty shelves\n", r.AdSpend, r.AdWaste)
		}
		if r.Approvals != nil {
			fmt.Fprintf(w, "    %s\n", r.Approvals)
		}
	}
	if len(s.curves) == 0 {
		return nil
	}
	fmt.Fprintln(w, "\nEfficiency: fill rate and average stock value at each setting of the knob")
	for _, c := range s.curves {
		fmt.Fprintf(w, "  %s (%s)\n", c.Policy, c.Knob)
		for _, p := range c.Points {
			fmt.Fprintf(w, "    %8s  %6.2f %%  %12s  cost %.2f %%\n", strconv.FormatFloat(p.Knob, 'g', -1, 64), 100*p.FillRate, whole(p.AverageStockValue), 100*p.CostShare)
		}
	}
	fmt.Fprintln(w, "\nThe setting of lowest total cost")
	for _, c := range s.curves {
		if p, ok := c.Cheapest(); ok {
			fmt.Fprintf(w, "  %s at %s: %s %s, %.2f %% of wanted sales, fill rate %.1f %%\n", c.Policy, strconv.FormatFloat(p.Knob, 'g', -1, 64),
				p.TotalCost.Currency, whole(p.TotalCost), 100*p.CostShare, 100*p.FillRate)
		}
	}
	fmt.Fprintln(w)
	for _, text := range s.sentences() {
		fmt.Fprintln(w, text)
	}
	return nil
}

// sentences say how much stock the first policy saves at these fill rates; at all
// that were compared when none is given.
func (s *simulation) sentences(at ...float64) []string {
	var out []string
	for _, v := range s.savings {
		if len(at) > 0 && !slices.Contains(at, v.Fill) {
			continue
		}
		word, share := "less", v.Share
		if share < 0 {
			word, share = "more", -share
		}
		amount := func(minor float64) string {
			return whole(core.Money{Minor: int64(minor), Currency: s.scenario.Currency()})
		}
		out = append(out, fmt.Sprintf("At a fill rate of %.1f %% %s holds %.0f %% %s stock than %s: %s %s against %s.", 100*v.Fill, v.Policy, 100*share, word, v.Against,
			s.scenario.Currency(), amount(v.Value), amount(v.Other)))
	}
	return out
}

// whole prints an amount without its currency and minor units.
func whole(m core.Money) string {
	if m == (core.Money{}) {
		return ""
	}
	text, _, _ := strings.Cut(m.Decimal(), ".")
	return text
}

// figures are the columns of JSON and CSV, with amounts as decimals in the
// currency of the shop.
type figures struct {
	Fill      float64     `json:"fill_rate"`
	Service   float64     `json:"cycle_service_level"`
	Stock     json.Number `json:"average_stock_value"`
	Peak      json.Number `json:"peak_stock_value,omitempty"`
	Turnover  float64     `json:"turnover_days"`
	Demand    int64       `json:"demand"`
	Sold      int64       `json:"sold"`
	Orders    int64       `json:"orders"`
	Units     int64       `json:"units"`
	Freight   json.Number `json:"freight"`
	Lost      json.Number `json:"lost_margin"`
	Holding   json.Number `json:"holding_cost"`
	Variance  json.Number `json:"purchase_variance"`
	Total     json.Number `json:"total_cost"`
	CostShare float64     `json:"cost_share"`
	AdSpend   json.Number `json:"ad_spend"`
	AdWaste   json.Number `json:"ad_waste"`
}

func figuresOf(t simulate.Totals) figures {
	n := func(m core.Money) json.Number { return json.Number(m.Decimal()) }
	f := figures{
		t.FillRate, t.ServiceLevel, n(t.AverageStockValue), n(t.PeakStockValue), t.TurnoverDays, t.Demand, t.Sold, t.Orders, t.Units,
		n(t.Freight), n(t.LostMargin), n(t.HoldingCost), n(t.PurchaseVariance), n(t.TotalCost), t.CostShare,
		n(t.AdSpend), n(t.AdWaste),
	}
	if t.PeakStockValue.Minor == 0 {
		f.Peak = ""
	}
	return f
}

// json prints everything.
func (s *simulation) json(w io.Writer) error {
	type class struct {
		Class string `json:"class"`
		Nodes int    `json:"items"`
		figures
	}
	type policy struct {
		Policy string `json:"policy"`
		About  string `json:"about"`
		figures
		Classes   []class             `json:"classes"`
		Approvals *simulate.Approvals `json:"approvals,omitempty"`
	}
	type point struct {
		Knob float64 `json:"knob"`
		figures
	}
	type curve struct {
		Policy string  `json:"policy"`
		Knob   string  `json:"knob"`
		Points []point `json:"points"`
	}
	type saving struct {
		Policy  string      `json:"policy"`
		Against string      `json:"against"`
		Fill    float64     `json:"fill_rate"`
		Stock   json.Number `json:"average_stock_value"`
		Other   json.Number `json:"average_stock_value_against"`
		Share   float64     `json:"share"`
	}
	sc := s.scenario
	var out struct {
		Currency core.Currency  `json:"currency"`
		From     core.Day       `json:"from"`
		To       core.Day       `json:"to"` // the day after the last one
		WarmUp   int            `json:"warm_up_days"`
		Seed     uint64         `json:"seed"`
		Items    int            `json:"items"`
		LeftOut  map[string]int `json:"left_out,omitempty"`
		Policies []policy       `json:"policies"`
		Curves   []curve        `json:"curves,omitempty"`
		Savings  []saving       `json:"savings,omitempty"`
	}
	out.Currency, out.From, out.To, out.WarmUp, out.Seed = sc.Currency(), sc.From, sc.To, sc.WarmUp, sc.Seed
	out.Items, out.LeftOut = sc.Nodes(), sc.LeftOut
	for _, r := range s.results {
		p := policy{Policy: r.Policy, About: r.About, figures: figuresOf(r.Totals), Approvals: r.Approvals}
		for _, c := range r.Classes {
			p.Classes = append(p.Classes, class{c.Class, c.Nodes, figuresOf(c.Totals)})
		}
		out.Policies = append(out.Policies, p)
	}
	for _, c := range s.curves {
		v := curve{Policy: c.Policy, Knob: c.Knob}
		for _, p := range c.Points {
			v.Points = append(v.Points, point{p.Knob, figuresOf(p.Totals)})
		}
		out.Curves = append(out.Curves, v)
	}
	for _, v := range s.savings {
		amount := func(minor float64) json.Number {
			return json.Number(core.Money{Minor: int64(minor), Currency: sc.Currency()}.Decimal())
		}
		out.Savings = append(out.Savings, saving{v.Policy, v.Against, v.Fill, amount(v.Value), amount(v.Other), v.Share})
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

// csv writes one row per policy and class or, with a curve, per policy and knob.
func (s *simulation) csv(w io.Writer) error {
	header := []string{"policy", "class", "knob"}
	header = append(header, "fill_rate", "cycle_service_level", "average_stock_value", "peak_stock_value", "turnover_days", "demand", "sold",
		"orders", "units", "freight", "lost_margin", "holding_cost", "purchase_variance", "total_cost", "cost_share", "ad_spend", "ad_waste")
	rows := [][]string{header}
	add := func(policy, class, knob string, t simulate.Totals) {
		f := figuresOf(t)
		float := func(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) }
		count := func(v int64) string { return strconv.FormatInt(v, 10) }
		rows = append(rows, []string{policy, class, knob, float(f.Fill), float(f.Service), f.Stock.String(), f.Peak.String(), float(f.Turnover),
			count(f.Demand), count(f.Sold), count(f.Orders), count(f.Units), f.Freight.String(), f.Lost.String(), f.Holding.String(),
			f.Variance.String(), f.Total.String(), float(f.CostShare), f.AdSpend.String(), f.AdWaste.String()})
	}
	if len(s.curves) == 0 {
		for _, r := range s.results {
			add(r.Policy, "all", "", r.Totals)
			for _, c := range r.Classes {
				add(r.Policy, c.Class, "", c.Totals)
			}
		}
	}
	for _, c := range s.curves {
		for _, p := range c.Points {
			add(c.Policy, "all", strconv.FormatFloat(p.Knob, 'g', -1, 64), p.Totals)
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}
