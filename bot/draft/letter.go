package draft

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"
	"unicode"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/prompts"
)

// letter is the prose of a letter, with slots from the model, without when
// filled.
type letter struct {
	Subject  string `json:"subject"`
	Greeting string `json:"greeting"`
	Body     string `json:"body"`
	Closing  string `json:"closing"`
}

// part is one of the four parts with its name.
type part struct{ name, text string }

func (l letter) parts() []part {
	return []part{{"subject", l.Subject}, {"greeting", l.Greeting}, {"body", l.Body}, {"closing", l.Closing}}
}

var slotForm = compile(`\{\{([^{}]*)\}\}`)

// fill replaces the slots in one pass: a value that looks like a slot stays text.
func (l letter) fill(values map[string]string) letter {
	put := func(s string) string {
		return slotForm.ReplaceAllStringFunc(s, func(m string) string { return values[m[2:len(m)-2]] })
	}
	return letter{put(l.Subject), put(l.Greeting), put(l.Body), put(l.Closing)}
}

// facts is everything a letter may say, as text in the supplier's language.
type facts struct {
	kind     plan.LetterKind
	language string            // "en" or "zh"
	plain    bool              // tone
	daily    bool              // of weekKind: the digest of a day
	slots    map[string]string // by slot name
	table    []map[string]string
	freight  bool     // some line has freight
	codes    []string // codes and names of the goods, which prose must not hold
	modes    []core.Mode
	places   int
}

func newFacts(l plan.Letter) (facts, error) {
	if l.RFQ != nil {
		return newRFQ(l)
	}
	o := l.Order
	switch {
	case len(o.Lines) == 0:
		return facts{}, errors.New("the order has no lines")
	case plain(o.Number) == "" || plain(o.Shop) == "":
		return facts{}, errors.New("the order has no number or no shop")
	}
	f := aboutWhom(l)
	f.modes = modesOf(o.Lines)
	first, last := o.Lines[0].Arrival, o.Lines[0].Arrival
	places := map[core.LocationID]bool{}
	for i, l := range o.Lines {
		if l.Qty <= 0 {
			return facts{}, fmt.Errorf("line %d orders %d units", i+1, l.Qty)
		}
		first, last = min(first, l.Arrival), max(last, l.Arrival)
		places[l.Location] = true
		f.freight = f.freight || !l.Freight.IsZero()
		f.codes = append(f.codes, string(l.SKU), l.SupplierSKU, l.Name)
		f.table = append(f.table, f.row(i+1, l, o.Locations))
	}
	f.places = len(places)
	arrival := f.date(first)
	if last > first {
		arrival += f.say(" to ", "至") + f.date(last)
	}
	lines := strconv.Itoa(len(o.Lines)) + f.say(" lines", " 项")
	if len(o.Lines) == 1 {
		lines = f.say("1 line", "1 项")
	}
	maps.Copy(f.slots, map[string]string{
		"order_number": plain(o.Number), "order_date": f.date(o.OrderedOn), "lines": lines,
		"total": o.Total.String(), "arrival": arrival, "shop": plain(o.Shop),
	})
	f.add(l)
	return f, nil
}

// aboutWhom begins the facts of a letter with its supplier.
func aboutWhom(l plan.Letter) facts {
	to := l.To()
	f := facts{kind: l.Kind, language: "en", plain: l.Plain}
	if to.Language == "zh" {
		f.language = "zh"
	}
	f.slots = map[string]string{"recipient": cmp.Or(plain(to.Contact), plain(to.Name), plain(string(to.ID)))}
	return f
}

