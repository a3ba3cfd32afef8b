package plan

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
	"quartermaster/core/risk"
)

func incident(sku core.SKU, s risk.Severity, minor int64, out core.Day) risk.Finding {
	return risk.Finding{Key: "stock-out/" + string(sku) + "/MAIN", Kind: risk.StockOut, Severity: s, SKU: sku, Location: "MAIN",
		StockOut: today + out, HasStockOut: true, MoneyAtRisk: eur(minor)}
}

func TestTellFindings(t *testing.T) {
	told := func(f risk.Finding) RiskView { return RiskView{Finding: f, Card: true} }
	base := incident("A", risk.High, 100_00, 6)
	noSight := base
	noSight.HasStockOut = false
	tests := []struct {
		name   string
		before []RiskView
		now    []risk.Finding
		tell   bool
		reason string
	}{
		{"first seen", nil, []risk.Finding{base}, true, "first seen"},
		{"the same", []RiskView{told(base)}, []risk.Finding{base}, false, "nothing changed"},
		{"a day later", []RiskView{told(base)}, []risk.Finding{incident("A", risk.High, 100_00, 7)}, false, "nothing changed"},
		{"two days later", []RiskView{told(base)}, []risk.Finding{incident("A", risk.High, 100_00, 8)}, true, "the stock-out moved from 2026-11-27 to 2026-11-29"},
		{"two days earlier", []RiskView{told(base)}, []risk.Finding{incident("A", risk.High, 100_00, 4)}, true, "the stock-out moved from 2026-11-27 to 2026-11-25"},
		{"out of sight", []RiskView{told(base)}, []risk.Finding{noSight}, true, "the stock-out came into or left the horizon"},
		{"ten percent more money", []RiskView{told(base)}, []risk.Finding{incident("A", risk.High, 110_00, 6)}, false, "money at risk moved by 10.0 % only"},
		{"eleven percent more money", []RiskView{told(base)}, []risk.Finding{incident("A", risk.High, 111_00, 6)}, true, "money at risk moved by 11 % (limit 10 %)"},
		{"less severe", []RiskView{told(base)}, []risk.Finding{incident("A", risk.Medium, 100_00, 6)}, true, "severity changed from HIGH to MEDIUM"},
		{"low is not told", nil, []risk.Finding{incident("A", risk.Low, 0, 6)}, false, ""},
		{"over", []RiskView{told(base)}, nil, true, "the last check finds no such risk any more"},
		{"low counts as over", []RiskView{told(base)}, []risk.Finding{incident("A", risk.Low, 0, 6)}, true, "the last check finds no such risk any more"},
		{"snoozed", []RiskView{{Finding: base, Card: true, SnoozedUntil: noon.Add(time.Second)}}, []risk.Finding{incident("A", risk.High, 199_00, 1)}, false, "snoozed until 2026-11-21 12:00 UTC"},
		{"snoozed, less severe", []RiskView{{Finding: base, Card: true, SnoozedUntil: noon.Add(time.Second)}}, []risk.Finding{incident("A", risk.Medium, 50_00, 1)}, false, "snoozed until 2026-11-21 12:00 UTC"},
		{"snoozed, twice the money", []RiskView{{Finding: base, Card: true, SnoozedUntil: noon.Add(time.Hour)}}, []risk.Finding{incident("A", risk.High, 200_00, 6)}, true, "the snooze ended: money at risk grew from EUR 100.00 to EUR 200.00"},
		{"snoozed, money came up", []RiskView{{Finding: incident("A", risk.High, 0, 6), Card: true, SnoozedUntil: noon.Add(time.Hour)}}, []risk.Finding{base}, true, "the snooze ended: money at risk came up: EUR 100.00"},
		{"snoozed, graver", []RiskView{{Finding: incident("A", risk.Medium, 100_00, 6), Card: true, SnoozedUntil: noon.Add(time.Hour)}}, []risk.Finding{base}, true, "the snooze ended: severity changed from MEDIUM to HIGH"},
		{"event came", []RiskView{{Finding: base, Card: true, SnoozedUntil: noon.Add(time.Hour), SnoozeEvent: UntilPrice, Woken: "a price changed"}}, []risk.Finding{base}, true, "the snooze ended: a price changed"},
		{"event to come", []RiskView{{Finding: base, Card: true, SnoozedUntil: noon.Add(time.Second), SnoozeEvent: UntilReceived}}, []risk.Finding{base}, false, "snoozed until 2026-11-21 12:00 UTC, or until goods are received"},
		{"told just now", []RiskView{{Finding: base, Card: true, ToldAt: noon.Add(-time.Hour)}}, []risk.Finding{incident("A", risk.High, 199_00, 1)}, false, "told less than 4 h ago, and no graver"},
		{"told just now, twice the money", []RiskView{{Finding: base, Card: true, ToldAt: noon.Add(-time.Hour)}}, []risk.Finding{incident("A", risk.High, 200_00, 6)}, true, "money at risk moved by 100 % (limit 10 %)"},
		{"told just now, less severe", []RiskView{{Finding: base, Card: true, ToldAt: noon.Add(-time.Hour)}}, []risk.Finding{incident("A", risk.Medium, 100_00, 6)}, false, "told less than 4 h ago, and no graver"},
		{"told just now, graver", []RiskView{{Finding: incident("A", risk.Medium, 100_00, 6), Card: true, ToldAt: noon.Add(-time.Hour)}}, []risk.Finding{base}, true, "severity changed from MEDIUM to HIGH"},
		{"told some hours ago", []RiskView{{Finding: base, Card: true, ToldAt: noon.Add(-4 * time.Hour)}}, []risk.Finding{incident("A", risk.High, 900_00, 6)}, true, "money at risk moved by 800 % (limit 10 %)"},
		{"told just now, over", []RiskView{{Finding: base, Card: true, ToldAt: noon}}, nil, true, "the last check finds no such risk any more"},
		{"snooze over", []RiskView{{Finding: base, Card: true, SnoozedUntil: noon}}, []risk.Finding{base}, true, "the snooze ended"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := map[string]RiskView{}
			for _, v := range tt.before {
				before[v.Finding.Key] = v
			}
			got := TellFindings(Report{Findings: tt.now}, before, nil, byFormula(), noon)
			if tt.reason == "" {
				if len(got) != 0 {
					t.Fatalf("told %+v", got)
				}
				return
			}
			if len(got) != 1 || got[0].Tell != tt.tell || got[0].Reason != tt.reason {
				t.Fatalf("got %+v, want %v: %s", got, tt.tell, tt.reason)
			}
			if tt.tell || len(tt.now) == 0 {
				return
			}
			// Who looks at a silent card sees what is so now.
			if changed := !cmp.Equal(tt.now[0], tt.before[0].Finding); got[0].Edit != changed || !cmp.Equal(got[0].View.Finding, tt.now[0]) {
				t.Errorf("edited: %v, the incident holds %+v", got[0].Edit, got[0].View.Finding)
			}
			if !cmp.Equal(got[0].View.told(), tt.before[0].Finding) || !got[0].View.SnoozedUntil.Equal(tt.before[0].SnoozedUntil) {
				t.Errorf("what was told is forgotten: %+v", got[0].View)
			}
		})
	}
}

