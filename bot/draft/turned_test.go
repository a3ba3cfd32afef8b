package draft

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quartermaster/core/plan"
	"quartermaster/prompts"
)

// swapped are words whose change for another turns what a sentence says.
var swapped = map[string][][2]string{
	"en": {{"we", "you"}, {"our", "your"}, {"us", "you"}, {"before", "after"}, {"until", "after"}, {"if", "unless"}, {"new", "old"}, {"still", "no longer"},
		{"shorter", "longer"}, {"lower", "higher"}, {"smaller", "larger"}, {"faster", "slower"}, {"more", "less"}, {"late", "early"}, {"possible", "impossible"},
		{"confirm", "cancel"}, {"send", "keep"}, {"already", "not"}, {"please", "we will"}, {"please", "do not"}, {"ask for", "offer"},
		{"is", "is not"}, {"are", "are not"}, {"have", "have not"}, {"has", "has not"}, {"was", "was not"}, {"would", "would not"}, {"could", "could not"}, {"to", "not to"}},
	"zh": {{"我们", "贵方"}, {"我方", "贵方"}, {"你们", "我们"}, {"您", "我们"}, {"前", "后"}, {"先", "后"}, {"低", "高"}, {"小", "大"}, {"短", "长"}, {"快", "慢"}, {"多", "少"},
		{"新", "旧"}, {"确认", "取消"}, {"询价", "订单"}, {"发出", "留下"}, {"请", "我方"}, {"请", "请不要"}, {"再", "不再"}, {"已", "未"}, {"尚未", "已"}, {"还没", "已经"}, {"没", "已"},
		{"需要", "不需要"}, {"能", "不能"}, {"可以", "不可以"}, {"希望", "不希望"}, {"会", "不会"}, {"是", "不是"}, {"有", "没有"}, {"告知", "不告知"}, {"如", "除非"}, {"不变", "变"}},
}

// turnings are a sentence with one of swapped for another, each way and place.
func turnings(text, language string) (out []string) {
	lower := strings.ToLower(text)
	inWord := func(b byte) bool { return language == "en" && ('a' <= b && b <= 'z' || b == '{' || b == '_') }
	for _, pair := range swapped[language] {
		for _, p := range [][2]string{pair, {pair[1], pair[0]}} {
			for i := range lower {
				if end := i + len(p[0]); strings.HasPrefix(lower[i:], p[0]) && (i == 0 || !inWord(lower[i-1])) && (end == len(lower) || !inWord(lower[end])) {
					out = append(out, text[:i]+p[1]+text[end:])
				}
			}
		}
	}
	return out
}

// TestTurnedSentences turns one word of each known sentence: what comes of it must not be
// known.
func TestTurnedSentences(t *testing.T) {
	_, all := asked(t)
	sentences, passed, known := 0, 0, 0
	for _, kind := range prompts.Kinds {
		for _, language := range []string{"en", "zh"} {
			f := all[kind+" "+language+" plain"]
			s := f.stock("body")
			seen := map[string]bool{}
			for _, k := range s.known { // and what one of them says is right
				seen[strings.Join(k.words, " ")] = true
			}
			for _, k := range s.known {
				for _, text := range turnings(k.text, language) {
					said := sayingOf(text, language)
					at := strings.Join(said.words, " ")
					if seen[at] {
						continue
					}
					seen[at] = true
					sentences++
					if len(f.sentence(part{"body", text})) == 0 {
						passed++
						if s.knows(said) {
							known++
							t.Errorf("%s %s: %q is known, made of %q", kind, language, text, k.text)
						}
					}
				}
			}
		}
	}
	t.Logf("%d sentences with one word turned: %d pass the rules on words, %d of these are known", sentences, passed, known)
	if sentences < 5000 {
		t.Error("too few sentences")
	}
}

