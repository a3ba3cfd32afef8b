package bot

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"quartermaster/core"
)

// decodeError words what the TOML library found, with the line, the setting and
// what to write instead.
func decodeError(err error) error {
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(strict.Errors) > 0 {
		row, _ := strict.Errors[0].Position()
		key := dotted(strict.Errors[0].Key())
		text := fmt.Sprintf("line %d: there is no setting %q", row, key)
		if near := core.Nearest(key, slices.Values(settingNames(reflect.TypeFor[settingsFile](), "")), 1); len(near) > 0 {
			text += fmt.Sprintf("; did you mean %q?", near[0])
		}
		return errors.New(text)
	}
	bad, ok := errors.AsType[*toml.DecodeError](err)
	if !ok {
		return err
	}
	row, col := bad.Position()
	if m := wrongType.FindStringSubmatch(bad.Error()); m != nil && wanted[m[1]] != "" {
		return fmt.Errorf("line %d: %s must be %s", row, dotted(bad.Key()), wanted[m[1]])
	}
	return fmt.Errorf("line %d, column %d: %w", row, col, bad)
}

// wrongType finds the type of Go that a value did not fit.
var wrongType = regexp.MustCompile(`cannot (?:decode|store) .* (?:of type|type|into a Go|into) \*?([a-z0-9\[\]]+)$`)

// wanted is what a person writes for a type of Go.
var wanted = map[string]string{
	"string": `text in quotes, such as "10.00"`, "float64": "a number such as 0.95", "int": "a whole number such as 7",
	"int64": "a whole number such as 7", "bool": "true or false", "[]string": `a list of texts, such as ["U0123456789"]`,
}

// settingNames lists every setting that a file may hold, dotted.
func settingNames(t reflect.Type, in string) (names []string) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	for field := range t.Fields() {
		name := field.Tag.Get("toml")
		if name == "" {
			continue
		}
		names = append(append(names, in+name), settingNames(field.Type, in+name+".")...)
	}
	return names
}

func dotted(key toml.Key) string { return strings.Join(key, ".") }

// slackID is the form of ids in Slack: a letter for the kind, then capitals and digits.
var slackID = regexp.MustCompile(`^[A-Z][A-Z0-9]+$`)

// notAnID refuses a name where Slack's id belongs: a card or a right under a name
// would go nowhere, and nobody would be told.
func notAnID(setting, value, example, where string) error {
	if value == "" || slackID.MatchString(value) {
		return nil
	}
	return fmt.Errorf("%s %q is no id of Slack such as %s (%s)", setting, value, example, where)
}
