package bot

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"quartermaster/bot/store"
	"quartermaster/bot/workspace"
	"quartermaster/core"
)

// chartOn returns the file of the chart on a card, which says in words what it
// shows.
func chartOn(t *testing.T, card workspace.Message) string {
	t.Helper()
	for _, b := range card.Blocks {
		if b["type"] == "image" {
			if alt := fmt.Sprint(b["alt_text"]); !strings.Contains(alt, "SOLAR-01") || !strings.Contains(alt, "of this order would arrive") {
				t.Errorf("the chart is described as %q", alt)
			}
			return fmt.Sprint(b["slack_file"])
		}
	}
	t.Error("no chart on the card")
	return ""
}

// The whole way, over both transports: the schedule fires, cards appear, the
// quantity is edited in a form, somebody else approves, one order and one letter
// exist, the card says so in place.
func TestStory(t *testing.T) {
	for _, overHTTP := range []bool{false, true} {
		t.Run(map[bool]string{false: "socket", true: "http"}[overHTTP], func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, overHTTP)
			w.run()
			w.dueNow()

			card := w.card("SOLAR-01", "Acme Lights Ltd", "Approve")
			w.card("HIGH", "SOLAR-01")
			picture := chartOn(t, card)
			w.card("overview")
			if text := markup(card); strings.Contains(text, "<!channel>") {
				t.Errorf("a mention in a product name reached Slack:\n%s", text)
			}
			if n := w.count(`select count(*) from schedule_run where late and done_at is not null and error = ''`); n != 1 {
				t.Errorf("%d late runs are recorded, want 1", n)
			}

			// Why? opens a form with the sum.
			why := w.click(boss, card, "why")
			view, err := why.WaitView(w.ctx(), func(v workspace.View) bool { return strings.Contains(blockText(v.Blocks), "nventory position") })
			if err != nil {
				seen, open := w.ws.As(boss).View()
				t.Fatalf("the Why? form: %v; open: %v\n%s", err, open, blockText(seen.Blocks))
			}
			for _, word := range []string{"a day", "lead time", "reorder point", "inventory position", "need on arrival", "expected cost", "MOQ"} {
				if !strings.Contains(strings.ToLower(blockText(view.Blocks)), strings.ToLower(word)) {
					t.Errorf("Why? does not speak of %q:\n%s", word, blockText(view.Blocks))
				}
			}
			if err := w.ws.As(boss).CloseView(w.ctx()); err != nil {
				t.Fatal(err)
			}

			// The form refuses a quantity that the supplier does not sell, and says which
			// one is right.
			edit := w.click(boss, card, "edit")
			if _, err := edit.WaitView(w.ctx(), func(v workspace.View) bool { return len(v.Elements()) > 0 }); err != nil {
				t.Fatalf("the edit form: %v", err)
			}
			wrong, err := w.ws.As(boss).SubmitView(w.ctx(), map[string]any{"qty-0": "1201"})
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(wrong.Errors); !strings.Contains(got, "1224") && !strings.Contains(got, "1,224") {
				t.Errorf("the form answered %s, want the next multiple of 24", got)
			}
			right, err := w.ws.As(boss).SubmitView(w.ctx(), map[string]any{"qty-0": "1224"})
			if err != nil || len(right.Errors) > 0 {
				t.Fatalf("the form answered %v, %v", right, err)
			}
			card = w.card("SOLAR-01", "1,224", "Approve")
			if now := chartOn(t, card); now == picture {
				t.Error("the chart still shows the course with the old quantity")
			}

			// Who edited may not approve; others may.
			denied, err := w.click(boss, card, "approve").Ephemeral(w.ctx())
			if err != nil || !strings.Contains(denied.Text, "edited") {
				t.Errorf("the editor's own approval was answered %q, %v", denied.Text, err)
			}
			w.click(buyer, card, "approve")
			done := w.card("SOLAR-01", "PO-", "outbox")
			if done.TS != card.TS {
				t.Error("the card was posted again and not edited in place")
			}
			if b, ok := done.Button("Approve…"); ok {
				t.Errorf("the decided card still has the button %q", b.Text)
			}
			w.until("the thread tells the story", func() bool {
				log := w.thread(done)
				return strings.Contains(log, "edited") && strings.Contains(log, "buyer approved") && strings.Contains(log, "outbox")
			})
			letters := w.letters()
			if len(letters) != 1 {
				t.Fatalf("%d letters were written, want 1", len(letters))
			}
			for _, word := range []string{"AC-77", "1224", "Dear Sales", "PO-"} {
				if !strings.Contains(letters[0].Text, word) {
					t.Errorf("the letter does not say %q:\n%s", word, letters[0].Text)
				}
			}
			if letters[0].To != "orders@acme.example" || len(letters[0].Attachments) != 1 {
				t.Errorf("the letter goes to %q with %v", letters[0].To, letters[0].Attachments)
			}
			o, err := store.Orders(t.Context(), w.st.Pool(), 10)
			if err != nil || len(o) != 1 || o[0].Lines[0].Qty != 1224 || o[0].Lines[0].UnitPrice.String() != "EUR 17.00" {
				t.Errorf("orders are %+v, %v; want one over 1224 at the price break", o, err)
			}

			// A second check has nothing new to say: what was ordered counts.
			before := w.ws.Posts(stockRoom)
			if _, err := w.st.Pool().Exec(t.Context(), `delete from schedule_run; update schedule set last_slot = now() - interval '25 hours'`); err != nil {
				t.Fatal(err)
			}
			w.until("the second check is done", func() bool {
				return w.count(`select count(*) from check_run`) == 1 && w.count(`select count(*) from schedule_run where done_at is not null`) == 1
			})
			w.until("effects are done", func() bool { return w.count(`select count(*) from effect where state <> 'done'`) == 0 })
			if n := w.count(`select count(*) from proposal`); n != 1 {
				t.Errorf("%d proposals after the second check, want 1", n)
			}
			if after := w.ws.Posts(stockRoom); after != before {
				t.Errorf("the second check posted %d messages:\n%s", after-before, w.room())
			}
			if n, err := w.st.VerifyAudit(t.Context()); err != nil || n < 5 {
				t.Errorf("audit: %d rows, %v", n, err)
			}
			w.stop()
		})
	}
}

