package plan

import (
	"math"
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/risk"
)

func told(r Report, k risk.Kind) (out []string) {
	for _, f := range r.Findings {
		if f.Kind == k {
			out = append(out, f.Severity.String()+" "+f.Key+": "+f.Reason)
		}
	}
	return out
}

// twoPlaces sells 20 a day from MAIN in Germany and 20 from US.
func twoPlaces(main, us int64) core.Snapshot {
	s := oneSKU(main)
	s.Items[0].Breaks = nil
	s.Locations[0].Country = "DE"
	s.Locations = append(s.Locations, core.Location{ID: "US", Country: "US", Channels: []core.ChannelID{"market"}})
	s.Stock = append(s.Stock, core.StockLevel{SKU: "SOLAR-01", Location: "US", OnHand: us, AsOf: noon})
	more := s.Demand[0]
	more.Channel = "market"
	s.Demand = append(s.Demand, more)
	return s
}

// The order-up-to level is 1,078.22, more than 50 days of sales: 1,500 at US are
// 421 too many.
func TestTransfersBeforeBuying(t *testing.T) {
	s := twoPlaces(700, 1500)
	r := evaluate(t, s)
	got := told(r, risk.Transfer)
	if len(got) != 1 || got[0] != "LOW transfer/SOLAR-01/MAIN/US: US has 421 units of SOLAR-01 more than it needs: move 379 to MAIN instead of buying them." {
		t.Fatalf("transfers %q", got)
	}
	l := r.Proposals[0].Lines[0]
	if total(r.Proposals[0].Lines) != 504 || !strings.Contains(strings.Join(Explain(l), "\n"), "move 379 to MAIN") {
		t.Errorf("suggested, so still ordered whole: %d, notes %q", l.Qty, l.Notes)
	}
	p := byFormula()
	p.Quantity.Transfers = core.TransferFirst
	s.Items[0].MOQ = 1
	s.Stock[0].OnHand = 300 // needs 779: 421 by transfer, 358 left, in packs 360
	if r, _ = Evaluate(s, p, noon); len(r.Proposals) != 1 || total(r.Proposals[0].Lines) != 360 {
		t.Fatalf("transfer first: %d in %+v, %q", total(r.Proposals[0].Lines), r.Proposals[0].Lines, told(r, risk.Transfer))
	}
	for _, l := range r.Proposals[0].Lines {
		redo(t, Explain(l))
	}
	if why := strings.Join(ExplainItem(r.Items[0]), "\n"); !strings.Contains(why, "move 421 to MAIN instead of buying them.") || !strings.Contains(why, "What comes by transfer is not bought: 360 of 792 units are.") {
		t.Errorf("Why? of the item: %s", why)
	}
	all := s
	all.Stock = append([]core.StockLevel(nil), s.Stock...)
	all.Stock[1].OnHand = 3000 // everything that MAIN needs
	if r, _ = Evaluate(all, p, noon); len(r.Proposals) != 0 || len(r.Waiting) != 0 {
		t.Errorf("all by transfer: %+v is bought, %+v waits", r.Proposals, r.Waiting)
	}
	heldIsTold(t, r)
	p.Quantity.Transfers = core.TransferNever
	if r, _ = Evaluate(s, p, noon); len(told(r, risk.Transfer)) != 0 || total(r.Proposals[0].Lines) != 792 {
		t.Errorf("never: %q, %+v", told(r, risk.Transfer), r.Proposals[0].Lines)
	}
	if got := told(evaluate(t, twoPlaces(700, 1078)), risk.Transfer); len(got) != 0 {
		t.Errorf("nothing to spare: %q", got)
	}
}

// Two places need 2 * 231.91 of safety stock by sea; 15 % are 70.
func TestOverseasShare(t *testing.T) {
	got := told(evaluate(t, twoPlaces(5000, 0)), risk.Transfer)
	want := "abroad, and 0 do: move"
	found := false
	for _, g := range got {
		found = found || strings.Contains(g, "15 % of a safety stock of") && strings.Contains(g, want)
	}
	if !found {
		t.Errorf("findings %q", got)
	}
	s := twoPlaces(5000, 0)
	s.Locations[1].Country = "DE"
	for _, g := range told(evaluate(t, s), risk.Transfer) {
		if strings.Contains(g, "abroad") {
			t.Errorf("both places are at home: %s", g)
		}
	}
}

func TestDeadStock(t *testing.T) {
	s := oneSKU(40)
	for i := range 100 {
		s.Demand[0].Qty.Set(s.Demand[0].Qty.Len()-1-i, 0)
	}
	got := told(evaluate(t, s), risk.DeadStock)
	if len(got) != 1 || !strings.Contains(got[0], "No unit of SOLAR-01 was sold for 90 days, and 40 units lie in MAIN (EUR 306.00 at cost)") {
		t.Errorf("findings %q", got)
	}
	s.Demand[0].Qty.Set(s.Demand[0].Qty.Len()-85, 1)
	if got = told(evaluate(t, s), risk.DeadStock); len(got) != 0 {
		t.Errorf("one was sold 85 days ago: %q", got)
	}
}

