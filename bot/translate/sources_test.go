package translate

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/unshown.txt anew: every sentence without a translation")

// spoken are the packages whose sentences people read in Slack.
var spoken = []string{"core/plan", "core/risk", "core/replenish", "core/supply", "core/forecast", "core/forecast/engine", "core/forecast/history", "core/forecast/signal", "core/repurchase", "bot/jobs", "bot/slackapp", "bot/cards", "bot/chart"}

var (
	verb    = regexp.MustCompile(`%(?:\[\d+\])?[-+#0 ]*\d*(?:\.\d+)?[a-zA-Z]`)
	gaps    = regexp.MustCompile(`§+s\b|§+`)
	wordy   = regexp.MustCompile(`[a-z]{2,}[^a-z]+[a-z]{2,}`)
	silent  = regexp.MustCompile(`^(Errorf|New|panic|Info|Warn|Error|Debug|Exec|Query|QueryRow|Audit|aside|note|failed|excuse|closed|settled|malformed|bad|MustCompile|Log|InfoContext|WarnContext|ErrorContext|Is|run|run1|get|gap)$`)
	unshown = filepath.Join("testdata", "unshown.txt")
)

// TestSourcesAreTranslated reads the sources for sentences and wants a translation for
// each, or its place on the list of those that nobody reads in Slack: errors of the
// operator's, lines of the log. A new sentence fails here; it belongs into zh.txt.
func TestSourcesAreTranslated(t *testing.T) {
	missing := map[string]string{}
	for _, dir := range spoken {
		files, err := filepath.Glob(filepath.Join("..", "..", dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || (dir == "bot/cards" || dir == "bot/chart") && tables(file) {
				continue
			}
			for _, s := range sentences(t, file) {
				if !known(s) {
					missing[s] = dir
				}
			}
		}
	}
	if *update {
		var b strings.Builder
		for _, dir := range spoken {
			b.WriteString("# " + dir + "\n")
			for _, s := range slices.Sorted(maps.Keys(missing)) {
				if missing[s] == dir {
					b.WriteString(strconv.Quote(s) + "\n")
				}
			}
		}
		if err := os.WriteFile(unshown, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	listed, err := os.ReadFile(unshown)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(listed)) {
		if s, err := strconv.Unquote(strings.TrimSpace(line)); err == nil {
			delete(missing, s)
		}
	}
	for _, s := range slices.Sorted(maps.Keys(missing)) {
		t.Errorf("%s: %q has no translation in zh.txt", missing[s], s)
	}
}

// tables are the files of bot/cards that hold English phrases beside Chinese ones;
// another test compares them.
func tables(file string) bool {
	raw, err := os.ReadFile(file)
	return err != nil || strings.Contains(string(raw), "Words struct") || strings.Contains(string(raw), "type phrases struct") || strings.HasSuffix(file, "chinese.go")
}

// sentences returns the string literals of a file that read like sentences.
func sentences(t *testing.T, file string) (out []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := ""
			switch fun := n.Fun.(type) {
			case *ast.Ident:
				name = fun.Name
			case *ast.SelectorExpr:
				name = fun.Sel.Name
			}
			return !silent.MatchString(name)
		case *ast.Field, *ast.ImportSpec:
			_, field := n.(*ast.Field)
			return field && n.(*ast.Field).Tag == nil
		case *ast.BasicLit:
			if s, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && wordy.MatchString(s) && strings.Contains(strings.TrimSpace(s), " ") && !strings.Contains(s, "SELECT") {
				out = append(out, s)
			}
		}
		return true
	})
	return out
}

// known reports whether a sentence with verbs is translated whole, be it only a part
// of one to which something is added before or after.
func known(s string) bool {
	s = verb.ReplaceAllString(strings.ReplaceAll(s, "%%", "\x01"), "§")
	s = strings.ReplaceAll(gaps.ReplaceAllString(s, "§"), "\x01", "%")
	s = strings.Trim(s, " ;,:.")
	c := chinese()
	for _, try := range []string{s, s + " §", "§ " + s, "§ " + s + " §", s + "§", s + ": §", "§, " + s, "§; " + s, s + ")", "§ (" + s} {
		if f := (&search{c: c, memo: map[string]found{}, steps: maxSteps}).best(try, 0); !f.left {
			return true
		}
	}
	return false
}
