package cards

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// ErrLimit is wrapped by every finding of Check and CheckView.
var ErrLimit = errors.New("beyond what Slack accepts")

// Check reports what Slack would refuse in m: limits of lengths and counts,
// missing texts, ids used twice, block types this program never sends.
func Check(m Message) error {
	c := &checker{ids: map[string]bool{}}
	c.length("text", m.Text, 1, maxText)
	c.count("blocks", len(m.Blocks), 1, maxBlocks)
	c.blocks(m.Blocks, false)
	if key, ok := m.Metadata.EventPayload["key"].(string); ok && len(key) > maxID {
		c.bad("metadata", "key of %d bytes", len(key))
	}
	return c.err()
}

// CheckView is Check for a modal.
func CheckView(v slack.ModalViewRequest) error {
	c := &checker{ids: map[string]bool{}}
	c.text("title", v.Title, maxViewTitle)
	c.text("close", v.Close, maxViewTitle)
	if v.Submit != nil {
		c.text("submit", v.Submit, maxViewTitle)
	}
	c.length("callback_id", v.CallbackID, 0, maxID)
	c.length("private_metadata", v.PrivateMetadata, 0, maxMetadata)
	c.count("blocks", len(v.Blocks.BlockSet), 1, maxViewBlocks)
	inputs := c.blocks(v.Blocks.BlockSet, true)
	if inputs > 0 && v.Submit == nil {
		c.bad("submit", "missing on a form")
	}
	return c.err()
}

type checker struct {
	ids    map[string]bool
	tables int
	charts int
	cells  int
	errs   []string
}

func (c *checker) err() error {
	if len(c.errs) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrLimit, strings.Join(c.errs, "; "))
}

func (c *checker) bad(where, format string, args ...any) {
	c.errs = append(c.errs, where+": "+fmt.Sprintf(format, args...))
}

func (c *checker) length(where, s string, low, high int) {
	if n := utf8.RuneCountInString(s); n < low || n > high {
		c.bad(where, "%d characters, %d to %d allowed", n, low, high)
	}
	if !utf8.ValidString(s) {
		c.bad(where, "not UTF-8")
	}
}

func (c *checker) count(where string, n, low, high int) {
	if n < low || n > high {
		c.bad(where, "%d of them, %d to %d allowed", n, low, high)
	}
}

func (c *checker) text(where string, t *slack.TextBlockObject, limit int) {
	if t == nil {
		c.bad(where, "missing")
		return
	}
	if t.Type == slack.MarkdownType && !t.Verbatim {
		c.bad(where, "mrkdwn that is not verbatim")
	}
	c.length(where, t.Text, 1, limit)
}

func (c *checker) id(where, id string) {
	c.length(where+" block_id", id, 1, maxID)
	if c.ids[id] {
		c.bad(where, "block_id %q twice", id)
	}
	c.ids[id] = true
}

// blocks checks every block and returns the number of inputs.
func (c *checker) blocks(blocks []slack.Block, view bool) (inputs int) {
	for i, block := range blocks {
		at := fmt.Sprintf("block %d (%s)", i, block.BlockType())
		c.id(at, block.ID())
		switch b := block.(type) {
		case *slack.HeaderBlock:
			c.text(at, b.Text, maxHeader)
		case *slack.SectionBlock:
			if b.Text == nil && len(b.Fields) == 0 {
				c.bad(at, "neither text nor fields")
			}
			if b.Text != nil {
				c.text(at, b.Text, maxSection)
			}
			c.count(at+" fields", len(b.Fields), 0, maxFields)
			for _, f := range b.Fields {
				c.text(at+" field", f, maxField)
			}
		case *slack.ContextBlock:
			c.count(at+" elements", len(b.ContextElements.Elements), 1, maxContext)
			for _, e := range b.ContextElements.Elements {
				t, _ := e.(*slack.TextBlockObject)
				c.text(at, t, maxField)
			}
		case *slack.RichTextBlock:
			c.richText(at, b)
		case *slack.TableBlock:
			c.table(at, b)
			if view {
				c.bad(at, "not in a modal")
			}
		case *slack.ActionBlock:
			c.actions(at, b)
		case *slack.ImageBlock:
			c.length(at+" alt_text", b.AltText, 1, maxAlt)
			if b.SlackFile == nil || !fileID.MatchString(b.SlackFile.ID) || b.SlackFile.URL != "" || b.ImageURL != "" {
				c.bad(at, "not a file of Slack's")
			}
		case *slack.DataVisualizationBlock:
			if err := b.Validate(); err != nil {
				c.bad(at, "%v", err)
			}
			if c.charts++; c.charts > 2 || view {
				c.bad(at, "at most two in a message, none in a modal")
			}
		case *slack.InputBlock:
			inputs++
			if !view {
				c.bad(at, "only in a modal")
			}
			c.text(at+" label", b.Label, 2000)
			if b.Hint != nil {
				c.text(at+" hint", b.Hint, 2000)
			}
			switch e := b.Element.(type) {
			case *slack.SelectBlockElement:
				if e.Type == slack.OptTypeUser {
					break
				}
				c.options(at, e.Options)
			case *slack.MultiSelectBlockElement:
				c.options(at, e.Options)
			case *slack.PlainTextInputBlockElement:
				c.length(at+" initial_value", e.InitialValue, 0, cmp.Or(e.MaxLength, maxInput))
			case *slack.NumberInputBlockElement, *slack.DatePickerBlockElement, *slack.CheckboxGroupsBlockElement, *slack.FileInputBlockElement:
			default:
				c.bad(at, "element of type %T", b.Element)
			}
		default:
			c.bad(at, "a type this program does not send")
		}
	}
	if c.tables > 1 {
		c.bad("tables", "%d of them, one allowed", c.tables)
	}
	return inputs
}

