package draft

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// purse is a Ledger of this process.
type purse struct {
	days map[core.Day]int
	err  error
}

func (p *purse) Spent(_ context.Context, day core.Day) (int, error) { return p.days[day], p.err }

func (p *purse) Spend(_ context.Context, day core.Day, tokens int) error {
	p.days[day] += tokens
	return p.err
}

// TestBudget spends a day's tokens: then letters come from templates, which is said
// once, until the next day of the shop's zone.
func TestBudget(t *testing.T) {
	s := startService(t, says("nonsense")) // two tries a letter, nothing to keep
	zone := time.FixedZone("shop", 8*3600)
	now := time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC) // 23:00 in the shop
	var log bytes.Buffer
	p := &purse{days: map[core.Day]int{}}
	d := newDrafter(t, s, func(c *Config) {
		c.DailyTokens, c.Ledger, c.Zone, c.Now = 1500, p, zone, func() time.Time { return now }
		c.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	write := func() string {
		m, err := d.Letter(t.Context(), plan.OrderLetter(order("en")))
		if err != nil || m.Source != plan.FromTemplate {
			t.Fatalf("source %q, error %v", m.Source, err)
		}
		return m.Note
	}
	if note := write(); !strings.Contains(note, "refused twice") {
		t.Errorf("note %q", note)
	}
	asked := len(s.seen())
	for range 2 {
		if note := write(); !strings.Contains(note, "budget of 1500 tokens a day is used up") {
			t.Errorf("note %q after %v", note, p.days)
		}
	}
	if n := len(s.seen()); n != asked || strings.Count(log.String(), "used up") != 1 {
		t.Errorf("%d more requests, log %q", n-asked, log.String())
	}
	now = now.Add(time.Hour) // midnight in the shop
	if note := write(); !strings.Contains(note, "refused twice") || len(p.days) != 2 {
		t.Errorf("note %q on the next day, %v", note, p.days)
	}
	p.err = errors.New("away")
	if note := write(); !strings.Contains(note, "not known") {
		t.Errorf("note %q", note)
	}
}

// TestKeptDrafts asks once for letters of one shape, and again for another shape or
// when the kept draft would name goods.
func TestKeptDrafts(t *testing.T) {
	s := startService(t, says(asJSON(cleanEN)))
	d := newDrafter(t, s)
	write := func(o plan.Order) plan.Mail {
		m, err := d.Letter(t.Context(), plan.OrderLetter(o))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	first, second := order("en"), order("en")
	second.Number, second.Supplier.Contact, second.Total = "PO-2026-0002", "Ms Wu", money(99, "CNY")
	a, b := write(first), write(second)
	if n := len(s.seen()); n != 1 || b.Source != plan.FromModel || !strings.Contains(b.Body, "PO-2026-0002") || !strings.Contains(b.Body, "Ms Wu") ||
		strings.Contains(b.Body, "PO-2026-0001") || !strings.Contains(a.Body, "PO-2026-0001") {
		t.Errorf("%d requests; %s\n%s", n, a.Body, b.Body)
	}
	named := order("en")
	named.Lines[0].Name = "arrival date"
	if m := write(named); m.Source != plan.FromTemplate {
		t.Errorf("a draft that names goods was used: %s", m.Body)
	}
	one := order("en")
	one.Lines = one.Lines[:1]
	before := len(s.seen())
	write(one)
	if n := len(s.seen()); n != before+1 {
		t.Errorf("%d requests for another shape", n-before)
	}
}
