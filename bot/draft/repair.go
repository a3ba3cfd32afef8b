package draft

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"quartermaster/prompts"
)

// A repair that only says what is wrong leaves a model to guess what is right. So each
// sentence at fault is sent back with examples of the prompt that say its matter.

// faulty is a sentence of a draft that is refused for what it says.
type faulty struct {
	part, sentence string
	why            []string
	instead        []string // examples of the prompt; none: it may be left out
}

// atFault returns the sentences of a letter that are faulty by what they say.
func (f facts) atFault(l letter) (out []faulty) {
	for _, p := range f.used(l) {
		for _, sentence := range sentencesOf(p.text) {
			sentence = strings.TrimSpace(sentence)
			p := part{p.name, sentence}
			if why := f.sentence(p); len(why) > 0 {
				out = append(out, faulty{p.name, sentence, why, f.instead(p)})
			}
		}
	}
	return out
}

// sentence returns what is wrong with a sentence by itself.
func (f facts) sentence(p part) []string {
	optional := f.offered()
	for i := range optional {
		optional[i].must = nil
	}
	return append(verifySlots(p, f.language, optional), f.saying(p)...)
}

// instead returns the examples that say what a sentence was to say: the one with its
// slots, else some that hold each of them, and without slots the one most like it.
func (f facts) instead(p part) (out []string) {
	examples := slices.DeleteFunc(prompts.Examples(f.name(), f.language, p.name), func(e string) bool {
		return slices.ContainsFunc(slotsIn(e), func(s string) bool { return f.slots[s] == "" })
	})
	want := slotsIn(p.text)
	if len(want) == 0 {
		like, most := "", 1 // one word in common is chance
		for _, e := range examples {
			if n := alike(e, p.text, f.language); len(slotsIn(e)) == 0 && n > most {
				like, most = e, n
			}
		}
		if like != "" {
			out = append(out, like)
		}
		return out
	}
	for _, e := range examples {
		if slices.Equal(slotsIn(e), want) {
			return []string{e}
		}
	}
	var said []string
	take := func(fits func(has []string) bool) {
		for _, e := range examples {
			if has := slotsIn(e); len(has) > 0 && fits(has) {
				out, said = append(out, e), append(said, has...)
			}
		}
	}
	missing := func(s string) bool { return slices.Contains(want, s) && !slices.Contains(said, s) }
	take(func(has []string) bool { return !slices.ContainsFunc(has, func(s string) bool { return !missing(s) }) })
	take(func(has []string) bool { return slices.ContainsFunc(has, missing) })
	return out
}

// alike counts the words that two sentences share: in English those of four letters and
// more, in Chinese pairs of characters.
func alike(a, b, language string) (n int) {
	words := func(s string) map[string]bool {
		out := map[string]bool{}
		if r := []rune(s); language == "zh" {
			for i := range len(r) - 1 {
				out[string(r[i:i+2])] = true
			}
			return out
		}
		for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }) {
			if len(w) > 3 {
				out[stem(w)] = true
			}
		}
		return out
	}
	of := words(b)
	for w := range words(a) {
		if of[w] {
			n++
		}
	}
	return n
}

// slotsIn are the slots of a text, sorted.
func slotsIn(text string) (out []string) {
	for _, m := range slotForm.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return out
}

// repair is the request for a second draft: the faults that no sentence shows by itself,
// then each sentence at fault with what to say instead.
func (f facts) repair(l letter, faults []string) string {
	wrong := f.atFault(l)
	explained := map[string]bool{}
	var b strings.Builder
	b.WriteString(prompts.Repair().Text)
	for _, w := range wrong {
		for _, why := range w.why {
			explained[w.part+": "+why] = true
		}
	}
	for _, why := range faults {
		if !explained[why] {
			fmt.Fprintf(&b, "\n- %s", why)
		}
	}
	for _, p := range f.used(l) {
		for _, s := range f.offered() {
			if slot := "{{" + s.name + "}}"; slices.Contains(s.must, p.name) && !strings.Contains(p.text, slot) {
				if e := f.instead(part{p.name, slot}); len(e) > 0 {
					fmt.Fprintf(&b, "\n- %s: %s stands in: %s", p.name, slot, e[0])
				}
			}
		}
	}
	for _, w := range wrong {
		fmt.Fprintf(&b, "\n- %s: %q: %s. ", w.part, cut(w.sentence, 300), strings.Join(w.why, "; "))
		if len(w.instead) > 0 {
			fmt.Fprintf(&b, "Say instead: %s", strings.Join(w.instead, " "))
		} else {
			b.WriteString("Leave it out.")
		}
	}
	return b.String()
}
