package bot

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/workspace"
	"quartermaster/core"
)

// checks returns what runs a check now, as the command does beside the running bot.
func (w *world) checks() func() {
	n := 0
	return func() {
		w.t.Helper()
		svc, err := w.cfg.Service(w.st)
		if err != nil {
			w.t.Fatal(err)
		}
		n++
		if _, err := svc.Check(w.ctx(), fmt.Sprintf("test-%d", n)); err != nil {
			w.t.Fatal(err)
		}
	}
}

// A risk card is snoozed until a price changes: silent at the next check, which says
// why; told again, with its thread, when a supplier's price is another. A muted product
// is silent until it is unmuted.
func TestSnoozeUntilPriceAndMute(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.cfg.SlackPace = time.Millisecond
	w.run()
	check := w.checks()
	check()
	risk := w.card("SOLAR-01", "HIGH", "Snooze until")
	o := w.click(boss, risk, "risk_snooze")
	if _, err := o.WaitView(w.ctx(), func(v workspace.View) bool { return strings.Contains(blockText(v.Blocks), "a price changes") }); err != nil {
		t.Fatal(err)
	}
	if s, err := w.ws.As(boss).SubmitView(w.ctx(), map[string]any{"until": nil}); err != nil || s.Errors["until"] == "" {
		t.Fatalf("a snooze without an end was answered %v, %v", s, err)
	}
	if s, err := w.ws.As(boss).SubmitView(w.ctx(), map[string]any{"until": nil, "event": "price"}); err != nil || len(s.Errors) > 0 {
		t.Fatalf("%v, %v", s, err)
	}
	w.card("SNOOZED", "SOLAR-01", "or until a price changes")
	check()
	w.asked(packer, "quiet", "SOLAR-01 MAIN runs out", "snoozed until", "or until a price changes")
	w.asked(packer, "why SOLAR-01", "Last check: not told, snoozed until")
	w.asked(packer, "quiet LAMP-02", "nothing to tell")

	items := filepath.Join(w.cfg.Settings.DataDir, "supplier_items.csv")
	text, err := os.ReadFile(items)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(items, []byte(strings.Replace(string(text), "18.00,1200:17.00", "18.90,1200:17.00", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	check()
	risk = w.card("HIGH", "SOLAR-01", "Snooze until")
	w.until("the thread says why it is told again", func() bool { return strings.Contains(w.thread(risk), "The snooze ended: a price changed.") })

	w.asked(packer, "mute SOLAR-01", "list of approvers")
	w.asked(boss, "mute SOLR-01", "Did you mean SOLAR-01?")
	w.asked(boss, "mute solar-01", "SOLAR-01 is muted")
	if err := w.ws.Redeliver(w.ctx(), 1); err != nil {
		t.Fatal(err)
	}
	check()
	w.asked(packer, "quiet", "muted since", "Muted", "SOLAR-01")
	w.asked(boss, "unmute SOLAR-01", "told of again")
	w.asked(boss, "unmute SOLAR-01", "was not muted")
	for _, day := range []string{"2020-01-01", "1 Jan 2020", "2020年1月1日"} { // as people write it and as the bot shows it
		w.asked(boss, "snooze SOLAR-01 "+day, "from 1 to 90")
	}
	if _, err := w.ws.As(boss).Command(w.ctx(), stockRoom, "/stock", "snooze SOLAR-01 received"); err != nil {
		t.Fatal(err)
	}
	w.told(boss, "snooze SOLAR-01 received", "What came of it follows")
	w.until("the command is told what came of it", func() bool {
		return slices.ContainsFunc(w.ws.As(boss).Ephemerals(stockRoom), func(m workspace.Message) bool {
			return strings.Contains(m.Text+blockText(m.Blocks), "snoozed this until")
		})
	})
	w.card("SNOOZED", "SOLAR-01", "or until goods are received")

	// A proposal is snoozed until an event as well.
	order := w.card("Approve", "SOLAR-01")
	ref := order.Elements()
	for _, e := range ref {
		for _, v := range e.Options {
			if strings.HasPrefix(v, "snooze0:") {
				if o, err = w.ws.As(boss).Choose(w.ctx(), order, e.ActionID, v); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if _, err := o.WaitView(w.ctx(), func(v workspace.View) bool { return strings.Contains(blockText(v.Blocks), "goods are received") }); err != nil {
		t.Fatal(err)
	}
	if s, err := w.ws.As(boss).SubmitView(w.ctx(), map[string]any{"event": "received"}); err != nil || len(s.Errors) > 0 {
		t.Fatalf("%v, %v", s, err)
	}
	w.until("the order is snoozed", func() bool { return w.count(`select count(*) from proposal where state = 'snoozed'`) == 1 })
	w.card("SNOOZED", "Acme", "EUR 21,000.00", "or until goods are received")
	check()
	w.asked(packer, "quiet", "Orders left as they are (1)", "Acme Lights Ltd", "snoozed until")
	today := core.DayOf(time.Now(), time.UTC)
	writeFile(t, w.cfg.Settings.DataDir, "deliveries.csv", fmt.Sprintf("order,supplier,sku,mode,ordered_on,ordered,due,received_on,received,damaged\nOLD-1,ACME,SOLAR-01,sea,%s,10,%s,%s,10,0\n", today-40, today-5, today-1))
	check()
	order = w.card("Approve", "SOLAR-01")
	w.until("the thread says why", func() bool { return strings.Contains(w.thread(order), "the snooze is over; goods were received") })
	w.card("HIGH", "SOLAR-01", "Snooze until")
	w.stop()
}

// A matter that changes its severity stays one card: it is edited in place, and its
// thread says why it was spoken of again; when it is over the card says so.
func TestSeverityChangesTheCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.cfg.SlackPace, w.cfg.Settings.Policy.CoolDown = time.Millisecond, 0
	w.run()
	check := w.checks()
	check()
	risk := w.card("HIGH", "SOLAR-01", "Snooze until")
	for _, step := range []struct {
		stock         int
		state, thread string
	}{
		{800, "MEDIUM", "Severity changed from HIGH to MEDIUM."},
		{100, "HIGH", "Severity changed from MEDIUM to HIGH."},
		{3000, "RESOLVED", "The last check finds no such risk any more."},
	} {
		writeFile(t, w.cfg.Settings.DataDir, "stock.csv", fmt.Sprintf("sku,location,on_hand,committed,backorders\nSOLAR-01,MAIN,%d,0,0\nLAMP-02,MAIN,400,0,0\n", step.stock))
		check()
		if now := w.card(step.state, "SOLAR-01"); now.TS != risk.TS {
			t.Errorf("%s stands on a card of its own", step.state)
		}
		w.until("the thread tells: "+step.thread, func() bool { return strings.Contains(w.thread(risk), step.thread) })
	}
	w.stop()
}
