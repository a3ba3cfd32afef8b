package bot

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
)

// The settings file is changed while the bot runs: a right withdrawn there is
// withdrawn without a restart, a broken file changes nothing, and a version written
// by another process counts from its commit on.
func TestSettingsTakeEffectAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	file := filepath.Join(t.TempDir(), "shop.toml")
	text := func(approvers ...string) string {
		var s strings.Builder
		fmt.Fprintf(&s, "[shop]\nname = \"Test & Sons\"\ncurrency = \"EUR\"\n[slack]\nchannel = %q\n[data]\ndir = %q\n[policy]\nstale_default = \"48h\"\n[schedules]\ncheck = \"0 8 * * *\"\n[approval]\nundo = \"0s\"\n[mail]\nfrom = \"orders@shop.example\"\n",
			stockRoom, w.cfg.Settings.DataDir)
		for _, a := range approvers {
			fmt.Fprintf(&s, "[[approval.approver]]\nuser = %q\nlimit = \"100000\"\n", a)
		}
		return s.String()
	}
	write := func(body string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		// Two writes within the resolution of the file system's clock look alike.
		at := time.Now().Add(time.Duration(len(body)) * time.Second)
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	versions := func() int { return w.count(`select count(*) from settings_version`) }
	add := func(body string) {
		t.Helper()
		err := w.st.InTx(t.Context(), func(tx pgx.Tx) error {
			_, err := store.AddSettings(t.Context(), tx, store.SettingsVersion{By: "U0BOSS", Source: store.FromSlack, Body: body})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	write(text(boss, buyer))
	var err error
	if w.cfg.Settings, err = LoadSettings(file); err != nil {
		t.Fatal(err)
	}
	w.cfg.SettingsFile = file
	w.run()
	w.until("the file's settings are kept", func() bool { return versions() == 1 })
	w.dueNow()
	card := w.card("SOLAR-01", "Approve")

	write("[shop\n")
	write(text(buyer))
	w.until("the changed file is taken over", func() bool { return versions() == 2 })
	denied, err := w.click(boss, card, "approve").Ephemeral(w.ctx())
	if err != nil || !strings.Contains(denied.Text, "approver") {
		t.Errorf("whose right was withdrawn was answered %q, %v", denied.Text, err)
	}

	// Another process, another moment: the version counts from the commit on.
	add(text(boss))
	denied, err = w.click(buyer, card, "approve").Ephemeral(w.ctx())
	if err != nil || !strings.Contains(denied.Text, "approver") {
		t.Errorf("whose right was withdrawn a moment ago was answered %q, %v", denied.Text, err)
	}
	if n := w.count(`select count(*) from purchase_order`); n != 0 {
		t.Errorf("%d orders", n)
	}
	// A card of before is judged by the limits of now.
	add(strings.Replace(text(boss), `"100000"`, `"1"`, 1))
	if denied, err = w.click(boss, card, "approve").Ephemeral(w.ctx()); err != nil || !strings.Contains(denied.Text, "above your limit of EUR 1.00") {
		t.Errorf("who may not that much any more was answered %q, %v", denied.Text, err)
	}
	add(strings.Replace(text(boss, buyer), "[approval]\n", "[approval]\nsecond_above = \"1\"\n", 1))
	w.click(boss, card, "approve")
	second := w.card("Second approval needed", "Approve as second")
	if n := w.count(`select count(*) from purchase_order`); n != 0 {
		t.Errorf("%d orders by one person", n)
	}
	w.click(buyer, second, "approve")
	w.until("the order is written", func() bool { return w.count(`select count(*) from purchase_order`) == 1 })

	// A version that this program cannot read leaves the ones before in force.
	add("[future]\nnew = 1\n")
	if got := w.click(packer, card, "approve"); got == nil {
		t.Error("the bot does not answer any more")
	}
	w.stop()
}
