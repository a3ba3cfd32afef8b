package cards

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"quartermaster/bot/translate"
	"quartermaster/core"
)

// safe is text that may be shown to people. A constant is safe by itself;
// text from data becomes safe by clean and the formatters of this file and in
// no other way (a test reads the sources for conversions elsewhere).
type safe string

// nothing stands where a value is missing; Slack refuses empty cells.
const nothing safe = "–"

// clean makes data showable on one line of at most limit runes: invisible,
// control, direction and private characters go, line breaks become spaces,
// stacks of combining marks are cut, and addresses of web pages lose their
// slashes. What is left of an empty text is a dash.
func clean(s string, limit int) safe {
	var b strings.Builder
	space, marks, n := false, 0, 0
	for _, r := range s {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cc, r), unicode.Is(unicode.Z, r):
			space = b.Len() > 0
			continue
		case r == utf8.RuneError, !unicode.IsGraphic(r), unicode.Is(unicode.Variation_Selector, r), blank(r):
			continue
		case unicode.Is(unicode.M, r):
			if marks++; marks > 2 {
				continue
			}
		default:
			marks = 0
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
		if n++; n > 4*limit { // enough to cut from, whatever the source holds
			break
		}
	}
	out := core.Unlink(b.String())
	if out == "" {
		return nothing
	}
	return cut(safe(out), limit)
}

// blank reports letters that draw nothing.
func blank(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u2800', '\u3164', '\uffa0', '\ufffc':
		return true
	}
	return false
}

// cut shortens s to limit runes, the last one an ellipsis when it was longer.
func cut(s safe, limit int) safe {
	if utf8.RuneCountInString(string(s)) <= limit {
		return s
	}
	r := []rune(string(s))
	return safe(strings.TrimRight(string(r[:limit-1]), " ")) + "…"
}

// say fills the slots (%s) of a sentence.
func say(format safe, args ...safe) safe {
	vals := make([]any, len(args))
	for i, a := range args {
		vals[i] = a
	}
	return safe(fmt.Sprintf(string(format), vals...))
}

// phrase is a sentence without its full stop.
func phrase(s safe) safe { return safe(strings.TrimRight(string(s), ".。")) }

// join puts parts into one text, leaving out empty ones.
func join(sep safe, parts ...safe) safe {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, string(p))
		}
	}
	return safe(strings.Join(kept, string(sep)))
}

// fallback makes s literal as the text beside the blocks: Slack's three control
// characters become entities and no name is called. Formatting is left alone,
// because notifications show it as typed and codes must be found by searching.
func fallback(s safe, limit int) string {
	return escaped(s, limit, func(r, _, _ rune) string {
		if r == '@' {
			return "＠"
		}
		return string(r)
	})
}

// escape makes s literal in mrkdwn: beside what fallback does, the characters of
// formatting, emoji and bare domain names become look-alikes, because Slack has
// no way to escape them.
func escape(s safe, limit int) string {
	return escaped(s, limit, func(r, prev, next rune) string {
		word := unicode.IsLetter(next)
		switch {
		case r == '@':
			return "＠"
		case r == '*':
			return "∗"
		case r == '_':
			return "＿"
		case r == '~':
			return "∼"
		case r == '`':
			return "ˋ"
		case r == '#' && word:
			return "＃"
		case r == '.' && word && !unicode.IsSpace(prev):
			return "․"
		case r == ':' && (word || next == '+' || next == '-'):
			return "∶"
		}
		return string(r)
	})
}

// escaped replaces every rune of s with what fits in limit runes, counted after
// replacing as Slack does.
func escaped(s safe, limit int, replace func(r, prev, next rune) string) string {
	var b strings.Builder
	n, prev := 0, ' '
	runes := append([]rune(string(s)), ' ')
	for i, r := range runes[:len(runes)-1] {
		var piece string
		switch r {
		case '&':
			piece = "&amp;"
		case '<':
			piece = "&lt;"
		case '>':
			piece = "&gt;"
		default:
			piece = replace(r, prev, runes[i+1])
		}
		if n += utf8.RuneCountInString(piece); n > limit {
			break
		}
		b.WriteString(piece)
		prev = r
	}
	return b.String()
}

// qty returns a count with thousands grouped: "1,204".
func qty(n int64) safe {
	s, sign := strconv.FormatInt(n, 10), ""
	if s[0] == '-' {
		s, sign = s[1:], "-"
	}
	return safe(sign + group(s))
}

// num returns a number with the given decimals and thousands grouped. What is
// no number is a dash.
func num(f float64, decimals int) safe {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nothing
	}
	if math.Abs(f) >= 1e15 {
		return safe(strconv.FormatFloat(f, 'g', 4, 64))
	}
	s, sign := strconv.FormatFloat(math.Abs(f), 'f', decimals, 64), ""
	whole, frac, has := strings.Cut(s, ".")
	if f < 0 && strings.Trim(s, "0.") != "" {
		sign = "-"
	}
	if has {
		frac = "." + frac
	}
	return safe(sign + group(whole) + frac)
}

func group(digits string) string {
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

// money returns an amount such as "EUR 1,920.00"; no money is a dash.
func money(m core.Money) safe {
	if m == (core.Money{}) {
		return nothing
	}
	return clean(m.String(), 40)
}

// date returns a day such as "25 Nov 2026" or "2026年11月25日".
func (b *builder) date(d core.Day) safe { return safe(d.Time(time.UTC).Format(b.w.dateForm)) }

// instant returns a point in time on the shop's clock, "25 Nov 2026 20:57 GMT".
func (b *builder) instant(t time.Time) safe {
	if t.IsZero() {
		return nothing
	}
	return clean(t.In(b.zone()).Format(b.w.dateForm+" 15:04 MST"), 40)
}

// zone is the shop's.
func (b *builder) zone() *time.Location {
	if b.shop.Zone == nil {
		return time.UTC
	}
	return b.shop.Zone
}

// told is clean for what another part of the program says in English: it is put into
// the language of the builder.
func (b *builder) told(s string, limit int) safe {
	return clean(translate.Text(b.w.language, s), limit)
}

// toldLines is told for a text of several lines, at most 40 of them.
func (b *builder) toldLines(s string, limit int) safe {
	return cleanLines(translate.Text(b.w.language, s), limit)
}

// cleanLines is clean for a text of several lines, at most 40 of them; an ellipsis
// stands for the others.
func cleanLines(s string, limit int) safe {
	var out []safe
	for line := range strings.SplitSeq(s, "\n") {
		l := clean(line, limit)
		if l == nothing {
			continue
		}
		if len(out) == 40 {
			out = append(out, "…")
			break
		}
		out = append(out, l)
	}
	if len(out) == 0 {
		return nothing
	}
	return cut(join("\n", out...), limit)
}

// bars draws up to sixteen values as a line of blocks, lowest to highest.
func bars(values []float64) safe {
	if len(values) > 16 {
		values = values[len(values)-16:]
	}
	top := 0.0
	for _, v := range values {
		top = max(top, v)
	}
	marks := []rune("▁▂▃▄▅▆▇█")
	out := make([]rune, 0, len(values))
	for _, v := range values {
		i := 0
		if top > 0 {
			i = min(int(v/top*float64(len(marks)-1)+0.5), len(marks)-1)
		}
		out = append(out, marks[max(i, 0)])
	}
	return safe(out)
}
