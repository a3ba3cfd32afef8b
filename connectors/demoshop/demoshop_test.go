package demoshop

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quartermaster/connectors/csvfile"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
)

func day(t *testing.T, s string) core.Day {
	t.Helper()
	d, err := core.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func load(t *testing.T) []sale {
	t.Helper()
	sales, err := readSales()
	if err != nil {
		t.Fatal(err)
	}
	return sales
}

// TestCalendar checks the rule of calendar for 400 days in a row, over two
// changes of the clock and a year's end.
func TestCalendar(t *testing.T) {
	sales := load(t)
	sold := map[core.Day]bool{}
	for _, s := range sales {
		sold[s.day] = true
		if s.day.Weekday() == time.Saturday {
			t.Fatalf("the data set has a sale on a Saturday, %s", s.day)
		}
	}
	last := sales[len(sales)-1].day
	from := day(t, "2026-03-01")
	for today := from; today < from+400; today++ {
		shift, err := calendar(last, today)
		if err != nil {
			t.Fatal(err)
		}
		if !sold[today-1-shift] {
			t.Errorf("today %s: no sale yesterday", today)
		}
		if dropped := last + shift - (today - 1); dropped < 0 || dropped > 6 {
			t.Errorf("today %s: %d days dropped", today, dropped)
		}
		want := core.Day(0)
		if (today - 1).Weekday() == time.Saturday {
			want = 1
		}
		if (shift-want)%7 != 0 {
			t.Errorf("today %s: shift %d moves weekdays", today, shift)
		}
	}
	for _, bad := range []core.Day{core.MinDay, -5, core.MaxDay + 1} {
		if _, err := calendar(last, bad); err == nil {
			t.Errorf("today %d was accepted", bad)
		}
		if err := Write(t.TempDir(), bad, Seed); err == nil {
			t.Errorf("Write accepted today %d", bad)
		}
	}
}

func TestDataIsSmallAndClean(t *testing.T) {
	entries, err := data.ReadDir("data")
	if err != nil {
		t.Fatal(err)
	}
	var size int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if size > 3<<20 {
		t.Errorf("the embedded data has %d bytes, at most 3 MiB may be shipped", size)
	}
	customers := map[string]bool{}
	for i, s := range load(t) {
		if s.qty < 1 || s.qty > 1000 || s.pence < 1 || s.customer == "" || len(s.sku) != 5 || strings.HasPrefix(s.invoice, "C") {
			t.Fatalf("sale %d is not clean: %+v", i, s)
		}
		customers[s.customer] = true
	}
	if len(customers) < 1000 {
		t.Errorf("only %d customers", len(customers))
	}
}

func read(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(n)] = b
	}
	return out
}

func TestDeterministic(t *testing.T) {
	today := day(t, "2026-11-21")
	write := func(seed uint64) map[string][]byte {
		dir := t.TempDir()
		for range 2 { // writing twice replaces
			if err := Write(dir, today, seed); err != nil {
				t.Fatal(err)
			}
		}
		return read(t, dir)
	}
	a, b, other := write(Seed), write(Seed), write(Seed+1)
	if len(a) != 9 {
		t.Fatalf("%d files", len(a))
	}
	for name := range a {
		if !bytes.Equal(a[name], b[name]) {
			t.Errorf("%s differs between two runs", name)
		}
		made := name == "products.csv" || name == "supplier_items.csv" || name == "stock.csv" || name == "open_orders.csv"
		if bytes.Equal(a[name], other[name]) == made {
			t.Errorf("%s: changed by another seed is %v, want %v", name, !made, made)
		}
	}
}

