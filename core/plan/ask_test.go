package plan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestNearestCommand(t *testing.T) {
	for question, want := range map[string]string{
		"<@U0BOT> when will SOLAR-01 run out?":        "sku SOLAR-01",
		"<@U0BOT> why do we order SOLAR-01?!":         "why SOLAR-01",
		"<@U0BOT> how many LAMP-02 will we sell":      "forecast LAMP-02",
		"<@U0BOT> is there a cheaper LAMP-02":         "compare LAMP-02",
		"<@U0BOT> LAMP-02":                            "sku LAMP-02",
		"<@U0BOT> where is PO-2026-0007, please?":     "order PO-2026-0007",
		"<@U0BOT> what runs short?":                   "status",
		"<@U0BOT> what runs out first?":               "status",
		"<@U0BOT> why do we order 22197?":             "why 22197",
		"<@U0BOT> when does 22197 run out":            "sku 22197",
		"<@U0BOT> what sells in 2026":                 "",
		"<@U0BOT> what is short?":                     "status",
		"<@U0BOT> what waits for my approval":         "approve",
		"<@U0BOT> our orders":                         "orders",
		"<@U0BOT> SOLAR-01为什么":                        "sku SOLAR-01为什么",
		"<@U0BOT> 为什么 SOLAR-01":                       "why SOLAR-01",
		"<@U0BOT> 现在库存状态":                             "status",
		"<@U0BOT> good morning":                       "",
		"<@U0BOT>":                                    "",
		"<@U0BOT> snooze everything":                  "",
		"<@U0BOT> help me order something":            "",
		"<@U0BOT> suggest <!channel> <#C1|x> nothing": "",
	} {
		if got := NearestCommand(Question(question), "").Text(); got != want {
			t.Errorf("%q leads to %q, want %q", question, got, want)
		}
	}
	if got := NearestCommand("when does the solar lamp run out", "SOLAR-01").Text(); got != "sku SOLAR-01" {
		t.Errorf("a product named by its name leads to %q", got)
	}
}

func TestQuestion(t *testing.T) {
	for text, want := range map[string]string{
		"<@U0BOT>  what\n runs\tout? ":         "what runs out?",
		"did anna@example.com order SOLAR-01?": "did … order SOLAR-01?",
		"call +44 20 7946 0000 about SOLAR-01": "call … about SOLAR-01",
		"why\u202e SOLAR-01\u200b":             "why SOLAR-01",
		"where is PO-2026-0007 of 12345":       "where is PO-2026-0007 of 12345",
		strings.Repeat("x", 400):               strings.Repeat("x", 300),
		"\xff\xfe status":                      "status",
		"SOLAR-01 什么时候断货？<!channel>":           "SOLAR-01 什么时候断货？",
	} {
		if got := Question(text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
}

func TestUnderstood(t *testing.T) {
	const q = "When does the Solar Lamp run out?"
	for _, tt := range []struct {
		name, command, about string
		facts                []string
		want                 Asked
		fault                string
	}{
		{"chosen", "sku", "solar lamp", []string{"runs_out", "runs_out", "order_by"}, Asked{Command: "sku", About: "solar lamp", Facts: []Fact{FactOut, FactOrderBy}, Model: true}, ""},
		{"at most three facts", "sku", "solar lamp", []string{"runs_out", "order_by", "cover", "stock"}, Asked{Command: "sku", About: "solar lamp", Facts: []Fact{FactOut, FactOrderBy, FactCover}, Model: true}, ""},
		{"needs no subject", "status", "SOLAR-01", []string{"short"}, Asked{Command: "status", Facts: []Fact{FactShort}, Model: true}, ""},
		{"not on the list", "snooze", "solar lamp", nil, Asked{}, "no command of the list"},
		{"two commands", "sku SOLAR-01\nsettings export", "solar lamp", nil, Asked{}, "no command of the list"},
		{"nothing named", "sku", " ", nil, Asked{}, "named no product"},
		{"made up", "sku", "LAMP-02", nil, Asked{}, "not in the question"},
		{"another's fact", "sku", "solar lamp", []string{"short"}, Asked{}, "a fact that sku does not have"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Understood(q, tt.command, tt.about, tt.facts)
			if tt.fault != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fault) {
					t.Fatalf("got %+v, %v, want the fault %q", got, err, tt.fault)
				}
				return
			}
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
}

// Whatever a model or a person writes, a question leads to a command of the list or to
// none, and what it is about stands in the question.
func TestQuestionsOnlyTell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		question := Question(rapid.String().Draw(t, "question"))
		command := rapid.OneOf(rapid.SampledFrom([]string{"sku", "order", "status", "settings", "receive", "approve"}), rapid.String()).Draw(t, "command")
		got, err := Understood(question, command, rapid.String().Draw(t, "about"), rapid.SliceOf(rapid.String()).Draw(t, "facts"))
		for _, a := range []Asked{got, NearestCommand(question, "")} {
			known := a.Command == "" && (err != nil || a.Text() == "")
			for _, c := range AskCommands {
				known = known || c.Name == a.Command && (c.Of != NoSubject) == (a.About != "")
			}
			if !known || !strings.Contains(strings.ToLower(question), strings.ToLower(a.About)) {
				t.Fatalf("%q leads to %+v", question, a)
			}
		}
	})
}