// TestNothingUnknownIsSaid makes drafts of right, wrong and jumbled sentences: in what
// comes out all is known, no required slot is lost, and nothing changes when it is done
// again.
func TestNothingUnknownIsSaid(t *testing.T) {
	names, all := asked(t)
	wrong := map[string][]string{}
	for _, name := range []string{"wrong.txt", "wrong-own.txt", "wrong-second.txt", "turned.txt"} {
		for at, texts := range kindLines(t, name) {
			wrong[at] = append(wrong[at], texts...)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		f := all[rapid.SampledFrom(names).Draw(t, "facts")]
		var slots []string
		for _, s := range f.offered() {
			slots = append(slots, s.name)
		}
		var others []string
		for _, text := range wrong[f.name()+" "+f.language] {
			if within(slotsIn(text), slots) {
				others = append(others, text)
			}
		}
		draw := func(part string) string {
			var known []said
			for _, k := range f.stock(part).known {
				if within(k.slots, slots) {
					known = append(known, k)
				}
			}
			k := rapid.SampledFrom(known).Draw(t, "known")
			switch rapid.IntRange(0, 2).Draw(t, "way") {
			case 1:
				return strings.Join(rapid.Permutation(k.words[1:len(k.words)-1]).Draw(t, "words"), f.say(" ", "")) + "."
			case 2:
				if part == "body" && len(others) > 0 {
					return rapid.SampledFrom(others).Draw(t, "wrong")
				}
			}
			return k.text
		}
		var l letter
		if f.kind != weekKind {
			l.Subject, l.Greeting, l.Closing = draw("subject"), draw("greeting"), draw("closing")
		}
		for range rapid.IntRange(1, 6).Draw(t, "sentences") {
			l.Body += draw("body") + rapid.SampledFrom([]string{" ", "\n\n", ""}).Draw(t, "gap")
		}
		out, n := f.inKnownWords(l)
		if again, more := f.inKnownWords(out); more > 0 || again != out || n == 0 && (out.Body != strings.TrimSpace(l.Body) || out.Subject != l.Subject) {
			t.Fatalf("%d of %q changed to\n%q, and then %d to\n%q", n, l, out, more, again)
		}
		for _, p := range f.used(out) {
			for _, s := range f.offered() {
				had := strings.Contains(map[string]string{"subject": l.Subject, "greeting": l.Greeting, "body": l.Body, "closing": l.Closing}[p.name], "{{"+s.name+"}}")
				if had && slices.Contains(s.must, p.name) && !strings.Contains(p.text, "{{"+s.name+"}}") {
					t.Fatalf("%s: {{%s}} of %q is lost in %q", p.name, s.name, l, out)
				}
			}
		}
	})
}

// TestWrongIsUnknown holds that no wrong sentence is known, which the rules on words are
// not needed for.
func TestWrongIsUnknown(t *testing.T) {
	_, all := asked(t)
	n, rules := 0, 0
	for _, name := range []string{"wrong.txt", "wrong-own.txt", "wrong-second.txt", "turned.txt"} {
		for at, texts := range kindLines(t, name) {
			f, ok := all[at+" plain"]
			if !ok {
				f = all[at+" full"]
			}
			for _, text := range texts {
				for _, text := range addressed(text) {
					n++
					if len(f.sentence(part{"body", text})) > 0 {
						rules++
					}
					if !slices.ContainsFunc(sentenceForm.FindAllString(text, -1), func(s string) bool { return !f.stock("body").knows(sayingOf(s, f.language)) }) {
						t.Errorf("%s: %q is known", at, text)
					}
				}
			}
		}
	}
	t.Logf("%d wrong sentences, none known; the rules on words refuse %d", n, rules)
}

// TestTurnedLetter sends what a model has turned: the letter says it as it is known, and
// the model is asked once.
func TestTurnedLetter(t *testing.T) {
	l := letter{"Request for a quotation", "Dear {{recipient}},", "We send you a quotation for the goods in the table below. You need {{quantity}}.\n\nPlease reply {{answer_by}}.", "Kind regards,\n{{shop}}"}
	s := startService(t, says(asJSON(l)))
	m, err := newDrafter(t, s).Letter(t.Context(), letterOf(t, plan.LetterRFQ, "en"))
	if err != nil || m.Source != plan.FromModel || len(s.seen()) != 1 {
		t.Fatalf("source %q, note %q, error %v, asked %d times", m.Source, m.Note, err, len(s.seen()))
	}
	if want := "\n\nWe ask you for a quotation for the goods in the table below. We need 504 units.\n\nPlease reply by "; !strings.Contains(m.Body, want) {
		t.Errorf("the letter is %q", m.Body)
	}
}

// BenchmarkKnownWords puts every sentence of a draft in known words.
func BenchmarkKnownWords(b *testing.B) {
	_, all := asked(b)
	f := all["order en formal"]
	l := letter{"Our newest order", "Good day {{recipient}},", "Attached you find what we order as {{order_number}}. All of it comes to {{total}} for you. We hope it reaches us on {{arrival}}. Would you confirm all of that to us? We thank you.", "Yours,\n{{shop}}"}
	for b.Loop() {
		if _, n := f.inKnownWords(l); n != 8 {
			b.Fatal(n)
		}
	}
}
