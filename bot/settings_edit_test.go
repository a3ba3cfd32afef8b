package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/bot/workspace"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// One line changes and everything else stays, comments, order and line ends too.
func TestEditSettingsMinimal(t *testing.T) {
	for name, v := range map[string]struct {
		text   string
		change map[string]string
		want   string
	}{
		"in place": {"[policy]\n# why\nred_days = 15 # was 10\nyellow_days=30\n", map[string]string{"policy.red_days": "12"}, "[policy]\n# why\nred_days = 12 # was 10\nyellow_days=30\n"},
		"added to its table": {"[policy] # ours\ntiers = \"aware\"\n[mail]\nfrom = \"a@b.example\"\n", map[string]string{"policy.red_days": "12"},
			"[policy] # ours\nred_days = 12\ntiers = \"aware\"\n[mail]\nfrom = \"a@b.example\"\n"},
		"a table of its own": {"[shop]\nname = \"A\"\n", map[string]string{"policy.quiet_hours": "22:00-07:00"}, "[shop]\nname = \"A\"\n\n[policy]\nquiet_hours = \"22:00-07:00\"\n"},
		"beside approvers": {"[approval]\nremind_after = \"24h\" # \"a day\"\n[[approval.approver]]\nuser = \"U1\"\nlimit = \"5\"\n", map[string]string{"approval.remind_after": "2h"},
			"[approval]\nremind_after = \"2h\" # \"a day\"\n[[approval.approver]]\nuser = \"U1\"\nlimit = \"5\"\n"},
		"the same key elsewhere": {"[quantity.category.x]\nservice_level = 0.9\n[policy]\nservice_level = 0.95\n", map[string]string{"policy.service_level": "0.97"},
			"[quantity.category.x]\nservice_level = 0.9\n[policy]\nservice_level = 0.97\n"},
		"nothing": {"", nil, ""},
		"an approver's limit": {"[[approval.approver]]\nuser = \"U1\" # boss\nlimit = \"5\" # pounds\n[[approval.approver]]\nlimit = \"6\"\nuser = \"U2\"\n", map[string]string{"approval.approver/U2": "7.50"},
			"[[approval.approver]]\nuser = \"U1\" # boss\nlimit = \"5\" # pounds\n[[approval.approver]]\nlimit = \"7.50\"\nuser = \"U2\"\n"},
		"an approver leaves": {"[[approval.approver]]\nuser = \"U1\"\nlimit = \"5\"\n\n[[approval.approver]]\nuser = \"U2\"\nlimit = \"6\"\n\n# mail\n[mail]\nfrom = \"a@b.example\"\n", map[string]string{"approval.approver/U2": ""},
			"[[approval.approver]]\nuser = \"U1\"\nlimit = \"5\"\n\n\n# mail\n[mail]\nfrom = \"a@b.example\"\n"},
		"an approver comes": {"[approval]\nsolo = false\n", map[string]string{"approval.approver/U2": "6", "approval.fallback": "U2"},
			"[approval]\nfallback = [\"U2\"]\nsolo = false\n\n[[approval.approver]]\nuser = \"U2\"\nlimit = \"6\"\n"},
		"a list in place": {"[approval]\nfallback = [\"U1\"] # asked last\n[[approval.approver]]\nuser = \"U1\"\nlimit = \"5\"\n", map[string]string{"approval.fallback": ""}, "[approval]\nfallback = [] # asked last\n[[approval.approver]]\nuser = \"U1\"\nlimit = \"5\"\n"},
		"a run is off":    {"[schedules]\ncheck = \"0 8 * * *\"\nwatch = \"30 * * * *\" # hourly\n", map[string]string{"schedules.watch": "", "schedules.check": "0 9 * * 1-5"}, "[schedules]\ncheck = \"0 9 * * 1-5\"\n"},
		"codes": {"[approval]\nkey_suppliers = [\"ACME\"] # whose orders we look at\n", map[string]string{"approval.key_suppliers": " ACME ,Acme & Sons,远灯, ", "approval.auto_limit": "500"},
			"[approval]\nauto_limit = \"500\"\nkey_suppliers = [\"ACME\", \"Acme & Sons\", \"远灯\"] # whose orders we look at\n"},
		"no codes":          {"[approval]\nkey_suppliers = [\"ACME\"]\n", map[string]string{"approval.key_suppliers": " "}, "[approval]\nkey_suppliers = []\n"},
		"an amount is gone": {"[approval]\ndaily_cap = \"10\"\n", map[string]string{"approval.daily_cap": ""}, "[approval]\ndaily_cap = \"\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := editSettings(v.text, v.change)
			if err != nil || got != v.want {
				t.Errorf("%v\n%s\nwant\n%s", err, got, v.want)
			}
		})
	}
}

