// Package cards turns values into Slack messages: pure functions from what the
// shop knows to blocks, a fallback text and metadata. It knows no network, no
// clock and no database.
//
// A card has a fixed anatomy: the whole story in the top-level text, because
// notifications and screen readers show nothing else; a header with the
// severity as a word and an icon; four to six facts; the lines of an order as a
// table; one sentence why; one primary action that names the amount; a footer
// with the age of the data and the run that wrote it. After a decision the
// buttons give way to who and when.
//
// Guarantees:
//
//   - Text from data is escaped by type. Builders take the type safe only, and
//     safe is made from data by clean and the number formatters alone. Names of
//     products and suppliers stand in plain text, raw table cells and literal
//     rich text; no mention, link or control character survives.
//   - What Render and its siblings return is within Slack's limits: text is cut,
//     lists are shortened and say so, buttons whose value cannot be carried are
//     left out. Check tells, and is called again before every send.
//   - Buttons carry the id of a proposal, its version and the digest of what was
//     shown, never an amount. ParseRef, ParseChoice and ParseFinding accept
//     exactly what was written.
//   - In conservative mode there is no Approve button, and the causes are on the
//     card.
package cards

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// EventType marks the metadata of every message of this program; the payload's
// "key" is the key of the effect that posted it.
const EventType = "quartermaster_card"

// Message is a Slack message before it is sent.
type Message struct {
	Text     string              // the whole story, for notifications and screen readers
	Blocks   []slack.Block       // never empty
	Metadata slack.SlackMetadata // zero for answers
}

// Mark returns the metadata by which a message can be found again. A key that is
// long or no text is represented by its hash.
func Mark(key string) slack.SlackMetadata {
	if len(key) > 255 || !utf8.ValidString(key) {
		key = fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(key)))
	}
	return slack.SlackMetadata{EventType: EventType, EventPayload: map[string]any{"key": key}}
}

// Marked reports whether m is the metadata that Mark made for key.
func Marked(m slack.SlackMetadata, key string) bool {
	got, ok := m.EventPayload["key"].(string)
	return ok && m.EventType == EventType && got == Mark(key).EventPayload["key"]
}

// Render draws a card. Should a card ever break a limit all the same, its text
// goes out alone rather than nothing.
func Render(c plan.Card) Message {
	m := render(c)
	if Check(m) != nil {
		b := lay(c.Shop, c.Version)
		b.paragraph(clean(m.Text, maxSection))
		m = b.message(clean(m.Text, maxSection))
	}
	m.Metadata = Mark(c.Key)
	return m
}

func render(c plan.Card) Message {
	b := lay(c.Shop, c.Version)
	b.names = c.Names
	switch {
	case c.Restock != nil:
		return b.restock(c, *c.Restock)
	case c.Risk != nil:
		return b.risk(c, *c.Risk)
	case c.Overview != nil:
		return b.overview(c, *c.Overview)
	case c.Away != nil:
		return b.away(*c.Away)
	case c.Digest != nil:
		return b.digest(c, *c.Digest)
	case c.Week != nil:
		return b.week(c, *c.Week)
	case c.Change != nil:
		return b.change(*c.Change)
	case c.Dead != nil:
		return b.dead(*c.Dead)
	case c.RFQ != nil:
		return b.rfq(c, *c.RFQ)
	case c.Answer != nil:
		return b.answered(*c.Answer)
	case c.Note != nil:
		return Note(c.Shop.Language, c.Note.Text)
	case c.Play != nil:
		return b.jointPlay(c, *c.Play)
	case c.Review != nil:
		return b.review(c, *c.Review)
	case c.Arrival != nil:
		return b.arrival(c, *c.Arrival)
	}
	b.paragraph(clean(c.Key, 200))
	return b.message(clean(c.Key, 200))
}

// message finishes a message with its fallback text.
func (b *builder) message(story safe) Message {
	return Message{Text: fallback(story, maxText), Blocks: b.blocks}
}

// Remark is a line of a thread's log that some people are told of. Its sentence is
// put into the language.
func Remark(language, text string, mention []string) Message {
	b := in(language)
	s := b.toldLines(text, maxSection)
	b.paragraph(s)
	var who []piece
	for _, u := range mention[:min(len(mention), 5)] {
		who = append(who, person(u), piece{text: " "})
	}
	b.line(who...)
	return b.message(s)
}

