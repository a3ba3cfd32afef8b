package plan

import (
	"strings"
	"testing"
	"time"

	"quartermaster/core"
)

func TestQuietUntil(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	night := core.QuietHours{From: 22 * 60, To: 7 * 60}
	noonish := core.QuietHours{From: 12 * 60, To: 13*60 + 30}
	for _, v := range []struct {
		q         core.QuietHours
		now, want string // local times in London; no want: not quiet
	}{
		{core.QuietHours{}, "2026-11-22 03:00", ""},
		{night, "2026-11-22 21:59", ""},
		{night, "2026-11-22 22:00", "2026-11-23 07:00"},
		{night, "2026-11-22 23:59", "2026-11-23 07:00"},
		{night, "2026-11-22 00:00", "2026-11-22 07:00"},
		{night, "2026-11-22 06:59", "2026-11-22 07:00"},
		{night, "2026-11-22 07:00", ""},
		{night, "2026-03-28 23:00", "2026-03-29 07:00"}, // the clock goes forward in between
		{noonish, "2026-11-22 11:59", ""},
		{noonish, "2026-11-22 12:00", "2026-11-22 13:30"},
		{noonish, "2026-11-22 13:30", ""},
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", v.now, london)
		if err != nil {
			t.Fatal(err)
		}
		until, quiet := quietUntil(v.q, london, now.UTC())
		got := ""
		if quiet {
			got = until.Format("2006-01-02 15:04")
		}
		if got != v.want {
			t.Errorf("%v at %s: quiet until %q, want %q", v.q, v.now, got, v.want)
		}
	}
}

// Quiet hours hold back what would be told, and say so; afterwards it is told.
func TestQuietHoursHold(t *testing.T) {
	p, now := byFormula(), noon
	p.Quiet = core.QuietHours{From: 0, To: 24*60 - 1}
	r := evaluate(t, oneSKU(10))
	if len(r.Proposals) == 0 || len(r.Findings) == 0 {
		t.Fatal("nothing to be quiet about")
	}
	for _, c := range Reconcile(r, Memory{}, p) {
		if c.Kind != ChangeHeld || !strings.Contains(c.Reason, "quiet hours until 23:59") {
			t.Errorf("in quiet hours: %s, %s", c.Kind, c.Reason)
		}
	}
	for _, tell := range TellFindings(r, nil, nil, p, now) {
		if tell.Tell || !strings.Contains(tell.Reason, "quiet hours") {
			t.Errorf("in quiet hours %s is told: %s", tell.View.Finding.Key, tell.Reason)
		}
	}
	p.Quiet = core.QuietHours{}
	if c := Reconcile(r, Memory{}, p); len(c) == 0 || c[0].Kind != ChangeNew {
		t.Errorf("after the quiet hours: %+v", c)
	}
}

