package cards

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"
)

// Long answers and forms that only tell have pages. The buttons carry what was asked
// and the page; a page is drawn anew from the facts of that moment, and takes the place
// of the one before.

// ActionPage turns to another page; PageValue is its value.
const ActionPage = "page"

// What a page takes at most: less than Slack does, so that a message, an
// acknowledgement (20 KB) and a form hold it.
const (
	pageBlocks = 24
	pageBytes  = 12_000
	pageRows   = 20 // of a table
	maxAsked   = 200
	// maxListed bounds a list over all its pages; an export has all of it.
	maxListed = 200
)

const pagePrefix = "g1:"

// PageValue is the value of a button that turns to a page of what was asked.
func PageValue(page int, asked string) string {
	return pagePrefix + strconv.Itoa(page) + ":" + asked
}

// ParsePage reads it back; errors wrap ErrValue.
func ParsePage(s string) (page int, asked string, err error) {
	first, asked, _ := strings.Cut(strings.TrimPrefix(s, pagePrefix), ":")
	page, err = strconv.Atoi(first)
	if err != nil || page < 1 || asked == "" || len(asked) > maxAsked || PageValue(page, asked) != s {
		return 0, "", fmt.Errorf("page: %w", ErrValue)
	}
	return page, asked, nil
}

// Paged leaves one page of an answer to what was asked, the nearest there is, with
// buttons to the others. An answer of one page is left as it is.
func Paged(language string, m Message, asked string, page int) Message {
	m.Blocks = paged(language, m.Blocks, asked, page)
	return m
}

// PagedView is Paged for a form that only tells.
func PagedView(language string, v slack.ModalViewRequest, asked string, page int) slack.ModalViewRequest {
	v.Blocks.BlockSet = paged(language, v.Blocks.BlockSet, asked, page)
	return v
}

func paged(language string, blocks []slack.Block, asked string, page int) []slack.Block {
	list := pages(blocks)
	if len(list) < 2 || len(asked) > maxAsked {
		return list[0]
	}
	page = min(max(page, 1), len(list))
	b := in(language)
	b.turns(page, len(list), asked)
	return append(list[page-1 : page : page][0], b.blocks...)
}

// turns adds which page this is, and the buttons to the others.
func (b *builder) turns(page, of int, asked string) {
	var buttons []slack.BlockElement
	if page > 1 {
		buttons = append(buttons, button(ActionPage+"_1", PageValue(page-1, asked), b.w.pagePrevious))
	}
	if page < of {
		buttons = append(buttons, button(ActionPage+"_2", PageValue(page+1, asked), b.w.pageNext))
	}
	n := len(b.blocks)
	b.footer("", nil, say(b.w.pageOf, qty(int64(page)), qty(int64(of))))
	b.actions(buttons...)
	b.blocks[n].(*slack.ContextBlock).BlockID = "page.of"
	b.blocks[n+1].(*slack.ActionBlock).BlockID = fmt.Sprintf("page.%d", page) // Slack wants another id on an updated message
}

// pages cuts blocks into pages, at least one; a header at their head is on each.
func pages(blocks []slack.Block) [][]slack.Block {
	var head []slack.Block
	if len(blocks) > 0 && blocks[0].BlockType() == slack.MBTHeader {
		head, blocks = blocks[:1:1], blocks[1:]
	}
	out := [][]slack.Block{head}
	bytes, tables := 0, 0
	for _, block := range blocks {
		text, err := json.Marshal(block)
		if err != nil {
			continue // not what this package makes
		}
		last := &out[len(out)-1]
		table := block.BlockType() == slack.MBTTable
		more := len(*last) > len(head) && block.BlockType() != slack.MBTAction // buttons stay with their line
		if more && (len(*last) >= pageBlocks || bytes+len(text) > pageBytes || table && tables > 0) {
			out = append(out, head)
			last, bytes, tables = &out[len(out)-1], 0, 0
		}
		*last = append((*last)[:len(*last):len(*last)], block)
		bytes += len(text)
		if table {
			tables++
		}
	}
	return out
}