// TestFirstCheck runs the whole way of the demo for every weekday: the files are
// accepted, and what the first check finds is worth showing.
func TestFirstCheck(t *testing.T) {
	first := day(t, "2026-11-21")
	for today := first; today < first+7; today++ {
		dir := t.TempDir()
		if err := Write(dir, today, Seed); err != nil {
			t.Fatal(err)
		}
		s, err := csvfile.Snapshot(dir, Shop(), today)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Products) != 150 || len(s.Suppliers) != 4 || len(s.Locations) != 2 || len(s.Stock) != 150+euProducts {
			t.Errorf("%s: %d products, %d suppliers, %d locations, %d stock levels", today,
				len(s.Products), len(s.Suppliers), len(s.Locations), len(s.Stock))
		}
		overdue := 0
		for _, in := range s.Inbound {
			if in.Due < today {
				overdue++
			}
		}
		if overdue != 1 || len(s.Inbound) < 5 {
			t.Errorf("%s: %d open order lines, %d overdue, want one", today, len(s.Inbound), overdue)
		}
		r, err := plan.Evaluate(s, core.DefaultPolicy(), today.Time(Shop().Zone).Add(9*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		tiers := map[replenish.Tier]int{}
		for _, it := range r.Items {
			tiers[it.Tier]++
		}
		if n := tiers[replenish.Red]; n < 8 || n > 18 {
			t.Errorf("%s: %d RED items", today, n)
		}
		if n := tiers[replenish.Yellow]; n < 6 || n > 18 {
			t.Errorf("%s: %d YELLOW items", today, n)
		}
		if len(r.Proposals) < 3 || len(r.Proposals) > 5 {
			t.Errorf("%s: %d proposals", today, len(r.Proposals))
		}
		for _, p := range r.Proposals {
			if p.TotalShop.Currency != "GBP" || p.TotalShop.Minor < 300_00 || p.TotalShop.Minor > 7000_00 {
				t.Errorf("%s: proposal to %s of %s", today, p.Supplier, p.TotalShop)
			}
		}
		if len(r.Conservative) > 0 || len(r.Warnings) > 0 {
			t.Errorf("%s: conservative %v, warnings %v", today, r.Conservative, r.Warnings)
		}
	}
}

func TestTitleAndCategory(t *testing.T) {
	tests := []struct{ description, name, category string }{
		{"SET OF 3 CAKE TINS PANTRY DESIGN ", "Set of 3 Cake Tins Pantry Design", "Kitchen"},
		{"LUNCH BAG  BLACK SKULL.", "Lunch Bag Black Skull", "Bags"},
		{"SET/5 RED RETROSPOT LID GLASS BOWLS", "Set/5 Red Retrospot Lid Glass Bowls", "Kitchen"},
		{"POPPY'S PLAYHOUSE KITCHEN", "Poppy's Playhouse Kitchen", "Toys & games"},
		{"RED TOADSTOOL LED NIGHT LIGHT", "Red Toadstool LED Night Light", "Candles & lights"},
		{"RETROSPOT TEA SET CERAMIC 11 PC ", "Retrospot Tea Set Ceramic 11 pc", "Kitchen"},
		{"REX CASH+CARRY JUMBO SHOPPER", "Rex Cash+Carry Jumbo Shopper", "Bags"},
		{"HAND OVER THE CHOCOLATE   SIGN ", "Hand Over the Chocolate Sign", "Signs & clocks"},
		{"LUNCH BAG SUKI DESIGN ", "Lunch Bag Suki Design", "Bags"}, // no sign in "design"
		{"GUMBALL COAT RACK", "Gumball Coat Rack", "Home decor"},
	}
	for _, tt := range tests {
		if got := title(tt.description); got != tt.name {
			t.Errorf("title(%q) = %q, want %q", tt.description, got, tt.name)
		}
		if got := categoryOf(tt.description); got != tt.category {
			t.Errorf("categoryOf(%q) = %q, want %q", tt.description, got, tt.category)
		}
	}
	for c := range sources {
		if c != "Home decor" && !strings.Contains(strings.Join(categoryNames(), "|"), c) {
			t.Errorf("category %q of sources is unknown", c)
		}
	}
}

func categoryNames() []string {
	var out []string
	for _, c := range categories {
		out = append(out, c.name)
	}
	return out
}

func BenchmarkWrite(b *testing.B) {
	today, err := core.ParseDay("2026-11-21")
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	for b.Loop() {
		if err := Write(dir, today, Seed); err != nil {
			b.Fatal(err)
		}
	}
}
