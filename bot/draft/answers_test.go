package draft

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// answered is a whole draft somebody wrote to a request of TestPromptTexts, as a model
// would, without having seen the rules.
type answered struct {
	Asked  string // kind, language and form, as asked names them
	Writer string
	Answer letter
	Breaks string // what the draft breaks of the prompt's words; then it has to be refused
}

func answersOf(t *testing.T, name string) (out []answered) {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(raw) {
		var a answered
		if err := json.Unmarshal(line, &a); err != nil {
			t.Fatalf("%s: %v: %s", name, err, line)
		}
		out = append(out, a)
	}
	return out
}

// TestAnsweredPrompts measures how many of these drafts pass at the first try, and after
// a repair that does what the repair prompt says. Each set was measured once when it was new
// (docs/letters.md); what was refused was then used to mend.
func TestAnsweredPrompts(t *testing.T) {
	sets, err := filepath.Glob(filepath.Join("testdata", "heldout", "answers*.jsonl"))
	if more := os.Getenv("QUARTERMASTER_ANSWERS"); more != "" {
		sets = append(sets, more)
	}
	if err != nil || len(sets) == 0 {
		t.Fatal(err)
	}
	_, all := asked(t)
	for _, set := range sets {
		t.Run(filepath.Base(set), func(t *testing.T) {
			t.Parallel()
			drafts, passed, repaired, sentences, wrong := 0, 0, 0, 0, 0
			for _, a := range answersOf(t, set) {
				f := all[a.Asked]
				why := f.verify(a.Answer)
				if a.Breaks != "" {
					if len(why) == 0 {
						t.Errorf("%s, %s: passes, but %s: %s", a.Asked, a.Writer, a.Breaks, a.Answer.Body)
					}
					continue
				}
				drafts++
				for _, p := range f.used(a.Answer) {
					sentences += len(sentencesOf(p.text))
				}
				if len(why) == 0 {
					passed++
					continue
				}
				wrong += len(f.atFault(a.Answer))
				again := f.fallBack(a.Answer)
				left := f.verify(again)
				if len(left) == 0 {
					repaired++
				}
				t.Errorf("%s, %s: %s\n  %s\n  after repair: %q", a.Asked, a.Writer, strings.Join(why, "\n  "), strings.Join(f.atFault(a.Answer), "\n  "), left)
			}
			share := func(n, of int) string {
				return fmt.Sprintf("%d of %d (%.1f %%)", n, of, 100*float64(n)/float64(max(of, 1)))
			}
			t.Logf("%s drafts passed, %s after one repair; %s sentences were refused", share(passed, drafts), share(passed+repaired, drafts), share(wrong, sentences))
		})
	}
}

// fallBack does what the repair prompt says: in place of each sentence at fault the
// example with the same slots, and where there is none nothing.
func (f facts) fallBack(l letter) letter {
	_, examples, _ := strings.Cut(f.prompt().Text, "\nExamples\n")
	for _, fault := range f.atFault(l) {
		part, sentence, _ := strings.Cut(fault, ": ")
		instead := ""
		for line := range strings.Lines(examples) {
			line = strings.TrimSpace(line)
			of := "body"
			if rest, ok := strings.CutPrefix(line, "Subject: "); ok {
				line, of = rest, "subject"
			}
			line = strings.TrimPrefix(line, "- ")
			if of == part && slices.Equal(slotsIn(line), slotsIn(sentence)) && (instead == "" || len(slotsIn(line)) > 0) {
				instead = strings.TrimRight(line, ".。？?")
			}
		}
		if instead == "" || len(slotsIn(sentence)) == 0 && part == "body" {
			instead = ""
		}
		switch part {
		case "subject":
			l.Subject = strings.Replace(l.Subject, sentence, instead, 1)
		case "body":
			for _, end := range []string{".", "。", "?", "？", "!", "！", ""} {
				if i := strings.Index(l.Body, sentence+end); i >= 0 {
					if instead == "" {
						l.Body = l.Body[:i] + l.Body[i+len(sentence+end):]
					} else {
						l.Body = l.Body[:i] + instead + l.Body[i+len(sentence):]
					}
					break
				}
			}
		}
	}
	l.Subject, l.Body = strings.TrimSpace(l.Subject), strings.TrimSpace(l.Body)
	return l
}

// slotsIn are the slots of a text, sorted.
func slotsIn(text string) (out []string) {
	for _, m := range slotForm.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return out
}