// click presses a button and fails the test when the bot did not acknowledge.
func (w *world) click(user string, m workspace.Message, action string) *workspace.Outcome {
	w.t.Helper()
	o, err := w.ws.As(user).Click(w.ctx(), m, action)
	if err != nil {
		w.t.Fatalf("%s clicks %s: %v", user, action, err)
	}
	return o
}

// choose takes an option of a menu whose value fits.
func (w *world) choose(user string, m workspace.Message, action, option string) *workspace.Outcome {
	w.t.Helper()
	for _, e := range m.Elements() {
		if e.ActionID != action {
			continue
		}
		for _, v := range e.Options {
			if strings.Contains(v, option) {
				o, err := w.ws.As(user).Choose(w.ctx(), m, action, v)
				if err != nil {
					w.t.Fatalf("%s chooses %s: %v", user, v, err)
				}
				return o
			}
		}
	}
	w.t.Fatalf("no option %q in menu %q", option, action)
	return nil
}

// markup returns everything of a message that Slack reads as markup: the text on
// top and mrkdwn objects, not plain text and table cells.
func markup(m workspace.Message) string {
	var b strings.Builder
	b.WriteString(m.Text)
	objects(m, func(v map[string]any) {
		if v["type"] == "mrkdwn" || v["type"] == "markdown" {
			fmt.Fprintln(&b, v["text"])
		}
	})
	return b.String()
}

func blockText(blocks []workspace.Block) string {
	b, _ := json.Marshal(blocks)
	return string(b)
}