func (c *checker) richText(at string, b *slack.RichTextBlock) {
	n := 0
	c.count(at+" elements", len(b.Elements), 1, 1)
	for _, e := range b.Elements {
		s, ok := e.(*slack.RichTextSection)
		if !ok {
			c.bad(at, "element of type %T", e)
			continue
		}
		c.count(at+" parts", len(s.Elements), 1, 100)
		for _, el := range s.Elements {
			switch p := el.(type) {
			case *slack.RichTextSectionTextElement:
				c.length(at, p.Text, 1, maxRichText)
				n += utf8.RuneCountInString(p.Text)
			case *slack.RichTextSectionUserElement:
				if !userID.MatchString(p.UserID) {
					c.bad(at, "mention of %q", p.UserID)
				}
			default:
				c.bad(at, "part of type %T", el)
			}
		}
	}
	if n > maxRichText {
		c.bad(at, "%d characters, %d allowed", n, maxRichText)
	}
}

func (c *checker) table(at string, b *slack.TableBlock) {
	c.tables++
	c.count(at+" rows", len(b.Rows), 1, maxTableRows)
	for _, row := range b.Rows {
		c.count(at+" columns", len(row), 1, maxTableCols)
		if len(row) != len(b.Rows[0]) {
			c.bad(at, "rows of different lengths")
		}
		for _, cell := range row {
			t, ok := cell.(*slack.TableRawTextCell)
			if !ok {
				c.bad(at, "cell of type %T", cell)
				continue
			}
			c.length(at+" cell", t.Text, 1, maxSection)
			c.cells += utf8.RuneCountInString(t.Text)
		}
	}
	if c.cells > maxTableChars {
		c.bad(at, "%d characters, %d allowed", c.cells, maxTableChars)
	}
}

func (c *checker) actions(at string, b *slack.ActionBlock) {
	seen := map[string]bool{}
	c.count(at+" elements", len(b.Elements.ElementSet), 1, maxActions)
	for _, e := range b.Elements.ElementSet {
		var id string
		switch el := e.(type) {
		case *slack.ButtonBlockElement:
			id = el.ActionID
			c.text(at+" button", el.Text, maxButton)
			c.length(at+" value", el.Value, 1, maxValue)
			if d := el.Confirm; d != nil {
				c.text(at+" confirm title", d.Title, maxTitle)
				c.text(at+" confirm text", d.Text, maxConfirm)
				c.text(at+" confirm yes", d.Confirm, maxConfirmText)
				c.text(at+" confirm no", d.Deny, maxConfirmText)
			}
		case *slack.OverflowBlockElement:
			id = el.ActionID
			c.count(at+" options", len(el.Options), 1, maxOptions)
			for _, o := range el.Options {
				c.text(at+" option", o.Text, maxOption)
				c.length(at+" option value", o.Value, 1, maxOption)
			}
		default:
			c.bad(at, "element of type %T", e)
		}
		c.length(at+" action_id", id, 1, maxID)
		if seen[id] {
			c.bad(at, "action_id %q twice", id)
		}
		seen[id] = true
	}
}

// options checks the entries of a list in a form.
func (c *checker) options(at string, list []*slack.OptionBlockObject) {
	c.count(at+" options", len(list), 1, maxChoices)
	for _, o := range list {
		c.text(at+" option", o.Text, maxOption)
		c.length(at+" option value", o.Value, 1, maxOption)
	}
}
