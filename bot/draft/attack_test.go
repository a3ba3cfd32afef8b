package draft

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	faults "quartermaster/bot/fault"
	"quartermaster/core/plan"
	"quartermaster/prompts"
)

var attacks = faults.Attacks()

// TestAttacksInData puts every attack into the names that come from data. The model
// is told the very same as without it, and in the letter it stays a name: one line,
// in its place, with no slot filled in it.
func TestAttacksInData(t *testing.T) {
	if len(attacks) < 60 {
		t.Fatalf("%d attacks", len(attacks))
	}
	for _, attack := range attacks {
		for _, kind := range append(slices.Clone(plan.LetterKinds), plan.LetterOrder, plan.LetterRFQ) {
			l := letterOf(t, kind, "en")
			f, err := newFacts(l)
			if err != nil {
				t.Fatal(err)
			}
			bad := l
			bad.Order.Lines = slices.Clone(l.Order.Lines)
			for i := range bad.Order.Lines {
				bad.Order.Lines[i].Name, bad.Order.Lines[i].SupplierSKU = attack, attack
			}
			bad.Order.Supplier.Name, bad.Order.Supplier.Contact = attack, attack
			if l.RFQ != nil {
				q := *l.RFQ
				q.Name, q.SupplierSKU, q.Supplier.Name, q.Supplier.Contact = attack, attack, attack, attack
				bad.RFQ = &q
			}
			g, err := newFacts(bad)
			if err != nil {
				t.Fatal(err)
			}
			if request(f) != request(g) {
				t.Fatalf("%s: the model is told of %q", kind, attack)
			}
			m, err := new(Drafter).Letter(t.Context(), bad)
			if err != nil {
				t.Fatal(err)
			}
			plainMail, err := new(Drafter).Letter(t.Context(), l)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := strings.Count(m.Body, "\n"), strings.Count(plainMail.Body, "\n"); a != b || strings.ContainsAny(m.Subject, "\r\n") {
				t.Errorf("%s: %q adds lines: %d, not %d", kind, attack, a, b)
			}
			if strings.ContainsAny(m.Body, "\u200b\u202e") {
				t.Errorf("%s: %q keeps invisible characters", kind, attack)
			}
		}
	}
}

// TestAttacksInAnswers lets a model that was turned write every attack into any part
// of an otherwise clean draft: it is refused. Names alone may pass as words.
func TestAttacksInAnswers(t *testing.T) {
	for _, f := range everyFacts(t) {
		for _, attack := range attacks {
			clean := corpus[f.language][f.kind]
			l := letter{clean.subject[0], greetings[f.language][0], "", closings[f.language][0]}
			for _, s := range clean.body {
				l.Body += s[0]
			}
			if why := f.verify(l); len(why) > 0 {
				t.Fatal(why)
			}
			l.Body += " " + attack
			if len(f.verify(l)) == 0 {
				t.Errorf("%s %s: %q was accepted", f.kind, f.language, attack)
			}
		}
	}
}

// goodModel answers every request with a clean draft of the kind and the language
// that it asks for.
func goodModel(body []byte) string {
	var r struct {
		Messages []struct{ Role, Content string }
	}
	if err := json.Unmarshal(body, &r); err != nil || len(r.Messages) < 2 {
		return ""
	}
	var q struct {
		Language string
		Slots    []struct{ Name string }
	}
	if err := json.Unmarshal([]byte(r.Messages[1].Content), &q); err != nil {
		return ""
	}
	if prompts.For("digest", q.Language).Text == r.Messages[0].Content {
		return asJSON(letter{Body: map[string]string{
			"en": "Our stock stands at {{short}} with {{risk}}. Please look at what waits and decide: {{waiting}}. The news: {{news}}.",
			"zh": "各位早上好，库存方面有{{short}}，{{risk}}。请查看等待中的事项并决定：{{waiting}}。另外：{{news}}。"}[q.Language]})
	}
	if prompts.For("weekly", q.Language).Text == r.Messages[0].Content {
		return asJSON(letter{Body: map[string]string{
			"en": "Our stock stands at {{red}} with {{risk}}. Please look at what waits and decide: {{waiting}}.",
			"zh": "以下是本周的库存情况。库存方面有{{red}}，{{risk}}。请查看等待中的事项并决定：{{waiting}}。"}[q.Language]})
	}
	for kind := range kinds {
		if prompts.For(string(kind), q.Language).Text == r.Messages[0].Content {
			c := corpus[q.Language][kind]
			l := letter{c.subject[0], greetings[q.Language][0], "", closings[q.Language][0]}
			for _, s := range c.body {
				l.Body += s[0]
			}
			return asJSON(l)
		}
	}
	return ""
}

