package workspace

import (
	"strconv"
	"unicode/utf8"
)

// blocks checks a list of blocks and what they may have only once together.
func (l *linter) blocks(at string, list []any) {
	most := 50
	if l.on != OnMessage {
		most = 100
	}
	if len(list) > most {
		l.report(at, "no more than %d items allowed", most)
		return
	}
	for i, v := range list {
		l.block(at+"/"+strconv.Itoa(i), v)
	}
	if l.focused > 1 {
		l.report(at, "only one element may have focus_on_load")
	}
}

func (l *linter) block(at string, v any) {
	t := l.typed(at, v)
	if t == "" {
		return
	}
	check, ok := map[string]func(string, any) map[string]any{
		"section": l.section, "divider": l.divider, "image": l.imageBlock, "actions": l.actions,
		"context": l.context, "header": l.header, "input": l.input, "rich_text": l.richText,
		"table": l.table, "data_visualization": l.chart, "markdown": l.markdownBlock,
	}[t]
	if !ok {
		l.report(at+"/type", "unsupported type: %s", t)
		return
	}
	m := check(at, v)
	if id := l.str(at, m, "block_id", 1, 255); id != "" {
		if l.blockIDs[id] {
			l.report(at+"/block_id", "`block_id` already exists: %s", id)
		}
		l.blockIDs[id] = true
	}
}

func (l *linter) divider(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type", "block_id")
	return m
}

func (l *linter) header(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type text", "block_id level")
	l.text(at, m, "text", true, 150)
	l.integer(at, m, "level", 1, 4)
	return m
}

func (l *linter) section(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type", "block_id text fields accessory expand")
	if m["text"] == nil && m["fields"] == nil {
		l.report(at, "missing required field: text or fields")
	}
	l.text(at, m, "text", false, 3000)
	for i, f := range l.list(at, m, "fields", 1, 10) {
		l.textObject(at+"/fields/"+strconv.Itoa(i), f, false, 2000)
	}
	l.flag(at, m, "expand")
	if a, ok := m["accessory"]; ok {
		l.element(at+"/accessory", a, map[string]bool{}, "button", "checkboxes", "datepicker", "image",
			"multi_static_select", "overflow", "radio_buttons", "static_select", "users_select")
	}
	return m
}

func (l *linter) actions(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type elements", "block_id")
	ids := map[string]bool{}
	for i, e := range l.list(at, m, "elements", 1, 25) {
		l.element(at+"/elements/"+strconv.Itoa(i), e, ids, "button", "checkboxes", "datepicker", "overflow",
			"radio_buttons", "static_select", "users_select")
	}
	return m
}

func (l *linter) context(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type elements", "block_id")
	for i, e := range l.list(at, m, "elements", 1, 10) {
		at := at + "/elements/" + strconv.Itoa(i)
		if o, _ := e.(map[string]any); o["type"] == "image" {
			l.element(at, e, map[string]bool{}, "image")
		} else {
			l.textObject(at, e, false, 2000)
		}
	}
	return m
}

func (l *linter) input(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type label element", "block_id hint optional dispatch_action")
	l.text(at, m, "label", true, 2000)
	l.text(at, m, "hint", true, 2000)
	l.flag(at, m, "optional", "dispatch_action")
	if e, ok := m["element"]; ok {
		l.element(at+"/element", e, map[string]bool{}, "plain_text_input", "number_input", "static_select",
			"multi_static_select", "datepicker", "checkboxes", "radio_buttons", "users_select", "file_input")
	}
	return m
}

func (l *linter) imageBlock(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type alt_text", "block_id title image_url slack_file")
	l.str(at, m, "alt_text", 1, 2000)
	l.text(at, m, "title", true, 2000)
	l.picture(at, m)
	return m
}

// picture checks the source of an image: a URL or a file, never both.
func (l *linter) picture(at string, m map[string]any) {
	f, isFile := m["slack_file"]
	if _, isURL := m["image_url"]; isURL == isFile {
		l.report(at, "exactly one of image_url and slack_file is required")
		return
	}
	l.link(at, m, "image_url")
	if !isFile {
		return
	}
	at += "/slack_file"
	o, ok := l.object(at, f, "", "id url")
	if !ok {
		return
	}
	id, url := l.str(at, o, "id", 1, 255), l.str(at, o, "url", 1, 3000)
	if (id == "") == (url == "") {
		l.report(at, "exactly one of id and url is required")
	} else if !l.file(id, url) {
		l.report(at, "invalid slack file")
	}
}

func (l *linter) markdownBlock(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type text", "block_id")
	l.onlyOn(at, OnMessage)
	l.markdown += utf8.RuneCountInString(l.str(at, m, "text", 1, 12000))
	if l.markdown > 12000 {
		l.report(at+"/text", "markdown of all blocks must be less than 12001 characters")
	}
	return m
}

func (l *linter) onlyOn(at string, on Surface) {
	if l.on != on {
		l.report(at+"/type", "not allowed on this surface: %s", l.on)
	}
}

func (l *linter) table(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type rows", "block_id column_settings")
	l.onlyOn(at, OnMessage)
	if l.tables++; l.tables > 1 {
		l.report(at, "only one table is allowed in a message")
	}
	for i, c := range l.list(at, m, "column_settings", 0, 20) {
		if c == nil {
			continue
		}
		at := at + "/column_settings/" + strconv.Itoa(i)
		if o, ok := l.object(at, c, "", "align is_wrapped"); ok {
			l.oneOf(at, o, "align", "left", "center", "right")
			l.flag(at, o, "is_wrapped")
		}
	}
	width := -1
	for i, r := range l.list(at, m, "rows", 1, 100) {
		at := at + "/rows/" + strconv.Itoa(i)
		cells := l.array(at, r, 1, 20)
		if width >= 0 && len(cells) != width {
			l.report(at, "all rows must have the same number of cells")
		}
		width = len(cells)
		for j, c := range cells {
			l.cell(at+"/"+strconv.Itoa(j), c)
		}
	}
	return m
}

func (l *linter) cell(at string, v any) {
	switch t := l.typed(at, v); t {
	case "raw_text":
		m, _ := l.object(at, v, "type text", "")
		l.str(at, m, "text", 1, 3000)
	case "rich_text":
		l.richText(at, v)
	case "":
	default: // raw_number among them: it was refused at times, so it is here
		l.report(at+"/type", "unsupported type: %s", t)
	}
}
