package plan

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

func TestRequantify(t *testing.T) {
	l := line("A", 504)
	l.MOQ, l.Pack, l.Max = 500, 24, 2000
	l.Freight = usd(50)
	l.Breaks = []core.PriceBreak{{Min: 1000, Price: usd(900)}}
	tests := []struct {
		qty    int64
		reason string
		price  core.Money
	}{
		{504, "", usd(1000)},
		{528, "", usd(1000)},
		{1008, "", usd(900)},
		{1992, "", usd(900)},
		{510, "528 is the next multiple of 24 above 510", core.Money{}},
		{505, "528 is the next multiple of 24 above 505", core.Money{}},
		{500, "504 is the next multiple of 24 above 500", core.Money{}},
		{480, "the minimum order is 500, and 504 is the next multiple of 24", core.Money{}},
		{0, "the quantity must be at least 504; to order nothing, reject the proposal", core.Money{}},
		{-24, "the quantity must be at least 504; to order nothing, reject the proposal", core.Money{}},
		{1993, "the largest order is 2000, and 1992 is the largest multiple of 24 within it", core.Money{}},
		{9_000_000_000_000, "the largest order is 2000, and 1992 is the largest multiple of 24 within it", core.Money{}},
	}
	for _, tt := range tests {
		got, err := Requantify(l, tt.qty)
		if tt.reason != "" {
			var q *QuantityError
			if !errors.As(err, &q) || q.Reason != tt.reason || q.Qty != tt.qty || q.SKU != "A" {
				t.Errorf("%d: %v, want %q", tt.qty, err, tt.reason)
			}
			continue
		}
		if err != nil || got.Qty != tt.qty || got.UnitPrice != tt.price || got.Cost.Minor != tt.qty*(tt.price.Minor+50) || got.Calc.Qty != tt.qty {
			t.Errorf("%d: %+v, %v", tt.qty, got, err)
		}
	}
	got, err := Requantify(l, 528)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]replenish.Step{{Rule: "edited", From: 504, To: 528, Note: "set by a person"}}, got.Calc.Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if len(l.Calc.Steps) != 0 {
		t.Errorf("the old line got a step: %+v", l.Calc.Steps)
	}

	l.MOQ, l.Pack, l.Max = 0, 0, 0
	if got, err := Requantify(l, 1); err != nil || got.Qty != 1 {
		t.Errorf("no limits: %+v, %v", got, err)
	}
	if _, err := Requantify(l, replenish.MaxQty+1); err == nil || err.Error() != "an order of more than 1000000000 units is not accepted" {
		t.Errorf("absurd quantity: %v", err)
	}
	l.MOQ, l.Pack, l.Max = 50, 40, 70
	if _, err := Requantify(l, 60); err == nil || err.Error() != "no multiple of 40 lies between the minimum order of 50 and the largest of 70" {
		t.Errorf("nothing fits: %v", err)
	}
	l.MOQ, l.Pack, l.Max, l.Price = 1, 1, 0, usd(core.MaxMinor)
	if _, err := Requantify(l, 2); !errors.Is(err, core.ErrOverflow) {
		t.Errorf("too large an amount: %v", err)
	}
}

// A quantity is accepted exactly when the rules of the supplier hold for it.
func TestRequantifyAgainstRules(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := line("A", 1)
		l.MOQ, l.Pack = rapid.Int64Range(0, 100).Draw(rt, "moq"), rapid.Int64Range(0, 30).Draw(rt, "pack")
		l.Max = rapid.SampledFrom([]int64{0, 50, 120}).Draw(rt, "max")
		qty := rapid.Int64Range(-5, 200).Draw(rt, "qty")
		_, err := Requantify(l, qty)
		ok := qty > 0 && qty >= l.MOQ && qty%max(1, l.Pack) == 0 && (l.Max == 0 || qty <= l.Max)
		if ok != (err == nil) {
			rt.Fatalf("%d with MOQ %d, pack %d, max %d: %v", qty, l.MOQ, l.Pack, l.Max, err)
		}
	})
}

