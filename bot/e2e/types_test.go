//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// node returns a folder with Slack's SDK, its types and the TypeScript compiler, as
// the lock file names them.
func node(t testing.TB) string {
	t.Helper()
	npm := need(t, "Node 20 or later with npm; Debian: apt-get install nodejs npm", "npm")
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", "echo.mjs"} {
		raw, err := os.ReadFile(filepath.Join("node", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	command(t, dir, npm, "ci", "--no-audit", "--no-fund")
	return dir
}

// preamble says what a golden file must be. Literals are checked for fields that
// the types do not know, too. The published types do not have the chart block yet; its
// type is written after Slack's reference.
const preamble = `import type { KnownBlock, MessageMetadata, ModalView, HomeView } from "@slack/types";
type Chart = { type: "data_visualization"; block_id?: string; title: string; chart: { type: "line";
  series: { name: string; data: { label: string; value: number }[] }[];
  axis_config: { categories: string[]; x_label?: string; y_label?: string } } };
type Message = { text: string; blocks: (KnownBlock | Chart)[]; metadata?: MessageMetadata };
`

// Every golden card, answer, form and home tab is what the published types of Block
// Kit allow.
func TestGoldensHaveSlackTypes(t *testing.T) {
	files, err := filepath.Glob("../cards/testdata/*.json")
	chinese, err2 := filepath.Glob("../cards/testdata/zh/*.json")
	if err := errors.Join(err, err2); err != nil || len(files) < 70 || len(chinese) < 60 {
		t.Fatalf("%d golden files, %d in Chinese, %v", len(files), len(chinese), err)
	}
	files = append(files, chinese...)
	dir := node(t)
	write := func(name, kind, value string) {
		text := fmt.Sprintf("%sexport const golden: %s = %s;\n", preamble, kind, value)
		if err := os.WriteFile(filepath.Join(dir, name+".ts"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tsc := filepath.Join(dir, "node_modules", ".bin", "tsc")
	check := func(names []string) (string, error) {
		return try(dir, tsc, append([]string{"--noEmit", "--strict", "--target", "es2022", "--module", "nodenext"}, names...)...)
	}

	// The check itself must bite: an unknown field, a wrong type, a missing field.
	bad := map[string]string{
		"unknown": `{text: "t", blocks: [{type: "divider", colour: "red"}]}`,
		"wrong":   `{text: "t", blocks: [{type: "header", text: {type: "mrkdwn", text: "t"}}]}`,
		"missing": `{text: "t", blocks: [{type: "image", image_url: "https://e.example/i.png"}]}`,
	}
	for name, value := range bad {
		write("bad-"+name, "Message", value)
	}
	out, _ := check([]string{"bad-unknown.ts", "bad-wrong.ts", "bad-missing.ts"})
	for name := range bad {
		if !strings.Contains(out, "bad-"+name+".ts") {
			t.Errorf("a message with an %s field passed:\n%s", name, out)
		}
	}

	var names []string
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var head struct{ Type string }
		if err := json.Unmarshal(raw, &head); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		kind := map[string]string{"": "Message", "modal": "ModalView", "home": "HomeView"}[head.Type]
		name := filepath.Base(filepath.Dir(file)) + "-" + strings.TrimSuffix(filepath.Base(file), ".json")
		write(name, kind, string(raw))
		names = append(names, name+".ts")
	}
	if out, err := check(names); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%d golden files", len(names))
}
