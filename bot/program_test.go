package bot

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/fault"
	"quartermaster/bot/pgembed/pgtest"
)

// The program as an operator meets it. It does not start with an empty signing secret,
// nor with settings that anybody may write. Its probes are on a port of their own. Told
// to stop while a letter hangs, it ends well within twenty seconds; that takes as long
// as the grace of a shop, which the test does not shorten.
func TestProgramFromOutside(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	post := fault.NewMailbox(t, func() fault.Name { return fault.Hang })
	ops, settings := freeAddress(t), w.settingsFile()
	args := []string{"serve", "--settings", settings, "--data-dir", w.cfg.DataDir, "--listen", w.cfg.Listen, "--ops", ops}
	refused := func(secret, says string) {
		t.Helper()
		out, err := w.command([]string{"SLACK_SIGNING_SECRET=" + secret}, args...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), says) {
			t.Errorf("with the signing secret %q it ended with %v: %s", secret, err, out)
		}
	}
	for _, empty := range []string{"", "  "} {
		refused(empty, "neither SLACK_APP_TOKEN (Socket Mode, xapp-...) nor SLACK_SIGNING_SECRET (HTTP mode) is set")
	}
	if err := os.Chmod(settings, 0o666); err != nil {
		t.Fatal(err)
	}
	refused(signingSecret, "chmod go-w")
	if err := os.Chmod(settings, 0o600); err != nil {
		t.Fatal(err)
	}

	get := func(address, path string) (code int, body string) {
		r, err := http.Get("http://" + address + path)
		if err != nil {
			return 0, err.Error()
		}
		defer func() { _ = r.Body.Close() }()
		text, _ := io.ReadAll(r.Body)
		return r.StatusCode, string(text)
	}
	p := w.start(w.command([]string{"SLACK_SIGNING_SECRET=" + signingSecret, "SMTP_URL=" + post.URL, "QUARTERMASTER_LEASE=60s", "QUARTERMASTER_PACE=1ms"}, args...), "")
	w.until("it is ready", func() bool { code, _ := get(ops, "/readyz"); return code == http.StatusOK })
	for path, says := range map[string]string{"/livez": "ok", "/metrics": "quartermaster_database_up 1"} {
		if code, body := get(ops, path); code != http.StatusOK || !strings.Contains(body, says) {
			t.Errorf("%s: %d %.200s", path, code, body)
		}
		if code, body := get(w.cfg.Listen, path); code != http.StatusNotFound {
			t.Errorf("%s on the port for Slack: %d %.200s", path, code, body)
		}
	}
	w.dueNow()
	w.click(boss, w.card("SOLAR-01", "Approve"), "approve")
	w.until("the letter hangs", func() bool { return post.Hits()[fault.Hang] == 1 })
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	select {
	case err := <-p.ended:
		p.ended <- err
		if err != nil {
			t.Errorf("it ended with %v", err)
		}
	case <-ctx.Done():
		t.Error("it had not stopped after 20 s")
	}
	if code, body := get(ops, "/livez"); code != 0 {
		t.Errorf("after the end /livez says %d %s", code, body)
	}
	if n := len(post.Texts()); n != 0 || w.count(`select count(*) from purchase_order`) != 1 {
		t.Errorf("%d letters taken", n)
	}
}

// The operator's commands on a shop at work: the log is verified, a backup is written,
// an order comes after it, the log is cut, the backup is put into an empty database.
// There the order after the backup is pointed out by its letter, nothing is ordered
// again, and money is locked until somebody says that nothing is missing.
func TestOperatorsCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	moreSuppliers(t, w.cfg.Settings.DataDir, 1)
	file, database := filepath.Join(t.TempDir(), "shop.qmb"), w.cfg.DatabaseURL.Reveal()
	run := func(says string, args ...string) {
		t.Helper()
		out, err := w.command([]string{"DATABASE_URL=" + database}, append(args, "--data-dir", w.cfg.DataDir, "--settings", w.settingsFile())...).CombinedOutput()
		if failed := strings.HasPrefix(says, "!"); (err != nil) != failed || !strings.Contains(string(out), strings.TrimPrefix(says, "!")) {
			t.Errorf("quartermaster %s ended with %v, want %q in\n%s", strings.Join(args, " "), err, says, out)
		}
	}
	p := w.serve("", fast...)
	w.dueNow()
	for i, sku := range []string{"SOLAR-01", "P0"} {
		w.click(boss, w.card(sku, "Approve"), "approve")
		w.until("the order is through", func() bool {
			return w.count(`select count(*) from purchase_order where state = 'dry_run'`) == i+1 && w.count(`select count(*) from effect where state <> 'done'`) == 0
		})
		if i == 0 {
			run("audit entries, unbroken.", "audit", "verify")
			run("rows", "backup", file)
			run("!overwrites nothing", "backup", file)
		}
	}
	p.stopGently()
	run("!", "restore", file) // into the database in use
	w.exec(`alter table audit disable trigger audit_append_only`)
	w.exec(`delete from audit where seq = (select max(seq) from audit)`)
	run("!", "audit", "verify")

	database = pgtest.New(t)
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	if _, err := conn.Exec(t.Context(), `drop schema public cascade; create schema public`); err != nil {
		t.Fatal(err)
	}
	run("Money is locked", "restore", file)
	run("audit entries, unbroken.", "audit", "verify")
	run("PO-2026-0002", "reconcile")
	run("", "check")
	var orders, raised int
	if err := conn.QueryRow(t.Context(), `select (select count(*) from purchase_order), (select count(*) from proposal where id > 2)`).Scan(&orders, &raised); err != nil {
		t.Fatal(err)
	}
	if orders != 1 || raised != 0 || len(w.letters()) != 2 {
		t.Errorf("after the restore %d orders, %d new proposals, %d letters", orders, raised, len(w.letters()))
	}
	run("Unlocked", "reconcile", "--done", "--reason", "the second order was entered by hand")
	run("!", "reconcile", "--done")
}
