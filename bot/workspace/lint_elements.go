package workspace

import (
	"math/big"
	"slices"
	"strconv"
	"time"
)

// element checks one interactive element or image. ids collects the action ids
// of its block, allowed are the element types the block takes.
func (l *linter) element(at string, v any, ids map[string]bool, allowed ...string) {
	t := l.typed(at, v)
	if t == "" {
		return
	}
	check, known := map[string]func(string, any) map[string]any{
		"button": l.button, "overflow": l.overflow, "image": l.imageElement,
		"static_select": l.staticSelect, "multi_static_select": l.staticSelect, "users_select": l.usersSelect,
		"plain_text_input": l.textInput, "number_input": l.numberInput, "datepicker": l.datepicker,
		"checkboxes": l.choices, "radio_buttons": l.choices, "file_input": l.fileInput,
	}[t]
	if !known || !slices.Contains(allowed, t) {
		l.report(at+"/type", "unsupported type: %s", t)
		return
	}
	m := check(at, v)
	if id := l.str(at, m, "action_id", 1, 255); id != "" {
		if ids[id] {
			l.report(at+"/action_id", "`action_id` already exists: %s", id)
		}
		ids[id] = true
	}
	l.confirm(at, m)
	l.text(at, m, "placeholder", true, 150)
	l.flag(at, m, "focus_on_load")
	if m["focus_on_load"] == true {
		l.focused++
	}
}

func (l *linter) button(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type text", "action_id url value style confirm accessibility_label")
	l.text(at, m, "text", true, 75)
	l.link(at, m, "url")
	l.str(at, m, "value", 0, 2000)
	l.oneOf(at, m, "style", "primary", "danger")
	l.str(at, m, "accessibility_label", 1, 75)
	return m
}

func (l *linter) imageElement(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type alt_text", "image_url slack_file")
	l.str(at, m, "alt_text", 1, 2000)
	l.picture(at, m)
	return m
}

func (l *linter) overflow(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type options", "action_id confirm")
	l.options(at, m, 5, "url description")
	return m
}

func (l *linter) staticSelect(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type", "action_id placeholder options option_groups initial_option initial_options "+
		"confirm focus_on_load max_selected_items")
	_, options := m["options"]
	if _, groups := m["option_groups"]; options == groups {
		l.report(at, "exactly one of options and option_groups is required")
	}
	known := l.options(at, m, 100, "description")
	for i, g := range l.list(at, m, "option_groups", 1, 100) {
		at := at + "/option_groups/" + strconv.Itoa(i)
		if o, ok := l.object(at, g, "label options", ""); ok {
			l.text(at, o, "label", true, 75)
			known = append(known, l.options(at, o, 100, "description")...)
		}
	}
	if m["type"] == "static_select" {
		l.foreign(at, m, "initial_options", "max_selected_items")
	} else {
		l.foreign(at, m, "initial_option")
		l.integer(at, m, "max_selected_items", 1, 100)
	}
	l.initial(at, m, known)
	return m
}

func (l *linter) choices(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type options", "action_id initial_option initial_options confirm focus_on_load")
	known := l.options(at, m, 10, "description")
	if m["type"] == "radio_buttons" {
		l.foreign(at, m, "initial_options")
	} else {
		l.foreign(at, m, "initial_option")
	}
	l.initial(at, m, known)
	return m
}

func (l *linter) foreign(at string, m map[string]any, keys ...string) {
	for _, k := range keys {
		if _, ok := m[k]; ok {
			l.report(at, "invalid additional property: %s", k)
		}
	}
}

// options checks a list of options and returns their values.
func (l *linter) options(at string, m map[string]any, most int, optional string) []string {
	plain := m["type"] != "checkboxes" && m["type"] != "radio_buttons"
	var values []string
	for i, v := range l.list(at, m, "options", 1, most) {
		at := at + "/options/" + strconv.Itoa(i)
		o, ok := l.object(at, v, "text value", optional)
		if !ok {
			continue
		}
		l.text(at, o, "text", plain, 75)
		l.text(at, o, "description", plain, 75)
		l.link(at, o, "url")
		value := l.str(at, o, "value", 1, 75)
		if slices.Contains(values, value) {
			l.report(at+"/value", "duplicate option value: %s", value)
		}
		values = append(values, value)
	}
	return values
}

