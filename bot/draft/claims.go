package draft

import (
	"slices"
	"strings"

	"quartermaster/core/plan"
)

// Words that every letter has can still say what nobody gave: that the supplier agreed,
// that the goods have come, that we take on the cost. A claim is such a turn of phrase.
// A fact counts where it is stated or reported, and not where a question or a condition
// leaves it open; what binds us counts everywhere.

// claim is a turn of phrase and the kinds it is the matter of.
type claim struct {
	says *pattern
	but  *pattern // what makes it harmless in the same sentence; nil: nothing does
	fine []plan.LetterKind
	why  string
}

const (
	invented  = "%q is a fact that nobody gave"
	binding   = "%q binds us, gives something up or agrees"
	offMatter = "%q is nothing of this letter's matter"
)

// turn makes a claim of expressions.
func turn(why, words, but string, fine ...plan.LetterKind) claim {
	c := claim{says: compile(words), fine: fine, why: why}
	if but != "" {
		c.but = compile(but)
	}
	return c
}

// either is the one expression or another.
func either(expressions ...string) string { return strings.Join(expressions, "|") }

// claims are by language. Each is needed for sentences of testdata/heldout/wrong*.txt.
var claims = map[string][]claim{"en": claimsEN, "zh": claimsZH}

// claimed returns why a clause says what nobody gave, or nothing. before are the clauses
// before it: "we are glad | that the goods are late" is cut where the claim is.
func (f facts) claimed(c clause, before []clause) (word, why string) {
	text := c.text
	if n := len(before); n > 0 && before[n-1].sentence == c.sentence && strings.HasPrefix(text, "that ") {
		text = before[n-1].text + " " + text
	}
	for _, k := range claims[f.language] {
		if slices.Contains(k.fine, f.kind) || k.why == invented && c.open() {
			continue
		}
		if m := k.says.FindString(text); m != "" && (k.but == nil || !k.but.MatchString(c.sentence)) {
			return m, k.why
		}
	}
	return "", ""
}
