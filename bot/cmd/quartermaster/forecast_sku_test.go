package main

import (
	"bytes"
	"encoding/json"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quartermaster/connectors/demoshop"
	"quartermaster/core"
)

// demoFolder writes the demo shop's files as of 2026-11-20.
func demoFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := demoshop.Write(dir, core.DateDay(2026, 11, 20), demoshop.Seed); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestForecastSKU prints and draws one SKU; the code may be written in any case, and
// a wrong one is answered with the nearest.
func TestForecastSKU(t *testing.T) {
	dir := demoFolder(t)
	pic := filepath.Join(t.TempDir(), "pic.png")
	out, text, code := quartermaster(t, "forecast", "--sku", "20723", "--data", dir, "--as-of", "2026-11-20", "--chart", pic, "--horizon", "30")
	if code != 0 {
		t.Fatal(text)
	}
	for _, want := range []string{"20723", "LEEDS", "confidence", "method", "80 % interval", "2026-11-20", "2026-12-19", "in all"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in:\n%s", want, out)
		}
	}
	if n := strings.Count(out, " – "); n != 6 {
		t.Errorf("%d rows, want 5 weeks and a total:\n%s", n, out)
	}
	raw, err := os.ReadFile(pic)
	if err != nil {
		t.Fatal(err)
	}
	if img, err := png.Decode(bytes.NewReader(raw)); err != nil || img.Bounds().Dx() != 1200 {
		t.Errorf("picture: %v", err)
	}
	if !strings.Contains(text, "20723 · LEEDS: ") {
		t.Errorf("what the picture shows is not said: %s", text)
	}

	out, text, code = quartermaster(t, "forecast", "--sku", "20723", "--data", dir, "--as-of", "2026-11-20", "--json")
	var list []skuForecast
	if err := json.Unmarshal([]byte(out), &list); code != 0 || err != nil || len(list) != 1 {
		t.Fatalf("%v %s %s", err, text, out)
	}
	v, sum := list[0], 0.0
	for _, d := range v.Days {
		sum += d.Mean
		if d.Lo80 > d.Mean || d.Mean > d.Hi80 {
			t.Errorf("%s: %g is not within %g to %g", d.Start, d.Mean, d.Lo80, d.Hi80)
		}
	}
	if len(v.Days) != 91 || len(v.Weeks) != 13 || math.Abs(sum-v.Total.Mean) > 1 || v.Method == "" || v.Confidence == 0 || v.Sold.Last91 < v.Sold.Last28 {
		t.Errorf("%d days, %d weeks, %g of %g, %+v", len(v.Days), len(v.Weeks), sum, v.Total.Mean, v.Sold)
	}

	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--sku", "2072X"}, "did you mean 20723"},
		{[]string{"--sku", "no such thing at all"}, "no SKU"},
		{[]string{"--sku", "20723", "--location", "MARS"}, "LEEDS"},
		{[]string{"--sku", "20723", "--horizon", "-1"}, "--horizon"},
		{[]string{"--sku", "20723", "--as-of", "soon"}, "--as-of"},
		{[]string{"--sku", "20723", "--chart", "-"}, "standard output"},
	} {
		_, text, code := quartermaster(t, append([]string{"forecast", "--data", dir}, c.args...)...)
		if code == 0 || !strings.Contains(text, c.want) {
			t.Errorf("%v: %d, %q not in %s", c.args, code, c.want, text)
		}
	}
}
