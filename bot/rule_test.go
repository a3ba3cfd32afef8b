package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/fault"
	"quartermaster/bot/workspace"
)

// Two people let the rule approve orders; it leaves the first one to a person. Customers
// order more, and the next check orders the like by rule. An approver whose own limit is far below takes
// that back before the letter leaves, and the next card asks a person and says why.
func TestRuleStory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.settingsFrom(fmt.Sprintf("[shop]\nname = \"Test & Sons\"\ncurrency = \"EUR\"\n[slack]\nchannel = %q\n[data]\ndir = %q\n[schedules]\ncheck = \"0 8 * * *\"\n[policy]\nstale_default = \"48h\"\n[[approval.approver]]\nuser = %q\nlimit = \"100000\"\n[[approval.approver]]\nuser = %q\nlimit = \"100\"\n",
		stockRoom, w.cfg.Settings.DataDir, boss, buyer))
	w.cfg.SlackPace, w.cfg.Lease = time.Millisecond, 2*time.Second
	w.run()
	w.opens(boss, "settings approval", "Approve by rule, without a person, up to")
	s, err := w.ws.As(boss).SubmitView(w.ctx(), map[string]any{"approval.auto_limit": "50000", "approval.undo": "0s"})
	if err != nil || !strings.Contains(s.Errors["approval.undo"], "above 0s where approval.auto_limit is set") {
		t.Fatalf("%v, %v", s, err)
	}
	if s, err = w.ws.As(boss).SubmitView(w.ctx(), map[string]any{"approval.auto_limit": "50000", "approval.undo": "1h", "approval.key_suppliers": "BOLT"}); err != nil || len(s.Errors) > 0 {
		t.Fatalf("%v, %v", s, err)
	}
	w.click(buyer, w.card("TO BE CONFIRMED", "approval.auto_limit: — → 50000", "approval.key_suppliers: added BOLT"), "settings_confirm")
	w.card("✅ CONFIRMED", "approval.auto_limit")
	w.asked(packer, "settings", "Routine orders up to EUR 50,000.00 are approved by rule, EUR 200,000.00 in seven days", "orders from BOLT")

	w.dueNow()
	card := w.card("SOLAR-01", "Edit", "Why?")
	saysWhy := func(want string) {
		t.Helper()
		if _, err := w.click(packer, card, "why").WaitView(w.ctx(), func(v workspace.View) bool { return strings.Contains(blockText(v.Blocks), want) }); err != nil {
			t.Errorf("Why? does not say %q: %v", want, err)
		}
	}
	saysWhy("A person is asked: the settings name a key supplier BOLT, which the data does not know")
	w.opens(buyer, "settings approval", "Suppliers whose orders a person always decides about")
	if s, err = w.ws.As(buyer).SubmitView(w.ctx(), map[string]any{"approval.key_suppliers": ""}); err != nil || len(s.Errors) > 0 {
		t.Fatalf("%v, %v", s, err)
	}
	w.click(boss, w.card("TO BE CONFIRMED", "approval.key_suppliers: removed BOLT"), "settings_confirm")
	w.card("✅ CONFIRMED", "approval.key_suppliers")

	w.click(boss, card, "approve")
	w.card("APPROVED", "PO-", "E-mail to the supplier: leaves at")
	writeFile(t, w.cfg.Settings.DataDir, "stock.csv", "sku,location,on_hand,committed,backorders\nSOLAR-01,MAIN,150,1400,0\nLAMP-02,MAIN,400,0,0\n")
	w.checkAgain()
	card = w.card("ORDERED BY RULE within the limits", "PO-", "Undo until", "Approved by rule: EUR")
	w.until("the thread says so", func() bool {
		text := w.thread(card)
		return strings.Contains(text, "Approved by rule: EUR") && strings.Contains(text, "until then the approval can be taken back")
	})
	told, err := w.click(packer, card, "undo").Ephemeral(w.ctx())
	if err != nil || !strings.Contains(told.Text, "list of approvers") {
		t.Errorf("the packer was answered %q, %v", told.Text, err)
	}
	w.click(buyer, card, "undo")
	card = w.card("TAKEN BACK", "PO-", "The letter never left.")
	if n := w.count(`select count(*) from effect where kind = 'mail.order' and state = 'withdrawn' and attempts = 0`); n != 1 {
		t.Errorf("%d letters were withdrawn", n)
	}
	w.checkAgain()
	card = w.card("SOLAR-01", "Edit", "Why?")
	saysWhy("A person is asked: the last word of a person on SOLAR-01 was no, on ")
	if n := w.count(`select count(*) from purchase_order`); n != 2 {
		t.Errorf("%d orders, want that of the boss and the one taken back", n)
	}
	w.stop()
}

// The process is killed as soon as a check has offered an order to the rule, then right
// after the rule has decided, then at every request that leaves, and started again each
// time: one order by rule and one letter, each message once.
func TestRuleKilled(t *testing.T) {
	t.Parallel()
	tally := fault.Count(t, "killed while the rule approves an order", 0)
	w := newWorld(t, false)
	w.approval = "undo = \"1s\"\nauto_limit = \"50000\""
	const pace = "QUARTERMASTER_PACE=10ms"
	p := w.serve("", pace)
	w.dueNow()
	w.click(boss, w.card("SOLAR-01", "Edit", "Why?"), "approve")
	quiet := func() bool {
		return w.count(`select count(*) from effect where state <> 'done'`) == 0 && w.count(`select count(*) from inbox where done_at is null`) == 0
	}
	w.within(takeover, "a person's order has left", func() bool { return len(w.letters()) == 1 && quiet() })
	p.kill()
	writeFile(t, w.cfg.Settings.DataDir, "stock.csv", "sku,location,on_hand,committed,backorders\nSOLAR-01,MAIN,150,1400,0\nLAMP-02,MAIN,400,0,0\n")
	w.exec(`delete from schedule_run`)
	w.exec(`update schedule set last_slot = now() - interval '25 hours'`)
	w.exec(`update check_run set id = 'earlier-' || id`)
	kills := 0
	for _, point := range []string{"check.written:1", "click.decided:1"} {
		if !w.killed(w.serve(point, pace), func() bool { return false }) {
			t.Fatalf("not killed at %s", point)
		}
		kills++
	}
	for range 40 {
		p = w.serve(fmt.Sprintf("effect.sending:%d", 1+kills%3), pace)
		if !w.killed(p, quiet) {
			break
		}
		kills++
	}
	w.card("ORDERED BY RULE", "outbox")
	for sql, want := range map[string]int{
		`select count(*) from purchase_order`:                                       2,
		`select count(*) from purchase_order where body->>'approved_by' = 'rule'`:   1,
		`select count(*) from decision where usr = 'rule' and outcome = 'allow'`:    1,
		`select count(*) from effect where state <> 'done'`:                         0,
		`select count(*) from effect where kind = 'mail.order' and remote_ref = ''`: 0,
	} {
		if n := w.count(sql); n != want {
			t.Errorf("%s: %d, want %d", sql, n, want)
		}
	}
	if n := len(w.letters()); n != 2 {
		t.Errorf("%d letters", n)
	}
	w.messagesByKey()
	if _, err := w.st.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
	tally.Add("kills", kills)
	tally.Add("letters", len(w.letters()))
}