// Commands answer from the last check; mistakes are told with what would be right.
func TestCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.run()
	w.dueNow()
	w.card("SOLAR-01", "Approve")
	for _, c := range []struct {
		text string
		want string
	}{
		{"status", "1 RED"},
		{"sku SOLAR-01", "SOLAR-01"},
		{"sku solar-01", "SOLAR-01"},
		{"sku SOLR-01", "Did you mean SOLAR-01?"},
		{"why SOLAR-01", "lead time"},
		{"orders", "Acme Lights Ltd"},
		{"help", "/stock status"},
		{"statsu", "status"},
		{"", "/stock"},
	} {
		o, err := w.ws.As(packer).Command(w.ctx(), "stock", "/stock", c.text)
		if err != nil {
			t.Errorf("/stock %s: %v", c.text, err)
			continue
		}
		m, err := o.Ephemeral(w.ctx())
		if err != nil {
			t.Errorf("/stock %s: %v", c.text, err)
			continue
		}
		if !holds(m, c.want) {
			t.Errorf("/stock %s does not say %q:\n%s", c.text, c.want, messageText(m))
		}
	}
}

// Who may not, may not; the reason says what would help. Nothing is ordered. The guest,
// the person of another organisation and the one who leaves are on the list of
// approvers: that they are what they are is enough.
func TestDenials(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	rules := &w.cfg.Settings.Policy.Approval
	for _, user := range []string{guest, foreigner, leaver} {
		rules.Approvers = append(rules.Approvers, core.Approver{User: user, Limit: rules.Approvers[0].Limit})
	}
	w.run()
	w.dueNow()
	card := w.card("SOLAR-01", "Approve")
	for user, want := range map[string]string{packer: "approver", guest: "guest", foreigner: "other organisations"} {
		m, err := w.click(user, card, "approve").Ephemeral(w.ctx())
		if err != nil || !strings.Contains(strings.ToLower(m.Text), want) {
			t.Errorf("%s was answered %q, %v; want %q in it", user, m.Text, err, want)
		}
	}
	// The account is taken away between the press and the decision.
	slow := w.ws.Fault(workspace.Fault{Kind: workspace.Hang, Method: "users.info"})
	w.click(leaver, card, "approve")
	w.until("the bot asks who pressed", func() bool { return slow.Hits() > 0 })
	if err := w.ws.Deactivate(leaver); err != nil {
		t.Fatal(err)
	}
	slow.Clear()
	w.until("the last press is decided", func() bool { return w.count(`select count(*) from inbox where done_at is null`) == 0 })
	if n := w.count(`select count(*) from decision where outcome = 'deny' and reason like '%deactivated%'`); n != 1 {
		t.Errorf("%d denials because the account is deactivated, want 1", n)
	}
	if n := w.count(`select count(*) from purchase_order`); n != 0 {
		t.Errorf("%d orders were written", n)
	}
	if n := w.count(`select count(*) from decision where outcome = 'deny'`); n != 4 {
		t.Errorf("%d denials are recorded, want 4", n)
	}
}

