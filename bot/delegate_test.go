package bot

import (
	"strings"
	"testing"
	"time"

	"quartermaster/bot/workspace"
	"quartermaster/core"
)

// An approver hands over until a day: the stand-in decides on orders up to that limit,
// the thread says for whom, settings stay with the approver, and taken back it is over.
func TestDelegate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.cfg.SlackPace = time.Millisecond
	w.run()
	w.checks()()
	card := w.card("SOLAR-01", "Approve")
	told, err := w.click(packer, card, "approve").Ephemeral(w.ctx())
	if err != nil || !strings.Contains(told.Text, "list of approvers") {
		t.Fatalf("%q, %v", told.Text, err)
	}
	until := (core.DayOf(time.Now(), time.UTC) + 7).String()
	hand := func(user string, in map[string]any) *workspace.Submission {
		t.Helper()
		w.opens(user, "delegate", "stands in")
		s, err := w.ws.As(user).SubmitView(w.ctx(), in)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for want, in := range map[string]map[string]any{
		"full member":   {"delegate_to": guest, "delegate_until": until},
		"somebody else": {"delegate_to": boss, "delegate_until": until},
		"60 days":       {"delegate_to": packer, "delegate_until": "2099-01-01"},
	} {
		if s := hand(boss, in); !strings.Contains(s.Errors["delegate_to"], want) {
			t.Errorf("%v was answered %v", in, s.Errors)
		}
	}
	if s := hand(packer, map[string]any{"delegate_to": guest, "delegate_until": until}); !strings.Contains(s.Errors["delegate_to"], "list of approvers") {
		t.Errorf("the packer handed over: %v", s.Errors)
	}
	if s := hand(boss, map[string]any{"delegate_to": packer, "delegate_until": until}); len(s.Errors) > 0 {
		t.Fatal(s.Errors)
	}
	if err := w.ws.Redeliver(w.ctx(), 2); err != nil {
		t.Fatal(err)
	}
	w.until("it is written once", func() bool {
		return w.count(`select count(*) from audit where action = 'delegate' and actor = $1`, boss) == 1
	})
	w.asked(buyer, "settings", packer, "stands in for")
	w.until("the stand-in is told", func() bool {
		sent := w.ws.As(packer).Direct()
		return len(sent) == 1 && strings.Contains(sent[0].Text, "You stand in for boss until the end of")
	})
	w.asked(packer, "mute SOLAR-01", "list of approvers")

	w.click(packer, card, "approve")
	card = w.card("SOLAR-01", "PO-", "APPROVED")
	w.until("the thread says for whom", func() bool { return strings.Contains(w.thread(card), "packer stands in for boss.") })
	w.asked(boss, "delegate end", "any more")
	w.until("the stand-in is told that it is over", func() bool {
		sent := w.ws.As(packer).Direct()
		return len(sent) == 2 && strings.Contains(sent[1].Text, "You no longer stand in for boss.")
	})
	w.asked(boss, "delegate end", "Nobody stands in for you.")
	told, err = w.click(packer, card, "order_cancel").Ephemeral(w.ctx())
	if err != nil || !strings.Contains(told.Text, "list of") {
		t.Errorf("after it was taken back the packer was answered %q, %v", told.Text, err)
	}
	w.stop()
}
