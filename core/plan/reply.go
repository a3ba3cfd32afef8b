package plan

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"quartermaster/core"
)

// Reply is what a supplier's answer says about an order, as data: typed values
// found in the text and nothing else of it. Whatever else stands there, requests to
// a reader or to a program among it, has no effect.
type Reply struct {
	Days   []core.Day    `json:"days,omitempty"` // ascending, each once
	Qty    map[int]int64 `json:"qty,omitempty"`  // by line index; -1: named with no line
	Prices []ReplyPrice  `json:"prices,omitempty"`
	// Ways are the days of Days that stand alone beside one way by which the order goes.
	Ways   map[core.Mode]core.Day `json:"ways,omitempty"`
	Unsure []string               `json:"unsure,omitempty"` // dates that can be read in two ways, or lack a year
}

// ReplyPrice is an amount that stands beside a line, or beside none (-1).
type ReplyPrice struct {
	Line   int        `json:"line"`
	Amount core.Money `json:"amount"`
}

// maxReply is how much of an answer is read, in bytes.
const maxReply = 1 << 16

var (
	monthForm = `(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?`
	dayForms  = []struct {
		re      *regexp.Regexp
		y, m, d int // groups
	}{
		{regexp.MustCompile(`\b(\d{4})-(\d{1,2})-(\d{1,2})\b`), 1, 2, 3},
		{regexp.MustCompile(`(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]`), 1, 2, 3},
		{regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?` + monthForm + `,?\s+(\d{4})\b`), 3, 2, 1},
		{regexp.MustCompile(`(?i)\b` + monthForm + `\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b`), 3, 1, 2},
	}
	slashForm = regexp.MustCompile(`\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b`)
	shortForm = regexp.MustCompile(`(?i)\b\d{1,2}(?:st|nd|rd|th)?\s+` + monthForm + `\b|\b` + monthForm + `\s+\d{1,2}(?:st|nd|rd|th)?\b|\d{1,2}\s*月\s*\d{1,2}\s*[日号]|\b\d{1,2}/\d{1,2}\b`)
	qtyForm   = regexp.MustCompile(`(?i)(?:^|[^\d.,\-])(\d{1,3}(?:,\d{3})+|\d{1,9})\s*(?:units?\b|pcs\b|pieces?\b|sets?\b|件|个|套|只)`)
	priceForm = regexp.MustCompile(`(?i)\b(CNY|RMB|USD|EUR|GBP)\s*(\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:\.\d{1,2})?)\b|\b(\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:\.\d{1,2})?)\s*(CNY|RMB|USD|EUR|GBP)\b`)
	// partForm is "100 of 240 pcs": of these the first are meant.
	partForm = regexp.MustCompile(`(?i)(\d[\d,]*)\s*(?:units?\s|pcs\s|pieces?\s|sets?\s)?\s*(?:out\s+)?of\s+(?:the\s+)?\d[\d,]*\s*(units?|pcs|pieces?|sets?)\b`)
	// noForm is what makes a clause say what will not be.
	noForm = regexp.MustCompile(`(?i)\b(?:can ?not|can['’]t|could not|couldn['’]t|unable|not able|will not|won['’]t|never|impossible)\b|无法|不能|没法|未能|不会`)
	// moneyWords are signs and words of currencies, as codes.
	moneyWords = strings.NewReplacer("￥", "CNY ", "¥", "CNY ", "£", "GBP ", "€", "EUR ", "美元", " USD ", "欧元", " EUR ", "英镑", " GBP ", "人民币", " CNY ", "元", " CNY ")
	quoteForm  = regexp.MustCompile(`(?i)^\s*(>|-{2,}\s*(original message|forwarded|原始邮件)|on .{5,200} wrote:\s*$|在.{5,200}写道)`)
)

// ReadReply finds days, quantities and prices in an answer about o. Quoted text is
// left out: what stands after the first quotation is our own letter. A line of the
// order is known by its code or the supplier's in the same clause; a clause that
// names several says nothing of any one.
func ReadReply(text string, o Order) Reply {
	r := Reply{Qty: map[int]int64{}}
	text = strings.ToValidUTF8(text[:min(len(text), maxReply)], " ")
	days := map[core.Day]bool{}
	seenQty, clash := map[int]int64{}, map[int]bool{}
	for line := range clauses(text) {
		at, several := -1, false
		line = blank(line, o.Number)
		for i, l := range o.Lines {
			for _, code := range []string{string(l.SKU), l.SupplierSKU} {
				if next := blank(line, code); next != line {
					line, several = next, several || at >= 0 && at != i
					at = i
				}
			}
		}
		if several { // which value belongs to which is not known
			at = -1
		}
		lines := []int{at}
		if at >= 0 {
			lines = meant(line, o, at)
			at = lines[0]
		}
		if noForm.MatchString(line) && strings.ContainsAny(line, "0123456789") {
			r.Unsure = append(r.Unsure, "a sentence with numbers that says no")
			continue
		}
		here := map[core.Day]bool{}
		rest := r.takeDays(line, here)
		maps.Copy(days, here)
		r.byWay(line, o, here)
		line = moneyWords.Replace(partForm.ReplaceAllString(rest, "$1 $2"))
		for _, m := range priceForm.FindAllStringSubmatch(line, -1) {
			cur := strings.ToUpper(m[1] + m[4])
			if cur == "RMB" {
				cur = "CNY"
			}
			if a, err := core.ParseMoney(strings.ReplaceAll(m[2]+m[3], ",", ""), core.Currency(cur)); err == nil {
				for _, i := range lines {
					r.Prices = append(r.Prices, ReplyPrice{i, a})
				}
			}
		}
		line = priceForm.ReplaceAllString(line, " ")
		for _, m := range qtyForm.FindAllStringSubmatch(line, -1) {
			q, err := strconv.ParseInt(strings.ReplaceAll(m[1], ",", ""), 10, 64)
			if err != nil || q > maxUnits {
				continue
			}
			if len(lines) > 1 { // of the product: which way is short is not said
				if q != ordered(o, lines) {
					r.Unsure = append(r.Unsure, fmt.Sprintf("%d units beside %s, which goes by several ways", q, o.Lines[at].SKU))
				}
				continue
			}
			if was, twice := seenQty[at]; twice && was != q {
				clash[at] = true
			}
			seenQty[at] = q
		}
	}
	for at, q := range seenQty {
		if clash[at] {
			r.Unsure = append(r.Unsure, fmt.Sprintf("several quantities %s", lineName(o, at)))
			continue
		}
		r.Qty[at] = q
	}
	for d := range days {
		r.Days = append(r.Days, d)
	}
	slices.Sort(r.Days)
	slices.Sort(r.Unsure)
	r.Unsure = slices.Compact(r.Unsure)
	return r
}

// meant are the lines of the product of line at that a clause is about: those that go by
// the way it names, else all.
func meant(clause string, o Order, at int) []int {
	var all, named []int
	for i, l := range o.Lines {
		if l.SKU != o.Lines[at].SKU {
			continue
		}
		all = append(all, i)
		if re, ok := wayForms[l.Mode]; ok && re.MatchString(clause) {
			named = append(named, i)
		}
	}
	if len(named) > 0 {
		return named
	}
	return all
}

// byWay notes the day of a clause that names one day and one way of the order. A way
// with two days is not clear.
func (r *Reply) byWay(clause string, o Order, days map[core.Day]bool) {
	var named []core.Mode
	for _, l := range o.Lines {
		if re, ok := wayForms[l.Mode]; ok && !slices.Contains(named, l.Mode) && re.MatchString(clause) {
			named = append(named, l.Mode)
		}
	}
	if len(named) != 1 || len(days) != 1 {
		return
	}
	if r.Ways == nil {
		r.Ways = map[core.Mode]core.Day{}
	}
	for d := range days {
		if was, twice := r.Ways[named[0]]; twice && was != d {
			r.Unsure = append(r.Unsure, "several days by "+string(named[0]))
			d = 0
		}
		r.Ways[named[0]] = d
	}
}

// ordered adds up the units of lines.
func ordered(o Order, lines []int) (n int64) {
	for _, i := range lines {
		n += o.Lines[i].Qty
	}
	return n
}

var wayForms = map[core.Mode]*regexp.Regexp{
	core.Air: regexp.MustCompile(`(?i)\bair\b|\bairfreight\b|空运`), core.Sea: regexp.MustCompile(`(?i)\b(?:sea|ocean)\b|海运`), core.Rush: regexp.MustCompile(`(?i)\brush\b|加急`),
}

// clauses cuts an answer at line ends and semicolons, up to the first quotation.
func clauses(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.SplitSeq(text, "\n") {
			if quoteForm.MatchString(line) {
				return
			}
			for _, c := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(";；。", r) }) {
				if !yield(c) {
					return
				}
			}
		}
	}
}