// TestEvaluate runs the evaluation on a model that is well, and on one in each of
// eight kinds of trouble: then every letter is a template, and the reason says why; a
// model that gives no draft at all ends it.
func TestEvaluate(t *testing.T) {
	for mode, why := range map[faults.Name]string{
		faults.None: "", faults.Busy: "HTTP 429", faults.Refuse: "HTTP 500", faults.Reset: "damaged", faults.Hang: "no answer within",
		faults.Nonsense: "no JSON object", faults.Disobey: "draft refused twice", faults.Cut: "cut off", faults.Empty: "empty",
	} {
		t.Run(fmt.Sprintf("mode %s", mode), func(t *testing.T) {
			t.Parallel()
			m := faults.NewModelFunc(t, goodModel, func() faults.Name { return mode })
			c := Config{BaseURL: m.URL, Model: "fake", Timeout: 5 * time.Second}
			switch mode {
			case faults.Hang:
				c.Timeout = 20 * time.Millisecond
			case faults.Busy, faults.Refuse:
				c.Timeout = 400 * time.Millisecond // shorter than the wait before the second try, which is left out then
			}
			var told atomic.Int64
			trials, err := Evaluate(t.Context(), c, 1, func(int, int) { told.Add(1) })
			if mode != faults.None && mode != faults.Nonsense && mode != faults.Disobey {
				if err == nil || !strings.Contains(err.Error(), why) || trials != nil || told.Load() != maxFailures-1 {
					t.Errorf("%d trials, %d told, %v", len(trials), told.Load(), err)
				}
				return
			}
			if err != nil || len(trials) != 4*len(kinds)+4 || told.Load() != int64(len(trials)) {
				t.Fatalf("%d trials, %d told, %v", len(trials), told.Load(), err)
			}
			for _, trial := range trials {
				if want := map[bool]string{true: Passed, false: Fallback}[mode == faults.None]; trial.Outcome != want || !strings.Contains(trial.Why, why) {
					t.Errorf("%s %s %s: %s, %q", trial.Kind, trial.Language, trial.Tone, trial.Outcome, trial.Why)
				}
				if mode == faults.None && trial.Tokens != 150 {
					t.Errorf("%d tokens", trial.Tokens)
				}
			}
			var b strings.Builder
			if err := WriteTrials(&b, trials); err != nil || !strings.Contains(b.String(), "all") || strings.Count(b.String(), "\n") < 18 {
				t.Errorf("%v\n%s", err, b.String())
			}
		})
	}
	if _, err := Evaluate(t.Context(), Config{}, 1, nil); err == nil {
		t.Error("an evaluation of no model")
	}
}

// TestEvaluateCountsRepairs has a model whose first drafts are wrong.
func TestEvaluateCountsRepairs(t *testing.T) {
	var n atomic.Int64
	m := faults.NewModelFunc(t, goodModel, func() faults.Name {
		if n.Add(1)%2 == 1 {
			return faults.Disobey
		}
		return faults.None
	})
	trials, err := Evaluate(t.Context(), Config{BaseURL: m.URL, Model: "fake"}, 1, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range trials {
		if trial.Outcome != Repaired || trial.Tokens != 300 || len(trial.Faults) == 0 {
			t.Errorf("%+v", trial)
		}
	}
}
