package workspace

import (
	"encoding/json"
	"strconv"
)

// chart checks a data_visualization block with lines; the page draws no other.
func (l *linter) chart(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type title chart", "block_id")
	l.onlyOn(at, OnMessage)
	l.str(at, m, "title", 1, 50)
	if l.charts++; l.charts > 2 {
		l.report(at, "only two charts are allowed in a message")
	}
	at += "/chart"
	c, ok := l.object(at, m["chart"], "type series axis_config", "")
	if !ok {
		return m
	}
	l.oneOf(at, c, "type", "line")
	axis, _ := l.object(at+"/axis_config", c["axis_config"], "categories", "x_label y_label")
	l.str(at+"/axis_config", axis, "x_label", 0, 50)
	l.str(at+"/axis_config", axis, "y_label", 0, 50)
	known := map[string]bool{}
	for i, v := range l.list(at+"/axis_config", axis, "categories", 1, 20) {
		l.once(at+"/axis_config/categories/"+strconv.Itoa(i), map[string]any{"": v}, "", known)
	}
	names := map[string]bool{}
	for i, v := range l.list(at, c, "series", 1, 6) {
		at := at + "/series/" + strconv.Itoa(i)
		line, _ := l.object(at, v, "name data", "")
		l.once(at+"/name", line, "name", names)
		points := l.list(at, line, "data", len(known), len(known))
		labels := map[string]bool{}
		for j, v := range points {
			at := at + "/data/" + strconv.Itoa(j)
			point, _ := l.object(at, v, "label value", "")
			if label := l.once(at+"/label", point, "label", labels); label != "" && !known[label] {
				l.report(at+"/label", "must be one of the categories")
			}
			if _, ok := point["value"].(json.Number); !ok {
				l.report(at+"/value", "must be a number")
			}
		}
	}
	return m
}

// once checks a short text that may not be there twice.
func (l *linter) once(at string, m map[string]any, key string, seen map[string]bool) string {
	s, ok := m[key].(string)
	switch n := len([]rune(s)); {
	case !ok:
		l.report(at, "must be a string")
	case n < 1 || n > 20:
		l.report(at, "must be 1 to 20 characters")
	case seen[s]:
		l.report(at, "must not be there twice: %s", s)
	}
	seen[s] = true
	return s
}