// summers sells 10 a day, and 40 from June to August, for three years.
func summers(onHand int64, peak float64) core.Snapshot {
	s := oneSKU(onHand)
	s.Items[0].Breaks, s.Items[0].MOQ = nil, 1
	start := today - 3*365
	qty := make([]float32, 3*365)
	for i := range qty {
		qty[i] = 10
		if m := (start + core.Day(i)).MonthNumber(); m >= 6 && m <= 8 {
			qty[i] = float32(10 * peak)
		}
	}
	s.Demand[0].Start, s.Demand[0].Qty = start, core.Daily(qty...)
	return s
}

func TestSeasonPlan(t *testing.T) {
	s := summers(800, 4)
	at := func(day string) (Report, string) {
		t.Helper()
		d, err := core.ParseDay(day)
		if err != nil {
			t.Fatal(err)
		}
		shift := d - today
		moved := s
		moved.Demand = []core.Series{s.Demand[0]}
		qty := s.Demand[0].Qty.Values()
		n := len(qty) + int(shift)
		for i := len(qty); i < n; i++ {
			qty = append(qty, qty[i-365])
		}
		moved.Demand[0].Qty = core.Daily(qty[:n]...)
		r, err := Evaluate(moved, byFormula(), noon.AddDate(0, 0, int(shift)))
		if err != nil {
			t.Fatal(err)
		}
		return r, strings.Join(told(r, risk.SeasonPlan), "\n")
	}
	if _, got := at("2026-11-21"); got != "" {
		t.Errorf("half a year before: %s", got)
	}
	_, got := at("2026-03-15") // 78 days before June
	for _, want := range []string{"LOW season-plan/SOLAR-01/MAIN: SOLAR-01: the season from 2026-06-01 to 2026-08-31, in which it sells 2.2", " needs 3,680 units (last year's sales × 1)",
		"to order: ", " for 2026-04-19 (order by 2026-03-15), ", " for 2026-05-02 (order by 2026-03-28), ", " for 2026-06-01 (order by 2026-04-27)", "Early birds may have an offer."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
	s.Events = []core.Event{{Kind: "season", Name: "Summer", From: core.DateDay(2026, 6, 1), To: core.DateDay(2026, 8, 31), SKU: "SOLAR-01"}}
	if _, got = at("2026-03-15"); !strings.Contains(got, "MEDIUM season-plan/SOLAR-01/MAIN: SOLAR-01: Summer (2026-06-01 to 2026-08-31) needs 3,680 units") {
		t.Errorf("declared: %s", got)
	}

	// In season: 30 days at 60 instead of 40.
	whole := s.Demand[0].Qty
	hot := whole.Values()
	for i := range hot {
		if d := s.Demand[0].Start + core.Day(i); d >= core.DateDay(2026, 6, 1) {
			hot[i] *= 1.5
		}
	}
	s.Demand[0].Qty = core.Daily(hot...)
	if _, got = at("2026-07-01"); !strings.Contains(got, "sold 1,800 units in 30 days, 50 % over the plan of 1,200") || !strings.Contains(got, "an extra batch of 1,248 by air") {
		t.Errorf("in season: %s", got)
	}
	s.Demand[0].Qty = whole
	if _, got = at("2026-07-01"); got != "" {
		t.Errorf("as planned: %s", got)
	}

	// Afterwards: 10 a day are 304 a month, and 8 months of them 2,435.
	s.Stock[0].OnHand = 3000
	if _, got = at("2026-09-10"); !strings.Contains(got, "3,000 units are left, 9.9 months of sales outside it, over 8: bundle 565 of them") {
		t.Errorf("after the season: %s", got)
	}
	s.Stock[0].OnHand = 2000
	if _, got = at("2026-09-10"); got != "" {
		t.Errorf("not too much is left: %s", got)
	}
}

func TestWaitingIsAFinding(t *testing.T) {
	s := oneSKU(900) // stock lasts until 5 January, and sea takes 35 days
	s.Suppliers[0].Terms.MinUnits = 100_000
	r := evaluate(t, s)
	got := told(r, risk.Waiting)
	if len(r.Proposals) != 0 || len(got) != 1 || !strings.Contains(got[0], "LOW waiting/ACME/: An order to Acme waits: ") {
		t.Errorf("%d proposals, findings %q", len(r.Proposals), got)
	}
	if math.IsNaN(r.Items[0].Cover) {
		t.Error("no cover")
	}
}
