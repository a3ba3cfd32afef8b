package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/forecast/engine"
)

// sales writes three products over days days from 2026-01-01, with a price column.
func sales(t *testing.T, days int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("series_id,date,value,price\n")
	start := core.DateDay(2026, 1, 1)
	for i := range 3 {
		for d := range days {
			fmt.Fprintf(&b, "SKU-%d,%s,%d,9.5\n", i, start+core.Day(d), (i+1)*(5+d*7%5))
		}
	}
	name := filepath.Join(t.TempDir(), "sales.csv")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestForecast(t *testing.T) {
	in := sales(t, 42)
	out := filepath.Join(t.TempDir(), "out.csv")
	_, text, code := quartermaster(t, "forecast", "--input", in, "--horizon", "28", "--output", out)
	if code != 0 {
		t.Fatal(text)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(got)), "\n")
	if len(lines) != 1+3*28 || lines[0] != "series_id,date,mean,lo80,hi80,median" || !strings.HasPrefix(lines[1], "SKU-0,2026-02-12,") {
		t.Errorf("%d lines, %s, %s", len(lines), lines[0], lines[1])
	}
	again, why, _ := quartermaster(t, "forecast", "--input", in, "--horizon", "28", "--output", "-", "--why")
	if again != string(got) {
		t.Error("the second run differs")
	}
	if !strings.Contains(why, "WAPE") {
		t.Errorf("--why tells nothing: %s", why)
	}
}

func TestForecastNamesTheLine(t *testing.T) {
	in := filepath.Join(t.TempDir(), "bad.csv")
	if err := os.WriteFile(in, []byte("series_id,date,value\nA,2026-01-01,1\nA,2026-01-02,many\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out.csv")
	_, text, code := quartermaster(t, "forecast", "--input", in, "--horizon", "7", "--output", out)
	if code != 1 || !strings.Contains(text, `bad.csv:3: column value: "many"`) {
		t.Errorf("%d: %s", code, text)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a file was written")
	}
}

func TestBacktest(t *testing.T) {
	in := sales(t, 120)
	out, text, code := quartermaster(t, "backtest", "--input", in, "--horizon", "14", "--origins", "2", "--known", "price", "--no-pool", "--json")
	if code != 0 {
		t.Fatal(text)
	}
	var r engine.Review
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if last := r.Scores[len(r.Scores)-4]; last.Group != "all" || last.Errors.Series != 6 {
		t.Errorf("%+v", last)
	}
	people, _, _ := quartermaster(t, "backtest", "--input", in, "--horizon", "14", "--no-pool")
	for _, want := range []string{"naive", "seasonal naive", "moving average", "forecast", "accuracy"} {
		if !strings.Contains(people, want) {
			t.Errorf("%q is not in:\n%s", want, people)
		}
	}
	if _, text, code := quartermaster(t, "backtest", "--input", in, "--horizon", "14", "--known", "colour"); code == 0 || !strings.Contains(text, "colour") {
		t.Errorf("an unknown column was accepted: %s", text)
	}
}

// A model kept yesterday forecasts today's file, with a label it has not met, and
// refuses one with other columns.
func TestForecastWithStoredModel(t *testing.T) {
	dir := t.TempDir()
	file := func(name, header string, days int, event func(d int) string) string {
		var b strings.Builder
		b.WriteString(header + "\n")
		for i := range 12 {
			for d := range days {
				fmt.Fprintf(&b, "SKU-%d,%s,%d,%s\n", i, core.DateDay(2026, 1, 1)+core.Day(d), (i+1)*(5+d*7%5), event(d))
			}
		}
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	event := func(d int) string {
		switch {
		case d > 150:
			return "anniversary"
		case d%30 == 4:
			return "sale"
		}
		return "none"
	}
	yesterday := file("yesterday.csv", "series_id,date,value,event", 150, event)
	today := file("today.csv", "series_id,date,value,event", 160, event)
	model, first, second := filepath.Join(dir, "shop.model"), filepath.Join(dir, "1.csv"), filepath.Join(dir, "2.csv")
	run := func(args ...string) (string, int) {
		_, text, code := quartermaster(t, append([]string{"forecast", "--horizon", "7"}, args...)...)
		return text, code
	}
	if text, code := run("--input", yesterday, "--output", first, "--save-model", model); code != 0 {
		t.Fatal(text)
	}
	if text, code := run("--input", yesterday, "--output", second, "--model", model); code != 0 {
		t.Fatal(text)
	}
	a, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(second); err != nil || string(a) != string(b) {
		t.Errorf("the stored model forecasts otherwise, %v", err)
	}
	if text, code := run("--input", today, "--output", second, "--model", model); code != 0 {
		t.Fatal(text)
	}
	if b, _ := os.ReadFile(second); !strings.Contains(string(b), "SKU-3,2026-06-10,") {
		t.Errorf("no forecast of the day after:\n%.200s", b)
	}
	other := file("other.csv", "series_id,date,value,weather", 150, func(int) string { return "1" })
	if text, code := run("--input", other, "--output", second, "--model", model); code != 1 || !strings.Contains(text, "[event]") || !strings.Contains(text, "[weather]") {
		t.Errorf("%d: %s", code, text)
	}
	if text, code := run("--input", today, "--output", second, "--model", today); code != 1 || !strings.Contains(text, "not a stored model") {
		t.Errorf("%d: %s", code, text)
	}
}
