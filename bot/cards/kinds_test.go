package cards

import (
	"os"
	"regexp"
	"testing"

	"quartermaster/core/risk"
)

// Every kind of finding has its words where findings are listed.
func TestKindsHaveWords(t *testing.T) {
	source, err := os.ReadFile("../../core/risk/types.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`(?m)^\t\w+ +Kind = "([a-z-]+)"`).FindAllSubmatch(source, -1)
	if len(kinds) < 12 {
		t.Fatalf("only %d kinds are found", len(kinds))
	}
	for _, m := range kinds {
		kind := risk.Kind(m[1])
		for language, w := range map[string]quietWords{"en": englishQuiet, "zh": chineseQuiet} {
			if w.kinds[kind] == "" {
				t.Errorf("%s has no words in %s", kind, language)
			}
		}
	}
}
