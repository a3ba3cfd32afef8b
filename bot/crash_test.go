package bot

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"quartermaster/bot/fault"
)

// program builds the real program with its kill points, once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "quartermaster-crash-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "quartermaster")
	out, err := exec.Command("go", "build", "-tags", "killpoints", "-o", path, "quartermaster/bot/cmd/quartermaster").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// process is the real program running as its own process.
type process struct {
	cmd   *exec.Cmd
	ended chan error
	log   *strings.Builder // to be read after the end
}

// serve starts the program against the world's workspace and database, to be
// killed at point ("effect.sent:1"), or not at all when point is empty.
func (w *world) serve(point string, env ...string) *process {
	w.t.Helper()
	settings := w.settingsFile()
	cmd := w.command(append([]string{"SLACK_APP_TOKEN=" + appToken, "QUARTERMASTER_KILLPOINT=" + point}, env...), "-v", "serve", "--settings", settings, "--data-dir", w.cfg.DataDir)
	return w.start(cmd, point)
}

// start runs a command as a process of its own until the test ends; name stands for
// it in failures.
func (w *world) start(cmd *exec.Cmd, name string) *process {
	w.t.Helper()
	var log strings.Builder
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	p := &process{cmd: cmd, ended: make(chan error, 1), log: &log}
	w.logs = append(w.logs, log.String)
	go func() { p.ended <- cmd.Wait() }()
	w.t.Cleanup(func() {
		p.kill()
		if w.t.Failed() {
			w.t.Logf("log of the process to be killed at %q:\n%s", name, log.String())
		}
	})
	return p
}

// settingsFile writes the settings of the processes.
func (w *world) settingsFile() string {
	w.t.Helper()
	settings := filepath.Join(w.cfg.DataDir, "shop.toml")
	text := fmt.Sprintf(`
[shop]
name = "Test & Sons"
currency = "EUR"
[slack]
channel = %q
[data]
dir = %q
[policy]
stale_default = "48h"
[approval]
%s
[[approval.approver]]
user = %q
limit = "100000"
[schedules]
check = "0 8 * * *"
[mail]
from = "orders@shop.example"
[model]
name = "test-model"
`, stockRoom, w.cfg.Settings.DataDir, cmp.Or(w.approval, `undo = "0s"`), boss)
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return settings
}

// command is the real program, in an environment of the world's workspace and
// database.
func (w *world) command(env []string, args ...string) *exec.Cmd {
	w.t.Helper()
	bin, err := program()
	if err != nil {
		w.t.Fatal(err)
	}
	cmd := exec.Command(bin, args...)
	cmd.Env = append(append(os.Environ(), "DATABASE_URL="+w.cfg.DatabaseURL.Reveal(), "SLACK_BOT_TOKEN="+botToken, "SLACK_APP_TOKEN=",
		"SLACK_API_URL="+w.cfg.SlackAPIURL, "QUARTERMASTER_LEASE=2s", "OPENAI_API_KEY=", "SMTP_URL="), env...)
	return cmd
}

// stopGently ends the process as Ctrl-C does, and waits for it.
func (p *process) stopGently() {
	_ = p.cmd.Process.Signal(os.Interrupt)
	select {
	case err := <-p.ended:
		p.ended <- err
	case <-time.After(30 * time.Second):
		p.kill()
	}
}

// kill ends the process as kill -9 does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	select {
	case err := <-p.ended:
		p.ended <- err
	case <-time.After(10 * time.Second):
	}
}

// takeover is how long what a killed process had in work may wait for another.
const takeover = 90 * time.Second

// killed waits until the process was ended by a kill, or until done holds.
func (w *world) killed(p *process, done func() bool) (wasKilled bool) {
	w.t.Helper()
	w.within(takeover, "the process is killed or all is done", func() bool {
		select {
		case err := <-p.ended:
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.String() != "signal: killed" {
				w.t.Fatalf("the process ended with %v, not by the kill", err)
			}
			p.ended <- err
			wasKilled = true
			return true
		default:
			return done()
		}
	})
	return wasKilled
}