// What is refused names its field; what would change more than was asked is refused.
func TestEditSettingsRefuses(t *testing.T) {
	for name, v := range map[string]struct {
		text, field, typed, want string
	}{
		"out of bounds":    {"", "policy.service_level", "2", "between 0.5 and 0.999"},
		"codes in quotes":  {"", "approval.key_suppliers", `"ACME", "BOLT"`, "not codes of suppliers"},
		"no time to undo":  {"[approval]\nundo = \"0s\"\n", "approval.auto_limit", "500", "undo must be above 0s"},
		"a cap of nothing": {"[approval]\nauto_limit = \"500\"\n", "approval.auto_cap", "0", "auto_cap must be above 0"},
		"not a number":     {"", "policy.red_days", "many", "not a number"},
		"red above yellow": {"[policy]\nred_days = 5\nyellow_days = 6\n", "policy.yellow_days", "4", "between red_days"},
		"quotes":           {"", "policy.quiet_hours", "\"\n[approval]\nsolo = true\n", "not two times"},
		"not a schedule":   {"", "schedules.check", "at eight", "schedules.check"},
		"no check":         {"[schedules]\ncheck = \"0 8 * * *\"\n", "schedules.check", "", "cannot be switched off"},
		"not an amount":    {"", "approval.second_above", "a lot", "not an amount"},
		"no limit":         {"", "approval.approver/U1", "0", "limit must be positive"},
		"not an approver":  {"", "approval.fallback", "U9", "not an approver"},
		"not hours":        {"", "policy.quiet_hours", "at night", "not two times of day"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := editSettings(v.text, map[string]string{v.field: v.typed})
			faults, ok := errors.AsType[jobs.SettingFaults](err)
			if !ok || len(faults) == 0 || faults[0].Name != v.field || !strings.Contains(faults[0].Reason, v.want) {
				t.Errorf("%v, want %q at %s", err, v.want, v.field)
			}
		})
	}
	for _, text := range []string{"policy.red_days = 10\n", "policy = { red_days = 10 }\n", "[shop]\nname = \"\"\"\n[policy]\nred_days = 10\n\"\"\"\n"} {
		got, err := editSettings(text, map[string]string{"policy.red_days": "12"})
		if err == nil {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// Whatever is typed, approval rules stay as they are.
func TestEditSettingsKeepsApprovers(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "settings.toml"))
	if err != nil {
		t.Fatal(err)
	}
	before, err := ParseSettings(text)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		change := map[string]string{}
		for _, f := range jobs.SettingFields {
			if f.Form == jobs.ApprovalForm {
				continue
			}
			if rapid.Bool().Draw(t, f.Name) {
				change[f.Name] = rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9]{1,2}(\.[0-9]{1,3})?h?`), rapid.Just("22:00-07:00")).Draw(t, "typed")
			}
		}
		out, err := editSettings(string(text), change)
		if err != nil {
			return
		}
		after, err := ParseSettings([]byte(out))
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		a, b := before.Policy.Approval, after.Policy.Approval
		a.RemindAfter, b.RemindAfter = 0, 0
		if fmt.Sprint(a) != fmt.Sprint(b) || strings.Count(out, "\n") < strings.Count(string(text), "\n") {
			t.Fatalf("approval rules were %v and are %v", a, b)
		}
	})
}

// A change is told name by name, with old and new.
func TestCompareSettings(t *testing.T) {
	old := "[policy]\nred_days = 15\nyellow_days = 40\n[[approval.approver]]\nuser = \"U1\"\nlimit = \"5\"\n"
	next := "[policy]\nred_days = 10\n[approval]\nfallback = [\"U2\"]\n[[approval.approver]]\nuser = \"U2\"\nlimit = \"6\"\n[quantity]\nline_cost = 7\n[schedules]\ncheck = \"0 6 * * *\"\n"
	got, err := compareSettings(old, next)
	want := []string{"approval.approver.U1.limit: 5 → —", "approval.approver.U2.limit: — → 6", "approval.fallback: added U2",
		"policy.red_days: 15 → 10", "policy.yellow_days: 40 → 30 (default)", "quantity.line_cost: 5 (default) → 7",
		"schedules.check: 0 8 * * * (default) → 0 6 * * *", "schedules.customers: 15 5 * * * (default) → —", // a table of schedules is all there are
		"schedules.digest: 0 9 * * 1-5 (default) → —", "schedules.monthly: 0 9 1 * * (default) → —", "schedules.train: 20 4 * * * (default) → —",
		"schedules.watch: 30 * * * * (default) → —", "schedules.weekly: 30 8 * * 1 (default) → —"}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

// Of a list what is added and removed is told, however long it is, and an item that
// could be taken for two is in quotes.
func TestCompareLists(t *testing.T) {
	for _, tt := range []struct{ old, next, want string }{
		{`"A", "B"`, `"B", "C", "D"`, "added C, D; removed A"},
		{`"A"`, ``, "removed A"},
		{``, `"A", "A"`, "added A, A"},
		{`"A", "A"`, `"A"`, "removed A"},
		{`"A", "B"`, `"B", "A"`, "reordered B, A"},
		{``, `"A; removed B", "C, D", "远灯"`, `added "A; removed B", "C, D", 远灯`},
	} {
		for _, name := range []string{"approval.key_suppliers", "approval.fallback", "approval.receivers", "customers.export", "letters.plain_tone"} {
			got, err := compareSettings(name+" = ["+tt.old+"]", name+" = ["+tt.next+"]")
			if diff := cmp.Diff([]string{name + ": " + tt.want}, got); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
		}
	}
}

// Who confirms that one of many key suppliers is off the list reads which.
func TestRemovedKeySupplierIsOnTheCard(t *testing.T) {
	var codes []string
	for i := range 25 {
		codes = append(codes, fmt.Sprintf("%q", fmt.Sprintf("SUPPLIER-SHENZHEN-%02d", i)))
	}
	file := func(codes []string) string {
		return "[approval]\nkey_suppliers = [" + strings.Join(codes, ", ") + "]\n"
	}
	changes, err := compareSettings(file(codes), file(codes[:24]))
	if err != nil {
		t.Fatal(err)
	}
	for language, want := range map[string]string{"en": "approval.key_suppliers: removed SUPPLIER-SHENZHEN-24", "zh": "approval.key_suppliers: 移除 SUPPLIER-SHENZHEN-24"} {
		m := cards.Render(plan.Card{Key: "settings/7", Kind: plan.ChangeCard, Shop: core.Shop{Language: language}, Change: &plan.SettingsChange{ID: 7, Changes: changes, State: plan.SettingsAsked, By: "U0ANNA"}})
		text, err := json.Marshal(m.Blocks)
		if err != nil || !strings.Contains(string(text), want) || !strings.Contains(m.Text, want) || !strings.Contains(string(text), cards.ActionChangeConfirm) {
			t.Errorf("%v\n%s\n%s", err, m.Text, text)
		}
	}
}

// A complaint that names two settings stands at the one that was changed, or, when both
// were, at the first that it names; a part of a name is not the name.
func TestBlame(t *testing.T) {
	err := errors.New("approval.undo must be above 0s where approval.auto_limit is set")
	for _, tt := range []struct {
		changed []string
		want    string
	}{
		{[]string{"approval.auto_limit"}, "approval.auto_limit"},
		{[]string{"approval.undo"}, "approval.undo"},
		{[]string{"approval.auto_limit", "approval.undo"}, "approval.undo"},
		{[]string{"approval.approver/auto", "approval.undo"}, "approval.undo"},
	} {
		change := map[string]string{}
		for _, name := range tt.changed {
			change[name] = "1"
		}
		faults, ok := errors.AsType[jobs.SettingFaults](blame(err, change))
		if !ok || len(faults) != 1 || faults[0].Name != tt.want {
			t.Errorf("%v: %v, want %s", tt.changed, faults, tt.want)
		}
	}
}

// The defaults that a change names are those in force: written into a file they change
// nothing.
func TestDefaultsOfAChange(t *testing.T) {
	list := defaults("")
	if len(list) < 50 {
		t.Errorf("%d defaults: some are missing", len(list))
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(list)) {
		value := list[name]
		if _, err := strconv.ParseFloat(value, 64); err != nil && value != "true" {
			value = strconv.Quote(value)
		}
		table, key, _ := strings.Cut(name, ".")
		fmt.Fprintf(&text, "%s.%s = %s\n", table, key, value)
	}
	got, err := ParseSettings([]byte(text.String()))
	if err != nil {
		t.Fatalf("%v\n%s", err, text.String())
	}
	got.Text = ""
	if diff := cmp.Diff(DefaultSettings(), got, cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })); diff != "" {
		t.Error(diff)
	}
}

// An approver changes the settings in a form: in force at once, one version, listed
// in the history; who is no approver cannot, and an older form changes nothing.
func TestSettingsForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	file := filepath.Join(t.TempDir(), "shop.toml")
	text := fmt.Sprintf("[shop]\nname = \"Test & Sons\"\ncurrency = \"EUR\"\n[slack]\nchannel = %q\n[policy]\nred_days = 15 # as agreed\n[[approval.approver]]\nuser = %q\nlimit = \"100000\"\n[[approval.approver]]\nuser = %q\nlimit = \"100\"\n", stockRoom, boss, buyer)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.cfg.Settings, err = LoadSettings(file); err != nil {
		t.Fatal(err)
	}
	w.cfg.SettingsFile = file
	w.run()
	versions := func() int { return w.count(`select count(*) from settings_version`) }
	w.until("the file's settings are kept", func() bool { return versions() == 1 })
	open := func(user, want string) {
		t.Helper()
		o, err := w.ws.As(user).Command(w.ctx(), stockRoom, "/stock", "settings edit")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.WaitView(w.ctx(), func(v workspace.View) bool { return strings.Contains(blockText(v.Blocks), want) }); err != nil {
			t.Fatalf("%s does not see %q: %v", user, want, err)
		}
	}
	submit := func(user string, values map[string]any) *workspace.Submission {
		t.Helper()
		s, err := w.ws.As(user).SubmitView(w.ctx(), values)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	open(packer, "list of approvers")
	open(boss, "RED below")
	open(buyer, "RED below")
	if s := submit(boss, map[string]any{"policy.service_level": "2"}); !strings.Contains(s.Errors["policy.service_level"], "between 0.5 and 0.999") {
		t.Errorf("a service level of 2 was answered %v", s.Errors)
	}
	if versions() != 1 {
		t.Error("a refused form wrote a version")
	}
	if s := submit(boss, map[string]any{"policy.service_level": "0.97", "policy.red_days": "12", "policy.quiet_hours": "22:00-07:00"}); len(s.Errors) > 0 {
		t.Fatalf("%v", s.Errors)
	}
	if err := w.ws.Redeliver(w.ctx(), 3); err != nil {
		t.Fatal(err)
	}
	if versions() != 2 {
		t.Errorf("%d versions, want 2", versions())
	}
	if n := w.count(`select count(*) from settings_version where by_whom = $1 and source = 'slack' and body like '%red_days = 12 # as agreed%'`, boss); n != 1 {
		t.Error("the line was not changed where it stands")
	}
	if n := w.count(`select count(*) from audit where action = 'change settings' and actor = $1`, boss); n != 1 {
		t.Errorf("%d audit rows", n)
	}
	// An older form is refused, and stays with what was typed.
	if s := submit(buyer, map[string]any{"policy.red_days": "9"}); !strings.Contains(fmt.Sprint(s.Errors), "Somebody changed the settings") {
		t.Errorf("the older form was answered %v", s.Errors)
	}
	if v, open := w.ws.As(buyer).View(); !open || !strings.Contains(blockText(v.Blocks), "RED below") {
		t.Errorf("the older form is gone: %s", blockText(v.Blocks))
	}
	for cmd, words := range map[string][]string{"settings": {"97", "22:00", "12"}, "settings history": {"policy.service_level: 0.95 (default) → 0.97", "policy.red_days: 15 → 12", boss, "settings file"}} {
		o, err := w.ws.As(packer).Command(w.ctx(), stockRoom, "/stock", cmd)
		if err != nil {
			t.Fatal(err)
		}
		m, err := o.Ephemeral(w.ctx())
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range words {
			if got := m.Text + blockText(m.Blocks); !strings.Contains(got, word) {
				t.Errorf("/stock %s does not say %q: %s", cmd, word, got)
			}
		}
	}
	// Another file is put in by the command, over what was changed here.
	v, err := jobs.ImportSettings(t.Context(), w.st, strings.Replace(text, "15 # as agreed", "20", 1), "test")
	if err != nil || v != 3 {
		t.Errorf("imported as version %d, %v", v, err)
	}
	w.stop()
}
