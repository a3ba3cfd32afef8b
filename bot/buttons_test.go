package bot

import (
	"slices"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/workspace"
)

// The buttons of a risk card, of the home tab and of the weekly report: each is pressed,
// and what it promises happens.
func TestButtonsBesideTheOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	moreSuppliers(t, w.cfg.Settings.DataDir, 11)
	w.cfg.SlackPace = time.Millisecond
	w.run()
	w.checks()()

	risk := w.card("SOLAR-01", "HIGH", "Acme Lights Ltd", "Snooze until")
	w.click(packer, risk, "risk_why")
	w.view(packer, "SOLAR-01", "days of cover")
	days := func() int {
		return w.count(`select coalesce(max(round(extract(epoch from snoozed_until - now()) / 86400)), 0)::int from incident where body->'finding'->>'sku' = 'SOLAR-01'`)
	}
	for _, action := range []string{"risk_snooze_1", "risk_snooze_7"} { // the card as it was read: a longer silence takes the place of the shorter
		w.click(boss, risk, action)
		w.until(action+" holds", func() bool {
			return strings.HasSuffix(action, "_1") && days() == 1 || strings.HasSuffix(action, "_7") && days() == 7
		})
	}
	w.card("SNOOZED", "SOLAR-01")
	for sku, choice := range map[string]string{"P0": "snooze1:", "P9": "snooze7:"} { // the menu of an order's card
		w.choose(boss, w.card(sku, "Approve"), "more", choice)
		w.until(choice+" holds", func() bool {
			return w.count(`select count(*) from proposal where state = 'snoozed' and round(extract(epoch from snoozed_until - now()) / 86400) = $1`, choice[6:7]) == 1
		})
	}

	if err := w.ws.As(boss).VisitHome(); err != nil {
		t.Fatal(err)
	}
	w.until("the home tab is there", func() bool {
		v, ok := w.ws.As(boss).Home()
		return ok && strings.Contains(blockText(v.Blocks), "All 10 waiting")
	})
	if _, err := w.ws.As(boss).ClickView(w.ctx(), "waiting", workspace.Entered{}); err != nil {
		t.Fatal(err)
	}
	all := blockText(w.view(boss, "They are decided on their cards").Blocks)
	for _, name := range []string{"Acme Lights Ltd", "Supplier 1", "Supplier 8"} {
		if !strings.Contains(all, name) {
			t.Errorf("the list of all that waits lacks %s:\n%s", name, all)
		}
	}
	if err := w.ws.As(boss).CloseView(w.ctx()); err != nil {
		t.Fatal(err)
	}

	svc, err := w.cfg.Service(w.st)
	if err != nil {
		t.Fatal(err)
	}
	if err := svc.Weekly(w.ctx()); err != nil {
		t.Fatal(err)
	}
	w.click(packer, w.card("Weekly report"), "week_file")
	w.received(packer, "weekly-", "# ")

	w.stop()
}

// The buttons under /stock settings open the forms and send the file.
func TestSettingsButtons(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.settled()
	list := w.asked(boss, "settings", "Settings of Test")
	for action, want := range map[string]string{"settings_edit_1": "RED below", "settings_edit_2": "buyer approves up to", "settings_edit_3": "Channel of the cards", "settings_edit_4": "settings file"} {
		w.click(boss, list, action)
		w.view(boss, want)
		if err := w.ws.As(boss).CloseView(w.ctx()); err != nil {
			t.Fatal(err)
		}
	}
	w.click(boss, list, "settings_file")
	w.received(boss, "shop.toml", "[[approval.approver]]")
	w.stop()
}

// received waits for a file in somebody's direct messages.
func (w *world) received(user, name, text string) {
	w.t.Helper()
	w.until(user+" has "+name, func() bool {
		return slices.ContainsFunc(w.ws.As(user).Direct(), func(m workspace.Message) bool {
			return slices.ContainsFunc(m.Files, func(f *workspace.File) bool {
				return strings.HasPrefix(f.Name, name) && strings.Contains(string(f.Contents()), text)
			})
		})
	})
}

// What Slack refuses for good stands on a card: tried again, it is posted once;
// discarded, never. Who may not decide is told so.
func TestRefusedMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.cfg.SlackPace = time.Millisecond
	w.run()
	svc, err := w.cfg.Service(w.st)
	if err != nil {
		t.Fatal(err)
	}
	refused := func() workspace.Message { // the digest is not taken
		t.Helper()
		fault := w.ws.Fault(workspace.Fault{Kind: workspace.Refuse, Code: "invalid_blocks", Method: "chat.postMessage", Times: 1})
		if err := svc.Digest(w.ctx()); err != nil {
			t.Fatal(err)
		}
		w.until("the digest is refused", func() bool { return fault.Hits() == 1 })
		return w.card("invalid_blocks", "Try again", "Discard")
	}
	digests := func() (n int) {
		for _, m := range w.ws.Channel(stockRoom).Messages() {
			if strings.Contains(m.Text, "☀️") {
				n++
			}
		}
		return n
	}
	dead := refused()
	told, err := w.click(packer, dead, "discard_dead").Ephemeral(w.ctx())
	if err != nil || !strings.Contains(told.Text, "list of approvers") {
		t.Errorf("the packer was answered %q, %v", told.Text, err)
	}
	w.click(boss, dead, "retry_dead")
	w.until("the digest stands", func() bool { return digests() == 1 })

	w.exec(`delete from card where kind = 'digest'`) // as on the next day
	w.exec(`delete from effect where key like 'card/digest/%'`)
	dead = refused()
	w.click(boss, dead, "discard_dead")
	w.card("discarded by")
	told, err = w.click(buyer, dead, "retry_dead").Ephemeral(w.ctx())
	if err != nil || !strings.Contains(told.Text, "already") {
		t.Errorf("who came second was answered %q, %v", told.Text, err)
	}
	w.until("nothing is left to do", func() bool {
		return w.count(`select count(*) from effect where state in ('pending', 'sending')`)+w.count(`select count(*) from inbox where done_at is null`) == 0
	})
	if n := digests(); n != 1 {
		t.Errorf("%d digests, want the first alone", n)
	}
	w.stop()
}
