package slackapp

import (
	"strings"
	"testing"

	"quartermaster/bot/workspace"
)

// The form of /stock reply: an empty answer is complained about, a full one reaches
// the desk once with the order it is about.
func TestReplyForm(t *testing.T) {
	for _, mode := range []Mode{Socket, HTTP} {
		f := open(t, mode)
		anna := f.As("U0ANNA")
		o, err := anna.Command(f.ctx, "stock", "/stock", "reply PO-2026-0001")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.WaitView(f.ctx, func(v workspace.View) bool { return len(v.Elements()) == 1 }); err != nil {
			t.Fatal(err)
		}
		if got, err := anna.SubmitView(f.ctx, map[string]any{"text": "  \n "}); err != nil || !strings.Contains(got.Errors["text"], "paste") {
			t.Errorf("an empty answer: %+v, %v", got, err)
		}
		if got, err := anna.SubmitView(f.ctx, map[string]any{"text": "Arrival 2026-12-20"}); err != nil || len(got.Errors) > 0 {
			t.Errorf("an answer: %+v, %v", got, err)
		}
		f.desk.mu.Lock()
		if len(f.desk.replies) != 1 || f.desk.replies[0].Proposal == 0 || f.desk.replies[0].Text != "Arrival 2026-12-20" || f.desk.replies[0].User != "U0ANNA" {
			t.Errorf("the desk got %+v", f.desk.replies)
		}
		f.desk.mu.Unlock()
	}
}
