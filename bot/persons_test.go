package bot

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/fault"
)

// Every customer is a canary: the ids in the orders are names with e-mail addresses,
// and the numbers of the orders name them, too. All that a model is asked and all that
// is said in Slack is looked through: order, expedite and quote letters, the weekly
// report, the repurchase table, the list of likely customers, every export, a joint
// play from start to end. Nobody is found; pseudonyms are.
func TestPersonsStayHome(t *testing.T) {
	t.Parallel()
	model := fault.NewModel(t, goodLetter, nil)
	w := newWorld(t, false)
	w.twoSuppliers(t)
	w.cfg.OpenAIKey, w.cfg.OpenAIBaseURL, w.cfg.SlackPace = modelKey, model.URL, time.Millisecond
	w.cfg.Settings.Exporters, w.cfg.Settings.Model = []string{boss}, "test"
	file := filepath.Join(w.cfg.Settings.DataDir, "orders.csv")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`(?m)^([SL]\d+),(.*),C(\d+),`).ReplaceAllString(string(text), "canary-order-$1,$2,Jane Canaryperson$3 王小明 <canaryperson$3@mail.example>,")
	if n := strings.Count(named, "@mail.example"); n != 300 {
		t.Fatalf("%d lines with a person", n)
	}
	if err := os.WriteFile(file, []byte(named), 0o600); err != nil {
		t.Fatal(err)
	}
	looked := []byte("customer_id,day\n")
	for c := range 5 {
		looked = fmt.Appendf(looked, "Jane Canaryperson%[1]d 王小明 <canaryperson%[1]d@mail.example>,2026-11-10\n", c+1)
	}
	if err := os.WriteFile(filepath.Join(w.cfg.Settings.DataDir, "browsing.csv"), looked, 0o600); err != nil {
		t.Fatal(err)
	}
	w.run()
	svc, err := w.cfg.Service(w.st)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := svc.Import(w.ctx(), w.cfg.Settings.DataDir, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := svc.LearnCustomers(w.ctx()); err != nil {
		t.Fatal(err)
	}
	w.checks()() // with what was learned: the finding tells how many customers it would hit

	said := map[string]string{}
	tell := func(user, command string, words ...string) {
		t.Helper()
		said["/stock "+command] = messageText(w.asked(user, command, words...))
	}
	risk := w.card("HIGH", "SOLAR-01", "Joint play")
	w.click(boss, risk, "rfq_box_1")
	w.view(boss, "NEAR")
	day := time.Now().UTC()
	if got := w.submit(boss, map[string]any{"suppliers": []string{"NEAR", "FAR"}, "qty": "504", "need_by": day.AddDate(0, 0, 30).Format(time.DateOnly), "answer_by": day.AddDate(0, 0, 3).Format(time.DateOnly)}); got != "" {
		t.Fatalf("the form answered %s", got)
	}
	said["the letters for quotes"] = blockText(w.view(boss, "504").Blocks)
	if err := w.ws.As(boss).CloseView(w.ctx()); err != nil {
		t.Fatal(err)
	}
	w.click(boss, w.card("SOLAR-01", "Approve"), "approve")
	w.card("PO-", "outbox")
	w.opens(boss, "letter expedite "+w.order().Number, "We are still waiting")
	tell(boss, "report", "weekly-")
	tell(boss, "repurchase", "SOLAR-01")
	tell(boss, "repurchase SOLAR-01 customers", "c-")
	for _, list := range []string{"customers", "stock", "orders", "findings"} {
		tell(boss, "export "+list, "direct messages")
	}
	p, offered, err := svc.StartPlay(w.ctx(), "anna", "SOLAR-01", "LAMP-02", 0.1, 30)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := svc.BookPlay(w.ctx(), "anna", p.ID); err != nil {
		t.Fatal(err)
	}
	w.card("Joint play", "BOOKED")
	if err := svc.Weekly(w.ctx()); err != nil {
		t.Fatal(err)
	}
	if err := svc.Digest(w.ctx()); err != nil {
		t.Fatal(err)
	}
	w.until("all is said", func() bool {
		return w.count(`select count(*) from effect where state in ('pending', 'sending')`) == 0
	})

	said["prompts"], said["the channel"] = model.Prompts(), messagesAsText(t, w)
	for i, m := range w.ws.As(boss).Direct() {
		said[fmt.Sprint("direct message ", i)] = messageText(m)
		for _, f := range m.Files {
			said["the file "+f.Name] = string(f.Contents())
		}
	}
	for _, m := range w.letters() {
		said["the letter "+m.Subject] = m.Text
	}
	for where, text := range said {
		for _, canary := range []string{"anaryperson", "canary-order", "王小明", "mail.example"} {
			if i := strings.Index(text, canary); i >= 0 {
				t.Errorf("%s names a person: …%s…", where, text[max(0, i-80):min(len(text), i+20)])
			}
		}
	}
	// Something was at stake: the model was asked for letters and for the report, the
	// person who starts a play does get the names, and Slack has pseudonyms.
	kinds := map[string]string{"letters": "{{order_number}}", "the weekly report": "week"}
	for what, sign := range kinds {
		if !strings.Contains(said["prompts"], sign) {
			t.Errorf("the model was not asked for %s", what)
		}
	}
	hits := 0
	for _, n := range model.Hits() {
		hits += n
	}
	if hits < 5 || !strings.Contains(offered[0], "@mail.example") {
		t.Errorf("%d prompts, the offer goes to %q", hits, offered[0])
	}
	w.stop()
}
