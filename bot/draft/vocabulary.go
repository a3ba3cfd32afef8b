package draft

import (
	_ "embed" // the lists of words
	"fmt"
	"strings"
	"unicode"

	"quartermaster/core/plan"
)

// Vocabulary is the strongest of the rules. What a model makes up (a strike, a colleague
// in Rotterdam, a rival's offer, a fee) needs words that a letter of its kind does
// without. So the prose may hold only words of words/en.txt and words/zh.txt, and
// numbers, days, units, currencies, names, codes, other languages and matters of money
// and law need no rules of their own.

//go:embed words/en.txt
var wordsEN string

//go:embed words/zh.txt
var wordsZH string

// vocabularies are the words by language and by kind or part of a letter.
var vocabularies = map[string]map[plan.LetterKind]map[string]bool{
	"en": parts(wordsEN, stem), "zh": parts(wordsZH, func(w string) string { return w }),
}

// parts reads a list: names in brackets, below them their words.
func parts(list string, form func(string) string) map[plan.LetterKind]map[string]bool {
	out := map[plan.LetterKind]map[string]bool{}
	var names []string
	for line := range strings.SplitSeq(list, "\n") {
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			names = strings.Fields(strings.Trim(line, "[]"))
		default:
			for w := range strings.FieldsSeq(line) {
				for _, name := range names {
					k := plan.LetterKind(name)
					if out[k] == nil {
						out[k] = map[string]bool{}
					}
					out[k][form(w)] = true
				}
			}
		}
	}
	return out
}

// abbreviation are what trade writes in capital letters and is no code.
var abbreviation = map[string]bool{"CSV": true, "MOQ": true, "RFQ": true, "PO": true, "ETA": true, "ASAP": true, "OK": true}

// qualities are words that say how something is done or meant, by their form, and those of
// this form that do not.
var (
	qualities   = compile(`^[a-z]{3,}(?:ly|ness|ful)$`)
	noQualities = set(`daily weekly monthly yearly quarterly hourly nightly annually bimonthly fortnightly family italy july supply resupply assembly costly illness sickness deadly unlawful handful spoonful armful thirdly firstly secondly doubly triply singly`)
)

// knows reports whether a part of a letter of this kind may use the word.
func (f facts) knows(part, word string) bool {
	v := vocabularies[f.language]
	if f.kind == weekKind { // a report does without the courtesies of a letter
		return v[weekKind][word]
	}
	return v["common"][word] || v[f.kind][word] || v[plan.LetterKind(part)][word]
}

// unknown returns the words of a part that a letter of this kind does not need.
func (f facts) unknown(part, prose string) (faults []string) {
	var strange []string
	if f.language == "zh" {
		for _, run := range strings.FieldsFunc(squeeze(prose, "zh"), func(r rune) bool { return r == '某' || !unicode.Is(unicode.Han, r) }) {
			strange = append(strange, f.uncovered(part, run)...)
		}
		for _, w := range strings.FieldsFunc(prose, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) }) {
			if l := strings.ToLower(w); !abbreviation[w] && l != "e" && l != "mail" && l != "email" {
				strange = append(strange, w)
			}
		}
	} else {
		lower := strings.ToLower(strings.ReplaceAll(prose, "’", "'"))
		for _, w := range strings.FieldsFunc(lower, func(r rune) bool { return r != '\'' && !unicode.IsLetter(r) }) {
			if w = strings.Trim(short(w), "'"); w != "" && w != "xx" && !f.knows(part, stem(w)) && (f.kind == weekKind || !qualities.MatchString(w) || noQualities[w]) {
				strange = append(strange, w)
			}
		}
	}
	for _, w := range strange {
		faults = append(faults, fmt.Sprintf("%q is a word that such a letter does not need", w))
	}
	return faults
}

// short takes off the end of a shortened word: we'll, hasn't, order's.
func short(w string) string {
	for _, end := range []string{"n't", "'ll", "'re", "'ve", "'d", "'m", "'s"} {
		if whole, ok := strings.CutSuffix(w, end); ok {
			return whole
		}
	}
	return w
}

// longestWord is that of words/zh.txt, in characters.
const longestWord = 6

// uncovered returns what words of the vocabulary do not make up, when a run of
// Chinese characters is cut into as many of them as possible.
func (f facts) uncovered(part, run string) (strange []string) {
	r := []rune(run)
	// left is the least number of characters before i that no word covers.
	left, from := make([]int, len(r)+1), make([]int, len(r)+1)
	for i := 1; i <= len(r); i++ {
		left[i], from[i] = left[i-1]+1, -1
		for j := max(0, i-longestWord); j < i; j++ {
			if left[j] < left[i] && f.knows(part, string(r[j:i])) {
				left[i], from[i] = left[j], j
			}
		}
	}
	for i := len(r); i > 0; {
		if from[i] >= 0 {
			i = from[i]
			continue
		}
		end := i
		for i > 0 && from[i] < 0 {
			i--
		}
		strange = append(strange, string(r[i:end]))
	}
	return strange
}

// stem makes one form of the inflections of an English word. It need not be a word, only
// the same for all: ship, ships, shipped and shipping are "ship".
func stem(w string) string {
	y := func() {
		if rest, ok := strings.CutSuffix(w, "y"); ok && len(rest) >= 3 {
			w = rest + "i"
		}
	}
	y()
	if !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "eed") && !strings.HasSuffix(w, "pli") {
		for _, end := range []string{"ing", "ed", "es", "s", "li"} {
			if rest, ok := strings.CutSuffix(w, end); ok && len(rest) >= 3 {
				w = rest
				break
			}
		}
	}
	y()
	if len(w) > 3 {
		w = strings.TrimSuffix(w, "e")
	}
	if n := len(w); n > 3 && w[n-1] == w[n-2] {
		w = w[:n-1]
	}
	return w
}
