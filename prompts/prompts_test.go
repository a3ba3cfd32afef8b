package prompts

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestVersions(t *testing.T) {
	form := regexp.MustCompile(`^[a-z-]+-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	all := []Prompt{Repair()}
	for _, k := range append(slices.Clone(Kinds), "weekly", "digest") {
		all = append(all, For(k, "en"), For(k, "zh"))
		if For(k, "fr") != For(k, "en") {
			t.Errorf("%s: another language is not English", k)
		}
	}
	for _, p := range all {
		if !form.MatchString(p.Version()) || strings.TrimSpace(p.Text) == "" || seen[p.Text] {
			t.Errorf("%s: version %q of %d bytes", p.Name, p.Version(), len(p.Text))
		}
		seen[p.Text] = true
		changed := Prompt{p.Name, p.Text + " "}
		if changed.Version() == p.Version() {
			t.Errorf("%s: another text has the same version", p.Name)
		}
	}
}

func TestLettersHaveAllParts(t *testing.T) {
	for _, kind := range Kinds {
		for _, lang := range []string{"en", "zh"} {
			for _, part := range []string{"subject", "greeting", "body", "closing", "details"} {
				if Template(kind, lang).Lookup(part) == nil {
					t.Errorf("%s.%s: part %s is missing", kind, lang, part)
				}
			}
		}
		if Template(kind, "fr") != Template(kind, "en") || Template(kind, "zh") == Template(kind, "en") {
			t.Errorf("%s: languages are mixed up", kind)
		}
		if err := Template(kind, "en").ExecuteTemplate(new(strings.Builder), "body", map[string]any{}); err == nil {
			t.Errorf("%s: a missing fact went unnoticed", kind)
		}
	}
	if Template("love", "en") != nil {
		t.Error("there is a letter that is none")
	}
}
