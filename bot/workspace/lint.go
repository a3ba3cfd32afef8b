package workspace

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Surface is where blocks are shown; some blocks are allowed on one only.
type Surface string

// Surfaces of blocks.
const (
	OnMessage Surface = "message"
	OnModal   Surface = "modal"
	OnHome    Surface = "home"
)

// Problem is one thing wrong with blocks and the JSON pointer to it, such as
// /blocks/2/text/text.
type Problem struct{ Pointer, Message string }

// String formats the problem as Slack does.
func (p Problem) String() string { return p.Message + " [json-pointer:" + p.Pointer + "]" }

// LintBlocks checks blocks, given as JSON, against the documented rules of
// Block Kit: known types, known fields, required fields, lengths, counts,
// unique ids. No problem means that the workspace accepts them on the surface,
// except for slack_file images, which are checked when sent.
func LintBlocks(on Surface, blocks []byte) []Problem {
	v, err := decode(blocks)
	list, ok := v.([]any)
	if err != nil || !ok {
		return []Problem{{"/blocks", "must be an array"}}
	}
	return lintBlocks(on, list, func(string, string) bool { return true })
}

// lintBlocks is LintBlocks on decoded JSON; file tells whether an image file,
// given by id or by URL, can be shown.
func lintBlocks(on Surface, list []any, file func(id, url string) bool) []Problem {
	l := &linter{on: on, file: file, blockIDs: map[string]bool{}}
	l.blocks("/blocks", list)
	return l.problems
}

type linter struct {
	on   Surface
	file func(id, url string) bool
	// noFiles says that the app may not read what people attach.
	noFiles  bool
	problems []Problem
	blockIDs map[string]bool
	tables   int
	charts   int
	markdown int // characters of all markdown blocks
	focused  int // elements with focus_on_load
}

func (l *linter) report(at, format string, a ...any) {
	if len(l.problems) < 50 { // enough to repair; the rest comes next time
		l.problems = append(l.problems, Problem{at, fmt.Sprintf(format, a...)})
	}
}

// object returns v as an object that has the required fields and no others than
// these and the optional ones.
func (l *linter) object(at string, v any, required, optional string) (map[string]any, bool) {
	m, ok := v.(map[string]any)
	if !ok {
		l.report(at, "must be an object")
		return nil, false
	}
	must, may := strings.Fields(required), strings.Fields(optional)
	for _, k := range must {
		if _, ok := m[k]; !ok {
			l.report(at, "missing required field: %s", k)
		}
	}
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if !slices.Contains(must, k) && !slices.Contains(may, k) {
			l.report(at, "invalid additional property: %s", k)
		}
	}
	return m, true
}

// typed returns the type of an object, empty with a report when it has none.
func (l *linter) typed(at string, v any) string {
	m, ok := v.(map[string]any)
	if !ok {
		l.report(at, "must be an object")
		return ""
	}
	t, ok := m["type"].(string)
	if !ok || t == "" {
		l.report(at, "missing required field: type")
	}
	return t
}

// str checks an optional string field of m and returns it.
func (l *linter) str(at string, m map[string]any, key string, least, most int) string {
	v, ok := m[key]
	if !ok {
		return ""
	}
	at += "/" + key
	s, ok := v.(string)
	if !ok {
		l.report(at, "must be a string")
		return ""
	}
	switch n := utf8.RuneCountInString(s); {
	case !utf8.ValidString(s):
		l.report(at, "must be valid UTF-8")
	case n < least:
		l.report(at, "must be more than %d characters", least-1)
	case n > most:
		l.report(at, "must be less than %d characters", most+1)
	}
	return s
}

func (l *linter) flag(at string, m map[string]any, keys ...string) {
	for _, key := range keys {
		v, ok := m[key]
		if _, isBool := v.(bool); ok && !isBool {
			l.report(at+"/"+key, "must be a boolean")
		}
	}
}

func (l *linter) oneOf(at string, m map[string]any, key string, allowed ...string) {
	v, ok := m[key]
	if s, _ := v.(string); ok && !slices.Contains(allowed, s) {
		l.report(at+"/"+key, "must be one of %s", strings.Join(allowed, ", "))
	}
}

// integer checks an optional whole number within bounds.
func (l *linter) integer(at string, m map[string]any, key string, least, most int) (int, bool) {
	v, ok := m[key]
	if !ok {
		return 0, false
	}
	n, isNumber := v.(json.Number)
	i, err := strconv.Atoi(n.String())
	if !isNumber || err != nil || i < least || i > most {
		l.report(at+"/"+key, "must be an integer from %d to %d", least, most)
		return 0, false
	}
	return i, true
}

// list returns a field as a list whose length is within bounds.
func (l *linter) list(at string, m map[string]any, key string, least, most int) []any {
	v, ok := m[key]
	if !ok {
		return nil
	}
	return l.array(at+"/"+key, v, least, most)
}

func (l *linter) array(at string, v any, least, most int) []any {
	items, ok := v.([]any)
	switch {
	case !ok:
		l.report(at, "must be an array")
	case len(items) < least:
		l.report(at, "must have at least %d items", least)
	case len(items) > most:
		l.report(at, "no more than %d items allowed", most)
	}
	return items
}

// text checks an optional text object; plain allows plain_text only.
func (l *linter) text(at string, m map[string]any, key string, plain bool, most int) {
	if v, ok := m[key]; ok {
		l.textObject(at+"/"+key, v, plain, most)
	}
}

func (l *linter) textObject(at string, v any, plain bool, most int) {
	switch t := l.typed(at, v); {
	case t == "plain_text":
		o, _ := l.object(at, v, "type text", "emoji")
		l.str(at, o, "text", 1, most)
		l.flag(at, o, "emoji")
	case t == "mrkdwn" && !plain:
		o, _ := l.object(at, v, "type text", "verbatim")
		l.str(at, o, "text", 1, most)
		l.flag(at, o, "verbatim")
	case t != "":
		l.report(at+"/type", "unsupported text type: %s", t)
	}
}

// link checks an optional http or https URL.
func (l *linter) link(at string, m map[string]any, key string) {
	s := l.str(at, m, key, 1, 3000)
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		l.report(at+"/"+key, "invalid url")
	}
}

// confirm checks an optional confirmation dialog.
func (l *linter) confirm(at string, m map[string]any) {
	v, ok := m["confirm"]
	if !ok {
		return
	}
	at += "/confirm"
	if o, ok := l.object(at, v, "title text", "confirm deny style"); ok {
		l.text(at, o, "title", true, 100)
		l.text(at, o, "text", false, 300)
		l.text(at, o, "confirm", true, 30)
		l.text(at, o, "deny", true, 30)
		l.oneOf(at, o, "style", "primary", "danger")
	}
}