// Note is a plain message: a line of a thread's log, or the answer to a click. What
// it says in English is put into the language where its sentences are known.
// Line breaks of text are kept, everything else in it is literal.
func Note(language, text string) Message {
	b := in(language)
	s := b.toldLines(text, maxSection)
	b.paragraph(s)
	return b.message(s)
}

// shownCauses is how many causes of conservative mode, or gaps in the data, stand on a
// card; /stock status has all.
const shownCauses = 5

// firstCauses are the reasons why nothing may be raised, so many at most; rest says where
// the others are.
func (b *builder) firstCauses(reasons []string, most int) (shown []safe, rest safe) {
	if n := len(reasons) - most; n > 0 {
		reasons, rest = reasons[:most], say(b.w.inStatus, qty(int64(n)))
	}
	for _, reason := range reasons {
		shown = append(shown, b.told(reason, 300))
	}
	return shown, rest
}

// causes lists why nothing may be raised, in an answer.
func (b *builder) causes(reasons []string, most int) {
	shown, rest := b.firstCauses(reasons, most)
	for _, reason := range shown {
		b.line(bold(b.w.conservative), text(reason))
	}
	if rest != "" {
		b.line(text(rest))
	}
}

// banner says it in one line, on a card.
func (b *builder) banner(c plan.Card) {
	if len(c.Conservative) == 0 {
		return
	}
	var reasons []string
	for _, cause := range c.Conservative {
		reasons = append(reasons, cmp.Or(cause.Reason, cause.Feed))
	}
	shown, rest := b.firstCauses(reasons, shownCauses)
	pieces := []piece{bold(b.w.conservative)}
	for _, reason := range shown {
		pieces = append(pieces, text(reason+b.w.stop))
	}
	if rest != "" {
		pieces = append(pieces, text(" "+rest))
	}
	b.line(append(pieces, text(b.w.noApproval))...)
}

// today returns the day of the data; ok is false when it is not known.
func (b *builder) today(asOf time.Time) (d core.Day, ok bool) {
	zone := b.zone()
	return core.DayOf(asOf, zone), !asOf.IsZero()
}

// when tells a day as a distance from the day of the data, and as a date.
func (b *builder) when(d core.Day, asOf time.Time) safe {
	today, ok := b.today(asOf)
	switch n := int64(d) - int64(today); {
	case !ok:
		return b.date(d)
	case n < 0:
		return say(b.w.past, b.date(d))
	case n == 0:
		return say(b.w.today, b.date(d))
	case n == 1:
		return say(b.w.tomorrow, b.date(d))
	default:
		return say(b.w.inDays, qty(n), b.date(d))
	}
}

// atRisk is an amount at risk; empty when nothing is, so that no card says "0.00".
func atRisk(m core.Money) safe {
	if m.Minor == 0 {
		return ""
	}
	return money(m)
}

// cell is a value in a table, a dash where there is none: Slack takes no empty cell.
func cell(s safe) safe {
	if s == "" {
		return nothing
	}
	return s
}

// shortage is a product that runs short, in a line of a list.
func (b *builder) shortage(it plan.Item) safe {
	line := say(b.w.shortLine, clean(string(it.Location), 40), b.tierOf(it), b.out(it))
	if it.MoneyAtRisk.Minor > 0 {
		line += say(b.w.shortRisk, money(it.MoneyAtRisk))
	}
	return line
}

// due tells a day by which something must be done, and how late it is.
func (b *builder) due(d core.Day, asOf time.Time) safe {
	if d == 0 {
		return "" // nothing runs out
	}
	if !b.late(d, asOf) {
		return b.date(d)
	}
	today, _ := b.today(asOf)
	return say(b.w.overdue, b.date(d), qty(int64(today)-int64(d)))
}

// late reports whether d lies before the day of the data.
func (b *builder) late(d core.Day, asOf time.Time) bool {
	today, ok := b.today(asOf)
	return ok && d < today
}

// product names a product by name and code, the way people look for it.
func product(sku core.SKU, name string) safe {
	if n := clean(name, 60); n != nothing {
		return n + " " + clean(string(sku), 40)
	}
	return clean(string(sku), 40)
}

// age is the common part of every footer.
func (b *builder) age(c plan.Card) []safe {
	out := []safe{say(b.w.dataOf, b.instant(c.AsOf))}
	if c.Run != "" {
		out = append(out, say(b.w.run, clean(c.Run, 40)))
	}
	return out
}
