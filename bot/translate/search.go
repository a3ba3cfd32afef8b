package translate

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// search finds the patterns of which one line is made. Of several ways it takes the
// one that leaves least in English.
type search struct {
	c     *catalogue
	memo  map[string]found
	steps int
}

// found is a translation, what it cost (see the cost constants), and whether words of
// it stayed English.
type found struct {
	text string
	cost int
	left bool
}

// Costs, per word: one that stays English although it is text, and one that a pattern
// takes for a name. A part that is matched word by word costs nothing.
const (
	costLeft = 10
	costName = 3
	never    = 1 << 20
)

const (
	maxSteps = 20000 // attempts at a pattern in one line
	maxDepth = 8     // of text within text
	maxLine  = 3000  // bytes; what is longer is left as it is
)

// The § in these forms stands for a verb of a format string, where a test holds the
// sources against the catalogue.
var (
	numberForm = regexp.MustCompile(`^(?:[-−+±]?\d[\d,]*(?:\.\d+)?(?:e[+-]\d+)?(?: ?%)?|\([-−]\d[\d,]*\)|§)$`)
	dayForm    = regexp.MustCompile(`^(?:(?:\d{4}-\d{2}-\d{2}|\d{1,2} [A-Z][a-z]{2,8} \d{4})(?:[ T]\d{2}:\d{2}(?::\d{2})?(?:Z| [A-Z]{1,5}| [+-]\d{2,4})?)?|\d{2}:\d{2} on \d{1,2} [A-Z][a-z]{2,8} \d{4}|§)$`)
	moneyForm  = regexp.MustCompile(`^(?:[A-Z]{3} [-−]?\d[\d,]*(?:\.\d+)?|§)$`)
	wordless   = regexp.MustCompile(`^[^\pL]*[^\pL.]$|^[.\s]*$`)
	labelForm  = regexp.MustCompile(`^(\d[\w-]*): (.+)$`)
	itemForm   = regexp.MustCompile(`^(\d+\. |– )(.+)$`)
)

// ends part a text into sentences and phrases, with what they become.
var ends = []struct{ from, to string }{{". ", "。"}, {"; ", "；"}, {": ", "："}, {", ", "，"}, {" and ", "和"}}

// best returns the translation of s that leaves least in English.
func (s *search) best(text string, depth int) found {
	if f, ok := s.memo[text]; ok {
		return f
	}
	f := s.find(text, depth)
	s.memo[text] = f
	return f
}

func (s *search) find(text string, depth int) found {
	if wordless.MatchString(text) {
		return found{text: days(text)}
	}
	if dayForm.MatchString(text) || moneyForm.MatchString(text) {
		return found{text: days(text)}
	}
	if to, ok := s.exact(text); ok {
		return found{text: to}
	}
	if m := itemForm.FindStringSubmatch(text); m != nil {
		f := s.best(m[2], depth)
		return found{m[1] + f.text, f.cost, f.left}
	}
	out := found{days(text), max(1, costLeft*words(text)), words(text) > 0}
	if depth == maxDepth || len(text) > maxLine {
		return out
	}
	better := func(f found) {
		if f.cost < out.cost {
			out = f
		}
	}
	if m := labelForm.FindStringSubmatch(text); m != nil { // first: a code is about all behind it
		f := s.best(m[2], depth+1)
		better(found{days(m[1]) + "：" + f.text, f.cost + 1, f.left})
	}
	if rest, ok := strings.CutSuffix(text, "."); ok { // first: a name at the end must not take the stop
		if f := s.best(rest, depth+1); f.text != days(rest) {
			better(found{f.text + "。", f.cost, f.left})
		}
	}
	low := lower(text)
	for _, try := range []struct {
		patterns []*pattern
		text     string
	}{{s.c.starts[text[0]], text}, {s.c.starts[low[0]], low}, {s.c.open, text}} {
		for _, p := range try.patterns {
			if out.cost == 0 || s.steps <= 0 {
				return out
			}
			if p.fits(try.text) {
				better(s.match(p, try.text, depth))
			}
		}
		if low == text {
			low = "." // nothing begins so
		}
	}
	for _, end := range ends {
		for at := 0; out.cost > 0 && s.steps > 0; {
			i := strings.Index(text[at:], end.from)
			if i < 0 {
				break
			}
			i += at
			at = i + len(end.from)
			s.steps--
			head := s.best(text[:i], depth+1)
			if head.cost >= out.cost {
				continue
			}
			tail := s.best(text[at:], depth+1)
			if end.from == " and " && (head.left || tail.left) {
				continue
			}
			better(found{head.text + end.to + tail.text, head.cost + tail.cost + 1, head.left || tail.left})
		}
	}
	if i := strings.Index(text, " ("); i > 0 && out.cost > 0 && strings.HasSuffix(text, ")") {
		head, in := s.best(text[:i], depth+1), s.best(text[i+2:len(text)-1], depth+1)
		better(found{head.text + "（" + in.text + "）", head.cost + in.cost + 1, head.left || in.left})
	}
	return out
}

