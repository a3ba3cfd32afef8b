package draft

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core/plan"
	"quartermaster/prompts"
)

// TestRepairTellsTheFaults reads what a model is sent after a draft with faults.
func TestRepairTellsTheFaults(t *testing.T) {
	dirty := inBody(" We will pay for the goods tomorrow.")
	dirty.Closing = "Kind regards"
	s := startService(t, says(asJSON(dirty)), says(asJSON(cleanEN)))
	if m, err := newDrafter(t, s).Letter(t.Context(), plan.OrderLetter(order("en"))); err != nil || m.Source != plan.FromModel {
		t.Fatalf("source %q, note %q, error %v", m.Source, m.Note, err)
	}
	talk := s.seen()[1]["messages"].([]any)
	last := talk[len(talk)-1].(map[string]any)["content"].(string)
	if len(talk) != 4 || !strings.Contains(last, "- closing: slot {{shop}} is missing") || strings.Count(last, "tomorrow") != 2 ||
		!strings.Contains(last, `body: "We will pay for the goods tomorrow": `) || !strings.HasSuffix(last, "Leave it out.") {
		t.Errorf("%d messages, the last is %q", len(talk), last)
	}
}

// TestRepairOffersExamples holds what is offered instead of a sentence: the example with
// its slots, or those that hold each, or the one most like it; never one with a slot that
// the letter does not have.
func TestRepairOffersExamples(t *testing.T) {
	_, all := asked(t)
	for _, c := range []struct {
		facts string
		of    part
		want  []string
	}{
		{"expedite en formal", part{"body", "For weeks we have been after {{outstanding}} of {{order_number}}"}, []string{"We are still waiting for {{outstanding}} of our order {{order_number}}; the table below lists them."}},
		{"expedite en little", part{"body", "Since {{due}} nothing has come"}, []string{"The agreed arrival is {{due}}."}},
		{"order en plain", part{"body", "{{total}} it is, for {{order_number}}, by {{arrival}}"},
			[]string{"Please find our purchase order {{order_number}} in the table below and in the attached file.", "The arrival we ask for is {{arrival}}.", "The order has {{lines}}, and the total is {{total}}."}},
		{"price en little", part{"body", "Send a fresh offer or else"}, []string{"Please send us a new offer."}},
		{"price en formal", part{"body", "The weather is fine"}, nil},
		{"moq zh formal", part{"body", "速速回复"}, nil},
		{"rfq zh plain", part{"body", "三天内必须于 {{answer_by}}回"}, []string{"请于 {{answer_by}}回复。"}},
		{"cancel en plain", part{"subject", "Bad news about {{order_number}}"}, []string{"Order {{order_number}}: cancellation"}},
	} {
		if diff := cmp.Diff(c.want, all[c.facts].instead(c.of)); diff != "" {
			t.Errorf("%s, %q (-want +got):\n%s", c.facts, c.of.text, diff)
		}
	}
}

// TestRepairHeals puts a wrong sentence beside every kind of letter made of examples: what
// the repair asks for passes.
func TestRepairHeals(t *testing.T) {
	names, all := asked(t)
	for _, name := range names {
		f := all[name]
		l := f.ofExamples()
		if why := f.verify(l); len(why) > 0 {
			t.Errorf("%s: a draft of examples has faults: %q\n%s", name, why, l.Body)
			continue
		}
		l.Body += map[string]string{"en": " Our colleague in Rotterdam will pay for it tomorrow.", "zh": "我们在上海的同事明天会付款。"}[f.language]
		if why := f.verify(l); len(why) == 0 {
			t.Errorf("%s: the wrong sentence passes", name)
		} else if left := f.verify(f.fallBack(l)); len(left) > 0 {
			t.Errorf("%s: after repair: %q", name, left)
		}
	}
}

// ofExamples is a draft put together from the examples that say something new.
func (f facts) ofExamples() letter {
	var body []string
	said := map[string]bool{}
	for _, e := range prompts.Examples(f.name(), f.language, "body") {
		fresh, known := len(slotsIn(e)) == 0, true
		for _, s := range slotsIn(e) {
			fresh, known = fresh || !said[s], known && f.slots[s] != ""
		}
		if fresh && known {
			body = append(body, e)
			for _, s := range slotsIn(e) {
				said[s] = true
			}
		}
	}
	l := letter{Body: strings.Join(body, " ")}
	if f.kind != weekKind {
		l.Subject, l.Greeting, l.Closing = prompts.Examples(f.name(), f.language, "subject")[0], greetings[f.language][0], closings[f.language][0]
	}
	return l
}
