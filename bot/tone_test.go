package bot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quartermaster/core"
)

// The tone of letters is the supplier's: the settings name it, suppliers.csv says it, and
// an approver sets it beside the score card, with who and when. The next letter speaks so.
func TestToneOfSupplier(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.cfg.Settings.PlainTone = []core.SupplierID{"ACME"}
	w.cfg.SlackPace = time.Millisecond
	w.run()
	w.dueNow()
	card := w.card("SOLAR-01", "Approve")
	w.asked(packer, "supplier ACME", "Letters", "friendly and direct (from the settings)", "Make letters formal")

	svc, err := w.cfg.Service(w.st)
	if err != nil {
		t.Fatal(err)
	}
	load := func() {
		t.Helper()
		if _, err := svc.Import(w.ctx(), w.cfg.Settings.DataDir, nil); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(w.cfg.Settings.DataDir, "suppliers.csv")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rows, _ := strings.Cut(string(raw), "\n")
	writeFile(t, w.cfg.Settings.DataDir, "suppliers.csv", head+",tone\n"+strings.ReplaceAll(strings.TrimSpace(rows), "\n", ",formal\n")+",formal\n")
	load()
	shown := w.asked(packer, "supplier ACME", "formal (from suppliers.csv)", "Make letters friendly")
	answer := func(user, want string) {
		t.Helper()
		if m, err := w.click(user, shown, "tone").Ephemeral(w.ctx()); err != nil || !strings.Contains(m.Text, want) {
			t.Errorf("%s is told %q, %v", user, m.Text, err)
		}
	}
	answer(packer, "not on the list of approvers")
	shown = w.asked(buyer, "supplier ACME", "formal")
	answer(buyer, "Letters to Acme Lights Ltd are friendly and direct from now on")
	if err := w.ws.Redeliver(w.ctx(), 2); err != nil {
		t.Fatal(err)
	}
	w.asked(packer, "supplier ACME", "friendly and direct (set here)", "friendly and direct since", buyer)
	load() // does not take it back

	w.click(boss, card, "approve")
	w.card("PO-", "outbox")
	if list := w.letters(); len(list) != 1 || !strings.Contains(list[0].Text, "Hello ") || !strings.Contains(list[0].Text, "Here is our purchase order") {
		t.Errorf("the letter of the order: %+v", list)
	}
	w.opens(boss, "letter expedite "+w.order().Number, "Could you please speed this order up")
	for sql, want := range map[string]int{
		`select count(*) from supplier_tone where supplier = 'ACME' and tone = 'friendly' and by_whom = '` + buyer + `'`: 1,
		`select count(*) from audit where action = 'set_tone' and actor = '` + buyer + `'`:                               1,
		`select count(*) from audit where action = 'denied set_tone' and actor = '` + packer + `'`:                       1,
	} {
		if got := w.count(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	w.stop()
}
