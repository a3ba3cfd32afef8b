package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quartermaster/core/forecast/history"
	"quartermaster/core/plan"
)

// The demo shop with a video about one product: the plan knows, the list of
// anomalies is the same as table, CSV and JSON, and a what-if question is answered.
func TestAnomaliesAndWhatIf(t *testing.T) {
	dir := demoFolder(t)
	text := "name,kind,percent,start,half_life_hours,sku\nA video,topic,+300,2026-11-19 18:00:00,48,20723\n"
	if err := os.WriteFile(filepath.Join(dir, "signals.csv"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	at := []string{"--data", dir, "--as-of", "2026-11-20"}
	run := func(args ...string) string {
		t.Helper()
		out, text, code := quartermaster(t, append(args, at...)...)
		if code != 0 {
			t.Fatalf("%v: %s", args, text)
		}
		return out
	}
	out := run("plan")
	if !strings.Contains(out, " anomalies in the data: ") || !strings.Contains(out, "Signal A video: expected ") {
		t.Errorf("plan does not tell:\n%s", out)
	}

	var list []history.Anomaly
	if err := json.Unmarshal([]byte(run("anomalies", "--json")), &list); err != nil || len(list) == 0 {
		t.Fatalf("%v, %d anomalies", err, len(list))
	}
	rows, err := csv.NewReader(strings.NewReader(run("anomalies", "--csv"))).ReadAll()
	if err != nil || len(rows) != len(list)+1 || rows[1][2] != list[0].From.String() {
		t.Errorf("%v, %d rows for %d anomalies", err, len(rows), len(list))
	}
	table := run("anomalies", "--kind", "closed")
	if !strings.Contains(table, "(all)") || strings.Contains(table, "spike") || strings.Count(table, "\n") < 4 {
		t.Errorf("closed days:\n%s", table)
	}

	out = run("whatif", "--sku", "20723", "--change", "topic +100% 2026-12-01..2026-12-14")
	for _, want := range []string{"What if: topic +100% 2026-12-01..2026-12-14", "Demand changes by +100 %, as asked.", "demand 2026-12-01 to 2026-12-14", "stock lasts until", "to order today"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in:\n%s", want, out)
		}
	}
	var w plan.WhatIfResult
	if err := json.Unmarshal([]byte(run("whatif", "--sku", "20723", "--change", "price -10%", "--json")), &w); err != nil || w.Effect <= 0 || len(w.Places) == 0 {
		t.Errorf("%v: %+v", err, w)
	}
	for change, want := range map[string]string{"tiktok": "is not of the form", "topic +5% 2020-01-01": "lies before today"} {
		if _, text, code := quartermaster(t, append([]string{"whatif", "--sku", "20723", "--change", change}, at...)...); code == 0 || !strings.Contains(text, want) {
			t.Errorf("%q: code %d, %s", change, code, text)
		}
	}
}
