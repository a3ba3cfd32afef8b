package bot

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/workspace"
)

// settingsFrom lets the bot read its settings from a file, as a shop does.
func (w *world) settingsFrom(text string) {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), "shop.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	dir := w.cfg.Settings.DataDir
	var err error
	if w.cfg.Settings, err = LoadSettings(file); err != nil {
		w.t.Fatal(err)
	}
	w.cfg.Settings.DataDir = dir
	w.cfg.SettingsFile = file
}

// asked runs /stock as a person and returns the answer.
func (w *world) asked(user, text string, words ...string) workspace.Message {
	w.t.Helper()
	o, err := w.ws.As(user).Command(w.ctx(), stockRoom, "/stock", text)
	if err != nil {
		w.t.Fatalf("/stock %s: %v", text, err)
	}
	m, err := o.Ephemeral(w.ctx())
	if err != nil {
		w.t.Fatalf("/stock %s: %v", text, err)
	}
	got := m.Text + "\n" + blockText(m.Blocks)
	for _, word := range words {
		if !strings.Contains(got, word) {
			w.t.Errorf("/stock %s does not say %q:\n%s", text, word, got)
		}
	}
	return m
}

// opens opens a form of /stock and waits until it says something.
func (w *world) opens(user, text, want string) {
	w.t.Helper()
	o, err := w.ws.As(user).Command(w.ctx(), stockRoom, "/stock", text)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := o.WaitView(w.ctx(), func(v workspace.View) bool { return strings.Contains(blockText(v.Blocks), want) }); err != nil {
		v, _ := w.ws.As(user).View()
		w.t.Fatalf("/stock %s does not show %s %q: %v\n%s", text, user, want, err, blockText(v.Blocks))
	}
}

// settled runs the bot with settings from a file, boss and buyer being approvers, and
// returns how many versions of them there are.
func (w *world) settled() (versions func() int) {
	w.t.Helper()
	w.settingsFrom(fmt.Sprintf("[shop]\nname = \"Test & Sons\"\ncurrency = \"EUR\"\n[slack]\nchannel = %q\n[schedules]\ncheck = \"0 8 * * *\"\n[policy]\nstale_default = \"48h\"\n[[approval.approver]]\nuser = %q\nlimit = \"100000\"\n[[approval.approver]]\nuser = %q\nlimit = \"100\"\n", stockRoom, boss, buyer))
	w.cfg.SlackPace = time.Millisecond
	w.run()
	versions = func() int { return w.count(`select count(*) from settings_version`) }
	w.until("the file's settings are kept", func() bool { return versions() == 1 })
	return versions
}

