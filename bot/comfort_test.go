package bot

import (
	"strings"
	"testing"
	"time"

	"quartermaster/core"
)

// All routine orders are approved with one press; the card offers to take that back
// while the letter waits; taken back, no letter leaves and the card says so.
func TestApproveRoutineAndUndo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.cfg.Settings.Policy.Approval.Undo = time.Hour
	w.cfg.Settings.Policy.Approval.RoutineLimit = core.Money{Minor: 5_000_000, Currency: "EUR"}
	w.run()
	w.dueNow()
	w.card("SOLAR-01", "Approve")
	o, err := w.ws.As(boss).Command(w.ctx(), stockRoom, "/stock", "approve")
	if err != nil {
		t.Fatal(err)
	}
	list, err := o.Ephemeral(w.ctx())
	if err != nil {
		t.Fatal(err)
	}
	if b, ok := list.Button("Approve all routine (1, …"); !ok || !b.Confirm {
		t.Fatalf("no button with a confirmation for all routine orders: %s", messageText(list))
	}
	// Who may not is told, and nothing happens.
	o, err = w.ws.As(packer).Command(w.ctx(), stockRoom, "/stock", "approve")
	if err != nil {
		t.Fatal(err)
	}
	his, err := o.Ephemeral(w.ctx())
	if err != nil {
		t.Fatal(err)
	}
	if o, err = w.ws.As(packer).Click(w.ctx(), his, "approve_all"); err != nil {
		t.Fatal(err)
	}
	if told, err := o.Ephemeral(w.ctx()); err != nil || !strings.Contains(told.Text, "list of approvers") {
		t.Errorf("the packer was answered %q, %v", told.Text, err)
	}
	if _, err := w.ws.As(boss).Click(w.ctx(), list, "approve_all"); err != nil {
		t.Fatal(err)
	}
	card := w.card("PO-", "Undo (until ", "leaves at")
	told, err := w.click(buyer, card, "undo").Ephemeral(w.ctx())
	if err != nil || !strings.Contains(told.Text, "Only who approved") {
		t.Errorf("another approver was answered %q, %v", told.Text, err)
	}
	w.click(boss, card, "undo")
	if err := w.ws.Redeliver(w.ctx(), 2); err != nil {
		t.Fatal(err)
	}
	card = w.card("TAKEN BACK", "The letter never left")
	if _, ok := card.Button("Undo…"); ok {
		t.Error("the card still offers to undo")
	}
	w.until("effects are done", func() bool { return w.count(`select count(*) from effect where state in ('pending', 'sending')`) == 0 })
	if n := strings.Count(w.thread(card), "took the approval back"); n != 1 {
		t.Errorf("the thread tells it %d times:\n%s", n, w.thread(card))
	}
	if n := w.count(`select count(*) from purchase_order where state = 'cancelled'`); n != 1 || len(w.letters()) != 0 {
		t.Errorf("%d orders are cancelled, %d letters left", n, len(w.letters()))
	}
	w.stop()
}
