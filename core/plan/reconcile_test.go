package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// ask is a fresh proposal of one supplier: SKU and quantity pairs at 10 USD each.
func ask(t testing.TB, id core.SupplierID, lines ...Line) Proposal {
	t.Helper()
	p := Proposal{Supplier: id, SupplierName: string(id), Rate: 90_000_000, Total: usd(0), TotalShop: eur(0), AsOf: noon}
	p, err := p.withLines(lines, today)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func line(sku core.SKU, qty int64) Line {
	l := Line{SKU: sku, Location: "MAIN", Mode: core.Sea, Qty: qty, Price: usd(1000), MOQ: 1, Pack: 1, Tier: replenish.Yellow, OrderBy: today,
		MoneyAtRisk: eur(0), Calc: &replenish.Calculation{Need: float64(qty), Qty: qty, TriggerWhy: "the reorder point by sea"}}
	if err := l.price(); err != nil {
		panic(err)
	}
	return l
}

// stored is p as the database holds it.
func stored(p Proposal, id int64, state State) Proposal {
	p.ID, p.Version, p.State = id, 3, state
	p.CreatedAt, p.ExpiresAt = noon.Add(-time.Hour), noon.Add(71*time.Hour)
	if state == Snoozed {
		p.SnoozedUntil = noon.Add(24 * time.Hour)
	}
	return p
}

func report(fresh ...Proposal) Report {
	return Report{Now: noon, Today: today, Proposals: fresh}
}

type outcome struct {
	Kind    ChangeKind
	ID      int64
	Version int
	State   State
	Qty     int64 // of the first line
	Reason  string
}

func outcomes(changes []Change) []outcome {
	var out []outcome
	for _, c := range changes {
		o := outcome{c.Kind, c.Proposal.ID, c.Proposal.Version, c.Proposal.State, 0, c.Reason}
		if len(c.Proposal.Lines) > 0 {
			o.Qty = c.Proposal.Lines[0].Qty
		}
		out = append(out, o)
	}
	return out
}

func TestReconcile(t *testing.T) {
	with := func(p Proposal, set func(*Proposal)) Proposal {
		set(&p)
		return p
	}
	edited := func(p *Proposal) { p.EditedBy = "U1"; p.Lines[0].Qty = 500; p.Lines[0].Calc.Qty = 500 }
	first := func(p *Proposal) { p.FirstBy = "U1" }
	past := func(p *Proposal) { p.ExpiresAt = noon }
	awake := func(p *Proposal) { p.SnoozedUntil = noon }
	riskOf := func(minor int64) func(*Proposal) { return func(p *Proposal) { p.MoneyAtRisk = eur(minor) } }
	red := line("A", 100)
	red.Tier = replenish.Red
	byAir := line("A", 100)
	byAir.Mode = core.Air
	a100 := func() Proposal { return ask(t, "ACME", line("A", 100)) }
	tests := []struct {
		name  string
		fresh []Proposal
		m     Memory
		want  []outcome
	}{
		{"nothing", nil, Memory{}, nil},
		{"new", []Proposal{a100()}, Memory{}, []outcome{{ChangeNew, 0, 1, Proposed, 100, "A is YELLOW and its position is at or below the reorder point by sea"}}},
		{"the same", []Proposal{a100()}, Memory{Open: []Proposal{stored(a100(), 7, Proposed)}},
			[]outcome{{ChangeUnchanged, 7, 3, Proposed, 100, "nothing moved, limit 10 %"}}},
		{"moved a little", []Proposal{ask(t, "ACME", line("A", 103))}, Memory{Open: []Proposal{stored(a100(), 7, Proposed)}},
			[]outcome{{ChangeUnchanged, 7, 3, Proposed, 100, "A moved from 100 to 103 (3 %, limit 10 %)"}}},
		{"moved by the limit", []Proposal{ask(t, "ACME", line("A", 110))}, Memory{Open: []Proposal{stored(a100(), 7, Proposed)}},
			[]outcome{{ChangeUnchanged, 7, 3, Proposed, 100, "A moved from 100 to 110 (10 %, limit 10 %)"}}},
		{"moved more", []Proposal{ask(t, "ACME", line("A", 111))}, Memory{Open: []Proposal{stored(a100(), 7, Proposed)}},
			[]outcome{{ChangeRevised, 7, 4, Proposed, 111, "A moved from 100 to 111 (11 %, limit 10 %)"}}},
		{"less is a move too", []Proposal{ask(t, "ACME", line("A", 80))}, Memory{Open: []Proposal{stored(a100(), 7, Proposed)}},
			[]outcome{{ChangeRevised, 7, 4, Proposed, 80, "A moved from 100 to 80 (20 %, limit 10 %)"}}},
		{"the amount moved", []Proposal{with(a100(), func(p *Proposal) { p.TotalShop = eur(100_000) })}, Memory{Open: []Proposal{stored(a100(), 7, Proposed)}},
			[]outcome{{ChangeRevised, 7, 4, Proposed, 100, "the amount moved from EUR 900.00 to EUR 1,000.00 (11.1 %, limit 10 %)"}}},
		{"a line more", []Proposal{ask(t, "ACME", line("A", 100), line("B", 1))}, Memory{Open: []Proposal{stored(a100(), 7, Proposed)}},
			[]outcome{{ChangeRevised, 7, 4, Proposed, 100, "B by sea was not on it"}}},
		{"a line less", []Proposal{a100()}, Memory{Open: []Proposal{stored(ask(t, "ACME", line("A", 100), line("B", 1)), 7, Proposed)}},
			[]outcome{{ChangeRevised, 7, 4, Proposed, 100, "B by sea is not needed any more"}}},
		{"another mode", []Proposal{ask(t, "ACME", byAir)}, Memory{Open: []Proposal{stored(a100(), 7, Proposed)}},
			[]outcome{{ChangeRevised, 7, 4, Proposed, 100, "A by air was not on it"}}},
		{"need gone", nil, Memory{Open: []Proposal{stored(a100(), 7, Proposed)}},
			[]outcome{{ChangeWithdrawn, 7, 4, Withdrawn, 100, "no line needs an order any more"}}},

		{"edited, need moved a little", []Proposal{ask(t, "ACME", line("A", 105))}, Memory{Open: []Proposal{with(stored(a100(), 7, Proposed), edited)}},
			[]outcome{{ChangeUnchanged, 7, 3, Proposed, 500, "need of A moved from 100 to 105 (5 %, limit 10 %)"}}},
		{"edited, need moved more", []Proposal{ask(t, "ACME", line("A", 120))}, Memory{Open: []Proposal{with(stored(a100(), 7, Proposed), edited)}},
			[]outcome{{ChangeRevised, 7, 4, Proposed, 120, "need of A moved from 100 to 120 (20 %, limit 10 %); the edited quantities are replaced"}}},

		{"awaiting second, still", []Proposal{a100()}, Memory{Open: []Proposal{with(stored(a100(), 7, AwaitingSecond), first)}},
			[]outcome{{ChangeUnchanged, 7, 3, AwaitingSecond, 100, "nothing moved, limit 10 %"}}},
		{"awaiting second, moved", []Proposal{ask(t, "ACME", line("A", 150))}, Memory{Open: []Proposal{with(stored(a100(), 7, AwaitingSecond), first)}},
			[]outcome{{ChangeRevised, 7, 4, Proposed, 150, "A moved from 100 to 150 (50 %, limit 10 %); the first approval is void"}}},

		{"snoozed", []Proposal{ask(t, "ACME", line("A", 900))}, Memory{Open: []Proposal{stored(a100(), 7, Snoozed)}},
			[]outcome{{ChangeUnchanged, 7, 3, Snoozed, 100, "snoozed until 2026-11-22 12:00 UTC"}}},
		{"snoozed, became RED", []Proposal{ask(t, "ACME", red)}, Memory{Open: []Proposal{stored(a100(), 7, Snoozed)}},
			[]outcome{{ChangeWoken, 7, 4, Proposed, 100, "the snooze is over; A became RED; nothing moved, limit 10 %"}}},
		{"snoozed, twice the money at risk", []Proposal{with(a100(), riskOf(80_00))}, Memory{Open: []Proposal{with(stored(a100(), 7, Snoozed), riskOf(40_00))}},
			[]outcome{{ChangeWoken, 7, 4, Proposed, 100, "the snooze is over; money at risk grew from EUR 40.00 to EUR 80.00; nothing moved, limit 10 %"}}},
		{"snoozed, somewhat more money at risk", []Proposal{with(a100(), riskOf(79_99))}, Memory{Open: []Proposal{with(stored(a100(), 7, Snoozed), riskOf(40_00))}},
			[]outcome{{ChangeUnchanged, 7, 3, Snoozed, 100, "snoozed until 2026-11-22 12:00 UTC"}}},
		{"snoozed past its expiry", []Proposal{a100()}, Memory{Open: []Proposal{with(stored(a100(), 7, Snoozed), past)}},
			[]outcome{{ChangeUnchanged, 7, 3, Snoozed, 100, "snoozed until 2026-11-22 12:00 UTC"}}},
		{"snoozed, need gone", nil, Memory{Open: []Proposal{stored(a100(), 7, Snoozed)}},
			[]outcome{{ChangeUnchanged, 7, 3, Snoozed, 100, "snoozed until 2026-11-22 12:00 UTC"}}},
		{"woken", []Proposal{ask(t, "ACME", line("A", 104))}, Memory{Open: []Proposal{with(stored(a100(), 7, Snoozed), awake)}},
			[]outcome{{ChangeWoken, 7, 4, Proposed, 104, "the snooze is over; A moved from 100 to 104 (4 %, limit 10 %)"}}},
		{"woken after its expiry", []Proposal{a100()}, Memory{Open: []Proposal{with(with(stored(a100(), 7, Snoozed), awake), past)}},
			[]outcome{{ChangeWoken, 7, 4, Proposed, 100, "the snooze is over; nothing moved, limit 10 %"}}},
		{"woken with an edit that fits", []Proposal{ask(t, "ACME", line("A", 104))}, Memory{Open: []Proposal{with(with(stored(a100(), 7, Snoozed), awake), edited)}},
			[]outcome{{ChangeWoken, 7, 4, Proposed, 500, "the snooze is over; need of A moved from 100 to 104 (4 %, limit 10 %)"}}},
		{"woken, need gone", nil, Memory{Open: []Proposal{with(stored(a100(), 7, Snoozed), awake)}},
			[]outcome{{ChangeWithdrawn, 7, 4, Withdrawn, 100, "no line needs an order any more"}}},
		{"snoozed at one supplier, cheaper at another", []Proposal{ask(t, "OTHER", line("A", 100), line("B", 5))}, Memory{Open: []Proposal{stored(a100(), 7, Snoozed)}},
			[]outcome{
				{ChangeUnchanged, 7, 3, Snoozed, 100, "snoozed until 2026-11-22 12:00 UTC"},
				{ChangeNew, 0, 1, Proposed, 5, "B is YELLOW and its position is at or below the reorder point by sea; left out: A, snoozed at ACME"},
			}},

		{"expired, need still there", []Proposal{a100()}, Memory{Open: []Proposal{with(stored(a100(), 7, Proposed), past)}},
			[]outcome{
				{ChangeExpired, 7, 4, Expired, 100, "nobody decided by 2026-11-21 12:00 UTC"},
				{ChangeNew, 0, 1, Proposed, 100, "A is YELLOW and its position is at or below the reorder point by sea"},
			}},
		{"expired, need gone", nil, Memory{Open: []Proposal{with(stored(a100(), 7, AwaitingSecond), past)}},
			[]outcome{{ChangeExpired, 7, 4, Expired, 100, "nobody decided by 2026-11-21 12:00 UTC"}}},

		{"rejected", []Proposal{a100()}, Memory{Rejected: []Rejection{{"A", "MAIN", core.Sea, 100, today - 2}}},
			[]outcome{{ChangeHeld, 0, 0, "", 100, "nothing is proposed; left out: A, rejected 2 days ago at 100, now 100, asked again after 7 days"}}},
		{"rejected, grown by the limit", []Proposal{ask(t, "ACME", line("A", 110))}, Memory{Rejected: []Rejection{{"A", "MAIN", core.Sea, 100, today}}},
			[]outcome{{ChangeHeld, 0, 0, "", 110, "nothing is proposed; left out: A, rejected 0 days ago at 100, now 110, asked again after 7 days"}}},
		{"rejected, grown more", []Proposal{ask(t, "ACME", line("A", 111))}, Memory{Rejected: []Rejection{{"A", "MAIN", core.Sea, 100, today - 1}}},
			[]outcome{{ChangeNew, 0, 1, Proposed, 111, "A is YELLOW and its position is at or below the reorder point by sea; A was rejected 1 day ago at 100 and grew to 111 (11 %, limit 10 %)"}}},
		{"rejected long ago", []Proposal{a100()}, Memory{Rejected: []Rejection{{"A", "MAIN", core.Sea, 100, today - 7}}},
			[]outcome{{ChangeNew, 0, 1, Proposed, 100, "A is YELLOW and its position is at or below the reorder point by sea"}}},
		{"rejected twice, the newest counts", []Proposal{ask(t, "ACME", line("A", 150))}, Memory{Rejected: []Rejection{{"A", "MAIN", core.Sea, 150, today - 1}, {"A", "MAIN", core.Sea, 100, today - 3}}},
			[]outcome{{ChangeHeld, 0, 0, "", 150, "nothing is proposed; left out: A, rejected 1 day ago at 150, now 150, asked again after 7 days"}}},
		{"rejected elsewhere", []Proposal{a100()}, Memory{Rejected: []Rejection{{"A", "OTHER", core.Sea, 100, today}}},
			[]outcome{{ChangeNew, 0, 1, Proposed, 100, "A is YELLOW and its position is at or below the reorder point by sea"}}},

		{"two open to one supplier", []Proposal{a100()}, Memory{Open: []Proposal{stored(a100(), 9, Proposed), stored(a100(), 7, Proposed)}},
			[]outcome{
				{ChangeUnchanged, 7, 3, Proposed, 100, "nothing moved, limit 10 %"},
				{ChangeWithdrawn, 9, 4, Withdrawn, 100, "another proposal to the same supplier is open"},
			}},
		{"closed ones are ignored", []Proposal{a100()}, Memory{Open: []Proposal{stored(a100(), 7, Approved)}},
			[]outcome{{ChangeNew, 0, 1, Proposed, 100, "A is YELLOW and its position is at or below the reorder point by sea"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			changes := Reconcile(report(tt.fresh...), tt.m, byFormula())
			if diff := cmp.Diff(tt.want, outcomes(changes)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			checkChanges(t, tt.m, changes)
		})
	}
}

// checkChanges holds for every outcome of Reconcile.
func checkChanges(t *testing.T, m Memory, changes []Change) {
	t.Helper()
	policy := byFormula()
	states := map[int64]State{}
	for _, o := range m.Open {
		states[o.ID] = o.State
	}
	open := map[core.SupplierID]int{}
	for _, c := range changes {
		p := c.Proposal
		if c.Reason == "" {
			t.Errorf("%s without a reason", c.Kind)
		}
		if p.State.Open() {
			open[p.Supplier]++
		}
		if from := states[p.ID]; p.ID != 0 && c.Kind != ChangeUnchanged && Move(from, p.State) != nil {
			t.Errorf("%s moves from %s to %s", c.Kind, from, p.State)
		}
		if c.Kind == ChangeNew || c.Kind == ChangeRevised || c.Kind == ChangeWoken {
			if p.ExpiresAt != noon.Add(policy.Approval.Expiry) || p.FirstBy != "" || !p.SnoozedUntil.IsZero() || p.CreatedAt.IsZero() {
				t.Errorf("%s: %+v", c.Kind, p)
			}
		}
	}
	for id, n := range open {
		if n > 1 {
			t.Errorf("%d open proposals to %s", n, id)
		}
	}
}

func TestWithdrawnSaysWhy(t *testing.T) {
	r := evaluate(t, oneSKU(100))
	o := stored(r.Proposals[0], 7, Proposed)
	s := oneSKU(2000)
	got := Reconcile(evaluate(t, s), Memory{Open: []Proposal{o}}, byFormula())
	if len(got) != 1 || got[0].Kind != ChangeWithdrawn || !strings.HasPrefix(got[0].Reason, "the position of SOLAR-01 is 2000, above ") {
		t.Errorf("got %+v", outcomes(got))
	}
	if p := got[0].Proposal; p.DecidedWhy != got[0].Reason || !p.DecidedAt.Equal(noon) {
		t.Errorf("withdrawn at %s because %q", p.DecidedAt, p.DecidedWhy)
	}
}

// A second run over the same data leaves everything as it is, whatever the shop.
func TestSecondRunIsQuiet(t *testing.T) {
	policy := byFormula()
	for seed := range uint64(50) {
		r := evaluate(t, made(seed, 50, 200))
		var m Memory
		for i, c := range Reconcile(r, m, policy) {
			if c.Kind != ChangeNew {
				t.Fatalf("first run: %s", c.Kind)
			}
			p := c.Proposal
			p.ID = int64(i + 1)
			m.Open = append(m.Open, p)
		}
		again := Reconcile(r, m, policy)
		for _, c := range again {
			if c.Kind != ChangeUnchanged || c.Reason != "nothing moved, limit 10 %" {
				t.Fatalf("second run: %s, %s", c.Kind, c.Reason)
			}
		}
		if len(again) != len(m.Open) {
			t.Fatalf("%d proposals, %d outcomes", len(m.Open), len(again))
		}
		checkChanges(t, m, again)
	}
}

func TestReconcileRaisesNothingInConservativeMode(t *testing.T) {
	r := report(ask(t, "ACME", line("A", 900)), ask(t, "BOLT", line("B", 50)))
	r.Conservative = []risk.Cause{{Feed: "stock", Reason: "stock data is 61 min old, limit 60 min"}}
	old := stored(ask(t, "ACME", line("A", 100)), 7, Proposed)
	late := stored(ask(t, "COIL", line("C", 10)), 8, Proposed)
	late.ExpiresAt = noon
	got := outcomes(Reconcile(r, Memory{Open: []Proposal{old, late}}, byFormula()))
	const why = "stock data is 61 min old, limit 60 min"
	want := []outcome{
		{ChangeUnchanged, 7, 3, Proposed, 100, "conservative mode: " + why},
		{ChangeHeld, 0, 0, "", 50, "nothing is proposed in conservative mode: " + why},
		{ChangeExpired, 8, 4, Expired, 10, "nobody decided by " + noon.UTC().Format("2006-01-02 15:04 MST")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
