package bot

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"quartermaster/bot/cards"
	"quartermaster/bot/workspace"
)

// used counts what people did in the workspaces of all tests.
var used gestures

type gestures struct {
	mu              sync.Mutex
	elements, forms map[string]int
}

// numbered is the end of an action id that stands several times on one surface.
var numbered = regexp.MustCompile(`_\d+$`)

func (g *gestures) add(ws *workspace.Workspace) {
	elements, forms := ws.Used()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.elements == nil {
		g.elements, g.forms = map[string]int{}, map[string]int{}
	}
	for id, n := range elements {
		g.elements[id] += n
		if short := numbered.ReplaceAllString(id, ""); short != id {
			g.elements[short] += n
		}
	}
	for id, n := range forms {
		g.forms[id] += n
	}
}

// unsent are the windows that only tell: there is nothing in them to send.
var unsent = map[string]bool{cards.CallbackWhy: true, cards.CallbackLoad: true}

// unused lists the buttons and forms of package cards that nobody touched.
func (g *gestures) unused(dir string) (out []string, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no sources in %s: %w", dir, err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			lit, ok := spec.Values[0].(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			id, _ := strconv.Unquote(lit.Value)
			switch c := spec.Names[0].Name; {
			case strings.HasPrefix(c, "Action") && g.elements[id] == 0:
				out = append(out, "nobody pressed "+c+" ("+id+")")
			case strings.HasPrefix(c, "Callback") && g.forms[id] == 0 && !unsent[id]:
				out = append(out, "nobody sent "+c+" ("+id+")")
			}
			return true
		})
	}
	return out, nil
}

// TestMain runs the tests and then asks whether each button was pressed and each form
// sent through the program at least once. Only a run of all tests can tell.
func TestMain(m *testing.M) {
	code := m.Run()
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.fuzz"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			os.Exit(code)
		}
	}
	if code == 0 {
		list, err := used.unused("cards")
		for _, what := range list {
			fmt.Println("FAIL:", what, "in any test of this package")
		}
		if err != nil {
			fmt.Println("FAIL:", err)
		}
		if err != nil || len(list) > 0 {
			code = 1
		}
	}
	os.Exit(code)
}
