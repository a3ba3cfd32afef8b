package draft

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quartermaster/core/forecast/history"
	"quartermaster/core/plan"
	"quartermaster/core/risk"
	"quartermaster/prompts"
)

// asked are facts as a model gets them, by a name: every kind in both languages with all
// there is to say in a formal tone, with all in a plain one, and with as little as there may be.
func asked(t testing.TB) (names []string, all map[string]facts) {
	t.Helper()
	all = map[string]facts{}
	add := func(f facts, form string) {
		name := strings.Join([]string{f.name(), f.language, form}, " ")
		names, all[name] = append(names, name), f
	}
	for _, l := range sampleLetters() {
		f, err := newFacts(l)
		if err != nil {
			t.Fatal(err)
		}
		add(f, f.tone())
		if l.Plain {
			f, err = newFacts(bare(l))
			if err != nil {
				t.Fatal(err)
			}
			add(f, "little")
		}
	}
	for _, language := range []string{"en", "zh"} {
		w := sampleWeek(language)
		full := w
		full.Anomalies = []history.Anomaly{{}}
		add(weekFacts(full), "full")
		w.Risks, w.Missed, w.Sold = []risk.Finding{}, nil, plan.WeekSales{}
		add(weekFacts(w), "little")
		d := sampleDigest(language)
		add(briefFacts(d), "full")
		d.Digest.Worst = nil
		add(briefFacts(d), "little")
	}
	return names, all
}

// bare is a letter with one line, and no wish, new day or delay to tell of.
func bare(l plan.Letter) plan.Letter {
	if l.RFQ != nil {
		return l
	}
	l.Wish = 0
	o := &l.Order
	o.Lines, o.Progress = slices.Clone(o.Lines), slices.Clone(o.Progress)
	if l.Kind != plan.LetterCancel {
		o.Lines, o.Progress = o.Lines[:1], o.Progress[:1]
	}
	for i := range o.Lines {
		o.Lines[i].Arrival, o.Progress[i].Due = l.Today+9, l.Today+9
	}
	if l.Kind == plan.LetterChange {
		l.Day, l.Qty = 0, map[int]int64{0: 300}
	}
	return l
}

// TestExamplesPass holds the example sentences of the prompts, which show a model what
// to write, to the rules that its letters are held to: each by itself, and all together.
func TestExamplesPass(t *testing.T) {
	names, all := asked(t)
	for _, name := range names {
		f := all[name]
		if strings.HasSuffix(name, "little") {
			continue
		}
		for where, least := range map[string]int{"subject": 1, "body": 5} {
			examples := prompts.Examples(f.name(), f.language, where)
			if len(examples) < least && (where == "body" || f.kind != weekKind) {
				t.Errorf("%s: examples of the %s are %q", name, where, examples)
			}
			for _, text := range examples {
				if why := f.sentence(part{where, text}); len(why) > 0 {
					t.Errorf("%s: %q: %q", name, text, why)
				}
			}
		}
	}
}

// TestVariantsPass does the same with variants of the examples.
func TestVariantsPass(t *testing.T) {
	_, all := asked(t)
	for at, texts := range kindLines(t, "variants.txt") {
		f, known := all[at+" plain"]
		if !known {
			f, known = all[at+" full"]
		}
		for _, text := range texts {
			if why := f.sentence(part{"body", text}); !known || len(why) > 0 {
				t.Errorf("%s: %q: %q", at, text, why)
			}
		}
	}
}

// TestPromptTexts writes what a model is asked into QUARTERMASTER_PROMPTS, one numbered
// file each with the facts' name in index.txt, so that answers of people or models can
// be measured; without it, it only counts the tokens.
func TestPromptTexts(t *testing.T) {
	names, all := asked(t)
	dir, tokens := os.Getenv("QUARTERMASTER_PROMPTS"), 0
	var index strings.Builder
	for i, name := range names {
		f := all[name]
		text := fmt.Sprintf("=== system ===\n%s\n=== user ===\n%s\n", f.prompt().Text, request(f))
		tokens += len(text) / 4
		fmt.Fprintf(&index, "%03d %s\n", i+1, name)
		if dir == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.txt", i+1)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "index.txt"), []byte(index.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d requests of %d tokens each", len(names), tokens/len(names))
}
