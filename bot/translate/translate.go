// Package translate puts the sentences that the program writes in English into
// another language, for people who read that.
//
// Reasons are written where they are found: core says "waiting for sea loses GBP
// 90.00" beside the sum it made, and the log, the audit and the command line keep it
// so. A card in another language needs the same sentence with the same numbers. The
// English sentence is the key to it, as in gettext: zh.txt holds pairs of patterns,
//
//	waiting for {s1} loses {m1}
//	= 等待{s1}将损失 {m1}
//
// and Text finds the patterns of which a text is made. That works on what is stored
// too, and a sentence without a pattern stays English rather than disappear.
//
// Slots: {n} a number, kept as it is; {d} a day, 2026-11-25 becoming 2026年11月25日;
// {m} an amount of money, kept; {x} a name or code, kept; {s} text, itself put into
// the language. A digit tells several apart, and the translation has the same ones in
// its own order.
//
// Guarantees: numbers, amounts, codes and days go through unchanged in value (a test
// holds every pattern to it); Text is a pure function that ends soon for any input;
// English, and a language it does not know, come back as they are but for days, which
// are written as on cards.
package translate

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed zh.txt
var zh string

// chinese is the catalogue of zh.txt, read once. TestCatalogue holds it well formed.
var chinese = sync.OnceValue(func() *catalogue {
	c, err := parse(zh)
	if err != nil {
		panic(err)
	}
	return c
})

// day is a day as core writes it, not part of a longer code.
var day = regexp.MustCompile(`(^|[^\w-])(\d{4}-\d{2}-\d{2})($|[^\w-])`)

// Text returns what english says in language ("en" or "zh").
func Text(language, english string) string {
	if english == "" {
		return ""
	}
	if language == "zh" {
		return chinese().text(english)
	}
	return day.ReplaceAllStringFunc(english, func(s string) string {
		m := day.FindStringSubmatch(s)
		t, err := time.Parse(time.DateOnly, m[2])
		if err != nil {
			return s
		}
		return m[1] + t.Format("2 Jan 2006") + m[3]
	})
}

// catalogue holds the patterns of one language.
type catalogue struct {
	exact  map[string]string   // patterns without a slot
	starts map[byte][]*pattern // the others by the letter they begin with,
	open   []*pattern          // and those that begin with a slot; most words first
	mu     sync.Mutex
	known  map[string]string // translations made before
}

// pattern is a sentence with slots: literal, slot, literal, slot, ... literal.
type pattern struct {
	literals []string
	slots    []slot
	to       string
}

// slot is a place in a pattern: its kind (n, d, m, x or s) and its name with the kind.
type slot struct {
	kind byte
	name string
}

var slotForm = regexp.MustCompile(`\{([ndmxs])\d?\}`)

// parse reads a catalogue: a line of English, a line "= " with its translation; blank
// lines and lines that begin with # are for people. Errors name the line.
func parse(text string) (*catalogue, error) {
	c := &catalogue{exact: map[string]string{}, starts: map[byte][]*pattern{}, known: map[string]string{}}
	from, seen := "", map[string]bool{}
	for i, line := range strings.Split(text, "\n") {
		to, is := strings.CutPrefix(line, "= ")
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case !is && from == "":
			from = line
		case !is:
			return nil, fmt.Errorf("line %d: %q has no translation before it", i+1, from)
		case from == "":
			return nil, fmt.Errorf("line %d: a translation of nothing", i+1)
		default:
			if seen[from] {
				return nil, fmt.Errorf("line %d: %q stands here for the second time", i+1, from)
			}
			seen[from] = true
			if err := c.add(from, to); err != nil {
				return nil, fmt.Errorf("line %d: %w", i+1, err)
			}
			from = ""
		}
	}
	if from != "" {
		return nil, fmt.Errorf("the last line %q has no translation", from)
	}
	for _, list := range c.starts {
		slices.SortStableFunc(list, longer)
	}
	slices.SortStableFunc(c.open, longer)
	return c, nil
}

func (c *catalogue) add(from, to string) error {
	p := &pattern{to: to}
	at := 0
	for _, m := range slotForm.FindAllStringSubmatchIndex(from, -1) {
		p.literals = append(p.literals, from[at:m[0]])
		p.slots = append(p.slots, slot{from[m[2]], from[m[0]:m[1]]})
		at = m[1]
	}
	p.literals = append(p.literals, from[at:])
	var want []string
	for _, s := range p.slots {
		want = append(want, s.name)
	}
	got := slotForm.FindAllString(to, -1)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) || len(slices.Compact(want)) != len(p.slots) {
		return fmt.Errorf("slots of %q and %q differ, or one stands twice", from, to)
	}
	if len(p.slots) == 0 {
		c.exact[from] = to
		return nil
	}
	if l := p.literals[0]; l != "" {
		c.starts[l[0]] = append(c.starts[l[0]], p)
	} else {
		c.open = append(c.open, p)
	}
	return nil
}

// longer orders patterns by how many letters of theirs are fixed, most first.
func longer(a, b *pattern) int {
	return len(strings.Join(b.literals, "")) - len(strings.Join(a.literals, ""))
}

// keep is how many translations are remembered; cards repeat themselves.
const keep = 4096

// line translates one line. One that is too long to be looked at as a whole is
// translated sentence by sentence.
func (c *catalogue) line(english string) string {
	s := &search{c: c, memo: map[string]found{}, steps: maxSteps}
	f := s.best(english, 0)
	number, text := "", english // of a list
	if m := itemForm.FindStringSubmatch(english); m != nil {
		number, text = m[1], m[2]
	}
	first, rest, more := strings.Cut(text, ". ")
	if s.steps > 0 || !f.left || !more {
		return f.text
	}
	var out strings.Builder
	out.WriteString(number)
	for ; more; first, rest, more = strings.Cut(rest, ". ") {
		out.WriteString(c.line(first + "."))
	}
	return out.String() + c.line(first)
}

// text translates line by line.
func (c *catalogue) text(english string) string {
	c.mu.Lock()
	out, ok := c.known[english]
	c.mu.Unlock()
	if ok {
		return out
	}
	lines := strings.Split(english, "\n")
	for i, line := range lines {
		lines[i] = c.line(line)
	}
	out = strings.Join(lines, "\n")
	c.mu.Lock()
	if len(c.known) >= keep {
		clear(c.known)
	}
	c.known[english] = out
	c.mu.Unlock()
	return out
}
