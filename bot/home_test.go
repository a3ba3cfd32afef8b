package bot

import (
	"strings"
	"testing"

	"quartermaster/bot/workspace"
)

// The home tab and the commands beside the cards: what waits, what runs short, how
// old the data is, what runs next; approving from the list; the snooze of a product.
func TestHomeAndCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.run()
	w.dueNow()
	w.card("SOLAR-01", "Approve")

	if err := w.ws.As(boss).VisitHome(); err != nil {
		t.Fatal(err)
	}
	home := func(words ...string) workspace.View {
		t.Helper()
		var v workspace.View
		w.until("the home tab says "+strings.Join(words, ", "), func() bool {
			var ok bool
			if v, ok = w.ws.As(boss).Home(); !ok {
				return false
			}
			text := blockText(v.Blocks)
			for _, word := range words {
				if !strings.Contains(text, word) {
					return false
				}
			}
			return true
		})
		return v
	}
	home("Acme Lights Ltd", "Waiting for a decision", "SOLAR-01", "orders data", "check (Looks at everything, and asks for orders): next")
	if _, err := w.ws.As(boss).ClickView(w.ctx(), "short", workspace.Entered{}); err != nil {
		t.Fatalf("the list of all that runs short: %v", err)
	}
	w.until("the list opens", func() bool {
		v, ok := w.ws.As(boss).View()
		return ok && strings.Contains(blockText(v.Blocks), "SOLAR-01")
	})

	if err := w.ws.As(boss).CloseView(w.ctx()); err != nil {
		t.Fatal(err)
	}

	say := func(user, text string, words ...string) workspace.Message {
		t.Helper()
		o, err := w.ws.As(user).Command(w.ctx(), stockRoom, "/stock", text)
		if err != nil {
			t.Fatalf("/stock %s: %v", text, err)
		}
		m, err := o.Ephemeral(w.ctx())
		if err != nil {
			t.Fatalf("/stock %s: %v", text, err)
		}
		got := m.Text + "\n" + blockText(m.Blocks)
		for _, word := range words {
			if !strings.Contains(got, word) {
				t.Errorf("/stock %s does not say %q:\n%s", text, word, got)
			}
		}
		return m
	}
	say(packer, "schedule", "check", "next")
	say(packer, "settings", "Target: least expected cost", "May approve")
	say(packer, "forecast SOLAR-01", "week of", "confidence")
	say(packer, "forecast SOLR-01", "Did you mean SOLAR-01?")
	say(packer, "suggest order earlier before Christmas", "Thank you")
	say(packer, "suggest", "Please write")
	if n := w.count(`select count(*) from suggestion where by_whom = $1 and text = 'order earlier before Christmas'`, packer); n != 1 {
		t.Errorf("%d suggestions are kept", n)
	}
	say(packer, "snooze SOLAR-01 200", "from 1 to 90")
	say(packer, "snooze SOLR-01 2", "Did you mean SOLAR-01?")
	for _, user := range []string{packer, boss} { // what came of it may be told before the command's own answer
		if _, err := w.ws.As(user).Command(w.ctx(), stockRoom, "/stock", "snooze SOLAR-01 2"); err != nil {
			t.Fatal(err)
		}
		w.told(user, "snooze SOLAR-01 2", "What came of it follows")
	}
	w.until("the finding is snoozed by who may", func() bool {
		return w.count(`select count(*) from incident where snoozed_by = $1 and snoozed_until > now() + interval '1 day'`, boss) == 1
	})
	if n := w.count(`select count(*) from incident where snoozed_by = $1`, packer); n != 0 {
		t.Error("somebody without rights snoozed a finding")
	}

	card := w.card("SOLAR-01", "Approve")
	o, err := w.ws.As(packer).Shortcut(w.ctx(), card, "explain")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.WaitView(w.ctx(), func(v workspace.View) bool { return strings.Contains(blockText(v.Blocks), "SOLAR-01") }); err != nil {
		t.Errorf("the shortcut shows no calculation: %v", err)
	}
	if err := w.ws.As(packer).CloseView(w.ctx()); err != nil {
		t.Fatal(err)
	}

	list := say(boss, "approve", "Acme Lights Ltd")
	if _, err := w.ws.As(boss).Click(w.ctx(), list, "approve"); err != nil {
		t.Fatal(err)
	}
	w.card("SOLAR-01", "PO-", "outbox")
	if _, err := w.ws.As(boss).Click(w.ctx(), list, "approve"); err != nil {
		t.Fatal(err)
	}
	w.until("both presses are acted on", func() bool { return w.count(`select count(*) from inbox where done_at is null`) == 0 })
	if n := w.count(`select count(*) from purchase_order`); n != 1 {
		t.Errorf("%d orders", n)
	}
	say(boss, "approve", "Nothing waits")
	if _, err := w.ws.As(boss).ClickView(w.ctx(), "home_refresh", workspace.Entered{}); err != nil {
		t.Fatal(err)
	}
	home("Nothing.")
	w.stop()
}