func TestRevise(t *testing.T) {
	policy := byFormula()
	p := stored(ask(t, "ACME", line("A", 100), line("B", 50)), 7, AwaitingSecond)
	p.FirstBy = "ANN"
	before := mustJSON(t, p)

	got, wrong := p.Revise(map[int]int64{1: 60}, "BOB", policy, noon)
	if len(wrong) != 0 {
		t.Fatalf("refused: %v", wrong)
	}
	if got.Lines[0].Qty != 100 || got.Lines[1].Qty != 60 || got.Total != usd(160_000) || got.TotalShop != eur(144_000) {
		t.Errorf("lines %d and %d, total %s, %s", got.Lines[0].Qty, got.Lines[1].Qty, got.Total, got.TotalShop)
	}
	if got.Version != 4 || got.State != Proposed || got.EditedBy != "BOB" || got.FirstBy != "" || !got.ExpiresAt.Equal(noon.Add(72*time.Hour)) {
		t.Errorf("version %d, %s, edited by %q, first by %q, expires %s", got.Version, got.State, got.EditedBy, got.FirstBy, got.ExpiresAt)
	}
	if mustJSON(t, p) != before {
		t.Error("the stored proposal changed")
	}

	same, wrong := p.Revise(map[int]int64{0: 100, 1: 50}, "BOB", policy, noon)
	if len(wrong) != 0 || mustJSON(t, same) != before {
		t.Errorf("nothing was changed, yet: %v\n%s", wrong, cmp.Diff(before, mustJSON(t, same)))
	}
	_, wrong = p.Revise(map[int]int64{0: -1, 1: 60, 2: 5, -1: 5}, "BOB", policy, noon)
	if len(wrong) != 3 || wrong[0] == nil || wrong[2] == nil || wrong[-1] == nil {
		t.Errorf("refused: %v", wrong)
	}
}

func TestReviseTakesLinesOut(t *testing.T) {
	policy := byFormula()
	early := line("A", 100)
	early.OrderBy = today - 5
	p := stored(ask(t, "ACME", early, line("B", 50)), 7, Proposed)
	got, wrong := p.Revise(map[int]int64{0: 0}, "BOB", policy, noon)
	if len(wrong) != 0 || len(got.Lines) != 1 || got.Lines[0].SKU != "B" || got.Total != usd(50_000) || got.OrderBy != today || got.Version != 4 {
		t.Fatalf("%v, %+v", wrong, got)
	}
	if len(got.TakenOut) != 1 || got.TakenOut[0].SKU != "A" || got.TakenOut[0].Qty != 100 {
		t.Errorf("taken out: %+v", got.TakenOut)
	}
	_, wrong = p.Revise(map[int]int64{0: 0, 1: 0}, "BOB", policy, noon)
	if len(wrong) != 2 || wrong[0].Error() != "one line must stay; to order nothing, reject the proposal" {
		t.Errorf("all taken out: %v", wrong)
	}
	_, wrong = got.Revise(map[int]int64{0: 0}, "BOB", policy, noon)
	if len(wrong) != 1 || wrong[0].Error() != "the quantity must be at least 1; to order nothing, reject the proposal" {
		t.Errorf("the last one taken out: %v", wrong)
	}

	// The next check leaves it out as long as its need is the same.
	want := func(kind ChangeKind, reason string, fresh ...Line) {
		t.Helper()
		c := Reconcile(report(ask(t, "ACME", fresh...)), Memory{Open: []Proposal{got}}, policy)
		if len(c) != 1 || c[0].Kind != kind || c[0].Reason != reason {
			t.Errorf("%+v, want %s: %s", outcomes(c), kind, reason)
		}
	}
	want(ChangeUnchanged, "nothing moved, limit 10 %", line("A", 100), line("B", 50))
	want(ChangeUnchanged, "nothing moved, limit 10 %", line("B", 50))
	want(ChangeRevised, "need of A moved from 100 to 150 (50 %, limit 10 %); the edited quantities are replaced", line("A", 150), line("B", 50))
	want(ChangeRevised, "C by sea was not on it; the edited quantities are replaced", line("B", 50), line("C", 1))
	want(ChangeRevised, "C by sea was not on it; edits of lines that did not move stay", line("A", 101), line("B", 50), line("C", 1))
}

