package workspace

import "strconv"

// richText checks a rich_text block, also when it is a table cell.
func (l *linter) richText(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type elements", "block_id")
	for i, e := range l.list(at, m, "elements", 1, 100) {
		l.richPart(at+"/elements/"+strconv.Itoa(i), e, false)
	}
	return m
}

// richPart checks a section, list, quote or preformatted text.
func (l *linter) richPart(at string, v any, inList bool) {
	t := l.typed(at, v)
	optional := map[string]string{
		"rich_text_section": "", "rich_text_quote": "border", "rich_text_preformatted": "border language",
		"rich_text_list": "style indent offset border",
	}
	more, known := optional[t]
	switch {
	case t == "":
		return
	case !known, inList && t != "rich_text_section":
		l.report(at+"/type", "unsupported type: %s", t)
		return
	}
	m, _ := l.object(at, v, "type elements", more)
	l.integer(at, m, "border", 0, 1)
	l.integer(at, m, "indent", 0, 8)
	l.integer(at, m, "offset", 0, 10000)
	l.str(at, m, "language", 1, 50)
	if t == "rich_text_list" {
		l.oneOf(at, m, "style", "bullet", "ordered")
	}
	for i, e := range l.list(at, m, "elements", 0, 1000) {
		at := at + "/elements/" + strconv.Itoa(i)
		if t == "rich_text_list" {
			l.richPart(at, e, true)
		} else {
			l.richLeaf(at, e)
		}
	}
}

// richLeaf checks a piece of text, link, mention or emoji.
func (l *linter) richLeaf(at string, v any) {
	t := l.typed(at, v)
	fields := map[string]struct{ required, optional string }{
		"text":      {"type text", "style"},
		"link":      {"type url", "text unsafe style"},
		"emoji":     {"type name", "unicode skin_tone style"},
		"user":      {"type user_id", "style"},
		"channel":   {"type channel_id", "style"},
		"usergroup": {"type usergroup_id", "style"},
		"broadcast": {"type range", "style"},
		"date":      {"type timestamp format", "url fallback style"},
		"color":     {"type value", "style"},
	}
	f, known := fields[t]
	if !known {
		if t != "" {
			l.report(at+"/type", "unsupported type: %s", t)
		}
		return
	}
	m, _ := l.object(at, v, f.required, f.optional)
	for _, key := range []string{"text", "name", "user_id", "channel_id", "usergroup_id", "format", "value", "fallback"} {
		l.str(at, m, key, 1, 12000)
	}
	l.link(at, m, "url")
	l.oneOf(at, m, "range", "here", "channel", "everyone")
	if s, ok := m["style"]; ok {
		o, _ := l.object(at+"/style", s, "", "bold italic strike code underline highlight client_highlight unlink")
		l.flag(at+"/style", o, "bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
	}
}
