package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"quartermaster/bot/pgembed/pgtest"
	"quartermaster/connectors/demoshop"
	"quartermaster/core"
	"quartermaster/core/plan"
)

var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "quartermaster-cli-")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "quartermaster")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		panic(string(out))
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// quartermaster runs the program with no settings in its environment.
func quartermaster(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		t.Fatal(err)
	}
	return out.String(), errs.String(), code
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	parser, err := kong.New(&cli{}, kong.Vars{"data_dir": "", "version": ""})
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range parser.Model.Leaves(true) {
		command := strings.TrimPrefix(leaf.FullPath(), parser.Model.Name+" ")
		out, _, code := quartermaster(t, append(strings.Fields(command), "--help")...)
		if code != 0 || !strings.Contains(out, "Example") || !strings.Contains(out, "quartermaster "+strings.Fields(command)[0]) {
			t.Errorf("%s --help ended with %d and shows no example:\n%s", command, code, out)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"serve"}, []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "slack.channel"}},
		{[]string{"serve", "--settings", "/no/such.toml"}, []string{"settings file", "/no/such.toml"}},
		{[]string{"serve", "--bogus"}, []string{"unknown flag --bogus"}},
		{[]string{"sell"}, []string{"sell"}},
		{[]string{"plan", "--data", "/no/such"}, []string{"/no/such"}},
		{[]string{"plan", "--data", ".", "--as-of", "tomorrow"}, []string{"--as-of", "tomorrow"}},
		{[]string{"plan", "--data", ".", "--as-of", "2026-11-21"}, []string{"no data file"}},
		{[]string{"slack", "manifest", "--mode", "http"}, []string{"--url"}},
		{[]string{"db", "url"}, []string{"not running"}},
		{[]string{"restore", "main_test.go"}, []string{`no file that "quartermaster backup" wrote`}},
		{[]string{"backup", "/no/such/file.qmb"}, []string{"there is no folder /no/such"}},
		{[]string{"anomalies", "--json", "--csv"}, []string{"one of --json and --csv"}},
		{[]string{"stress", "--data", "."}, []string{"no data file"}},
		{[]string{"import", "."}, []string{"quartermaster import: ", "no data file"}},
	} {
		_, text, code := quartermaster(t, c.args...)
		if code == 0 {
			t.Errorf("%v was accepted", c.args)
		}
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%v: %q is not named in:\n%s", c.args, want, text)
			}
		}
	}
}

