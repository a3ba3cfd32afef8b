package bot

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quartermaster/bot/fault"
	"quartermaster/bot/workspace"
)

// Every secret that the program is given is a canary. The program works, and fails
// in all the ways in which errors quote what they were doing; afterwards none of
// the canaries is in its log, in the database, in a message, in a prompt, in a
// letter or in a file.
func TestSecretsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	tally := fault.Count(t, "canary secrets looked for", 0)
	model := fault.NewModel(t, goodLetter, fault.InTurn(0, fault.Nonsense, fault.Refuse, fault.Busy, fault.Reset, fault.Disobey))
	post := fault.NewMailbox(t, func() fault.Name { return fault.Refuse })
	w := newWorld(t, false)
	url := w.cfg.DatabaseURL.Reveal()
	sep := "?"
	if strings.Contains(url, "?") {
		sep = "&"
	}
	env := append([]string{
		"SLACK_SIGNING_SECRET=canarysign6",
		"IMAP_URL=imap://orders:canaryimap7@127.0.0.1:1", "QUARTERMASTER_CUSTOMER_SALT=canarysalt8",
		"OPENAI_API_KEY=sk-canarymodel3", "OPENAI_BASE_URL=" + model.URL,
		"SMTP_URL=" + strings.Replace(post.URL, "://", "://user:canarymail4@", 1),
		"DATABASE_URL=" + url + sep + "password=canarydb5",
	}, fast...)
	p := w.serve("", env...)
	w.dueNow()
	card := w.card("SOLAR-01", "Approve")
	for _, f := range []workspace.Fault{
		{Kind: workspace.ServerError}, {Kind: workspace.Reset}, {Kind: workspace.Refuse, Code: "invalid_auth"}, {Kind: workspace.LoseAnswer},
	} {
		f.Times = 2
		w.ws.Fault(f)
	}
	w.until("the click is taken", func() bool {
		_, err := w.ws.As(boss).Click(w.t.Context(), card, "approve")
		return err == nil
	})
	w.until("the order is written", func() bool { return w.count(`select count(*) from purchase_order`) == 1 })
	w.until("the letter was tried", func() bool {
		return w.count(`select count(*) from effect where kind = 'mail.order' and (attempts > 1 or state in ('failed', 'unknown'))`) == 1
	})
	if _, err := w.ws.As(boss).Command(w.ctx(), stockRoom, "/stock", "status"); err != nil {
		t.Logf("the command was answered with %v", err) // a fault may have hit it
	}
	p.stopGently()

	seen := w.places()
	seen["prompts"] = model.Prompts()
	size, found := 0, 0
	for _, text := range seen {
		size += len(text)
	}
	for _, leak := range leaks(seen) {
		found++
		t.Error(leak)
	}
	prompts, mails := 0, 0
	for _, n := range model.Hits() {
		prompts += n
	}
	for _, n := range post.Hits() {
		mails += n
	}
	if prompts == 0 || mails == 0 || !strings.Contains(post.Told(), "canarymail4") || !strings.Contains(seen["prompts"], "{{order_number}}") {
		t.Errorf("%d prompts, %d letters tried, mail server told %q: nothing was at stake", prompts, mails, post.Told())
	}
	if !strings.Contains(seen["the log"], "effect") || !strings.Contains(seen["the database"], "SOLAR-01") || !strings.Contains(seen["messages"], "SOLAR-01") {
		t.Errorf("what was looked through does not hold what it should: log of %d bytes, messages of %d bytes", len(seen["the log"]), len(seen["messages"]))
	}
	for name, n := range map[string]int{"secrets": len(canaries), "bytes looked through": size, "places": len(seen), "prompts": prompts, "letters tried": mails, "found": found} {
		tally.Add(name, n)
	}
}

// canaries are what the secrets of the tests hold.
var canaries = []string{"canarybot1", "canaryapp2", "canarymodel3", "canarymail4", "canarydb5", "canarysign6", "canaryimap7", "canarysalt8"}

// noSecrets looks for them wherever a world left something; every test of a world ends
// with it.
func (w *world) noSecrets() {
	for _, leak := range leaks(w.places()) {
		w.t.Error(leak)
	}
}

// leaks says where the texts of these places hold a canary.
func leaks(places map[string]string) (out []string) {
	for where, text := range places {
		for _, c := range canaries {
			if i := strings.Index(text, c); i >= 0 {
				out = append(out, fmt.Sprintf("%s holds a secret: …%s…", where, text[max(0, i-80):min(len(text), i+20)]))
			}
		}
	}
	return out
}

// places is what a world wrote: logs, messages, database and files.
func (w *world) places() map[string]string {
	ctx, t := context.Background(), w.t
	out := map[string]string{}
	for _, log := range w.logs {
		out["the log"] += log()
	}
	out["messages"] = messagesAsText(t, w)
	var dump bytes.Buffer
	if _, err := w.st.Backup(ctx, &dump, nil); err != nil {
		t.Error(err)
		return out
	}
	zip, err := gzip.NewReader(&dump)
	if err != nil {
		t.Error(err)
		return out
	}
	plain, err := io.ReadAll(zip)
	if err != nil {
		t.Error(err)
	}
	out["the database"] = string(plain)
	err = filepath.WalkDir(w.cfg.DataDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		out["the file "+path] = string(text)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return out
}

func messagesAsText(t testing.TB, w *world) string {
	t.Helper()
	text, err := json.Marshal(w.ws.Channel(stockRoom).Messages())
	if err != nil {
		t.Error(err)
	}
	return string(text)
}