// Reject, then a check: the line is not asked for again. Snooze: the card is
// quiet. The four deliveries of one click count once.
func TestRejectAndRedelivery(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	w.run()
	w.dueNow()
	card := w.card("SOLAR-01", "Approve")
	if _, err := w.choose(boss, card, "more", "reject").View(w.ctx()); err != nil {
		t.Fatal(err)
	}
	if n := w.count(`select count(*) from inbox`); n != 0 {
		t.Errorf("opening the form stored %d gestures", n)
	}
	sent, err := w.ws.As(boss).SubmitView(w.ctx(), map[string]any{"note": "we drop <!channel> this line"})
	if err != nil || len(sent.Errors) > 0 {
		t.Fatalf("the rejection was answered %v, %v", sent, err)
	}
	if err := w.ws.Redeliver(w.ctx(), 3); err != nil {
		t.Fatal(err)
	}
	card = w.card("SOLAR-01", "ejected", "we drop", "this line")
	if !strings.Contains(card.Text, "by boss on ") || !strings.Contains(card.Text, "this line. Not asked again before ") {
		t.Errorf("the first line of the rejected card tells %q", card.Text)
	}
	w.until("effects are done", func() bool { return w.count(`select count(*) from effect where state <> 'done'`) == 0 })
	if n := w.count(`select count(*) from decision`); n != 1 {
		t.Errorf("%d decisions, want 1", n)
	}
	if n := w.count(`select count(*) from decision where action = 'reject' and note = 'we drop <!channel> this line'`); n != 1 {
		t.Errorf("the comment is kept %d times", n)
	}
	// The weekly report has it, with the name of who said so.
	w.asked(buyer, "report", "weekly-")
	sheet := w.ws.As(buyer).Direct()
	if report := string(sheet[len(sheet)-1].Files[0].Contents()); !strings.Contains(report, "boss · rejected") || !strings.Contains(report, "this line") {
		t.Errorf("the report does not tell the rejection:\n%s", report)
	}
	if !strings.Contains(w.thread(card), "this line") || strings.Contains(w.thread(card), "<!channel>") {
		t.Errorf("the thread tells the comment as %q", w.thread(card))
	}
	if n := strings.Count(w.thread(card), "rejected"); n != 1 {
		t.Errorf("the thread tells the rejection %d times", n)
	}
	if _, err := w.st.Pool().Exec(t.Context(), `delete from schedule_run; delete from check_run; update schedule set last_slot = now() - interval '25 hours'`); err != nil {
		t.Fatal(err)
	}
	w.until("the second check is done", func() bool { return w.count(`select count(*) from check_run`) == 1 })
	if n := w.count(`select count(*) from proposal`); n != 1 {
		t.Errorf("%d proposals: a rejected line was asked for again", n)
	}
}

// Numbers on the card can be redone from "Why?".
func TestWhyAddsUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.run()
	w.dueNow()
	card := w.card("SOLAR-01", "Approve")
	view, err := w.click(boss, card, "why").WaitView(w.ctx(), func(v workspace.View) bool { return strings.Contains(blockText(v.Blocks), "nventory position") })
	if err != nil {
		t.Fatal(err)
	}
	button, ok := card.Button("Approve…")
	if !ok {
		t.Fatal("no Approve button")
	}
	qty := regexp.MustCompile(`[\d,]+`).FindString(button.Text)
	if text := blockText(view.Blocks); !strings.Contains(text, qty) {
		t.Errorf("the button says %q, Why? does not hold %s:\n%s", button.Text, qty, text)
	}
}

// Two processes on one database and one workspace: the schedule fires once, every
// card stands once, a click that both might act on counts once.
func TestThreeReplicas(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	for range 3 {
		w.run()
	}
	w.until("all are connected", func() bool { return w.ws.Connections() == 3 })
	w.dueNow()
	card := w.card("SOLAR-01", "Approve")
	w.click(boss, card, "approve")
	if err := w.ws.Redeliver(w.ctx(), 3); err != nil {
		t.Fatal(err)
	}
	w.card("SOLAR-01", "PO-", "outbox")
	w.until("effects are done", func() bool { return w.count(`select count(*) from effect where state <> 'done'`) == 0 })
	for sql, want := range map[string]int{
		`select count(*) from schedule_run`:                     1,
		`select count(*) from check_run`:                        1,
		`select count(*) from purchase_order`:                   1,
		`select count(*) from decision`:                         1,
		`select count(*) from inbox`:                            1,
		`select count(*) from effect where kind = 'mail.order'`: 1,
	} {
		if got := w.count(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	if n := w.ws.Posts(stockRoom); n != 5 { // overview, risk, restock, and two lines in its thread
		t.Errorf("%d messages:\n%s", n, w.room())
	}
	if n := len(w.letters()); n != 1 {
		t.Errorf("%d letters", n)
	}
}
