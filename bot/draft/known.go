package draft

import (
	"slices"
	"strings"
	"sync"

	"quartermaster/prompts"
)

// Rules on words cannot tell a sentence from the same words with one turn: "we have not
// yet agreed" from "we have agreed", "your answer" from "our answer". So a draft that the
// rules let pass is compared with the sentences of prompts/known.txt, which are right for
// a letter of their kind. A sentence is known when each four words in a row, its ends
// among them, stand so in one of those. Any other is put in the words of the known ones
// that are most like it.

const (
	likely = 0.35 // a known sentence as near as this is of the same matter
	gain   = 0.05 // by which another known sentence beside it has to be nearer
	again  = 0.30 // and the most of its words that may stand in those taken before it
	same   = 0.75 // sentences as near as this say the same
)

// stock are the known sentences of a part of a kind of letter.
type stock struct {
	known []said
	runs  map[[4]string]bool
}

// said is a sentence, its slots, its words in order, and the set of the words and of each
// two in a row.
type said struct {
	text  string
	slots []string
	words []string
	pairs map[[2]string]bool
}

// stocks are made when first needed, by kind, language and part.
var stocks sync.Map

func (f facts) stock(part string) *stock {
	key := [3]string{f.name(), f.language, part}
	if s, ok := stocks.Load(key); ok {
		return s.(*stock)
	}
	s, _ := stocks.LoadOrStore(key, newStock(prompts.Known(f.name(), f.language, part), f.language))
	return s.(*stock)
}

func newStock(known []string, language string) *stock {
	s := &stock{runs: map[[4]string]bool{}}
	for _, text := range known {
		s.add(sayingOf(text, language))
	}
	return s
}

func (s *stock) add(k said) {
	s.known = append(s.known, k)
	for _, run := range k.runs() {
		s.runs[run] = true
	}
}

func (s *stock) knows(k said) bool {
	return !slices.ContainsFunc(k.runs(), func(run [4]string) bool { return !s.runs[run] })
}

// runs are each four of the words in a row; of fewer words all.
func (s said) runs() [][4]string {
	out := make([][4]string, max(1, len(s.words)-3))
	for i := range out {
		copy(out[i][:], s.words[i:])
	}
	return out
}

func sayingOf(text, language string) said {
	s := said{text, slotsIn(text), wordsOf(text, language), map[[2]string]bool{}}
	for i, w := range s.words[1:] {
		s.pairs[[2]string{s.words[i], w}] = true
		s.pairs[[2]string{w}] = true
	}
	return s
}

var wordForm = compile(`\{\{[^{}]*\}\}|[a-z']+|\p{Han}|[,;:，；：、]`)

// wordsOf are the words of a sentence, in Chinese its characters, between two marks of
// its ends. A slot is a word, and so is a pause.
func wordsOf(text, language string) []string {
	text = strings.ToLower(strings.ReplaceAll(text, "’", "'"))
	if language == "zh" {
		text = youZH.Replace(text)
	}
	words := []string{"^"}
	for _, w := range wordForm.FindAllString(text, -1) {
		if strings.ContainsAny(w, ";:，；：、") {
			w = ","
		}
		words = append(words, w)
	}
	return append(words, "$")
}

// nearness is the share of their words and pairs of words that a sentence has in common
// with another and some others together, after Dice: 1 is all.
func nearness(of, other said, others map[[2]string]bool) float64 {
	size, common := len(others), 0
	for w := range others {
		if of.pairs[w] {
			common++
		}
	}
	for w := range other.pairs {
		if !others[w] {
			size++
			if of.pairs[w] {
				common++
			}
		}
	}
	return 2 * float64(common) / float64(len(of.pairs)+size)
}

var sentenceForm = compile(`[^\s.!?。！？][^.!?。！？]*[.!?。！？]*`)

// inKnownWords puts the sentences of a draft that are not known in the words of known
// ones, and counts them. It leaves out what is like no known sentence or is said already,
// unless slots would be missing then.
func (f facts) inKnownWords(l letter) (letter, int) { return f.inWordsOf(f.stock, l) }

func (f facts) inWordsOf(stock func(part string) *stock, l letter) (letter, int) {
	n := 0
	for name, text := range map[string]*string{"subject": &l.Subject, "greeting": &l.Greeting, "closing": &l.Closing} {
		if f.kind == weekKind {
			break
		}
		if s, whole := stock(name), sayingOf(*text, f.language); !s.knows(whole) {
			n++
			*text = s.known[0].text // an example
			if best, _ := s.nearest(whole, nil, 0, func(k said) bool { return slices.Equal(k.slots, whole.slots) }); best.text != "" {
				*text = best.text
			}
		}
	}
	s, last := stock("body"), 0
	var sentences []said
	for _, text := range sentenceForm.FindAllString(l.Body, -1) {
		sentences = append(sentences, sayingOf(text, f.language))
	}
	var b strings.Builder
	for i, at := range sentenceForm.FindAllStringIndex(l.Body, -1) {
		if !s.knows(sentences[i]) {
			n++
			text := f.knownFor(s, sentences[i], slices.Concat(sentences[:i], sentences[i+1:]))
			sentences[i] = sayingOf(strings.Join(text, f.say(" ", "")), f.language)
		}
		if sentences[i].text != "" {
			b.WriteString(l.Body[last:at[0]] + sentences[i].text)
		}
		last = at[1]
	}
	l.Body = strings.TrimSpace(b.String())
	return l, n
}

// nearest is the known sentence that, with some others, is nearest to one, and how near;
// none when none that fits is nearer than least.
func (s *stock) nearest(of said, others map[[2]string]bool, least float64, fits func(said) bool) (best said, at float64) {
	at = least
	for _, k := range s.known {
		if fits(k) {
			if n := nearness(of, k, others); n > at {
				best, at = k, n
			}
		}
	}
	return best, at
}

// knownFor says in known sentences what a sentence of a body was to say beside its others:
// together as like it as can be, with its slots, each once.
func (f facts) knownFor(s *stock, of said, others []said) (out []string) {
	missing, whole, most := of.slots, map[[2]string]bool{}, 0.0
	if len(missing) == 0 {
		most = likely - gain
	}
	for {
		best, at := s.nearest(of, whole, most+gain, func(k said) bool { return within(k.slots, missing) && !f.untimely(k.text) })
		if best.text == "" || saidBy(others, best) || share(best.pairs, whole) > again {
			break
		}
		out, most = append(out, best.text), at
		missing = slices.DeleteFunc(slices.Clone(missing), func(slot string) bool { return slices.Contains(best.slots, slot) })
		for w := range best.pairs {
			whole[w] = true
		}
	}
	for _, o := range others {
		missing = slices.DeleteFunc(slices.Clone(missing), func(slot string) bool { return slices.Contains(o.slots, slot) })
	}
	if len(missing) > 0 {
		out = append(out, f.instead(part{"body", "{{" + strings.Join(missing, "}} {{") + "}}"})...)
	}
	return out
}

// share is how many of some words stand among others.
func share(some, others map[[2]string]bool) float64 {
	n := 0
	for w := range some {
		if others[w] {
			n++
		}
	}
	return float64(n) / float64(len(some))
}

// saidBy reports whether one of some sentences says the same with the same slots.
func saidBy(some []said, s said) bool {
	return slices.ContainsFunc(some, func(o said) bool { return within(s.slots, o.slots) && nearness(o, s, nil) > same })
}

// within reports whether others hold all of some slots.
func within(some, others []string) bool {
	return !slices.ContainsFunc(some, func(slot string) bool { return !slices.Contains(others, slot) })
}