// exact looks up a text without slots, whatever the case of its first letter.
func (s *search) exact(text string) (string, bool) {
	if to, ok := s.c.exact[text]; ok {
		return to, true
	}
	to, ok := s.c.exact[lower(text)]
	return to, ok
}

// lower makes the first letter small, because core begins a sentence with a phrase.
func lower(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(r)) + text[n:]
}

// fits reports whether the words of p are in text at all.
func (p *pattern) fits(text string) bool {
	if !strings.HasPrefix(text, p.literals[0]) || !strings.HasSuffix(text, p.literals[len(p.slots)]) {
		return false
	}
	for _, l := range p.literals[1:] {
		if !strings.Contains(text, l) {
			return false
		}
	}
	return true
}

// match returns the cheapest way in which p makes up text.
func (s *search) match(p *pattern, text string, depth int) found {
	s.steps--
	last := len(p.slots)
	values := make([]string, last)
	best := found{cost: never}
	var walk func(i int, rest string, cost int)
	walk = func(i int, rest string, cost int) {
		if cost >= best.cost || s.steps <= 0 {
			return
		}
		if i == last {
			if rest == "" {
				best = found{fill(p, values), cost, false}
			}
			return
		}
		literal := p.literals[i+1]
		for at := 1; at <= len(rest); at++ {
			var end int
			switch {
			case literal == "" && i == last-1:
				end = len(rest)
			case literal == "":
				return // two slots that touch: no such pattern is made
			default:
				j := strings.Index(rest[min(at, len(rest)):], literal)
				if j < 0 {
					return
				}
				end = at + j
			}
			if i == last-1 && end+len(literal) != len(rest) {
				at = end
				continue
			}
			s.steps--
			if f := s.value(p.slots[i].kind, rest[:end], depth); f.cost < never {
				values[i] = f.text
				walk(i+1, rest[end+len(literal):], cost+f.cost)
			}
			at = end
		}
	}
	walk(0, text[len(p.literals[0]):], 0)
	return best
}

// value is what a slot of a kind makes of a text; cost never says that it is none.
func (s *search) value(kind byte, text string, depth int) found {
	ok := true
	switch kind {
	case 'n':
		ok = numberForm.MatchString(text)
	case 'd':
		ok = dayForm.MatchString(text)
	case 'm':
		ok = moneyForm.MatchString(text)
	case 'x':
		return found{text: days(text), cost: costName * words(text)}
	case 's': // a sentence half in English would be worse than one in English
		f := s.best(text, depth+1)
		ok = !f.left && !strings.HasSuffix(text, ".") // the full stop is the sentence's
		if ok {
			return f
		}
	}
	if !ok {
		return found{cost: never}
	}
	return found{text: days(text)}
}

// fill puts values into the translation of a pattern.
func fill(p *pattern, values []string) string {
	pairs := make([]string, 0, 2*len(values))
	for i, s := range p.slots {
		pairs = append(pairs, s.name, values[i])
	}
	return strings.NewReplacer(pairs...).Replace(p.to)
}

// words counts the words that are not codes, amounts or marks.
func words(text string) (n int) {
	for w := range strings.FieldsSeq(text) {
		if strings.ContainsFunc(w, unicode.IsLetter) {
			n++
		}
	}
	return n
}

// anyDay is a day as core writes it or as English text has it.
var anyDay = regexp.MustCompile(`(^|[^\w-])(\d{4}-\d{2}-\d{2}|\d{1,2} [A-Z][a-z]{2,8} \d{4})($|[^\w-])`)

// clockDay is a time of a day, which Chinese says the other way round.
var clockDay = regexp.MustCompile(`(\d{2}:\d{2}) on (\d{1,2} [A-Z][a-z]{2,8} \d{4}|\d{4}-\d{2}-\d{2})`)

// days writes the days in a text as Chinese does.
func days(text string) string {
	if !strings.ContainsAny(text, "0123456789") {
		return text
	}
	text = clockDay.ReplaceAllString(text, "$2 $1")
	return anyDay.ReplaceAllStringFunc(text, func(s string) string {
		m := anyDay.FindStringSubmatch(s)
		for _, form := range []string{time.DateOnly, "2 Jan 2006", "2 January 2006"} {
			if t, err := time.Parse(form, m[2]); err == nil {
				return m[1] + t.Format("2006年1月2日") + m[3]
			}
		}
		return s
	})
}