func lineName(o Order, at int) string {
	if at < 0 {
		return "beside no code of the order"
	}
	return "beside " + string(o.Lines[at].SKU)
}

// blank takes a code out of a line, where it stands by itself.
func blank(line, code string) string {
	if code == "" {
		return line
	}
	re, err := regexp.Compile(`(?i)(^|[^\pL\pN])` + regexp.QuoteMeta(code) + `($|[^\pL\pN])`)
	if err != nil {
		return line
	}
	return re.ReplaceAllString(line, "$1 $2")
}

// takeDays takes the dates out of a line.
func (r *Reply) takeDays(line string, days map[core.Day]bool) string {
	for _, f := range dayForms {
		line = f.re.ReplaceAllStringFunc(line, func(s string) string {
			m := f.re.FindStringSubmatch(s)
			r.day(m[f.y], m[f.m], m[f.d], s, days)
			return " "
		})
	}
	line = slashForm.ReplaceAllStringFunc(line, func(s string) string {
		m := slashForm.FindStringSubmatch(s)
		a, _ := strconv.Atoi(m[1])
		b, _ := strconv.Atoi(m[2])
		switch {
		case a > 12:
			r.day(m[3], m[2], m[1], s, days)
		case b > 12:
			r.day(m[3], m[1], m[2], s, days)
		case a == b:
			r.day(m[3], m[1], m[2], s, days)
		default:
			r.Unsure = append(r.Unsure, s+": day or month first?")
		}
		return " "
	})
	return shortForm.ReplaceAllStringFunc(line, func(s string) string {
		r.Unsure = append(r.Unsure, strings.TrimSpace(s)+": of which year?")
		return " "
	})
}

