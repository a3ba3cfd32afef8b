package draft

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	faults "quartermaster/bot/fault"
)

// TestWrongDrafts puts sentences that say what a letter must not say into clean ones.
// Each reads well and states a fact nobody gave, promises, gives way or asks for
// something else. All have to be refused.
func TestWrongDrafts(t *testing.T) {
	all := map[string]facts{}
	for _, f := range everyFacts(t) {
		all[string(f.kind)+" "+f.language] = f
	}
	for _, language := range []string{"en", "zh"} {
		all["weekly "+language] = weekFacts(sampleWeek(language))
	}
	for _, name := range []string{"wrong.txt", "wrong-own.txt", "wrong-second.txt"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tally := faults.Count(t, "wrong drafts of "+name+", to be refused", 1)
			raw, err := os.ReadFile(filepath.Join("testdata", "heldout", name))
			if err != nil {
				t.Fatal(err)
			}
			rng := rand.New(rand.NewPCG(5, 6))
			for line := range strings.SplitSeq(strings.TrimSpace(string(raw)), "\n") {
				if strings.HasPrefix(line, "#") {
					continue
				}
				at, rest, _ := strings.Cut(line, "\t")
				what, sentence, ok := strings.Cut(rest, "\t")
				f, known := all[at]
				if !ok || !known {
					t.Fatalf("not a draft: %q", line)
				}
				body := cleanWeek[f.language]
				if f.kind != weekKind {
					body = draw(rng, f.kind, f.language).Body
				}
				for _, sentence := range addressed(sentence) {
					tally.Add("drafts", 1)
					if len(f.verifyPart(part{"body", body + " " + sentence})) == 0 {
						tally.Add("accepted", 1)
						t.Errorf("%s: %q was accepted, but %s", at, sentence, what)
					}
				}
			}
		})
	}
}

// addressed is a sentence as it stands, and as a friendly letter says it in Chinese.
func addressed(sentence string) []string {
	out := []string{sentence}
	if s := strings.NewReplacer("贵方", "你们", "贵司", "你们", "贵公司", "你们").Replace(sentence); s != sentence {
		out = append(out, s)
	}
	return out
}