// Other lines come and go without undoing what a person wrote.
func TestEditsOutliveOtherLines(t *testing.T) {
	policy := byFormula()
	p := stored(ask(t, "ACME", line("A", 100), line("B", 50), line("C", 20)), 7, Proposed)
	p, wrong := p.Revise(map[int]int64{0: 140, 1: 0}, "BOB", policy, noon)
	if len(wrong) != 0 {
		t.Fatal(wrong)
	}
	fresh := ask(t, "ACME", line("A", 105), line("B", 52), line("C", 40), line("D", 9))
	got := Reconcile(report(fresh), Memory{Open: []Proposal{p}}, policy)
	if len(got) != 1 || got[0].Kind != ChangeRevised {
		t.Fatalf("%+v", outcomes(got))
	}
	r := got[0].Proposal
	qty := map[core.SKU]int64{}
	for _, l := range r.Lines {
		qty[l.SKU] = l.Qty
	}
	if diff := cmp.Diff(map[core.SKU]int64{"A": 140, "C": 40, "D": 9}, qty); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r.EditedBy != "BOB" || len(r.TakenOut) != 1 || r.TakenOut[0].SKU != "B" || r.Total != usd(189_000) {
		t.Errorf("edited by %q, taken out %+v, total %s", r.EditedBy, r.TakenOut, r.Total)
	}
}

func TestMoves(t *testing.T) {
	all := []State{Proposed, AwaitingSecond, Snoozed, Approved, Rejected, Expired, Withdrawn, ""}
	allowed := map[[2]State]bool{}
	for _, from := range []State{Proposed, AwaitingSecond} {
		for _, to := range all[:7] {
			allowed[[2]State{from, to}] = true
		}
	}
	allowed[[2]State{Snoozed, Proposed}] = true
	allowed[[2]State{Snoozed, Withdrawn}] = true
	for _, from := range all {
		for _, to := range all {
			err := Move(from, to)
			if allowed[[2]State{from, to}] != (err == nil) {
				t.Errorf("%s to %s: %v", from, to, err)
			}
			var move *MoveError
			if err != nil && (!errors.As(err, &move) || move.From != from || move.To != to) {
				t.Errorf("%s to %s: %v is no *MoveError", from, to, err)
			}
		}
	}
}

func TestDigest(t *testing.T) {
	p := stored(ask(t, "ACME", line("A", 100), line("B", 50)), 7, Proposed)
	base := Digest(p)
	if len(base) != 16 || base != Digest(p) {
		t.Fatalf("digest %q, then %q", base, Digest(p))
	}
	shown := map[string]func(*Proposal){
		"id": func(p *Proposal) { p.ID++ }, "version": func(p *Proposal) { p.Version++ }, "supplier": func(p *Proposal) { p.Supplier = "X" },
		"total": func(p *Proposal) { p.Total.Minor++ }, "total in the shop's currency": func(p *Proposal) { p.TotalShop.Minor++ },
		"currency": func(p *Proposal) { p.Total.Currency = "CNY" }, "SKU": func(p *Proposal) { p.Lines[1].SKU = "C" },
		"location": func(p *Proposal) { p.Lines[1].Location = "X" }, "mode": func(p *Proposal) { p.Lines[1].Mode = core.Air },
		"quantity": func(p *Proposal) { p.Lines[1].Qty++ }, "unit price": func(p *Proposal) { p.Lines[1].UnitPrice.Minor++ },
		"freight": func(p *Proposal) { p.Lines[1].Freight.Minor++ }, "a line": func(p *Proposal) { p.Lines = p.Lines[:1] },
		"order of lines": func(p *Proposal) { p.Lines[0], p.Lines[1] = p.Lines[1], p.Lines[0] },
	}
	clone := func() Proposal {
		var c Proposal
		if err := json.Unmarshal([]byte(mustJSON(t, p)), &c); err != nil {
			t.Fatal(err)
		}
		return c
	}
	if Digest(clone()) != base {
		t.Error("the digest does not survive storage as JSON")
	}
	for what, change := range shown {
		c := clone()
		if change(&c); Digest(c) == base {
			t.Errorf("another %s has the same digest", what)
		}
	}
	c := clone()
	c.Reason, c.SnoozedUntil, c.State = "other words", noon, Snoozed
	if Digest(c) != base {
		t.Error("what is not ordered changes the digest")
	}
}
