package cards

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/slack-go/slack"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// Limits of Block Kit, in characters unless said otherwise. Check enforces
// them; the builders of this file cut to them.
const (
	maxBlocks      = 50
	maxViewBlocks  = 100
	maxText        = 4000 // Slack cuts at 40,000 and advises 4,000
	maxSection     = 3000
	maxField       = 2000
	maxFields      = 10
	maxHeader      = 150
	maxButton      = 75
	maxValue       = 2000
	maxID          = 255
	maxActions     = 25
	maxContext     = 10
	maxOptions     = 5 // of an overflow menu
	maxOption      = 75
	maxTableRows   = 100
	maxTableCols   = 20
	maxTableChars  = 10000 // of all cells together
	maxConfirm     = 300
	maxTitle       = 100 // of a confirm dialog
	maxViewTitle   = 24
	maxConfirmText = 30 // of the buttons of a confirm dialog
	maxMetadata    = 3000
	maxAlt         = 2000 // of an image
	maxRichText    = 4000 // our own: a rich text block is never longer
)

// builder collects the blocks of one message or modal. Block ids carry the
// version, because Slack wants new ids when a message is updated.
type builder struct {
	w       *phrases
	shop    core.Shop
	version int
	blocks  []slack.Block
	names   map[string]string // of the people on a card, by id, as far as known
}

// lay begins a message or a modal in the shop's language.
func lay(shop core.Shop, version int) *builder {
	return &builder{w: speak(shop.Language), shop: shop, version: version}
}

// in begins a message of which only the language is known.
func in(language string) *builder { return lay(core.Shop{Language: language}, 0) }

// id returns a block id that is unique in the message.
func (b *builder) id(part string) string {
	return fmt.Sprintf("%s.%d.v%d", part, len(b.blocks), b.version)
}

func (b *builder) add(block slack.Block) { b.blocks = append(b.blocks, block) }

// plain returns a text object in which nothing has a meaning.
func plain(s safe, limit int) *slack.TextBlockObject {
	if s == "" {
		s = nothing
	}
	return slack.NewTextBlockObject(slack.PlainTextType, string(cut(s, limit)), false, false)
}

// fact is a bold label over a value. Verbatim keeps Slack from looking for
// links and names in the text.
type fact struct{ label, value safe }

func (f fact) object() *slack.TextBlockObject {
	text := "*" + escape(f.label, 100) + "*\n" + escape(f.value, maxField-110)
	return slack.NewTextBlockObject(slack.MarkdownType, text, false, true)
}

func (b *builder) header(s safe) {
	b.add(slack.NewHeaderBlock(plain(s, maxHeader), slack.HeaderBlockOptionBlockID(b.id("head"))))
}

// paragraph adds a section of plain text, which may have lines.
func (b *builder) paragraph(s safe) {
	b.add(slack.NewSectionBlock(plain(s, maxSection), nil, nil, slack.SectionBlockOptionBlockID(b.id("text"))))
}

// facts adds up to ten facts in two columns.
func (b *builder) facts(facts ...fact) {
	var fields []*slack.TextBlockObject
	for _, f := range facts {
		if f.value != "" && len(fields) < maxFields {
			fields = append(fields, f.object())
		}
	}
	if len(fields) > 0 {
		b.add(slack.NewSectionBlock(nil, fields, nil, slack.SectionBlockOptionBlockID(b.id("facts"))))
	}
}

// piece is a part of a line: text, bold text or a person.
type piece struct {
	text safe
	bold bool
	user string
}

func text(s safe) piece { return piece{text: s} }
func bold(s safe) piece { return piece{text: s, bold: true} }

var userID = regexp.MustCompile(`^[UW][A-Z0-9]{1,20}$`)

// person mentions a user by id; what is no user id is shown as text.
func person(id string) piece {
	if userID.MatchString(id) {
		return piece{user: id}
	}
	return piece{text: clean(id, 40)}
}

// by mentions who did something, which may be the rule.
func (b *builder) by(id string) piece {
	if id == plan.ByRule {
		return text(b.w.rule)
	}
	return person(id)
}

// byName is by as plain text; name tells what a person is called.
func (b *builder) byName(id string, name func(user string) string) safe {
	if id == plan.ByRule {
		return b.w.rule
	}
	return clean(name(id), 60)
}