// newRFQ gathers the facts of a request for quotation.
func newRFQ(l plan.Letter) (facts, error) {
	q := l.RFQ
	if q.Ask.Qty <= 0 || plain(q.Name) == "" || plain(q.Shop) == "" {
		return facts{}, errors.New("a request for quotation needs a product, a quantity and a shop")
	}
	f := aboutWhom(l)
	f.places = 1
	f.codes = []string{string(q.Ask.SKU), q.SupplierSKU, q.Name}
	maps.Copy(f.slots, map[string]string{
		"shop": plain(q.Shop), "quantity": f.units(q.Ask.Qty), "today": f.date(l.Today), "currency": plain(string(q.Supplier.Currency)),
		"answer_by": f.say("by ", "") + f.date(q.Ask.AnswerBy) + f.say("", "前"),
	})
	f.table = []map[string]string{{
		"number": "1", "code": cmp.Or(plain(q.SupplierSKU), plain(string(q.Ask.SKU))), "name": plain(q.Name), "quantity": f.units(q.Ask.Qty),
		"need_by": f.date(q.Ask.NeedBy), "place": placeName(q.Ask.Location, []core.Location{q.Place}),
	}}
	return f, nil
}

// row is a line of the order as the table prints it.
func (f facts) row(n int, l plan.Line, places []core.Location) map[string]string {
	freight := ""
	if !l.Freight.IsZero() {
		freight = l.Freight.String()
	}
	return map[string]string{
		"number": strconv.Itoa(n), "code": cmp.Or(plain(l.SupplierSKU), plain(string(l.SKU))), "name": plain(l.Name), "quantity": strconv.FormatInt(l.Qty, 10),
		"price": l.UnitPrice.String(), "freight": freight, "amount": l.Cost.String(), "mode": f.mode(l.Mode),
		"arrival": f.date(l.Arrival), "place": placeName(l.Location, places),
	}
}

func placeName(id core.LocationID, places []core.Location) string {
	for _, p := range places {
		if p.ID == id && plain(p.Name) != "" {
			return plain(p.Name) + " (" + plain(string(id)) + ")"
		}
	}
	return plain(string(id))
}

func (f facts) say(en, zh string) string {
	if f.language == "zh" {
		return zh
	}
	return en
}

func (f facts) date(d core.Day) string {
	return d.Time(time.UTC).Format(f.say("2 January 2006", "2006年1月2日"))
}

func (f facts) mode(m core.Mode) string {
	switch m {
	case core.Sea:
		return f.say("sea freight", "海运")
	case core.Air:
		return f.say("air freight", "空运")
	case core.Rush:
		return f.say("air freight, rush production", "加急生产，空运")
	}
	return plain(string(m))
}

// data is what the templates see.
func (f facts) data() map[string]any {
	data := map[string]any{"table": f.table, "freight": f.freight, "formal": !f.plain}
	for k, v := range f.slots {
		data[k] = v
	}
	return data
}

// template writes the letter without a model.
func (f facts) template() (letter, error) {
	var l letter
	for name, dst := range map[string]*string{"subject": &l.Subject, "greeting": &l.Greeting, "body": &l.Body, "closing": &l.Closing} {
		text, err := f.render(name)
		if err != nil {
			return letter{}, err
		}
		*dst = text
	}
	return l, nil
}

func (f facts) render(name string) (string, error) {
	var b strings.Builder
	if err := prompts.Template(f.name(), f.language).ExecuteTemplate(&b, name, f.data()); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()), nil
}

// maxSubject is the longest subject in characters.
const maxSubject = 120

// assemble puts the filled prose and the table together.
func (f facts) assemble(l letter) (subject, body string, err error) {
	details, err := f.render("details")
	if err != nil {
		return "", "", err
	}
	body = strings.Join([]string{l.Greeting, l.Body, l.Closing, strings.Repeat("-", 60) + "\n" + details}, "\n\n") + "\n"
	return cut(plain(l.Subject), maxSubject), body, nil
}

// maxName is the longest text taken over from data in characters.
const maxName = 120

// plain makes text from data fit for one line of a letter: what line says, and no
// address of a web page that a mail program would make a link of.
func plain(s string) string { return core.Unlink(line(s)) }

// line makes text from data fit for one line of plain text: control, format
// (bidi, zero-width, tags), private and unassigned characters, line breaks and
// variation selectors go, runs of space become one.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) || !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return cut(strings.Join(strings.Fields(s), " "), maxName)
}

// cut shortens s to n characters, the last of which then is an ellipsis.
func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimSpace(string(r[:n-1])) + "…"
}
