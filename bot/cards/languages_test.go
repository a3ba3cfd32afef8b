package cards

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"testing"
)

var slots = regexp.MustCompile(`%(\[\d+\])?s`)

// TestLanguages compares the tables of phrases: everything that English says is said
// in Chinese, with as many slots.
func TestLanguages(t *testing.T) {
	samePhrases(t, "phrases", reflect.ValueOf(english), reflect.ValueOf(chinese))
}

func samePhrases(t *testing.T, at string, en, zh reflect.Value) {
	switch en.Kind() {
	case reflect.Struct:
		for i := range en.NumField() {
			samePhrases(t, at+"."+en.Type().Field(i).Name, en.Field(i), zh.Field(i))
		}
	case reflect.Map:
		for _, k := range en.MapKeys() {
			if v := zh.MapIndex(k); v.IsValid() {
				samePhrases(t, fmt.Sprintf("%s[%v]", at, k), en.MapIndex(k), v)
			} else {
				t.Errorf("%s[%v] is not there in Chinese", at, k)
			}
		}
	case reflect.String:
		a, b := en.String(), zh.String()
		if (a == "") != (b == "") {
			t.Errorf("%s is empty in one language: %q, %q", at, a, b)
		}
		if n := len(slots.FindAllString(a, -1)); n != len(slots.FindAllString(b, -1)) {
			t.Errorf("%s: slots of %q and %q differ", at, a, b)
		}
		if numbered := slices.DeleteFunc(slots.FindAllString(b, -1), func(s string) bool { return s == "%s" }); len(slices.Compact(slices.Sorted(slices.Values(numbered)))) != len(numbered) {
			t.Errorf("%s: a slot of %q stands twice", at, b)
		}
	default:
		t.Errorf("%s is of kind %s", at, en.Kind())
	}
}