// Small steps that are each silent are told when together they are large.
func TestTellFindingsOfWhatWasTold(t *testing.T) {
	before := map[string]RiskView{}
	var reasons []string
	for day := range core.Day(4) {
		f := incident("A", risk.High, 100_00+int64(day), 6+day)
		f.DaysLate = int(day)
		raw, err := json.Marshal(before) // as it is kept between checks
		if err != nil {
			t.Fatal(err)
		}
		before = nil
		if err := json.Unmarshal(raw, &before); err != nil {
			t.Fatal(err)
		}
		got := TellFindings(Report{Findings: []risk.Finding{f}}, before, nil, byFormula(), noon.AddDate(0, 0, int(day)))[0]
		before = map[string]RiskView{f.Key: got.View}
		reasons = append(reasons, fmt.Sprint(got.Tell, got.Edit, " ", got.Reason, " ", got.View.Finding.DaysLate))
	}
	want := []string{"true false first seen 0", "false true money at risk moved by 0.0 % only 1", "true false the stock-out moved from 2026-11-27 to 2026-11-29 2", "false true money at risk moved by 0.0 % only 3"}
	if diff := cmp.Diff(want, reasons); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Cards are few: those that stand keep their place, free ones go to the most money.
func TestTellFindingsLimitsCards(t *testing.T) {
	p := byFormula()
	p.MaxRiskCards = 2
	var r Report
	for i := range 4 {
		r.Findings = append(r.Findings, incident(core.SKU(fmt.Sprint("S", i)), risk.High, int64(900-i), 6))
	}
	last := r.Findings[3]
	before := map[string]RiskView{last.Key: {Finding: last, Card: true}}
	var cards []core.SKU
	for _, got := range TellFindings(r, before, nil, p, noon) {
		if got.Card {
			cards = append(cards, got.View.Finding.SKU)
		}
	}
	if len(cards) != 2 || cards[0] != "S0" || cards[1] != "S3" {
		t.Errorf("cards for %v, want S0 with most money and S3, which has one", cards)
	}
}

// The plan of a declared season has a card, whatever else runs short, and takes no place
// from what does; one that sales show is listed only.
func TestTellFindingsSeason(t *testing.T) {
	p := byFormula()
	p.MaxRiskCards = 1
	of := func(sku core.SKU, s risk.Severity) risk.Finding {
		f := incident(sku, s, 0, 60)
		f.Kind, f.Key = risk.SeasonPlan, "season-plan/"+string(sku)+"/MAIN"
		return f
	}
	r := Report{Findings: []risk.Finding{incident("A", risk.High, 900, 6), incident("B", risk.High, 800, 6), of("C", risk.Medium), of("D", risk.Medium), incident("E", risk.Medium, 700, 6), of("F", risk.Low)}}
	got := map[core.SKU]bool{}
	for _, f := range TellFindings(r, nil, nil, p, noon) {
		got[f.View.Finding.SKU] = f.Card
	}
	if diff := cmp.Diff(map[core.SKU]bool{"A": true, "B": false, "C": true, "D": false, "E": false}, got); diff != "" {
		t.Errorf("cards (-want +got):\n%s", diff)
	}
}

// A muted product is silent, and takes no place among the cards.
func TestTellFindingsMuted(t *testing.T) {
	p := core.DefaultPolicy()
	p.MaxRiskCards = 1
	a, b := incident("A", risk.High, 900_00, 6), incident("B", risk.High, 100_00, 6)
	got := TellFindings(Report{Findings: []risk.Finding{a, b}}, nil, map[core.SKU]Mute{"A": {SKU: "A", By: "U1", At: noon}}, p, noon)
	if len(got) != 2 || got[0].Tell || got[0].Card || got[0].Reason != "muted since 2026-11-21" || !got[1].Tell || !got[1].Card || got[1].Again {
		t.Errorf("%+v", got)
	}
}

func TestSnoozeEventWoken(t *testing.T) {
	for _, tt := range []struct {
		event     SnoozeEvent
		mark, now string
		want      string
	}{
		{UntilReceived, "0/0", "0/0", ""},
		{UntilReceived, "0/0", "40/0", "goods were received"},
		{UntilPrice, "a", "b", "a price changed"},
		{NoEvent, "", "b", ""},
	} {
		if got := tt.event.Woken(tt.mark, tt.now); got != tt.want {
			t.Errorf("%s %q %q: %q, want %q", tt.event, tt.mark, tt.now, got, tt.want)
		}
	}
}
