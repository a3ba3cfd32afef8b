package workspace

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Entered is what a person put into the elements of a message or form, by block
// id and action id: a text, a number, an option's value, a date, a user id, or a
// list of option values or of ids of uploaded files. Elements that are missing keep their initial value; nil
// empties one.
type Entered map[string]map[string]any

// elements returns the interactive elements of a block.
func elements(b Block) []map[string]any {
	var out []map[string]any
	add := func(v any) {
		if e, ok := v.(map[string]any); ok && e["type"] != "image" {
			out = append(out, e)
		}
	}
	switch b["type"] {
	case "actions":
		list, _ := b["elements"].([]any)
		for _, e := range list {
			add(e)
		}
	case "section":
		add(b["accessory"])
	case "input":
		add(b["element"])
	}
	return out
}

// options returns all options of a select, with those in groups.
func options(e map[string]any) []any {
	list, _ := e["options"].([]any)
	groups, _ := e["option_groups"].([]any)
	for _, g := range groups {
		o, _ := g.(map[string]any)
		more, _ := o["options"].([]any)
		list = append(slices.Clone(list), more...)
	}
	return list
}

// pick returns the option with the value, nil if there is none.
func pick(e map[string]any, value any) any {
	for _, v := range options(e) {
		if o, ok := v.(map[string]any); ok && o["value"] == value {
			return o
		}
	}
	return nil
}

// fill returns the fields that tell the app what an element holds, and what is
// wrong with it in words for people. The caller holds w.mu.
func (w *Workspace) fill(e map[string]any, raw any) (fields map[string]any, problem string) {
	s := strings.TrimRight(fmt.Sprint(raw), "\r\n")
	if raw == nil {
		s = ""
	}
	orNil := func(ok bool, v any) any {
		if ok {
			return v
		}
		return nil
	}
	switch e["type"] {
	case "plain_text_input":
		return map[string]any{"value": orNil(s != "", s)}, textProblem(e, s)
	case "number_input":
		return map[string]any{"value": orNil(s != "", s)}, numberProblem(e, s)
	case "datepicker":
		if _, err := time.Parse(time.DateOnly, s); s != "" && err != nil {
			problem = "Please pick a date."
		}
		return map[string]any{"selected_date": orNil(s != "", s)}, problem
	case "users_select":
		return map[string]any{"selected_user": orNil(s != "", s)}, ""
	case "static_select", "radio_buttons", "overflow":
		o := pick(e, s)
		if s != "" && o == nil {
			problem = "Please pick one of the options."
		}
		return map[string]any{"selected_option": o}, problem
	case "multi_static_select", "checkboxes":
		chosen := []any{}
		for _, v := range strs(raw) {
			o := pick(e, v)
			if o == nil {
				problem = "Please pick from the options."
				continue
			}
			chosen = append(chosen, o)
		}
		if most, ok := number(e["max_selected_items"]); ok && float64(len(chosen)) > most {
			problem = fmt.Sprintf("Please pick no more than %v.", e["max_selected_items"])
		}
		return map[string]any{"selected_options": chosen}, problem
	case "file_input":
		return w.fillFiles(e, strs(raw))
	}
	return map[string]any{}, ""
}

// fillFiles is fill for uploaded files.
func (w *Workspace) fillFiles(e map[string]any, ids []string) (fields map[string]any, problem string) {
	chosen := []any{}
	kinds := strs(e["filetypes"])
	for _, id := range ids {
		f := w.files[id]
		switch {
		case f == nil || !f.done:
			problem = "Please choose the file again."
			continue
		case len(kinds) > 0 && !slices.Contains(kinds, f.Filetype):
			problem = "Please choose a file of one of these types: " + strings.Join(kinds, ", ") + "."
		}
		chosen = append(chosen, f)
	}
	most, ok := number(e["max_files"])
	if !ok {
		most = 10
	}
	if float64(len(chosen)) > most {
		problem = fmt.Sprintf("Please choose no more than %v.", most)
	}
	return map[string]any{"files": chosen}, problem
}

// strs reads a list of strings in any of the forms it comes in.
func strs(raw any) []string {
	switch v := raw.(type) {
	case []string:
		return v
	case []any:
		out := make([]string, 0, len(v))
		for _, x := range v {
			out = append(out, fmt.Sprint(x))
		}
		return out
	case string:
		if v != "" {
			return []string{v}
		}
	}
	return nil
}

func number(v any) (float64, bool) {
	if v == nil {
		return 0, false
	}
	n, ok := parseNumber(fmt.Sprint(v), true)
	if !ok {
		return 0, false
	}
	f, _ := n.Float64()
	return f, true
}

func textProblem(e map[string]any, s string) string {
	n := float64(utf8.RuneCountInString(s))
	if least, ok := number(e["min_length"]); ok && s != "" && n < least {
		return fmt.Sprintf("Please enter at least %v characters.", e["min_length"])
	}
	if most, ok := number(e["max_length"]); ok && n > most || n > 3000 {
		return fmt.Sprintf("Please enter no more than %v characters.", most)
	}
	return ""
}

func numberProblem(e map[string]any, s string) string {
	if s == "" {
		return ""
	}
	n, ok := parseNumber(s, e["is_decimal_allowed"] == true)
	switch {
	case !ok && e["is_decimal_allowed"] == true:
		return "Please enter a number."
	case !ok:
		return "Please enter a whole number."
	}
	if low, ok := parseNumber(fmt.Sprint(e["min_value"]), true); ok && n.Cmp(low) < 0 {
		return fmt.Sprintf("Please enter a number of at least %v.", e["min_value"])
	}
	if high, ok := parseNumber(fmt.Sprint(e["max_value"]), true); ok && n.Cmp(high) > 0 {
		return fmt.Sprintf("Please enter a number of at most %v.", e["max_value"])
	}
	return ""
}

// initial returns what an element holds before anyone touched it.
func initial(e map[string]any) any {
	for _, key := range []string{"initial_value", "initial_date", "initial_user"} {
		if v, ok := e[key]; ok {
			return v
		}
	}
	if o, ok := e["initial_option"].(map[string]any); ok {
		return o["value"]
	}
	if list, ok := e["initial_options"].([]any); ok {
		var values []any
		for _, v := range list {
			o, _ := v.(map[string]any)
			values = append(values, o["value"])
		}
		return values
	}
	return nil
}

// read returns the state of all elements that hold a value, and by block id what
// keeps a form from being submitted. The caller holds w.mu.
func (w *Workspace) read(blocks []Block, in Entered) (values map[string]map[string]map[string]any, problems map[string]string) {
	values, problems = map[string]map[string]map[string]any{}, map[string]string{}
	for _, b := range blocks {
		id, _ := b["block_id"].(string)
		for _, e := range elements(b) {
			kind, _ := e["type"].(string)
			if kind == "button" || kind == "overflow" {
				continue
			}
			action, _ := e["action_id"].(string)
			raw, given := in[id][action]
			if !given {
				raw = initial(e)
			}
			fields, problem := w.fill(e, raw)
			if b["type"] == "input" && problem == "" && b["optional"] != true && empty(fields) {
				problem = "Please complete this required field."
			}
			if problem != "" && b["type"] == "input" {
				problems[id] = problem
			}
			fields["type"] = kind
			if values[id] == nil {
				values[id] = map[string]map[string]any{}
			}
			values[id][action] = fields
		}
	}
	return values, problems
}

func empty(fields map[string]any) bool {
	for _, v := range fields {
		if list, ok := v.([]any); ok && len(list) > 0 || !ok && v != nil {
			return false
		}
	}
	return true
}