// initial checks that what is preselected can be selected.
func (l *linter) initial(at string, m map[string]any, known []string) {
	check := func(at string, v any) {
		o, ok := v.(map[string]any)
		value, _ := o["value"].(string)
		if !ok || !slices.Contains(known, value) {
			l.report(at, "must be one of the options")
		}
	}
	if v, ok := m["initial_option"]; ok {
		check(at+"/initial_option", v)
	}
	for i, v := range l.list(at, m, "initial_options", 1, 100) {
		check(at+"/initial_options/"+strconv.Itoa(i), v)
	}
}

func (l *linter) usersSelect(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type", "action_id placeholder initial_user confirm focus_on_load")
	l.str(at, m, "initial_user", 1, 255)
	return m
}

// fileInput is for modals of an app that may read files.
func (l *linter) fileInput(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type", "action_id filetypes max_files")
	l.integer(at, m, "max_files", 1, 10)
	for i, kind := range l.list(at, m, "filetypes", 1, 100) {
		if s, ok := kind.(string); !ok || s == "" {
			l.report(at+"/filetypes/"+strconv.Itoa(i), "must be a file extension")
		}
	}
	if l.noFiles {
		l.report(at, "the app lacks the scope files:read")
	}
	return m
}

func (l *linter) datepicker(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type", "action_id placeholder initial_date confirm focus_on_load")
	if s := l.str(at, m, "initial_date", 1, 10); s != "" {
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			l.report(at+"/initial_date", "must be a date as YYYY-MM-DD")
		}
	}
	return m
}

func (l *linter) textInput(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type", "action_id placeholder initial_value multiline min_length max_length "+
		"dispatch_action_config focus_on_load")
	l.str(at, m, "initial_value", 0, 3000)
	l.flag(at, m, "multiline")
	least, _ := l.integer(at, m, "min_length", 0, 3000)
	if most, ok := l.integer(at, m, "max_length", 1, 3000); ok && most < least {
		l.report(at+"/max_length", "must not be below min_length")
	}
	l.dispatch(at, m)
	return m
}

func (l *linter) numberInput(at string, v any) map[string]any {
	m, _ := l.object(at, v, "type is_decimal_allowed", "action_id placeholder initial_value min_value max_value "+
		"dispatch_action_config focus_on_load")
	l.flag(at, m, "is_decimal_allowed")
	decimal := m["is_decimal_allowed"] == true
	bounds := map[string]*big.Float{}
	for _, key := range []string{"min_value", "max_value", "initial_value"} {
		raw, ok := m[key]
		if !ok {
			continue
		}
		s, isText := raw.(string)
		n, valid := parseNumber(s, decimal)
		if !isText || !valid {
			l.report(at+"/"+key, "must be a number in a string")
			continue
		}
		bounds[key] = n
	}
	outside := func(key, low, high string) {
		if bounds[low] != nil && bounds[high] != nil && bounds[low].Cmp(bounds[high]) > 0 {
			l.report(at+"/"+key, "must be from min_value to max_value")
		}
	}
	outside("max_value", "min_value", "max_value")
	outside("initial_value", "min_value", "initial_value")
	outside("initial_value", "initial_value", "max_value")
	l.dispatch(at, m)
	return m
}

// parseNumber reads plain digits with an optional sign and fraction.
func parseNumber(s string, decimal bool) (*big.Float, bool) {
	dots := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9' || i == 0 && r == '-':
		case r == '.' && decimal && dots == 0:
			dots++
		default:
			return nil, false
		}
	}
	if len(s) > 64 {
		return nil, false
	}
	return new(big.Float).SetString(s)
}

func (l *linter) dispatch(at string, m map[string]any) {
	v, ok := m["dispatch_action_config"]
	if !ok {
		return
	}
	at += "/dispatch_action_config"
	o, _ := l.object(at, v, "trigger_actions_on", "")
	for i, on := range l.list(at, o, "trigger_actions_on", 1, 2) {
		if on != "on_enter_pressed" && on != "on_character_entered" {
			l.report(at+"/trigger_actions_on/"+strconv.Itoa(i), "must be one of on_enter_pressed, on_character_entered")
		}
	}
}