// quartermasterAt runs the program on a database.
func quartermasterAt(t *testing.T, url string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "DATABASE_URL=" + url}
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// Without a settings file commands count in the currency of the shop's products,
// and once settings are in the database, by them.
func TestSettingsInForce(t *testing.T) {
	url, dir := pgtest.New(t), t.TempDir()
	for name, text := range map[string]string{
		"products.csv": "sku,name,price,currency\nA,Lamp,9.00,GBP\n", "locations.csv": "location,name\nMAIN,Main\n",
		"suppliers.csv": "supplier,name,currency\nACME,Acme,GBP\n", "stock.csv": "sku,location,on_hand\nA,MAIN,5\n",
		"supplier_items.csv": "supplier,sku,price,currency,sea_days\nACME,A,3.00,GBP,30\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, errs, code := quartermasterAt(t, url, "import", dir); code != 0 {
		t.Fatalf("import: %s%s", out, errs)
	}
	shop := func() core.Shop {
		t.Helper()
		var r plan.Report
		out, errs, code := quartermasterAt(t, url, "check", "--dry-run", "--json")
		if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 {
			t.Fatalf("check: %d, %v\n%s%s", code, err, out, errs)
		}
		return r.Shop
	}
	if got := shop(); got.Currency != "GBP" {
		t.Errorf("the shop counts in %s, its products are priced in GBP", got.Currency)
	}
	file := filepath.Join(dir, "shop.toml")
	if err := os.WriteFile(file, []byte("[shop]\nname = \"Harbour\"\ncurrency = \"EUR\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := quartermasterAt(t, url, "settings", "import", file); code != 0 {
		t.Fatalf("settings import: %s", errs)
	}
	if got := shop(); got.Currency != "EUR" || got.Name != "Harbour" {
		t.Errorf("got %s in %s, want the settings of the database", got.Name, got.Currency)
	}
}

// A day long after the data ends is asked about: the plan would be empty for no
// reason that shows.
func TestPlanLongAfterTheData(t *testing.T) {
	dir := t.TempDir()
	if err := demoshop.Write(dir, core.DateDay(2026, 11, 20), demoshop.Seed); err != nil {
		t.Fatal(err)
	}
	if _, text, code := quartermaster(t, "plan", "--data", dir, "--as-of", "2027-11-20"); code != 0 || !strings.Contains(text, "sales are known only until 2026-11-19, 365 days before") {
		t.Errorf("ended with %d and says %q", code, text)
	}
}

// plan runs the whole pipeline on files: the JSON is a plan.Report, and the text
// names the same orders.
func TestPlan(t *testing.T) {
	dir := t.TempDir()
	today, err := core.ParseDay("2026-11-20")
	if err != nil {
		t.Fatal(err)
	}
	if err := demoshop.Write(dir, today, demoshop.Seed); err != nil {
		t.Fatal(err)
	}
	out, text, code := quartermaster(t, "plan", "--data", dir, "--as-of", "2026-11-20", "--json")
	if code != 0 {
		t.Fatal(text)
	}
	var r plan.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if r.Today != today || len(r.Items) < 100 || len(r.Proposals) < 3 || r.Shop.Currency != "GBP" {
		t.Errorf("today %s, %d items, %d proposals in %s", r.Today, len(r.Items), len(r.Proposals), r.Shop.Currency)
	}
	people, _, _ := quartermaster(t, "plan", "--data", dir, "--as-of", "2026-11-20")
	for _, p := range r.Proposals {
		if !strings.Contains(people, p.Total.String()) || !strings.Contains(people, string(p.Supplier)) {
			t.Errorf("the text does not name %s over %s", p.Supplier, p.Total)
		}
	}
}

func TestManifestIsJSON(t *testing.T) {
	for _, args := range [][]string{{}, {"--mode", "http", "--url", "https://bot.example.com"}} {
		out, text, code := quartermaster(t, append([]string{"slack", "manifest"}, args...)...)
		if code != 0 || !json.Valid([]byte(out)) {
			t.Errorf("%v: %d, %s %s", args, code, out, text)
		}
	}
}

// The past of a folder's orders as a table and as JSON.
func TestSuppliers(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"products.csv": "sku,name,price,currency\nA,Lamp,9.00,EUR\n", "locations.csv": "location,name\nMAIN,Main\n",
		"suppliers.csv": "supplier,name,currency\nACME,Acme,EUR\nPOT,Potter,EUR\n", "stock.csv": "sku,location,on_hand\n",
		"supplier_items.csv": "supplier,sku,price,currency,sea_days,sea_sd\nACME,A,3.00,EUR,30,6\n",
		"orders.csv":         "order_id,line_id,ordered_at,channel,sku,quantity,unit_price,currency\n",
		"open_orders.csv":    "order,supplier,sku,location,quantity,due\n",
		"deliveries.csv": "order,supplier,sku,mode,ordered_on,ordered,received_on,received,damaged\n" +
			"1,ACME,A,sea,2026-01-01,100,2026-02-06,100,5\n2,ACME,A,sea,2026-03-01,100,2026-04-12,50,\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, errs, code := quartermaster(t, "suppliers", "--data", dir, "--as-of", "2026-11-20")
	for _, word := range []string{"ACME", "72 %", "3 %", "sea 107 %", "Potter"} {
		if code != 0 || !strings.Contains(out, word) {
			t.Errorf("ended with %d and does not say %q:\n%s%s", code, word, out, errs)
		}
	}
	out, errs, code = quartermaster(t, "suppliers", "--data", dir, "--as-of", "2026-11-20", "--year", "2026", "--json")
	var list []struct {
		Supplier string  `json:"supplier"`
		Orders   int     `json:"orders"`
		FillRate float64 `json:"fill_rate"`
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != 0 || len(list) != 2 || list[0].Orders != 2 || list[0].FillRate != 0.725 {
		t.Errorf("%d, %v, %+v\n%s", code, err, list, errs)
	}
	if _, errs, code = quartermaster(t, "suppliers", "--data", dir); code == 0 || !strings.Contains(errs, "--as-of") {
		t.Errorf("without a day: %d %s", code, errs)
	}
}
