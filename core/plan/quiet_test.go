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
		o    Proposal
		risk int64
		want string // keys and people
	}{
		"too early":            {at(23*time.Hour, nil), 1000, ""},
		"after a day":          {at(24*time.Hour, nil), 1000, "remind-v2 UA UC"},
		"not who edited it":    {at(24*time.Hour, func(o *Proposal) { o.EditedBy = "UA" }), 1000, "remind-v2 UC"},
		"snoozed":              {at(24*time.Hour, func(o *Proposal) { o.State = Snoozed }), 1000, ""},
		"expired":              {at(80*time.Hour, nil), 1000, ""},
		"two days, no growth":  {at(49*time.Hour, nil), 1050, "remind-v2 UA UC"},
		"two days, more risk":  {at(49*time.Hour, nil), 2000, "remind-v2 UA UC; escalate-v2 UC"},
		"two days, overdue":    {at(49*time.Hour, func(o *Proposal) { o.OrderBy -= 5 }), 1000, "remind-v2 UA UC; escalate-v2 UC"},
		"one day, more risk":   {at(30*time.Hour, nil), 2000, "remind-v2 UA UC"},
		"waits for the second": {at(24*time.Hour, func(o *Proposal) { o.State, o.FirstBy = AwaitingSecond, "UC" }), 1000, "remind-v2 UA"},
	} {
		var got []string
		for _, r := range Remind([]Proposal{v.o}, map[core.SupplierID]core.Money{"ACME": eur(v.risk)}, p, shop, now) {
			got = append(got, r.Key+" "+strings.Join(r.Mention, " "))
			if r.Reason == "" || r.Text == "" {
				t.Errorf("%s: no words", name)
			}
		}
		if s := strings.Join(got, "; "); s != v.want {
			t.Errorf("%s: %q, want %q", name, s, v.want)
		}
	}
}
