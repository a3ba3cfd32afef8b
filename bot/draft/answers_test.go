package draft

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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

func answersOf(t testing.TB, name string) (out []answered) {
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
				t.Errorf("%s, %s: %s\n  %s\n  after repair: %q", a.Asked, a.Writer, strings.Join(why, "\n  "), f.repair(a.Answer, why), left)
			}
			share := func(n, of int) string {
				return fmt.Sprintf("%d of %d (%.1f %%)", n, of, 100*float64(n)/float64(max(of, 1)))
			}
			t.Logf("%s drafts passed, %s after one repair; %s sentences were refused", share(passed, drafts), share(passed+repaired, drafts), share(wrong, sentences))
		})
	}
}

// fallBack does what the repair request says: in place of each sentence at fault the
// examples given for it, and where there are none nothing.
func (f facts) fallBack(l letter) letter {
	for _, w := range f.atFault(l) {
		in := map[string]*string{"subject": &l.Subject, "body": &l.Body, "greeting": &l.Greeting, "closing": &l.Closing}[w.part]
		before, behind, _ := strings.Cut(*in, w.sentence)
		if w.part == "body" {
			behind = strings.TrimLeft(behind, ".!?。！？")
		}
		*in = strings.TrimSpace(before + strings.Join(w.instead, " ") + behind)
	}
	return l
}
