package bot

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"quartermaster/bot/jobs"
	"quartermaster/core/plan"
)

// How a setting that can be changed from a form is written in the file.
var (
	typedForm = map[jobs.SettingKind]*regexp.Regexp{
		jobs.SettingNumber: regexp.MustCompile(`^[0-9]{1,6}(\.[0-9]{1,6})?$`),
		jobs.SettingWord:   regexp.MustCompile(`^[0-9A-Za-z:. -]{0,40}$`),
		jobs.SettingAmount: regexp.MustCompile(`^([0-9]{1,12}(\.[0-9]{1,4})?)?$`),
		jobs.SettingFlag:   regexp.MustCompile(`^(true|false)$`),
		jobs.SettingUsers:  regexp.MustCompile(`^([A-Z0-9]{1,30}( [A-Z0-9]{1,30}){0,9})?$`),
		jobs.SettingCodes:  regexp.MustCompile(`^[^"'#\[\]\\]*$`),
		jobs.SettingCron:   regexp.MustCompile(`^[0-9A-Za-z*/,@ -]{0,60}$`),
	}
	tableForm = regexp.MustCompile(`^\s*\[([A-Za-z0-9_.-]+)\]\s*(#.*)?$`)
	headForm  = regexp.MustCompile(`^\s*\[`)
)

// editSettings changes settings in the text of a settings file and leaves every other
// line as it is, comments too. change maps names such as policy.red_days to what a
// person typed. Complaints are jobs.SettingFaults; the text that comes back was read
// again: it is sound, and nothing but what was asked for is different.
func editSettings(text string, change map[string]string) (string, error) {
	var faults jobs.SettingFaults
	want, err := decode(text)
	if err != nil {
		return "", err
	}
	out := text
	for _, name := range slices.Sorted(maps.Keys(change)) {
		f, ok := jobs.SettingOf(name)
		if !ok {
			return "", fmt.Errorf("there is no setting %q in a form", name)
		}
		typed := strings.TrimSpace(change[name])
		if !typedForm[f.Kind].MatchString(typed) {
			faults = append(faults, jobs.SettingFault{Name: name, Reason: "This is not " + f.Like + "."})
			continue
		}
		if user, ok := strings.CutPrefix(name, plan.ApproverPrefix); ok {
			out = setApprover(out, user, typed)
			putApprover(want, user, typed)
			continue
		}
		if name == "schedules.check" && typed == "" {
			faults = append(faults, jobs.SettingFault{Name: name, Reason: "Without the check nothing is watched; it cannot be switched off here."})
			continue
		}
		if f.Kind == jobs.SettingCron && typed == "" {
			out = dropLine(out, name)
			drop(want, name)
			continue
		}
		literal := literalOf(f.Kind, typed)
		out = setLine(out, name, literal)
		if err := put(want, name, literal); err != nil {
			return "", err
		}
	}
	if len(faults) > 0 {
		return "", faults
	}
	if _, err := ParseSettings([]byte(out)); err != nil {
		return "", blame(err, change)
	}
	got, err := decode(out)
	if err != nil {
		return "", err
	}
	if !reflect.DeepEqual(got, want) {
		return "", errors.New("the settings file is written in a way that cannot be changed from here; please edit the file")
	}
	return out, nil
}

// literalOf writes a value as TOML.
func literalOf(kind jobs.SettingKind, typed string) string {
	switch kind {
	case jobs.SettingNumber, jobs.SettingFlag:
		return typed
	case jobs.SettingUsers, jobs.SettingCodes:
		between := " "
		if kind == jobs.SettingCodes {
			between = ","
		}
		var quoted []string
		for u := range strings.SplitSeq(typed, between) {
			if u = strings.TrimSpace(u); u != "" {
				quoted = append(quoted, `"`+u+`"`)
			}
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	return `"` + typed + `"`
}

func decode(text string) (all map[string]any, err error) {
	if err = toml.Unmarshal([]byte(text), &all); err == nil && all == nil {
		all = map[string]any{}
	}
	return all, err
}

// put sets what is expected to be read back.
func put(all map[string]any, name, literal string) error {
	table, key, _ := strings.Cut(name, ".")
	one, err := decode(key + " = " + literal)
	if err != nil {
		return err
	}
	in, ok := all[table].(map[string]any)
	if !ok {
		in = map[string]any{}
		all[table] = in
	}
	in[key] = one[key]
	return nil
}

// setLine replaces the value of a setting where it stands, or adds it at the head of
// its table, or adds the table at the end.
func setLine(text, name, literal string) string {
	table, key, _ := strings.Cut(name, ".")
	value := regexp.MustCompile(`^(\s*` + regexp.QuoteMeta(key) + `\s*=\s*)("(?:[^"\\]|\\.)*"|'[^']*'|\[[^\[\]#]*\]|[^#\s"'\[{]+)(\s*(?:#.*)?)$`)
	lines, at, head := strings.Split(text, "\n"), "", -1
	for i, line := range lines {
		line = strings.TrimSuffix(line, "\r")
		if m := tableForm.FindStringSubmatch(line); m != nil {
			if at = m[1]; at == table {
				head = i
			}
			continue
		}
		if headForm.MatchString(line) {
			at = "another"
		}
		if m := value.FindStringSubmatch(line); at == table && m != nil {
			lines[i] = m[1] + literal + m[3]
			return strings.Join(lines, "\n")
		}
	}
	line := key + " = " + literal
	if head < 0 {
		return strings.TrimRight(text, "\n") + "\n\n[" + table + "]\n" + line + "\n"
	}
	lines = append(lines[:head+1], append([]string{line}, lines[head+1:]...)...)
	return strings.Join(lines, "\n")
}

// blame finds the fields that an error is about: of those that were changed the one
// that a complaint names first.
func blame(err error, change map[string]string) error {
	var faults jobs.SettingFaults
	for line := range strings.Lines(err.Error()) {
		at, field := len(line), ""
		for _, name := range slices.Sorted(maps.Keys(change)) {
			_, key, _ := strings.Cut(name, ".")
			key = strings.TrimPrefix(key, "approver/") // complaints about an approver name the person
			named := regexp.MustCompile(`\b` + regexp.QuoteMeta(key) + `\b`).FindStringIndex(line)
			if named != nil && named[0] < at {
				at, field = named[0], name
			}
		}
		if field != "" {
			faults = append(faults, jobs.SettingFault{Name: field, Reason: strings.TrimSpace(line)})
		}
	}
	if len(faults) == 0 {
		return fmt.Errorf("settings as changed: %w", err)
	}
	return faults
}
