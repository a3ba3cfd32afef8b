package draft

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"quartermaster/prompts"
)

// right is a sentence of a right letter, of which set, and where it stands: kind,
// language and part.
type right struct{ set, at, text string }

// rightSentences are the examples of the prompts, the variants of them, and what the
// answers to the prompts say.
func rightSentences(t testing.TB) (out []right) {
	t.Helper()
	names, all := asked(t)
	add := func(set string, f facts, p part) {
		texts := []string{p.text}
		if p.name == "body" {
			texts = sentenceForm.FindAllString(p.text, -1)
		}
		for _, s := range texts {
			if s != "" && len(f.sentence(part{p.name, s})) == 0 {
				out = append(out, right{set, strings.Join([]string{f.name(), f.language, p.name}, " "), s})
			}
		}
	}
	for _, name := range names {
		f := all[name]
		for _, where := range []string{"subject", "body"} {
			for _, e := range prompts.Examples(f.name(), f.language, where) {
				add("examples", f, part{where, e})
			}
		}
	}
	for set, answers := range answerSets(t) {
		for _, a := range answers {
			for _, p := range all[a.Asked].used(a.Answer) {
				add(set, all[a.Asked], p)
			}
		}
	}
	for at, texts := range kindLines(t, "variants.txt") {
		for _, text := range texts {
			f, known := all[at+" plain"]
			if !known {
				f = all[at+" full"]
			}
			add("variants", f, part{"body", text})
		}
	}
	return out
}

// answerSets are the answers to the prompts that break none of their words.
func answerSets(t testing.TB) map[string][]answered {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "heldout", "answers*.jsonl"))
	if err != nil || len(names) == 0 {
		t.Fatal("no answers", err)
	}
	out := map[string][]answered{}
	for _, name := range names {
		out[name] = slices.DeleteFunc(answersOf(t, name), func(a answered) bool { return a.Breaks != "" })
	}
	return out
}

// kindLines reads lines of kind and language, a tab, and the last column.
func kindLines(t testing.TB, name string) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "heldout", name))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for line := range strings.Lines(string(raw)) {
		if at, text, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && !strings.HasPrefix(line, "#") {
			out[at] = append(out[at], text[strings.LastIndex(text, "\t")+1:])
		}
	}
	return out
}

// TestKnownSentences holds prompts/known.txt to be the examples, and of the other right
// sentences those that a shorter one before them does not make known; -update writes it.
func TestKnownSentences(t *testing.T) {
	texts := map[string][]right{}
	for _, s := range rightSentences(t) {
		texts[s.at] = append(texts[s.at], s)
	}
	var b strings.Builder
	b.WriteString("# Right sentences by kind, language and part. Made from examples and test data by: go test -run KnownSentences ./bot/draft -update\n")
	for _, at := range slices.Sorted(maps.Keys(texts)) {
		fmt.Fprintf(&b, "\n## %s\n", at)
		slices.SortFunc(texts[at], func(x, y right) int {
			return cmp.Or(-cmp.Compare(strings.Count(x.set, "examples"), strings.Count(y.set, "examples")),
				cmp.Compare(len(x.text), len(y.text)), cmp.Compare(x.text, y.text))
		})
		s := newStock(nil, "")
		for _, r := range texts[at] {
			if k := sayingOf(r.text, strings.Fields(at)[1]); !s.knows(k) {
				s.add(k)
				fmt.Fprintln(&b, strings.ReplaceAll(r.text, "\n", `\n`))
			}
		}
	}
	path := filepath.Join("..", "..", "prompts", "known.txt")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(b.String(), string(have)); diff != "" {
		t.Errorf("known.txt is not what the sentences make; -update writes it (-want +have):\n%s", diff)
	}
}

// TestUnknownAnswers measures what happens to right drafts with sentences that are not
// known: those of each set of answers, knowing the sentences of the others.
func TestUnknownAnswers(t *testing.T) {
	all := rightSentences(t)
	slices.SortFunc(all, func(x, y right) int {
		return cmp.Or(cmp.Compare(x.set, y.set), cmp.Compare(x.at, y.at), cmp.Compare(x.text, y.text))
	})
	all = slices.Compact(all)
	known := make([]said, len(all))
	for i, s := range all {
		known[i] = sayingOf(s.text, strings.Fields(s.at)[1])
	}
	_, facts := asked(t)
	drafts, untouched, sentences, reworded := 0, 0, 0, 0
	for set, answers := range answerSets(t) {
		stocks := map[string]*stock{}
		for i, s := range all {
			if stocks[s.at] == nil {
				stocks[s.at] = newStock(nil, "")
			}
			if s.set != set {
				stocks[s.at].add(known[i])
			}
		}
		for _, a := range answers {
			f := facts[a.Asked]
			l, n := f.inWordsOf(func(part string) *stock { return stocks[strings.Join([]string{f.name(), f.language, part}, " ")] }, a.Answer)
			if why := f.refused(l); len(why) > 0 {
				t.Errorf("%s: %q\nof %q\nwas made %q", a.Asked, why, a.Answer, l)
			}
			drafts++
			reworded += n
			if n == 0 {
				untouched++
			}
			for _, p := range f.used(a.Answer) {
				if p.name == "body" {
					sentences += len(sentenceForm.FindAllString(p.text, -1))
				} else {
					sentences++
				}
			}
		}
	}
	t.Logf("%d drafts, all pass; %d as they were; %d of %d sentences reworded (%.1f %%)", drafts, untouched, reworded, sentences, 100*float64(reworded)/float64(sentences))
	if 5*reworded > sentences {
		t.Error("more than a fifth of the sentences were reworded")
	}
}
