package bot

import (
	"strings"
	"testing"
	"time"

	"quartermaster/bot/workspace"
	"quartermaster/core"
)

// ask gives a /stock command and returns the answer.
func (w *world) ask(user, text string, words ...string) workspace.Message {
	w.t.Helper()
	o, err := w.ws.As(user).Command(w.ctx(), "stock", "/stock", text)
	if err != nil {
		w.t.Fatal(err)
	}
	m, err := o.Ephemeral(w.ctx())
	if err != nil || !holds(m, words...) {
		w.t.Fatalf("/stock %s: %q, %v\n%s", text, words, err, messageText(m))
	}
	return m
}

// A lead time is set by hand for a supplier: the cards are planned with it at once
// and say who set it and why; it is listed, kept through an import of overrides.csv,
// taken back once, and its history stays.
func TestOverrideStory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	today := core.DayOf(time.Now(), time.UTC)
	w.run()
	w.dueNow()
	w.card("SOLAR-01", "Approve")
	open := func(user, text string) {
		t.Helper()
		if _, err := w.ws.As(user).Command(w.ctx(), "stock", "/stock", text); err != nil {
			t.Fatal(err)
		}
	}
	open(packer, "override SOLAR-01")
	w.view(packer, "not on the list of approvers")

	open(boss, "override SOLAR-01")
	w.view(boss, "takes the place of the computed number", "Lead time in days")
	entry := map[string]any{"field": "lead_time", "value": "soon", "until": (today + 20).String(), "reason": "Chinese <!here> holiday"}
	if got := w.submit(boss, entry); !strings.Contains(got, "is not a number") {
		t.Errorf("a lead time in words: %q", got)
	}
	entry["sku"], entry["value"] = "SOLR-01", "60"
	if got := w.submit(boss, entry); !strings.Contains(got, "Did you mean SOLAR-01") {
		t.Errorf("a mistyped code: %q", got)
	}
	entry["sku"], entry["supplier"] = "", "ACME"
	if got := w.submit(boss, entry); got != "" {
		t.Fatalf("the form answered %s", got)
	}
	if err := w.ws.Redeliver(w.ctx(), 3); err != nil {
		t.Fatal(err)
	}
	card := w.card("SOLAR-01", "Approve", "SOLAR-01: lead time is set to 60 days by boss until", "holiday (otherwise 35 by sea)")
	if text := markup(card); strings.Contains(text, "<!here>") {
		t.Errorf("a mention in a reason reached Slack:\n%s", text)
	}

	w.ask(buyer, "compare SOLAR-01", "60.0 ± 6.0 days by sea") // and not what the supplier states

	// A file of overrides neither removes it nor is removed by it.
	writeFile(t, w.cfg.Settings.DataDir, "overrides.csv", "sku,location,field,value,until,reason,by\nSOLAR-01,MAIN,safety_stock,300,"+(today+9).String()+",fair,Jo\n")
	w.checkAgain()
	list := w.ask(buyer, "override list", "Lead time in days", "60", "all of Acme Lights Ltd", "boss", "Safety stock in units", "Jo (file)", "Take back")
	if n := strings.Count(messageText(list), `"action_id":"take_back_`); n != 1 {
		t.Errorf("%d buttons, want one: what a file set is taken back there", n)
	}
	o := w.click(buyer, list, "take_back_1")
	if m, err := o.Ephemeral(w.ctx()); err != nil || !strings.Contains(m.Text, "no longer set to 60") {
		t.Fatalf("answered %q, %v", m.Text, err)
	}
	w.until("the cards are planned without it", func() bool {
		for _, m := range w.ws.Channel(stockRoom).Messages() {
			if holds(m, "SOLAR-01", "Approve") {
				return !strings.Contains(messageText(m), "lead time is set") && strings.Contains(messageText(m), "safety stock is set to 300 units by Jo")
			}
		}
		return false
	})
	o = w.click(buyer, list, "take_back_1")
	if m, err := o.Ephemeral(w.ctx()); err != nil || !strings.Contains(m.Text, "taken back already") {
		t.Errorf("the second time: %q, %v", m.Text, err)
	}
	w.ask(boss, "override history", "set · Lead time in days · all of Acme Lights Ltd: 60", "taken back · Lead time in days", buyer, "Chinese")
	w.ask(boss, "override list SOLAR-01", "Safety stock in units")

	w.click(buyer, list, "override_box")
	w.view(buyer, "takes the place of the computed number")

	// The weekly report tells of it, with the names of people.
	w.asked(boss, "report", "weekly-")
	sent := w.ws.As(boss).Direct()
	report := string(sent[len(sent)-1].Files[0].Contents())
	for _, want := range []string{"boss · set · Lead time in days · all of Acme Lights Ltd: 60", "buyer · taken back · Lead time in days", "holiday"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report does not say %q:\n%s", want, report)
		}
	}
	if strings.Contains(report, boss) || strings.Contains(report, buyer) {
		t.Errorf("the report has ids of people:\n%s", report)
	}
	for sql, want := range map[string]int{
		`select count(*) from manual_override`:                                                            1,
		`select count(*) from audit where action = 'override' and actor = '` + boss + `'`:                 1,
		`select count(*) from audit where action = 'take_back' and actor = '` + buyer + `'`:               1,
		`select count(*) from manual_override_history where what = 'removed' and actor = '` + buyer + `'`: 1,
		`select count(*) from manual_override_history where actor = '' and body->>'source' = 'file'`:      1,
	} {
		if got := w.count(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
}