func TestRemind(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	eur := func(n int64) core.Money { return core.Money{Minor: n, Currency: "EUR"} }
	p := byFormula()
	p.Approval.Approvers = []core.Approver{{User: "UA", Limit: eur(100_000)}, {User: "UB", Limit: eur(100)}, {User: "UC", Limit: eur(100_000)}}
	p.Approval.Fallback = []string{"UC"}
	shop := core.Shop{Zone: time.UTC}
	at := func(waited time.Duration, change func(*Proposal)) Proposal {
		o := Proposal{ID: 7, Version: 2, State: Proposed, Supplier: "ACME", SupplierName: "Acme", Total: eur(5000), TotalShop: eur(5000), MoneyAtRisk: eur(1000),
			OrderBy: core.DayOf(now, time.UTC) + 3, ExpiresAt: now.Add(p.Approval.Expiry - waited)}
		if change != nil {
			change(&o)
		}
		return o
	}
	for name, v := range map[string]struct {
		o      Proposal
		risk   int64
		change func(*Pending, *core.Policy)
		want   string // keys, people and the reasons of each, also of what is not told
	}{
		"too early":           {at(23*time.Hour, nil), 1000, nil, "it waits for less than 24 h"},
		"after a day":         {at(24*time.Hour, nil), 1000, nil, "remind-v2 UA UC: nobody decided for 24 h (limit 24 h); the fallback approvers are not asked before 48 h"},
		"not who edited it":   {at(24*time.Hour, func(o *Proposal) { o.EditedBy = "UA" }), 1000, nil, "remind-v2 UC: nobody decided for 24 h (limit 24 h); the fallback approvers are not asked before 48 h"},
		"snoozed":             {at(24*time.Hour, func(o *Proposal) { o.State, o.SnoozedUntil = Snoozed, now.Add(time.Hour) }), 1000, nil, "snoozed until 2026-11-22 10:00 UTC"},
		"expired":             {at(80*time.Hour, nil), 1000, nil, "it has expired"},
		"ordered":             {at(24*time.Hour, func(o *Proposal) { o.State = Approved }), 1000, nil, "it cannot be decided any more"},
		"two days, no growth": {at(49*time.Hour, nil), 1050, nil, "remind-v2 UA UC: nobody decided for 49 h (limit 24 h); the fallback approvers are not asked: the money at risk did not grow, and the order-by date is not past"},
		"two days, more risk": {at(49*time.Hour, nil), 2000, nil, "remind-v2 UA UC: nobody decided for 49 h (limit 24 h); escalate-v2 UC: the money at risk grew from EUR 10.00 to EUR 20.00"},
		"two days, overdue":   {at(49*time.Hour, func(o *Proposal) { o.OrderBy -= 5 }), 1000, nil, "remind-v2 UA UC: nobody decided for 49 h (limit 24 h); escalate-v2 UC: the order-by date was 2026-11-20"},
		"one day, more risk":  {at(30*time.Hour, nil), 2000, nil, "remind-v2 UA UC: nobody decided for 30 h (limit 24 h); the fallback approvers are not asked before 48 h"},
		"waits for the second": {at(24*time.Hour, func(o *Proposal) { o.State, o.FirstBy = AwaitingSecond, "UC" }), 1000, nil,
			"remind-v2 UA: nobody decided for 24 h (limit 24 h); the fallback approvers are not asked before 48 h"},
		"no fallback":  {at(49*time.Hour, nil), 2000, func(_ *Pending, p *core.Policy) { p.Approval.Fallback = nil }, "remind-v2 UA UC: nobody decided for 49 h (limit 24 h)"},
		"switched off": {at(49*time.Hour, nil), 2000, func(_ *Pending, p *core.Policy) { p.Approval.RemindAfter = 0 }, "reminders are switched off"},
		"conservative": {at(49*time.Hour, nil), 2000, func(w *Pending, _ *core.Policy) { w.Conservative = true }, "conservative mode: nobody could approve it, else reminded: nobody decided for 49 h (limit 24 h)"},
		"at night":     {at(49*time.Hour, nil), 2000, func(_ *Pending, p *core.Policy) { p.Quiet = core.QuietHours{From: 8 * 60, To: 10 * 60} }, "quiet hours until 10:00, else reminded: nobody decided for 49 h (limit 24 h)"},
		"reminded once": {at(49*time.Hour, nil), 2000, func(w *Pending, _ *core.Policy) {
			w.Told = func(_ int64, key string) bool { return key == "remind-v2" }
		}, "reminded of already; escalate-v2 UC: the money at risk grew from EUR 10.00 to EUR 20.00"},
		"asked, too": {at(49*time.Hour, nil), 2000, func(w *Pending, _ *core.Policy) { w.Told = func(int64, string) bool { return true } }, "reminded of already; the fallback approvers were asked already"},
		"reminded, and at night": {at(49*time.Hour, nil), 2000, func(w *Pending, p *core.Policy) {
			p.Quiet = core.QuietHours{From: 8 * 60, To: 10 * 60}
			w.Told = func(_ int64, key string) bool { return key == "remind-v2" }
		}, "reminded of already; quiet hours until 10:00, else reminded: the money at risk grew from EUR 10.00 to EUR 20.00"},
	} {
		w := Pending{Open: []Proposal{v.o}, Risk: map[core.SupplierID]core.Money{"ACME": eur(v.risk)}, Told: func(int64, string) bool { return false }}
		p := p
		if v.change != nil {
			v.change(&w, &p)
		}
		var got []string
		for _, r := range Remind(w, p, shop, now) {
			line := r.Reason
			if r.Tell {
				line = r.Key + " " + strings.Join(r.Mention, " ") + ": " + line
			}
			if got = append(got, line); r.Tell != (r.Text != "" && r.Key != "") && r.Tell || r.Supplier != "ACME" {
				t.Errorf("%s: %+v", name, r)
			}
		}
		if s := strings.Join(got, "; "); s != v.want {
			t.Errorf("%s:\n got %s\nwant %s", name, s, v.want)
		}
	}
}
