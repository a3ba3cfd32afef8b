package fault

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of docs/reliability.md anew")

const (
	page       = "../../docs/reliability.md"
	begin, end = "<!-- results: begin -->\n", "<!-- results: end -->\n"
)

// The table in the documentation is what the files of the last long run say.
func TestTableIsTheResults(t *testing.T) {
	files, err := filepath.Glob("../../docs/results/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no results: %v; run make chaos", err)
	}
	var b strings.Builder
	b.WriteString("| test | form | what happens | counted |\n|---|---|---|---|\n")
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var r Result
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var counts []string
		for _, k := range slices.Sorted(maps.Keys(r.Counts)) {
			counts = append(counts, fmt.Sprintf("%s %s", k, thousands(r.Counts[k])))
		}
		form := "short"
		if r.Long {
			form = "long"
		}
		if r.Failed {
			form += ", **failed**"
		}
		fmt.Fprintf(&b, "| `%s` | %s, %d s | %s | %s |\n", r.Test, form, r.Seconds, r.What, strings.Join(counts, ", "))
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), begin)
	table, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the results", page)
	}
	if table == b.String() {
		return
	}
	if !*update {
		t.Fatalf("%s does not say what docs/results say; run go test ./bot/fault -update", page)
	}
	if err := os.WriteFile(page, []byte(head+begin+b.String()+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}

var named = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)\\w+)")

// Every test that the documentation names is there.
func TestNamedTestsExist(t *testing.T) {
	var sources strings.Builder
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		sources.Write(source)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{page, "../../docs/slack.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range named.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(sources.String(), "func "+name[1]+"(") {
				t.Errorf("%s names %s, which is no test", page, name[1])
			}
		}
	}
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
