package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quartermaster/core"
)

// write puts a file beside the history.
func write(t *testing.T, name, text string) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

const stateHeader = "series_id,on_hand,on_order,lead_days,moq,unit_cost,unit_price,due\n"

func TestOrder(t *testing.T) {
	history := sales(t, 120) // 5 to 9 a day of SKU-0, double of SKU-1, triple of SKU-2
	state := write(t, "state.csv", stateHeader+
		"SKU-0,10,0,10,1,6,10,\n"+ // lasts a day
		"SKU-1,9000,0,10,1,6,10,\n"+ // lasts for years
		"SKU-2,10,0,10,12,6,10,\n"+
		"SKU-9,0,0,10,1,6,10,\n") // never sold
	params := write(t, "params.json", `{"review_days":7,"holding_rate":0.25,"shortage_cost":"margin","step_days":1,"scenario":"x","round":3}`)
	models := filepath.Join(t.TempDir(), "models")
	out := filepath.Join(t.TempDir(), "orders.csv")
	order := func(more ...string) string {
		t.Helper()
		args := append([]string{"order", "--history", history, "--state", state, "--params", params, "--output", out}, more...)
		_, text, code := quartermaster(t, args...)
		if code != 0 {
			t.Fatal(text)
		}
		if want := "state.csv: nothing is ordered of series that the history lacks (1 of 4): SKU-9\n"; text != want {
			t.Fatalf("said %q, want %q", text, want)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	first := order("--model", models)
	lines := strings.Split(strings.TrimSpace(first), "\n")
	if len(lines) != 5 || lines[0] != "series_id,order" || lines[2] != "SKU-1,0" || lines[4] != "SKU-9,0" {
		t.Fatalf("%q", first)
	}
	var q [3]int
	for i, l := range []int{1, 3} {
		_, n, _ := strings.Cut(lines[l], ",")
		for _, c := range n {
			q[i] = 10*q[i] + int(c-'0')
		}
	}
	// Seven days of 5 to 9 are 49, seldom more than 50; three times as much in dozens.
	if q[0] < 49 || q[0] > 60 || q[1] < 147 || q[1] > 180 || q[1]%12 != 0 {
		t.Errorf("orders %d and %d, expected a little over 49 and 147 in dozens", q[0], q[1])
	}
	if again := order("--model", models); again != first {
		t.Errorf("with the kept model:\n%s\nwithout:\n%s", again, first)
	}
	if alone := order(); alone != first {
		t.Errorf("without a folder:\n%s\nwith:\n%s", alone, first)
	}
}

func TestOrderSaysWhatIsWrong(t *testing.T) {
	history := sales(t, 60)
	state := write(t, "state.csv", stateHeader+"SKU-0,1,0,10,1,6,10,\n")
	params := write(t, "params.json", `{"holding_rate":0.25}`)
	for _, tt := range []struct{ state, params, want string }{
		{write(t, "state.csv", stateHeader+"SKU-0,many,0,10,1,6,10,\n"), params, "state.csv:2: column on_hand"},
		{state, write(t, "params.json", "{"), "params.json: not JSON"},
		{state, write(t, "params.json", "[]"), "params.json: must be an object with the keys today, review_days"},
		{state, write(t, "params.json", `{"holding_rate":1,"today":7}`), "today must be text, is number"},
		{state, write(t, "params.json", `{"holdingrate":1}`), `the key "holdingrate" is not known and left out; did you mean "holding_rate"?`},
		{state, write(t, "params.json", `{}`), "holding_rate or holding_cost is missing"},
		{state, write(t, "params.json", `{"holding_rate":-1}`), "must be 0 to 1e9"},
		{state, write(t, "params.json", `{"holding_rate":1,"step_days":2}`), "step_days is 2, must be 1 or 7"},
		{state, write(t, "params.json", `{"holding_rate":1,"shortage_cost":"much"}`), "shortage_cost is \"much\""},
		{state, write(t, "params.json", `{"holding_rate":"x"}`), "holding_rate must be a number, is string"},
		{state, write(t, "params.json", `{"holding_rate":1,"today":"soon"}`), "today:"},
	} {
		_, text, code := quartermaster(t, "order", "--history", history, "--state", tt.state, "--params", tt.params, "--output", filepath.Join(t.TempDir(), "o.csv"))
		if code == 0 || !strings.Contains(text, tt.want) {
			t.Errorf("exit %d, %q; want %q", code, text, tt.want)
		}
	}
}

// Weeks of 30 to 50, empty shelves in between; a lead time of two weeks, 10 units due
// in one. The order is for the third week alone, as what runs out before is lost.
func TestOrderByWeek(t *testing.T) {
	var b strings.Builder
	b.WriteString("series_id,date,value,in_stock\n")
	start := core.DateDay(2025, 1, 6)
	for w := range 60 {
		value, there := 30+w*7%21, 1
		if w%9 == 5 {
			value, there = 0, 0
		}
		fmt.Fprintf(&b, "A,%s,%d,%d\n", start+core.Day(7*w), value, there)
	}
	history := write(t, "history.csv", b.String())
	state := write(t, "state.csv", stateHeader+"A,5,10,14,1,1,2,7:10\n")
	out := filepath.Join(t.TempDir(), "orders.csv")
	order := func(params string) string {
		t.Helper()
		_, text, code := quartermaster(t, "order", "--history", history, "--state", state, "--params", write(t, "params.json", params), "--output", out)
		if code != 0 {
			t.Fatal(text)
		}
		got, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(strings.TrimPrefix(string(got), "series_id,order\n"))
	}
	const costs = `{"step_days":7,"review_days":7,"holding_cost":0.2,"shortage_cost":1,"today":"2026-02-23"`
	got := order(costs + "}")
	var n int
	if _, err := fmt.Sscanf(got, "A,%d", &n); err != nil || n < 38 || n > 52 {
		t.Errorf("%q: the 0.78 quantile of a week of 30 to 50 is wanted, stock outs not counted", got)
	}
	if got := order(costs + `,"horizon_end":"2026-03-09"}`); got != "A,0" {
		t.Errorf("%q ordered for after the end", got)
	}
	if got := order(costs + `,"horizon_end":"2026-03-16"}`); got != fmt.Sprintf("A,%d", n) {
		t.Errorf("%q ordered for the last week, want %d", got, n)
	}
}
