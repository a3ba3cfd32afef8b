package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestRepurchase runs every task on a small shop and looks at the tables.
func TestRepurchase(t *testing.T) {
	dir := t.TempDir()
	orders, out := filepath.Join(dir, "orders.csv"), filepath.Join(dir, "out.csv")
	var text strings.Builder
	text.WriteString("customer_id,date,product_id,quantity,price\n")
	for c := range 120 {
		for k := range 1 + c%6 {
			fmt.Fprintf(&text, "c%03d,2026-%02d-%02d,p%d,1,9.95\n", c, 1+(c+k*(1+c%3))%9, 1+(c*7)%28, (c+k%2)%8)
		}
	}
	if err := os.WriteFile(orders, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for task, header := range map[string]string{
		"customers": "customer_id,expected,p_active,mean",
		"products":  "customer_id,product_id,prob",
		"cycle":     "customer_id,product_id,days_to_next,prob",
		"cycles":    "product_id,channel,buyers,repeats,within_30,within_90,within_180,median_days,policy,why",
		"links":     "product_id,followed_by,buyers,followers,share,low,high,lift,q",
		"segments":  "segment,customers,orders,value,expected_orders,year_each,low,high",
		"demand":    "product_id,forecast,customers,weight,blend",
	} {
		if _, msg, code := quartermaster(t, "repurchase", "--task", task, "--orders", orders, "--cutoff", "2026-09-30", "--days", "30", "--output", out); code != 0 {
			t.Errorf("%s: %s", task, msg)
			continue
		}
		f, err := os.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(f).ReadAll()
		_ = f.Close()
		if err != nil || len(rows) == 0 || strings.Join(rows[0], ",") != header {
			t.Errorf("%s: %v %v", task, rows[:min(1, len(rows))], err)
		}
		if task == "customers" && len(rows) != 121 {
			t.Errorf("%d rows for 120 customers", len(rows)-1)
		}
	}
	if _, msg, code := quartermaster(t, "repurchase", "--task", "customers", "--intervals", "--orders", orders, "--cutoff", "2026-09-30", "--output", out); code != 0 {
		t.Error(msg)
	}
	text2, err := os.ReadFile(out)
	rows, err2 := csv.NewReader(strings.NewReader(string(text2))).ReadAll()
	if err != nil || err2 != nil || len(rows) != 121 || len(rows[0]) != 11 {
		t.Fatalf("intervals: %v %v", err, err2)
	}
	for _, row := range rows[1:] {
		v := make([]float64, len(row))
		for i := range row[1:] {
			if v[i+1], err = strconv.ParseFloat(row[i+1], 64); err != nil {
				t.Fatal(err)
			}
		}
		if v[4] > v[3] || v[3] > v[5] || v[6] > v[2] || v[2] > v[7] || v[9] > v[8] || v[8] > v[10] || v[7] > 1 || v[5] == v[4] {
			t.Fatalf("bounds are not around the points: %v", row)
		}
	}
	// Who looked at the shop yesterday is no lapsed customer.
	browsing := filepath.Join(dir, "browsing.csv")
	if err := os.WriteFile(browsing, []byte("customer_id,day\nc000,2026-09-29\nc999,2026-09-29\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	segments := func(args ...string) string {
		_, msg, code := quartermaster(t, append([]string{"repurchase", "--task", "segments", "--orders", orders, "--cutoff", "2026-09-30", "--output", out}, args...)...)
		text, err := os.ReadFile(out)
		if code != 0 || err != nil {
			t.Fatal(msg, err)
		}
		_, settling, _ := strings.Cut(string(text), "\nsettling,")
		return settling[:strings.IndexByte(settling, ',')]
	}
	if before, after := segments(), segments("--browsing", browsing); before != "0" || after != "1" {
		t.Errorf("%s customers are settling, with browsing %s", before, after)
	}
	if _, msg, code := quartermaster(t, "repurchase", "--browsing", browsing); code == 0 || !strings.Contains(msg, "--orders") {
		t.Errorf("browsing without orders: %s", msg)
	}
	if err := os.WriteFile(browsing, []byte("customer_id,day\nc000,soon\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, msg, code := quartermaster(t, "repurchase", "--orders", orders, "--browsing", browsing); code == 0 || !strings.Contains(msg, "browsing.csv:2: column day") {
		t.Errorf("a bad day: %s", msg)
	}
	picture, list := filepath.Join(dir, "cycle.png"), filepath.Join(dir, "likely.csv")
	said, msg, code := quartermaster(t, "repurchase", "--orders", orders, "--sku", "P1", "--chart", picture, "--customers", list, "--output", out)
	if code != 0 || !strings.Contains(said, "p1 as of 2026-09-22") || !strings.Contains(said, "customers bought it") {
		t.Errorf("--sku: %s %s", said, msg)
	}
	if png, err := os.ReadFile(picture); err != nil || !strings.HasPrefix(string(png), "\x89PNG") {
		t.Errorf("chart: %v", err)
	}
	if text, err := os.ReadFile(list); err != nil || !strings.HasPrefix(string(text), "customer_id,probability,due,again\nc") {
		t.Errorf("likely customers: %.80s %v", text, err)
	}
	if said, msg, code = quartermaster(t, "repurchase", "--orders", orders); code != 0 || !strings.Contains(said, "120 customers") || !strings.Contains(said, "high potential") {
		t.Errorf("the table: %s %s", said, msg)
	}
	if _, msg, code = quartermaster(t, "repurchase", "--orders", orders, "--sku", "p77"); code == 0 || !strings.Contains(msg, "did you mean p7") {
		t.Errorf("an unknown product: %s", msg)
	}
	if _, msg, code = quartermaster(t, "repurchase", "--task", "links", "--orders", orders); code == 0 || !strings.Contains(msg, "--output") {
		t.Errorf("a task without output: %s", msg)
	}
	for _, c := range [][2]string{{"--cutoff=soon", "soon"}, {"--days=0", "--days"}, {"--cutoff=2020-01-01", "no purchase"}} {
		_, msg, code := quartermaster(t, "repurchase", "--task=customers", "--orders="+orders, "--cutoff=2026-09-30", "--output="+out, c[0])
		if code == 0 || !strings.Contains(msg, c[1]) {
			t.Errorf("%s: ended with %d: %s", c[0], code, msg)
		}
	}
}
