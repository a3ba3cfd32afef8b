package bot

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"quartermaster/bot/jobs"
)

// How a setting that can be changed from a form is written in the file.
var (
	numberForm = regexp.MustCompile(`^[0-9]{1,6}(\.[0-9]{1,6})?$`)
	wordForm   = regexp.MustCompile(`^[0-9A-Za-z:. -]{0,40}$`)
	tableForm  = regexp.MustCompile(`^\s*\[([A-Za-z0-9_.-]+)\]\s*(#.*)?$`)
	headForm   = regexp.MustCompile(`^\s*\[`)
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
	for _, f := range jobs.SettingFields {
		typed, asked := change[f.Name]
		if typed = strings.TrimSpace(typed); !asked {
			continue
		}
		literal := `"` + typed + `"`
		form := wordForm
		if f.Number {
			form, literal = numberForm, typed
		}
		if !form.MatchString(typed) {
			faults = append(faults, jobs.SettingFault{Name: f.Name, Reason: "This is not " + f.Like + "."})
			continue
		}
		out = setLine(out, f.Name, literal)
		if err := put(want, f.Name, literal); err != nil {
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
	value := regexp.MustCompile(`^(\s*` + regexp.QuoteMeta(key) + `\s*=\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^#\s"'\[{]+)(\s*(?:#.*)?)$`)
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

// blame finds the fields that an error is about.
func blame(err error, change map[string]string) error {
	var faults jobs.SettingFaults
	for line := range strings.Lines(err.Error()) {
		for _, f := range jobs.SettingFields {
			_, key, _ := strings.Cut(f.Name, ".")
			if _, asked := change[f.Name]; asked && strings.Contains(line, key) {
				faults = append(faults, jobs.SettingFault{Name: f.Name, Reason: strings.TrimSpace(line)})
				break
			}
		}
	}
	if len(faults) == 0 {
		return fmt.Errorf("settings as changed: %w", err)
	}
	return faults
}
