package draft

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// pattern is a regular expression that looks first whether the text holds any of the
// words it needs. Most rules are about words that a letter does not have, and looking
// for those is many times cheaper than running the expression.
type pattern struct {
	*regexp.Regexp
	need  []string // every match holds at least one; none: nothing is known
	pairs []pairs  // of need
}

// compile is for expressions of this package: it panics when one is wrong.
func compile(expr string) *pattern {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		panic(err)
	}
	var need []string
	for _, w := range needs(tree) { // one that holds another asks for nothing new
		if !slices.ContainsFunc(need, func(n string) bool { return strings.Contains(w, n) }) {
			need = append(slices.DeleteFunc(need, func(n string) bool { return strings.Contains(n, w) }), w)
		}
	}
	p := &pattern{Regexp: regexp.MustCompile(expr), need: need}
	for _, w := range need {
		p.pairs = append(p.pairs, pairsOf(w))
	}
	return p
}

// needs returns literals of which every match of the expression holds at least one;
// none when there is no such set.
func needs(e *syntax.Regexp) []string {
	var best []string
	better := func(some []string) {
		if len(some) > 0 && (best == nil || shortest(some) > shortest(best)) && shortest(some) > 0 {
			best = some
		}
	}
	begins, _ := starting(e)
	better(begins)
	switch e.Op {
	case syntax.OpCapture, syntax.OpPlus:
		better(needs(e.Sub[0]))
	case syntax.OpRepeat:
		if e.Min > 0 {
			better(needs(e.Sub[0]))
		}
	case syntax.OpAlternate:
		var all []string
		for _, sub := range e.Sub {
			some := needs(sub)
			if some == nil {
				return best
			}
			all = append(all, some...)
		}
		better(all)
	case syntax.OpConcat:
		for i := range e.Sub {
			begins, _ := starting(&syntax.Regexp{Op: syntax.OpConcat, Sub: e.Sub[i:]})
			better(begins)
			better(needs(e.Sub[i]))
		}
	}
	return best
}

// most bounds the literals of one part of an expression.
const most = 80

// starting returns literals of which every match begins with one, and whether they are
// whole matches.
func starting(e *syntax.Regexp) (words []string, whole bool) {
	switch e.Op {
	case syntax.OpLiteral:
		if e.Flags&syntax.FoldCase == 0 {
			return []string{string(e.Rune)}, true
		}
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return []string{""}, true
	case syntax.OpCharClass:
		if e.Rune[0] < ' ' { // white space: the word before it says enough
			break
		}
		for i := 0; i < len(e.Rune); i += 2 {
			for r := e.Rune[i]; r <= e.Rune[i+1]; r++ {
				if words = append(words, string(r)); len(words) > most {
					return []string{""}, false
				}
			}
		}
		return words, true
	case syntax.OpCapture:
		return starting(e.Sub[0])
	case syntax.OpQuest:
		words, whole = starting(e.Sub[0])
		return append([]string{""}, words...), whole
	case syntax.OpPlus:
		words, _ = starting(e.Sub[0])
		return words, false
	case syntax.OpAlternate:
		whole = true
		for _, sub := range e.Sub {
			some, all := starting(sub)
			words, whole = append(words, some...), whole && all
		}
		return words, whole
	case syntax.OpConcat:
		words, whole = []string{""}, true
		for _, sub := range e.Sub {
			some, all := starting(sub)
			if len(words)*len(some) > most {
				return words, false
			}
			var next []string
			for _, w := range words {
				for _, more := range some {
					next = append(next, w+more)
				}
			}
			if words, whole = next, all; !whole {
				return words, false
			}
		}
		return words, whole
	}
	return []string{""}, false
}

func shortest(words []string) int {
	n := len(words[0])
	for _, w := range words {
		n = min(n, len(w))
	}
	return n
}

// hopeless reports that the text cannot match.
func (p *pattern) hopeless(s string) bool {
	if len(p.need) == 0 {
		return false
	}
	has := pairsOf(s)
	for i, w := range p.need {
		if has.all(&p.pairs[i]) && strings.Contains(s, w) {
			return false
		}
	}
	return true
}

// pairs is the set of the pairs of neighbouring bytes of a text, in a thousand places:
// what holds a word holds the pairs of the word.
type pairs [16]uint64

func pairsOf(s string) (p pairs) {
	for i := 1; i < len(s); i++ {
		at := uint(s[i-1])*31 + uint(s[i])
		p[at>>6&15] |= 1 << (at & 63)
	}
	return p
}

// all reports whether the set holds the other.
func (p *pairs) all(other *pairs) bool {
	for i, o := range other {
		if o&^p[i] != 0 {
			return false
		}
	}
	return true
}

// MatchString reports whether the text holds a match. It and the methods below
// are those of package regexp, after a look whether there can be one at all.
func (p *pattern) MatchString(s string) bool { return !p.hopeless(s) && p.Regexp.MatchString(s) }

// FindString returns the first match.
func (p *pattern) FindString(s string) string {
	if p.hopeless(s) {
		return ""
	}
	return p.Regexp.FindString(s)
}

// FindStringIndex returns where the first match is.
func (p *pattern) FindStringIndex(s string) []int {
	if p.hopeless(s) {
		return nil
	}
	return p.Regexp.FindStringIndex(s)
}

// FindAllStringIndex returns where the matches are.
func (p *pattern) FindAllStringIndex(s string, n int) [][]int {
	if p.hopeless(s) {
		return nil
	}
	return p.Regexp.FindAllStringIndex(s, n)
}

// FindAllString returns the matches.
func (p *pattern) FindAllString(s string, n int) []string {
	if p.hopeless(s) {
		return nil
	}
	return p.Regexp.FindAllString(s, n)
}

// ReplaceAllString puts text in the place of the matches.
func (p *pattern) ReplaceAllString(s, text string) string {
	if p.hopeless(s) {
		return s
	}
	return p.Regexp.ReplaceAllString(s, text)
}
