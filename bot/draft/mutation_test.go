package draft

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	faults "quartermaster/bot/fault"
	"quartermaster/core/plan"
)

func everyFacts(t *testing.T) (all []facts) {
	t.Helper()
	for _, language := range []string{"en", "zh"} {
		for _, kind := range append(slices.Clone(plan.LetterKinds), plan.LetterOrder, plan.LetterRFQ) {
			f, err := newFacts(letterOf(t, kind, language))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, f)
		}
	}
	return all
}

// TestCleanDraftsPass draws drafts as a good model writes them.
func TestCleanDraftsPass(t *testing.T) {
	tally := faults.Count(t, "clean drafts of every kind and language", 1)
	rng := rand.New(rand.NewPCG(1, 2))
	passed, refused := 0, map[string]string{}
	const n = 2000
	all := everyFacts(t)
	for i := range n {
		f := all[i%len(all)]
		l := draw(rng, f.kind, f.language)
		if why := f.verify(l); len(why) > 0 {
			refused[strings.Join(why, "; ")] = string(f.kind) + ": " + l.Body
			continue
		}
		passed++
		if i < n/8 {
			if known, _ := f.inKnownWords(l); len(f.refused(known)) > 0 {
				t.Errorf("%q in known words: %q", l.Body, f.refused(known))
			}
		}
	}
	for why, l := range refused {
		t.Logf("%s\n%s", why, l)
	}
	if passed < n*98/100 {
		t.Errorf("%d of %d clean drafts passed", passed, n)
	}
	tally.Add("drafts", n)
	tally.Add("passed", passed)
}

// TestMutatedDrafts puts one thing that is wrong into clean drafts of every kind: a
// number, a unit, a code, a date, a promise, or what turns the letter into its
// opposite. None may pass.
func TestMutatedDrafts(t *testing.T) {
	tally := faults.Count(t, "mutated drafts, to be refused", 3)
	rng := rand.New(rand.NewPCG(3, 4))
	pick := func(s []string) string { return s[rng.IntN(len(s))] }
	sorts := slices.Sorted(maps.Keys(wrong["en"]))
	sorts = append(sorts, "direction", "slot")
	all := everyFacts(t)
	tally.Add("accepted", 0)
	checked := map[string]bool{}
	n := 1260
	if faults.Long() {
		n = 5040
	}
	for i := range n {
		f := all[i%len(all)]
		l := draw(rng, f.kind, f.language)
		for _, p := range l.parts() {
			key := fmt.Sprint(i%len(all), p)
			if !checked[key] {
				if why := f.verifyPart(p); len(why) > 0 {
					t.Fatalf("the clean draft is refused: %v", why)
				}
			}
			checked[key] = true
		}
		sort := sorts[(i/len(all))%len(sorts)]
		var what string
		switch sort {
		case "slot":
			what = mutateSlot(rng, f, &l)
		case "direction":
			what = pick(opposite[f.language][f.kind])
		default:
			what = pick(wrong[f.language][sort])
		}
		if sort != "slot" { // at the start, at the end, or between two sentences
			stop := map[string]string{"en": ". ", "zh": "。"}[f.language]
			if at := strings.Index(l.Body, stop); at > 0 && rng.IntN(3) == 0 {
				l.Body = l.Body[:at] + stop + what + " " + l.Body[at+len(stop):]
			} else if rng.IntN(2) == 0 {
				l.Body = what + " " + l.Body
			} else {
				l.Body += " " + what
			}
		}
		if len(f.verifyPart(part{"body", l.Body})) == 0 {
			tally.Add("accepted", 1)
			t.Errorf("%s %s, %s: %q was accepted in\n%s", f.kind, f.language, sort, what, l.Body)
		}
		tally.Add(sort, 1)
	}
}

// TestEveryWrongSentence is the same without the draw: each sentence of the lists, in
// each letter it is wrong for.
func TestEveryWrongSentence(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, f := range everyFacts(t) {
		bad := slices.Clone(opposite[f.language][f.kind])
		for _, sort := range slices.Sorted(maps.Keys(wrong[f.language])) {
			bad = append(bad, wrong[f.language][sort]...)
		}
		for _, what := range bad {
			l := draw(rng, f.kind, f.language)
			l.Body += " " + what
			if len(f.verify(l)) == 0 {
				t.Errorf("%s %s: %q was accepted", f.kind, f.language, what)
			}
		}
	}
}

// mutateSlot takes a required slot away, or puts one of another letter in.
func mutateSlot(rng *rand.Rand, f facts, l *letter) string {
	have := slotForm.FindAllString(l.Body, -1)
	old := have[rng.IntN(len(have))]
	hedges := map[string][]string{
		"en": {"about ", "over ", "no fewer than ", "some ", "close to ", "as many as ", "every ", "another ", "not "},
		"zh": {"约", "超过", "逾", "不少于", "差不多", "每", "仅", "近"}}[f.language]
	next := []string{"", "{{bank_account}}", "{{TOTAL}}", "{{price}}", old + old, hedges[rng.IntN(len(hedges))] + old, "X" + old}[rng.IntN(7)]
	if old == "{{lines}}" && next == "" { // the one slot that may be missing
		next = "{{line}}"
	}
	l.Body = strings.ReplaceAll(l.Body, old, next)
	return old + " became " + next
}
