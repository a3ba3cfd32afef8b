package main

import (
	"bytes"
	"encoding/csv"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBacktestOfAShop tests the demo shop's folder: a table with what was won and
// lost, a picture, and a row per series and method.
func TestBacktestOfAShop(t *testing.T) {
	dir := demoFolder(t)
	tmp := t.TempDir()
	pic, table := filepath.Join(tmp, "accuracy.png"), filepath.Join(tmp, "skus.csv")
	out, text, code := quartermaster(t, "backtest", "--data", dir, "--as-of", "2026-11-20", "--no-pool", "--origins", "2", "--horizon", "14",
		"--losers", "3", "--chart", pic, "--csv", table)
	if code != 0 {
		t.Fatal(text)
	}
	for _, want := range []string{"2 origins of 14 days, tested from 2026-10-23", "accuracy", "seasonal naive", "all ", "value added", "Lost most"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in:\n%s", want, out)
		}
	}
	if n := strings.Count(out[strings.Index(out, "Lost most"):], "\n"); n != 5 {
		t.Errorf("want a head and three losers:\n%s", out)
	}
	raw, err := os.ReadFile(pic)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(raw)); err != nil || !strings.Contains(text, "Accuracy by week") {
		t.Errorf("picture: %v, %s", err, text)
	}
	rows := readCSV(t, table)
	if len(rows) < 600 || (len(rows)-1)%4 != 0 || strings.Join(rows[0][:5], ",") != "series,class,units,method,accuracy" || !strings.Contains(rows[1][0], " at ") {
		t.Errorf("%d rows, %v, %v", len(rows), rows[0], rows[1])
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--data", dir, "--input", table}, "one of them"},
		{[]string{"--data", dir, "--freq", "W"}, "by day"},
		{[]string{"--data", dir, "--known", "price"}, "--known"},
		{[]string{"--data", dir, "--horizon", "500", "--no-pool"}, "shorter --horizon"},
		{[]string{"--data", dir, "--origins", "0"}, "--origins"},
		{[]string{"--as-of", "2026-11-20"}, "--data"},
	} {
		_, text, code := quartermaster(t, append([]string{"backtest"}, c.args...)...)
		if code == 0 || !strings.Contains(text, c.want) {
			t.Errorf("%v: %d, %q not in %s", c.args, code, c.want, text)
		}
	}
}

func readCSV(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestCSVCell(t *testing.T) {
	for in, want := range map[string]string{"": "", "SKU-1": "SKU-1", "=1+1": "'=1+1", "＠x": "'＠x", "a\tb": "a b", "-1": "'-1"} {
		if got := csvCell(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