// Approval rules change with two people: who asks cannot confirm, who is no approver
// cannot either, and they are in force for the next click. Schedules change at once.
func TestApprovalRulesNeedASecondPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	versions := w.settled()

	w.opens(packer, "settings approval", "list of approvers")
	w.opens(boss, "settings approval", "buyer approves up to")
	s, err := w.ws.As(boss).SubmitView(w.ctx(), map[string]any{"approval.second_above": "a lot"})
	if err != nil || !strings.Contains(s.Errors["approval.second_above"], "not an amount") {
		t.Fatalf("%v, %v", s, err)
	}
	if s, err = w.ws.As(boss).SubmitView(w.ctx(), map[string]any{"new_approver": packer}); err != nil || !strings.Contains(s.Errors["new_approver_limit"], "which amount") {
		t.Fatalf("%v, %v", s, err)
	}
	s, err = w.ws.As(boss).SubmitView(w.ctx(), map[string]any{"approval.second_above": "5000.00", "approval.approver/" + buyer: "60000",
		"new_approver": packer, "new_approver_limit": "50", "approval.fallback": buyer})
	if err != nil || len(s.Errors) > 0 {
		t.Fatalf("%v, %v", s, err)
	}
	if err := w.ws.Redeliver(w.ctx(), 2); err != nil {
		t.Fatal(err)
	}
	card := w.card("TO BE CONFIRMED", "approval.second_above: — → 5000.00", "approval.approver."+packer+".limit: — → 50", "Confirm")
	if n := w.count(`select count(*) from settings_change`); versions() != 1 || n != 1 {
		t.Fatalf("%d versions and %d changes before anybody confirmed", versions(), n)
	}
	for user, why := range map[string]string{boss: "another approver must confirm", packer: "list of approvers"} {
		told, err := w.click(user, card, "settings_confirm").Ephemeral(w.ctx())
		if err != nil || !strings.Contains(told.Text, why) {
			t.Errorf("%s was answered %q, %v", user, told.Text, err)
		}
	}
	w.click(buyer, card, "settings_confirm")
	if err := w.ws.Redeliver(w.ctx(), 2); err != nil {
		t.Fatal(err)
	}
	card = w.card("✅ CONFIRMED", buyer, "approval.second_above")
	if len(card.Elements()) != 0 {
		t.Error("the confirmed card still has buttons")
	}
	if versions() != 2 {
		t.Errorf("%d versions", versions())
	}
	w.asked(packer, "settings", "Second approver above", "5,000.00", "60,000.00", "50.00")
	w.asked(packer, "settings history", boss, "confirmed by "+buyer)

	// A change that was overtaken by other settings is void.
	w.opens(buyer, "settings approval", "packer approves up to")
	if s, err = w.ws.As(buyer).SubmitView(w.ctx(), map[string]any{"approval.approver/" + packer: ""}); err != nil || len(s.Errors) > 0 {
		t.Fatalf("%v, %v", s, err)
	}
	old := w.card("TO BE CONFIRMED", "approval.approver."+packer+".limit: 50 → —")
	w.opens(boss, "settings schedule", "Channel of the cards")
	if s, err = w.ws.As(boss).SubmitView(w.ctx(), map[string]any{"schedules.check": "0 6 * * 1-5"}); err != nil || len(s.Errors) > 0 {
		t.Fatalf("%v, %v", s, err)
	}
	w.card("OVERTAKEN", packer)
	before := versions()
	told, err := w.click(boss, old, "settings_confirm").Ephemeral(w.ctx())
	if err != nil || !strings.Contains(told.Text, "Other settings came into force since this was asked for, so nothing was done.") {
		t.Errorf("a Confirm of old was answered %q, %v", told.Text, err)
	}
	if n := w.count(`select count(*) from settings_change where state = 'overtaken'`); versions() != before || n != 1 {
		t.Errorf("%d versions, want %d; %d changes overtaken", versions(), before, n)
	}
	w.until("the new schedule is in force", func() bool {
		return w.count(`select count(*) from schedule where name = 'check' and spec = '0 6 * * 1-5'`) == 1
	})

	// The file goes to who may change it, and to nobody else.
	w.asked(packer, "settings export", "direct messages")
	w.asked(guest, "settings export", "Guests cannot")
	sent := w.ws.As(packer).Direct()
	if len(sent) != 1 || len(sent[0].Files) != 1 || sent[0].Files[0].Name != "shop.toml" || !strings.Contains(sent[0].Text, "version ") {
		t.Fatalf("sent to the packer: %+v", sent)
	}
	if out, err := ParseSettings(sent[0].Files[0].Contents()); err != nil || out.Schedules["check"] != "0 6 * * 1-5" || out.Policy.Approval.SecondAbove.Minor != 500_000 {
		t.Errorf("the file cannot be put back in: %v, %+v", err, out.Schedules)
	}
	w.stop()
}

