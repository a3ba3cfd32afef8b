package cards

import (
	"fmt"
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// What is to be confirmed is on the card in full. What has no room is counted, and then
// nobody can confirm; a change is never cut before its new value.
func TestChangesInFull(t *testing.T) { inBoth(t, changesInFull) }

func changesInFull(t *testing.T) {
	card := func(changes ...string) (Message, string) {
		m := Render(plan.Card{Key: "settings/7", Kind: plan.ChangeCard, Shop: shop, AsOf: now, Change: &plan.SettingsChange{ID: 7, Changes: changes, State: plan.SettingsAsked, By: "U0ANNA", At: now}})
		accept(t, m)
		return m, blocksText(t, m.Blocks)
	}
	long := "shop.name: " + strings.Repeat("N", 3500) + " → Lights"
	m, text := card("policy.red_days: 15 → 10", long)
	if !strings.Contains(text, " → Lights") || !strings.Contains(text, ActionChangeConfirm) || strings.Contains(m.Text, "NN") || strings.Contains(m.Text, "…") {
		t.Errorf("a long change:\n%s\n%s", m.Text, text)
	}
	var many []string
	for i := range 90 {
		many = append(many, fmt.Sprintf("data.feed_%02d: %s → new", i, strings.Repeat("x", 100)))
	}
	shown := plan.ShownChanges(many)
	_, text = card(many...)
	if shown < 60 || shown > 80 || strings.Count(text, " → new") != shown {
		t.Errorf("%d of %d changes are shown, want %d", strings.Count(text, " → new"), len(many), shown)
	}
	if strings.Contains(text, ActionChangeConfirm) || !strings.Contains(text, ActionChangeRefuse) || !strings.Contains(text, string(say(speak(shop.Language).settings.changesLeft, qty(int64(90-shown))))) {
		t.Errorf("changes that cannot be read:\n%s", text)
	}
	if text := blocksText(t, ImportModal(shop.Language, "", "F0SETTINGS", plan.SettingsPreview{Version: 3, Digest: strings.Repeat("a", 64), Changes: many}).Blocks.BlockSet); !strings.Contains(text, string(speak(shop.Language).settings.importRest)) {
		t.Errorf("the preview does not say where the rest is:\n%s", text)
	}
}

// The history has every change in full, and nothing where no reason was given.
func TestHistoryInFull(t *testing.T) { inBoth(t, historyInFull) }

func historyInFull(t *testing.T) {
	reason := "approval.key_suppliers: removed " + strings.Repeat("ACME, ", 150) + "LAST"
	m := SettingsHistoryAnswer(shop.Language, []plan.SettingsView{{Version: 2, By: "U0ANNA", At: now, Shop: shop, Source: "slack", Reason: reason}, {Version: 1, By: "U0ANNA", At: now, Shop: shop, Source: "file"}})
	accept(t, m)
	if text := blocksText(t, m.Blocks); !strings.Contains(text, "LAST") || strings.Contains(text, string(nothing)) {
		t.Errorf("the history:\n%s", text)
	}
}

// A value that is longer than what Slack takes leaves its field out and is not lost; the
// form says where it is changed.
func TestLongSettings(t *testing.T) { inBoth(t, longSettings) }

func longSettings(t *testing.T) {
	v := ruled(shop)
	w := speak(shop.Language).settings
	for length, want := range map[int]bool{2500: true, 3000: true, 3001: false} {
		v.Policy.Approval.KeySuppliers = []core.SupplierID{core.SupplierID(strings.Repeat("K", length))}
		form := ApprovalModal(v, func(string) string { return "Anna" })
		acceptView(t, form)
		text := blocksText(t, form.Blocks.BlockSet)
		if strings.Contains(text, `"approval.key_suppliers"`) != want || strings.Contains(text, string(say(w.fileOnly, w.labels["approval.key_suppliers"]))) == want {
			t.Errorf("%d characters:\n%s", length, text)
		}
	}
	v.Policy.Approval.Fallback = []string{"U0ANNA", "U0BEN"} // the form has room for one
	if text := blocksText(t, ApprovalModal(v, func(string) string { return "Anna" }).Blocks.BlockSet); !strings.Contains(text, string(say(w.fileOnly, w.labels["approval.fallback"]))) {
		t.Errorf("two people to ask:\n%s", text)
	}
	v.Schedules["ours"] = "0 " + strings.Repeat("8,", 40) + "9 * * *"
	form := SchedulesModal(v)
	acceptView(t, form)
	if text := blocksText(t, form.Blocks.BlockSet); strings.Contains(text, `"schedules.ours"`) || !strings.Contains(text, `"schedules.check"`) {
		t.Errorf("a long schedule:\n%s", text)
	}
}
