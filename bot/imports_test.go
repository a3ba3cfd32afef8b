package bot

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rules say what a package of this module may import: other packages of the
// module by path below it, and outside modules by prefix. The first rule whose
// path fits counts. "std" is always allowed, except what core rules out.
var rules = []struct {
	path    string   // package, or folder with /...
	own     []string // packages of this module, folder with /...
	outside []string // module path prefixes
}{
	{"core", nil, nil},
	{"core/forecast", []string{"core"}, nil},
	{"core/replenish", []string{"core", "core/forecast", "core/forecast/window"}, nil},
	{"core/risk", []string{"core", "core/forecast", "core/replenish"}, nil},
	{"core/...", []string{"core/..."}, []string{"gonum.org/v1/gonum"}},
	{"connectors", []string{"core/..."}, nil},
	{"connectors/...", []string{"core/...", "connectors/..."}, []string{"*"}},
	{"prompts", nil, nil},
	{"migrations", nil, nil},
	{"bot/store", []string{"core/...", "connectors", "connectors/csvfile", "migrations"}, []string{"github.com/jackc/pgx/v5", "github.com/riverqueue/river", "github.com/pressly/goose/v3"}},
	{"bot/pgembed", nil, nil},
	{"bot/pgembed/pgtest", []string{"bot/pgembed", "bot/store", "migrations"}, []string{"*"}},
	{"bot/draft", []string{"core/...", "prompts"}, []string{"github.com/sashabaranov/go-openai", "golang.org/x/text"}},
	{"bot/sheet", nil, nil},
	{"bot/jobs", []string{"core/...", "connectors", "connectors/csvfile", "bot/store", "bot/chart", "bot/sheet"}, []string{"github.com/jackc/pgx/v5", "github.com/riverqueue/river", "github.com/robfig/cron/v3", "golang.org/x/sync"}},
	{"bot/chart", []string{"core/..."}, []string{"gonum.org/v1/gonum", "gonum.org/v1/plot", "github.com/hajimehoshi/bitmapfont/v3", "golang.org/x/image"}},
	{"bot/cards", []string{"core/...", "bot/translate"}, []string{"github.com/slack-go/slack", "golang.org/x/text"}},
	{"bot/secret", nil, nil},
	{"bot/translate", nil, nil},
	{"bot/slackapp", []string{"core/...", "connectors", "bot/cards", "bot/jobs", "bot/secret"}, []string{"github.com/slack-go/slack", "github.com/gorilla/websocket", "golang.org/x/sync"}},
	{"bot/fault", nil, nil},
	{"bot/workspace", nil, []string{"github.com/gorilla/websocket"}},
	{"bot/e2e", nil, nil},
	{"bot", []string{"core/...", "connectors/...", "prompts", "migrations", "bot/..."}, []string{"*"}},
	{"bot/cmd/...", []string{"core/...", "connectors/...", "bot/..."}, []string{"*"}},
}

// impure are the standard packages that core must not know: it has no network,
// no database, no files, no clock ticking and no log. (time is allowed for its
// types; the linter forbids time.Now there.)
var impure = []string{"net", "net/http", "database/sql", "os", "os/exec", "log", "log/slog", "math/rand", "io/fs"}

func TestImports(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,Standard", "quartermaster/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := 0
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		path := strings.TrimPrefix(p.ImportPath, "quartermaster/")
		i := slices.IndexFunc(rules, func(r struct {
			path         string
			own, outside []string
		}) bool {
			return matches(r.path, path)
		})
		if i < 0 {
			t.Errorf("package %s has no rule: add one that says what it may import", path)
			continue
		}
		seen++
		for _, imp := range p.Imports {
			own, isOwn := strings.CutPrefix(imp, "quartermaster/")
			switch {
			case isOwn:
				if !slices.ContainsFunc(rules[i].own, func(a string) bool { return matches(a, own) }) {
					t.Errorf("%s must not import %s", path, own)
				}
			case strings.Contains(strings.Split(imp, "/")[0], "."):
				if !slices.ContainsFunc(rules[i].outside, func(a string) bool { return a == "*" || strings.HasPrefix(imp, a) }) {
					t.Errorf("%s must not import %s", path, imp)
				}
			case strings.HasPrefix(path, "core"):
				if slices.Contains(impure, imp) {
					t.Errorf("%s is pure and must not import %s", path, imp)
				}
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d packages were looked at", seen)
	}
}

// matches reports whether path is rule, or lies below a rule that ends in /...
func matches(rule, path string) bool {
	if dir, ok := strings.CutSuffix(rule, "/..."); ok {
		return path == dir || strings.HasPrefix(path, dir+"/")
	}
	return rule == path
}
