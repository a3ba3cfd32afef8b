package prompts

import (
	"regexp"
	"strings"
	"testing"
)

func TestVersions(t *testing.T) {
	form := regexp.MustCompile(`^[a-z-]+-[0-9a-f]{12}$`)
	for _, p := range []Prompt{SupplierOrder(), SupplierOrderRepair()} {
		if !form.MatchString(p.Version()) || strings.TrimSpace(p.Text) == "" {
			t.Errorf("%s: version %q of %d bytes", p.Name, p.Version(), len(p.Text))
		}
		changed := Prompt{p.Name, p.Text + " "}
		if changed.Version() == p.Version() {
			t.Errorf("%s: another text has the same version", p.Name)
		}
	}
}

func TestLettersHaveAllParts(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		for _, part := range []string{"subject", "greeting", "body", "closing", "details"} {
			if SupplierOrderLetter(lang).Lookup(part) == nil {
				t.Errorf("%s: part %s is missing", lang, part)
			}
		}
	}
	if SupplierOrderLetter("fr") != SupplierOrderLetter("en") || SupplierOrderLetter("zh") == SupplierOrderLetter("en") {
		t.Error("languages are mixed up")
	}
	if err := SupplierOrderLetter("en").ExecuteTemplate(new(strings.Builder), "subject", map[string]any{}); err == nil {
		t.Error("a missing fact went unnoticed")
	}
}
