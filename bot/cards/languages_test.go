package cards

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var slots = regexp.MustCompile(`%(\[\d+\])?s`)

// TestLanguages compares the tables of phrases: everything that English says is said
// in Chinese, with as many slots.
func TestLanguages(t *testing.T) {
	samePhrases(t, "phrases", reflect.ValueOf(english), reflect.ValueOf(chinese))
}

// Every golden message, form and answer is there in Chinese, too, and no phrase in it is
// the English one.
func TestGoldensAreInBothLanguages(t *testing.T) {
	en, zh := map[string]string{}, map[string]string{}
	phrasesOf("", reflect.ValueOf(english), en)
	phrasesOf("", reflect.ValueOf(chinese), zh)
	foreign := map[string]bool{}
	for at, phrase := range en {
		foreign[phrase] = foreign[phrase] || len(phrase) > 3 && zh[at] != phrase
	}
	list, err := filepath.Glob("testdata/*.*")
	if err != nil || len(list) < 100 {
		t.Fatalf("%d goldens, %v", len(list), err)
	}
	for _, path := range list {
		name := filepath.Base(path)
		other := filepath.Join("testdata", "zh", name)
		switch {
		case strings.Contains(name, ".zh."):
			continue
		case strings.Contains(name, ".en."):
			other = filepath.Join("testdata", strings.Replace(name, ".en.", ".zh.", 1))
		}
		text, err := os.ReadFile(other)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !bytes.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s is not Chinese", other)
		}
		for _, m := range texts.FindAllSubmatch(text, -1) {
			if foreign[string(m[1])] {
				t.Errorf("%s says %q in English", other, m[1])
			}
		}
	}
}

// texts finds what is shown in a golden file.
var texts = regexp.MustCompile(`"(?:text|label|title|alt_text)": "(.*)"`)

// phrasesOf lists the phrases of a table by their place in it.
func phrasesOf(at string, v reflect.Value, into map[string]string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			phrasesOf(at+"."+v.Type().Field(i).Name, v.Field(i), into)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			phrasesOf(fmt.Sprintf("%s[%v]", at, k), v.MapIndex(k), into)
		}
	case reflect.String:
		into[at] = v.String()
	}
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