// A settings file is pasted, what it would change is shown, and the same text sent again
// is put in; nothing of a faulty one is. What touches approval or the shop itself waits
// for a second person, who may refuse, or does not come in time.
func TestSettingsArePutIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	versions := w.settled()
	w.asked(boss, "settings export", "direct messages")
	sent := w.ws.As(boss).Direct()
	if len(sent) != 1 {
		t.Fatalf("%d files", len(sent))
	}
	file := string(sent[0].Files[0].Contents())
	send := func(text string) *workspace.Submission {
		t.Helper()
		s, err := w.ws.As(boss).SubmitView(w.ctx(), map[string]any{"settings_text": text})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	form := func() string {
		v, _ := w.ws.As(boss).View()
		return blockText(v.Blocks)
	}

	w.opens(packer, "settings import", "list of approvers")
	w.opens(boss, "settings import", "Choose a settings file")
	for text, want := range map[string]string{
		"[policy]\nred_days = \"ten\"\n": "red_days", "[policy]\nred_dais = 3\n": "red_dais", "not a file": "cannot be read", file: "nothing would change",
	} {
		if s := send(text); !strings.Contains(s.Errors["settings_text"], want) {
			t.Errorf("%q was answered %v, want %q", text, s.Errors, want)
		}
	}
	calm := strings.Replace(file, "stale_default = \"48h\"", "stale_default = \"48h\"\nred_days = 9", 1)
	if s := send(calm); len(s.Errors) > 0 || !strings.Contains(form(), "policy.red_days: 15 (default) → 9") || !strings.Contains(form(), "In force at once") {
		t.Fatalf("%v\n%s", s, form())
	}
	if versions() != 1 {
		t.Fatal("a preview wrote a version")
	}
	// Another text than the one shown is shown first.
	other := strings.Replace(calm, "red_days = 9", "red_days = 8", 1)
	if send(other); versions() != 1 || !strings.Contains(form(), "policy.red_days: 15 (default) → 8") {
		t.Fatalf("%d versions\n%s", versions(), form())
	}
	if s := send(other); len(s.Errors) > 0 || versions() != 2 {
		t.Fatalf("%v, %d versions", s, versions())
	}
	w.asked(packer, "settings history", boss, "policy.red_days: 15 (default) → 8")

	// The file itself, longer than any field, is uploaded. A form of Slack's that shows a
	// preview of it has no field; sent, the same file is put in.
	attach := func(name, text string) *workspace.Submission {
		t.Helper()
		id, err := w.ws.As(boss).Attach(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		s, err := w.ws.As(boss).SubmitView(w.ctx(), map[string]any{"settings_upload": []string{id}})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	w.opens(boss, "settings import", "Choose a settings file")
	for text, want := range map[string]string{
		"[policy]\nred_days = \"ten\"\n": "red_days", "\x89PNG\x00": "not a text file", " \n": "is empty", strings.Repeat("#", 300<<10): "too large: 300 kB, 256 kB at most",
	} {
		if s := attach("shop.toml", text); !strings.Contains(s.Errors["settings_upload"], want) {
			t.Errorf("%.20q was answered %v, want %q", text, s.Errors, want)
		}
	}
	var many []string // codes, more than a card shows
	for i := range 400 {
		many = append(many, fmt.Sprintf("%q", fmt.Sprintf("SUPPLIER-SHENZHEN-%04d", i)))
	}
	keys := strings.Replace(other, "[[approval.approver]]", "[approval]\nkey_suppliers = ["+strings.Join(many, ", ")+"]\n[[approval.approver]]", 1)
	if s := attach("shop.toml", keys); !strings.Contains(s.Errors["settings_upload"], "smaller parts") {
		t.Errorf("400 suppliers were answered %v", s.Errors)
	}
	if s := send(""); !strings.Contains(s.Errors["settings_text"], "choose a file or paste") {
		t.Errorf("an empty form was answered %v", s.Errors)
	}
	other = strings.Replace(other, "red_days = 8", "red_days = 7", 1)
	long := "\ufeff" + strings.ReplaceAll(other, "\n", "\r\n") + strings.Repeat("# why we order as we do\r\n", 200)
	if s := attach("shop.toml", long); len(s.Errors) > 0 || !strings.Contains(form(), "policy.red_days: 8 → 7") {
		t.Fatalf("%v\n%s", s, form())
	}
	if v, _ := w.ws.As(boss).View(); len(v.Elements()) > 0 || versions() != 2 {
		t.Fatalf("%+v, %d versions", v.Elements(), versions())
	}
	if s, err := w.ws.As(boss).SubmitView(w.ctx(), nil); err != nil || len(s.Errors) > 0 || versions() != 3 {
		t.Fatalf("%v, %v, %d versions", s, err, versions())
	}
	w.asked(packer, "settings history", boss, "policy.red_days: 8 → 7")

	// Who may approve what, and whose shop it is, waits for a second person.
	ask := func(old, next, change string) workspace.Message {
		t.Helper()
		w.opens(boss, "settings import", "Choose a settings file")
		text := strings.Replace(other, old, next, 1)
		if send(text); !strings.Contains(form(), "Another approver must confirm") {
			t.Fatal(form())
		}
		send(text)
		return w.card("TO BE CONFIRMED", change)
	}
	card := ask("limit = \"100\"", "limit = \"90000\"", "limit: 100 → 90000")
	w.click(buyer, card, "settings_refuse")
	w.card("REFUSED", buyer)
	ask("Test & Sons", "Their shop", "shop.name: Test & Sons → Their shop")
	if _, err := w.st.Pool().Exec(w.ctx(), `update settings_change set expires_at = now() where state = 'open'`); err != nil {
		t.Fatal(err)
	}
	w.card("EXPIRED", "shop.name")
	if versions() != 3 {
		t.Errorf("%d versions", versions())
	}
	w.stop()
}