// One process is killed while a card is on its way; another takes it over. In the long
// form with the lease of a shop.
func TestTakeover(t *testing.T) {
	t.Parallel()
	tally := fault.Count(t, "what a killed process had in work is taken over by another", 0)
	lease := "QUARTERMASTER_LEASE=" + (time.Duration(fault.Rounds(2, 60)) * time.Second).String()
	w := newWorld(t, false)
	p := w.serve("effect.sending:1", lease)
	w.dueNow()
	if !w.killed(p, func() bool { return false }) {
		t.Fatal("not killed")
	}
	began := time.Now()
	w.serve("", lease)
	w.within(takeover, "the card stands", func() bool { return len(w.ws.Channel(stockRoom).Messages()) > 0 })
	tally.Add("ms until the card stood", int(time.Since(began).Milliseconds()))
	tally.Add("ms allowed", int(takeover.Milliseconds()))
	w.within(takeover, "all is done", func() bool { return w.count(`select count(*) from effect where state <> 'done'`) == 0 })
	w.messagesByKey()
}

// The process is killed at every effect, right before or right after the request
// left, and started again, until nothing is left to do; then a click is killed
// between commit and everything that follows from it. At the receiver every
// message and the letter stand exactly once.
func TestKilledAtEveryEffect(t *testing.T) {
	for _, point := range []string{"effect.sending", "effect.sent"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			tally := fault.Count(t, "killed right at each effect: "+point, 0)
			w := newWorld(t, false)
			quiet := func() bool {
				return w.count(`select count(*) from check_run`) > 0 && w.count(`select count(*) from effect where state <> 'done'`) == 0 &&
					w.count(`select count(*) from inbox where done_at is null`) == 0
			}
			kills := 0
			storm := func() {
				t.Helper()
				for i := range 40 {
					// Some processes get one or two effects further before they are killed, so
					// that an effect which can only be repeated comes to its end: two that are
					// under way at once could else be killed together for ever.
					p := w.serve(fmt.Sprintf("%s:%d", point, 1+i%3))
					if !w.killed(p, quiet) {
						p.kill()
						return
					}
					kills++
				}
				t.Fatal("40 kills and still not done")
			}
			p := w.serve(point + ":1")
			w.dueNow()
			if !w.killed(p, func() bool { return false }) {
				t.Fatal("not killed")
			}
			kills++
			storm()
			card := w.card("SOLAR-01", "Approve")

			p = w.serve("click.decided:1")
			if err := w.ws.WaitConnected(w.ctx()); err != nil {
				t.Fatal(err)
			}
			w.click(boss, card, "approve")
			if !w.killed(p, func() bool { return false }) {
				t.Fatal("not killed after the decision")
			}
			kills++
			storm()

			w.card("SOLAR-01", "PO-", "outbox")
			if kills < 5 {
				t.Errorf("only %d kills: the test proves little", kills)
			}
			times := map[string]int{}
			for _, m := range w.ws.Channel(stockRoom).Messages() {
				key, _ := m.Metadata.EventPayload["key"].(string)
				times[key]++
			}
			for key, n := range times {
				if n != 1 || key == "" {
					t.Errorf("message %q stands %d times", key, n)
				}
			}
			for _, key := range []string{"restock/1", "overview", "risk/stock-out/SOLAR-01/MAIN", "say/restock/1/v2", "say/restock/1/mail"} {
				if times[key] != 1 {
					t.Errorf("message %q stands %d times, want once:\n%s", key, times[key], w.room())
				}
			}
			if n := w.count(`select count(*) from purchase_order`); n != 1 {
				t.Errorf("%d orders", n)
			}
			if n := len(w.letters()); n != 1 {
				t.Errorf("%d letters", n)
			}
			if _, err := w.st.VerifyAudit(t.Context()); err != nil {
				t.Error(err)
			}
			tally.Add("kills", kills)
			tally.Add("messages", len(times))
			tally.Add("letters", len(w.letters()))
		})
	}
}
