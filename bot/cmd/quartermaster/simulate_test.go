package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/simulate"
)

func TestSimulateDemo(t *testing.T) {
	out, text, code := quartermaster(t, "simulate", "--demo", "--retrain", "0", "--json") // TestThePlanCostsLeast trains
	if code != 0 {
		t.Fatal(text)
	}
	var got struct {
		Currency string `json:"currency"`
		Policies []struct {
			Policy  string   `json:"policy"`
			Fill    *float64 `json:"fill_rate"`
			Stock   *float64 `json:"average_stock_value"`
			Lost    *float64 `json:"lost_margin"`
			Holding *float64 `json:"holding_cost"`
			Bought  *float64 `json:"purchase_variance"`
			Total   *float64 `json:"total_cost"`
		} `json:"policies"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	names := []string{"quartermaster", "cover-tiers", "rs-normal", "min-max"}
	if len(got.Policies) != len(names) || got.Currency != "GBP" {
		t.Fatalf("%d policies in %s", len(got.Policies), got.Currency)
	}
	for i, p := range got.Policies {
		if p.Policy != names[i] || p.Fill == nil || p.Stock == nil || p.Lost == nil || p.Total == nil {
			t.Fatalf("policy %d is %+v", i, p)
		}
		if *p.Fill < 0.4 || *p.Fill > 1 || *p.Stock < 1000 {
			t.Errorf("%s: fill rate %v with stock worth %v", p.Policy, *p.Fill, *p.Stock)
		}
		if sum := *p.Lost + *p.Holding + *p.Bought; sum-*p.Total > 0.005 || *p.Total-sum > 0.005 {
			t.Errorf("%s: the parts add up to %v, the total cost is %v", p.Policy, sum, *p.Total)
		}
	}
	if again, _, _ := quartermaster(t, "simulate", "--demo", "--retrain", "0", "--json"); again != out {
		t.Error("the second run differs")
	}
	if other, _, _ := quartermaster(t, "simulate", "--demo", "--retrain", "0", "--json", "--seed", "2"); other == out {
		t.Error("another seed gives the same result")
	}
}

func TestSimulatePolicies(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	lean := write("lean.toml", "[shop]\ncurrency = \"GBP\"\n[policy]\nservice_level = 0.6\n[approval]\nauto_limit = \"4000\"\n")
	safe := write("safe.toml", "[shop]\ncurrency = \"GBP\"\n[policy]\nservice_level = 0.99\n")
	table := filepath.Join(dir, "out.csv")
	out, text, code := quartermaster(t, "simulate", "--demo", "--retrain", "0", "--policy", lean, "--policy", safe, "--compare", "rs-normal", "--csv", table)
	if code != 0 {
		t.Fatal(text)
	}
	for _, want := range []string{"quartermaster/lean", "quartermaster/safe", "rs-normal", "class A", "not scored", "0 of these (0 %) within the limits for approval by rule"} {
		if !strings.Contains(out, want) {
			t.Errorf("the table lacks %q:\n%s", want, out)
		}
	}
	rows, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(rows), "\n"); n != 1+3*4 || !strings.HasPrefix(string(rows), "policy,class,knob,fill_rate,") {
		t.Errorf("%d lines of CSV:\n%s", n, rows)
	}
}

// Nine of ten routine orders of the demo shop's year are approved by rule with a limit of
// GBP 6,000 an order and four times that a week (requirement J3), fewer with a lower one.
func TestSimulateApprovalByRule(t *testing.T) {
	snap, err := demoSnapshot()
	if err != nil {
		t.Fatal(err)
	}
	cfg := simulate.Config{Seed: 1, LeadCV: simulate.DataLeads}
	if cfg.From, cfg.To, err = new(simulateCmd).days(&snap); err != nil {
		t.Fatal(err)
	}
	year, err := simulate.New(snap, cfg)
	if err != nil {
		t.Fatal(err)
	}
	limited := func(pounds int64) simulate.Policy {
		p := core.DefaultPolicy()
		p.Approval.AutoLimit = core.Money{Minor: 100 * pounds, Currency: "GBP"}
		p.Approval.Approvers = []core.Approver{{User: "U1", Limit: core.Money{Minor: 5_000_000, Currency: "GBP"}}}
		return simulate.Quartermaster("ours", p, simulate.Training{})
	}
	r, err := simulate.Run(t.Context(), year, []simulate.Policy{limited(6000), limited(500), simulate.Quartermaster("off", core.DefaultPolicy(), simulate.Training{})}, nil)
	if err != nil {
		t.Fatal(err)
	}
	wide, narrow := r[0].Approvals, r[1].Approvals
	for _, a := range []*simulate.Approvals{wide, narrow} {
		asked := 0
		for _, n := range a.Asked {
			asked += n
		}
		if a.Orders < 80 || a.Routine+asked != a.Orders || a.ByRule > a.Routine {
			t.Errorf("%+v", a)
		}
	}
	if 10*wide.ByRule < 9*wide.Routine || 2*narrow.ByRule > narrow.Routine || 5*wide.Routine < 2*wide.Orders {
		t.Errorf("%s; with a limit of 500: %s", wide, narrow)
	}
	if r[2].Approvals != nil || r[2].Totals != r[0].Totals {
		t.Error("the limit changed what is ordered")
	}
}

func TestSimulateSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{}, "give one of --data DIR, --input FILE and --demo"},
		{[]string{"--demo", "--compare", "minmax"}, `no policy "minmax"; there are cover-tiers, cover-tiers-lead, rs-normal, min-max`},
		{[]string{"--demo", "--from", "2020-01-01"}, "the data begins on"},
		{[]string{"--demo", "--to", "2027-01-01"}, "the data ends on"},
		{[]string{"--demo", "--from", "2025-11-01", "--to", "2025-10-01"}, "nothing to simulate from 2025-11-01 to 2025-10-01"},
		{[]string{"--demo", "--warm-up", "400"}, "warm-up is 400, must be between 0 and"},
		{[]string{"--demo", "--lead-sd", "7"}, "spread of lead times is 7, must be between"},
	} {
		if _, text, code := quartermaster(t, append([]string{"simulate"}, c.args...)...); code == 0 || !strings.Contains(text, c.want) {
			t.Errorf("%q: code %d, %s; want %q", c.args, code, text, c.want)
		}
	}
}

func TestSimulateCurve(t *testing.T) {
	picture := filepath.Join(t.TempDir(), "curve.png")
	out, text, code := quartermaster(t, "simulate", "--demo", "--retrain", "0", "--compare", "rs-normal", "--from", "2025-09-01", "--warm-up", "30", "--chart", picture)
	if code != 0 {
		t.Fatal(text)
	}
	if !strings.Contains(out, "stock than rs-normal: GBP ") || !strings.Contains(out, "The setting of lowest total cost") {
		t.Errorf("no comparison at equal fill rates:\n%s\n%s", out, text)
	}
	if png, err := os.ReadFile(picture); err != nil || !strings.HasPrefix(string(png), "\x89PNG") {
		t.Errorf("%d bytes, %v", len(png), err)
	}
}

// A shop that sold for one day hears that there is no history, not of days to come.
func TestSimulateOneDayOfSales(t *testing.T) {
	day := core.DateDay(2026, 11, 15)
	s := core.Snapshot{Demand: []core.Series{{SKU: "A", Start: day, Qty: core.Daily(5)}}}
	_, _, err := new(simulateCmd).days(&s)
	if err == nil || !strings.Contains(err.Error(), "nothing to simulate before 2026-11-16: sales are known from 2026-11-15 on, and without --from the first 182 days") {
		t.Errorf("%v", err)
	}
}