func (r *Reply) day(year, month, day, text string, days map[core.Day]bool) {
	d, ok := calendarDay(year, month, day)
	if !ok {
		r.Unsure = append(r.Unsure, strings.TrimSpace(text)+": no such day")
		return
	}
	days[d] = true
}

// Propose says what a reply would change of the order, in sentences for a person to
// decide on, and the report that would record it (see Event). It changes nothing.
func (r Reply) Propose(o Order, today core.Day) (sentences []string, event *OrderEvent) {
	say := func(format string, args ...any) { sentences = append(sentences, fmt.Sprintf(format, args...)) }
	coming := r.Coming(today)
	due, open := o.Due()
	for _, a := range r.ByWay(o, today) {
		if a.Day == a.Due {
			say("By %s: %s, as expected.", a.Mode, a.Due)
		} else {
			say("By %s: arrival %s in place of %s (%+d days).", a.Mode, a.Day, a.Due, int(a.Day-a.Due))
		}
	}
	switch {
	case !open && len(coming) > 0:
		say("Nothing of the order is outstanding; the day named changes nothing.")
	case len(sentences) > 0:
	case len(coming) == 1 && len(o.OpenWays()) > 1:
		say("Arrival %s is named, but not by which way; the order goes by several.", coming[0])
	case len(coming) == 1 && coming[0] == due:
		say("The day named is the arrival expected: %s.", due)
	case len(coming) == 1:
		say("Arrival %s in place of %s (%+d days).", coming[0], due, int(coming[0]-due))
	case len(coming) > 1:
		say("Several days are named (%s to %s): a person has to say which is the arrival.", coming[0], coming[len(coming)-1])
	}
	for i, l := range o.Lines {
		if q, ok := r.Qty[i]; ok && q != l.Qty {
			say("%s: %d units in the reply, %d on the order.", l.SKU, q, l.Qty)
		} else if ok {
			say("%s: %d units, as ordered.", l.SKU, q)
		}
	}
	if q, ok := r.Qty[-1]; ok {
		say("%d units are named beside no code of the order.", q)
	}
	prices := slices.Clone(r.Prices)
	slices.SortStableFunc(prices, func(a, b ReplyPrice) int { return cmp.Compare(a.Line, b.Line) })
	for _, p := range prices {
		switch {
		case p.Line < 0:
			say("An amount of %s is named beside no code of the order.", p.Amount)
		case p.Amount != o.Lines[p.Line].UnitPrice:
			say("%s: %s in the reply, the unit price on the order is %s.", o.Lines[p.Line].SKU, p.Amount, o.Lines[p.Line].UnitPrice)
		}
	}
	for _, u := range r.Unsure {
		say("Not clear: %s", u)
	}
	event = r.Event(o, today)
	return sentences, event
}
