package bot

import (
	"strings"
	"sync"
	"testing"
	"time"

	"quartermaster/bot/fault"
	"quartermaster/bot/workspace"
)

// A letter about an order: only approvers see it, what is on the form when it is
// sent is what leaves, once, and the audit log and the thread tell of it.
func TestLetterStory(t *testing.T) {
	w := newWorld(t, false)
	w.cfg.Settings.Policy.Approval.Receivers = []string{packer}
	w.run()
	w.dueNow()
	w.click(boss, w.card("SOLAR-01", "Approve"), "approve")
	card := w.card("PO-", "outbox", "Supplier confirmed")
	number := w.order().Number
	open := func(user, text string) workspace.View {
		t.Helper()
		o, err := w.ws.As(user).Command(w.ctx(), "stock", "/stock", text)
		if err != nil {
			t.Fatal(err)
		}
		v, err := o.WaitView(w.ctx(), func(v workspace.View) bool { return !strings.Contains(blockText(v.Blocks), "One moment") })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, tt := range []struct{ user, text, want string }{
		{packer, "letter expedite " + number, "not on the list of approvers"},
		{boss, "letter expidite " + number, "did you mean expedite"},
		{boss, "letter expedite PO-1999-0001", "no purchase order"},
		{boss, "letter cancel " + number, "cancel it first"},
	} {
		if v := open(tt.user, tt.text); !strings.Contains(blockText(v.Blocks), tt.want) {
			t.Errorf("/stock %s: %s", tt.text, blockText(v.Blocks))
		}
		if err := w.ws.As(tt.user).CloseView(w.ctx()); err != nil {
			t.Fatal(err)
		}
	}
	v := open(boss, "letter expedite "+number)
	text := blockText(v.Blocks)
	if !strings.Contains(text, "orders@acme.example") || !strings.Contains(text, "We are still waiting for") {
		t.Fatalf("the form reads %s", text)
	}
	const body = "Dear Sales,\n\nPlease hurry: 3 < 5 & <!channel> stays text.\n\nKind regards"
	if got := w.submit(boss, map[string]any{"subject": "About " + number, "text": body}); got != "" {
		t.Fatalf("the form answered %s", got)
	}
	if err := w.ws.Redeliver(w.ctx(), 3); err != nil {
		t.Fatal(err)
	}
	w.until("the thread tells of the letter", func() bool { return strings.Contains(w.thread(card), "expedite letter about order "+number) })
	found := 0
	for _, m := range w.letters() {
		if m.Subject == "About "+number {
			found++
			if m.To != "orders@acme.example" || strings.TrimSpace(strings.ReplaceAll(m.Text, "\r\n", "\n")) != body {
				t.Errorf("the letter to %s reads %q", m.To, m.Text)
			}
		}
	}
	if found != 1 {
		t.Errorf("%d letters left", found)
	}
	for sql, want := range map[string]int{
		`select count(*) from effect where kind = 'mail.letter' and state = 'done'`:                                                    1,
		`select count(*) from audit where action = 'letter expedite' and body::jsonb->>'edited' = 'true'`:                              1,
		`select count(*) from effect e join audit a on a.action = 'letter expedite' where e.payload->>'body' = a.body::jsonb->>'body'`: 1,
	} {
		if got := w.count(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
}

// A model that takes its time makes no card wait: the approval, the next check and a
// command are told while the letter of the order still waits for it. When the model
// answers at last, the letter leaves.
func TestHangingModelDelaysNoCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	asked, release := make(chan struct{}, 9), make(chan struct{})
	model := fault.NewModel(t, goodLetter, func() fault.Name {
		asked <- struct{}{}
		<-release
		return fault.None
	})
	answer := sync.OnceFunc(func() { close(release) })
	t.Cleanup(answer)
	w.cfg.OpenAIKey, w.cfg.OpenAIBaseURL, w.cfg.Settings.Model, w.cfg.ModelTimeout = modelKey, model.URL, "fake", time.Hour
	w.run()
	w.dueNow()
	w.click(boss, w.card("SOLAR-01", "Approve"), "approve")
	select {
	case <-asked:
	case <-w.ctx().Done():
		t.Fatal("the model was not asked")
	}
	w.card("APPROVED", "PO-", "being prepared")
	if _, err := w.st.Pool().Exec(t.Context(), `delete from schedule_run; delete from check_run; update schedule set last_slot = now() - interval '25 hours'`); err != nil {
		t.Fatal(err)
	}
	w.until("another check is done", func() bool { return w.count(`select count(*) from check_run`) == 1 })
	o, err := w.ws.As(boss).Command(w.ctx(), "stock", "/stock", "status")
	if err != nil {
		t.Fatal(err)
	}
	if m, err := o.Ephemeral(w.ctx()); err != nil || !strings.Contains(markup(m), "1 RED") {
		t.Errorf("the status is %q, %v", markup(m), err)
	}
	w.until("nothing but the letter is due", func() bool {
		return w.count(`select count(*) from effect where kind <> 'mail.order' and state <> 'done'`) == 0
	})
	if n := len(w.letters()); n != 0 {
		t.Errorf("%d letters left before the model answered", n)
	}
	answer()
	w.card("PO-", "outbox")
	if o := w.order(); o.Mail == nil || o.Mail.Source != "model" || len(w.letters()) != 1 {
		t.Errorf("the letter: %+v; %d of them", o.Mail, len(w.letters()))
	}
}