// line adds a line of rich text. Its text elements are literal for Slack.
func (b *builder) line(pieces ...piece) {
	var els []slack.RichTextSectionElement
	left := maxRichText
	for _, p := range pieces {
		switch {
		case p.user != "":
			els = append(els, slack.NewRichTextSectionUserElement(p.user, nil))
		case p.text != "" && left > 0:
			t := string(cut(p.text, left))
			left -= len([]rune(t))
			var style *slack.RichTextSectionTextStyle
			if p.bold {
				style = &slack.RichTextSectionTextStyle{Bold: true}
			}
			els = append(els, slack.NewRichTextSectionTextElement(t, style))
		}
	}
	if len(els) > 0 {
		b.add(slack.NewRichTextBlock(b.id("line"), slack.NewRichTextSection(els...)))
	}
}

// table adds a table of plain cells, the first row being its head. right names
// the columns that hold numbers. A long one becomes several, one for each page.
func (b *builder) table(rows [][]safe, right ...int) {
	if len(rows) > 1+pageRows {
		b.table(rows[:1+pageRows], right...)
		b.table(append([][]safe{rows[0]}, rows[1+pageRows:]...), right...)
		return
	}
	t := &slack.TableBlock{Type: slack.MBTTable, BlockID: b.id("table")}
	for _, row := range rows {
		cells := make([]slack.TableCell, len(row))
		for i, c := range row {
			if c == "" {
				c = nothing
			}
			cells[i] = slack.NewTableRawTextCell(string(cut(c, 60)))
		}
		t.Rows = append(t.Rows, cells)
	}
	t.ColumnSettings = make([]slack.ColumnSetting, len(rows[0]))
	for i := range t.ColumnSettings {
		t.ColumnSettings[i].Align = slack.ColumnAlignmentLeft
	}
	for _, i := range right {
		t.ColumnSettings[i].Align = slack.ColumnAlignmentRight
	}
	b.add(t)
}

// picture adds a chart. Its alternative text is plain for Slack.
func (b *builder) picture(p *plan.Picture) {
	if p != nil && p.Graph != nil {
		b.graph(p.Graph)
	}
	if p == nil || !fileID.MatchString(p.File) {
		return
	}
	b.add(slack.NewImageBlockSlackFile(&slack.SlackFileObject{ID: p.File}, string(b.told(p.Alt, maxAlt)), b.id("chart"), nil))
}

// fileID is what Slack accepts as the id of a file.
var fileID = regexp.MustCompile(`^F[A-Z0-9]{8,}$`)

// shownPeople is how many approvers a footer names; /stock settings has all.
const shownPeople = 5

// footer adds small print: one element per text, and one for the people.
func (b *builder) footer(people safe, users []string, texts ...safe) {
	var els []slack.MixedElement
	if t := join(" · ", texts...); t != "" {
		els = append(els, plain(t, maxField))
	}
	if people != "" {
		var names []string
		for i, u := range users {
			switch {
			case i == shownPeople:
				names = append(names, escape(say(b.w.inSettings, qty(int64(len(users)-i))), 100))
			case i < shownPeople && userID.MatchString(u):
				names = append(names, "<@"+u+">")
			case i < shownPeople:
				names = append(names, escape(clean(u, 40), 100))
			}
		}
		mark := escape(people, 200) + strings.Join(names, ", ")
		els = append(els, slack.NewTextBlockObject(slack.MarkdownType, mark, false, true))
	}
	if len(els) > 0 {
		b.add(slack.NewContextBlock(b.id("foot"), els...))
	}
}

func button(action, value string, s safe) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(action, value, plain(s, maxButton))
}

func option(value string, s safe) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(value, plain(s, maxOption), nil)
}

func (b *builder) actions(els ...slack.BlockElement) {
	b.add(slack.NewActionBlock(b.id("act"), els...))
}

// modal finishes a view. An empty submit makes it one without a form.
func (b *builder) modal(callback string, title, submit safe, metadata string) slack.ModalViewRequest {
	v := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callback, PrivateMetadata: metadata,
		Title:  plain(title, maxViewTitle),
		Close:  plain(b.w.closeIt, maxViewTitle),
		Blocks: slack.Blocks{BlockSet: b.blocks},
	}
	if submit != "" {
		v.Submit, v.Close = plain(submit, maxViewTitle), plain(b.w.cancel, maxViewTitle)
	}
	return v
}
