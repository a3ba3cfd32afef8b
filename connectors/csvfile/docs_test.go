package csvfile_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quartermaster/connectors/csvfile"
	"quartermaster/core"
)

var shop = core.Shop{Name: "Moor & Co", Zone: berlin(), Currency: "EUR", Language: "en"}

func berlin() *time.Location {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return loc
}

var example = regexp.MustCompile("(?s)```csv file=(\\S+)\n(.*?)```")

// docsFolder writes the examples of docs/data.md into a folder.
func docsFolder(t *testing.T) string {
	t.Helper()
	doc, err := os.ReadFile("../../docs/data.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, m := range example.FindAllStringSubmatch(string(doc), -1) {
		write(t, dir, m[1], m[2])
	}
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func day(s string) core.Day {
	d, err := core.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// The tables of the documentation name every column, and no other, and mark the
// required ones.
func TestDocsNameEveryColumn(t *testing.T) {
	doc, err := os.ReadFile("../../docs/data.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range csvfile.Kinds {
		_, section, ok := strings.Cut(string(doc), "\n## "+string(k)+".csv\n")
		if !ok {
			t.Errorf("%s has no section", k)
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		var got []csvfile.Column
		for line := range strings.Lines(section) {
			cell, ok := strings.CutPrefix(line, "| ")
			if cell, _, _ = strings.Cut(cell, " |"); !ok || cell == "column" {
				continue
			}
			cell, required := strings.CutSuffix(cell, " *")
			for name := range strings.SplitSeq(cell, ", ") {
				got = append(got, csvfile.Column{Name: name, Required: required})
			}
		}
		byName := func(a, b csvfile.Column) int { return strings.Compare(a.Name, b.Name) }
		want := slices.SortedFunc(slices.Values(csvfile.Columns(k)), byName)
		slices.SortFunc(got, byName)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-code +docs):\n%s", k, diff)
		}
	}
}

// The examples are one shop; what they mean is written out here by hand.
func TestSnapshotOfDocs(t *testing.T) {
	got, err := csvfile.Snapshot(docsFolder(t), shop, day("2026-11-17"))
	if err != nil {
		t.Fatal(err)
	}
	m := func(minor int64, cur core.Currency) core.Money { return core.Money{Minor: minor, Currency: cur} }
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	const gone = core.Missing
	morning := at("2026-11-16T23:00:00Z")
	want := core.Snapshot{
		Shop: shop,
		Products: []core.Product{
			{SKU: "MUG-07", Name: `Mug "Moor", blue`, Category: "kitchen", Price: m(950, "EUR"), Cost: m(310, "EUR"), Active: true},
			{SKU: "ROPE-10", Name: "Jute rope 10 m", Category: "garden", Price: m(600, "EUR")},
			{SKU: "SOLAR-01", Name: "Solar lamp", Category: "garden", Price: m(2990, "EUR"), Cost: m(1120, "USD"), Active: true,
				Aliases: []core.Alias{{Code: "LAMP-1"}, {Channel: "amazon-de", Code: "B08XYZ"}}},
		},
		Locations: []core.Location{
			{ID: "HAM", Name: "Hamburg", Country: "DE", Channels: []core.ChannelID{"shop", "amazon-de"}, Default: true},
			{ID: "LON", Name: "London", Country: "GB", Channels: []core.ChannelID{"amazon-uk"}},
		},
		Suppliers: []core.Supplier{
			{ID: "ACME", Name: "Acme Lighting", Email: "orders@acme.example", Contact: "Ms Li", Language: "zh", Currency: "USD",
				Closed: []core.DayRange{{From: day("2027-02-10"), To: day("2027-02-24")}, {From: day("2027-10-01"), To: day("2027-10-07")}},
				Terms:  core.Terms{MinAmount: m(200000, "USD"), ContainerVolume: 28}},
			{ID: "POT", Name: "Potter & Sons", Email: "sales@potter.example", Language: "en", Tone: core.Friendly, Currency: "GBP",
				Terms: core.Terms{Agreement: true}},
		},
		Items: []core.SupplierItem{
			{Supplier: "POT", SKU: "MUG-07", Price: m(240, "GBP"), MOQ: 48, Pack: 12, Max: 2400,
				Lead: []core.Lead{{Mode: core.Sea, Days: 6, SD: 1, Freight: m(20, "GBP")}, {Mode: core.Rush, Days: 2, SD: 0.5, Freight: m(110, "GBP")}}},
			{Supplier: "ACME", SKU: "SOLAR-01", SupplierSKU: "AL-900", Price: m(840, "USD"), MOQ: 500, Pack: 24, Preferred: true, Volume: 0.004, Raw: new(int64(3000)),
				Breaks: []core.PriceBreak{{Min: 1000, Price: m(810, "USD")}, {Min: 5000, Price: m(790, "USD")}},
				Lead:   []core.Lead{{Mode: core.Sea, Days: 35, SD: 6, Freight: m(60, "USD")}, {Mode: core.Air, Days: 9, SD: 2.5, Freight: m(210, "USD")}}},
		},
		Stock: []core.StockLevel{
			{SKU: "MUG-07", Location: "HAM", Backorders: 14, AsOf: morning},
			{SKU: "SOLAR-01", Location: "HAM", OnHand: 120, Committed: 5, AsOf: at("2026-11-16T05:00:00Z")},
			{SKU: "SOLAR-01", Location: "LON", OnHand: 30, AsOf: at("2026-11-16T05:15:00Z")},
		},
		Inbound: []core.Inbound{
			{Order: "4712", Supplier: "POT", SKU: "MUG-07", Location: "HAM", Qty: 48, Due: day("2026-11-24"), State: core.InboundOrdered},
			{Order: "4711", Supplier: "ACME", SKU: "SOLAR-01", Location: "HAM", Qty: 504, Due: day("2026-12-20"), State: core.InboundConfirmed},
		},
		// 10 to 16 November; the file covers the 10th to the 15th.
		Demand: []core.Series{
			{SKU: "MUG-07", Channel: "amazon-uk", Start: day("2026-11-10"), Qty: core.Daily(0, 0, 0, 0, 0, 4, gone),
				// 4 x 8.40 GBP at 1.1625 is 39.06 EUR
				Prices: []core.PricePoint{{Day: day("2026-11-15"), Minor: 977}}},
			{SKU: "MUG-07", Channel: "shop", Start: day("2026-11-10"), Qty: core.Daily(1, 0, 0, 0, 0, 0, gone),
				Prices: []core.PricePoint{{Day: day("2026-11-10"), Minor: 950}}},
			{SKU: "SOLAR-01", Channel: "amazon-de", Start: day("2026-11-10"), Qty: core.Daily(0, 0, 1, 0, 0, 0, gone),
				Flags: []core.DayFlag{0, 0, core.Promo, 0, 0, 0, 0}, Prices: []core.PricePoint{{Day: day("2026-11-12"), Minor: 2790}}},
			{SKU: "SOLAR-01", Channel: "shop", Start: day("2026-11-10"), Qty: core.Daily(2, 0, 0, 3, 0, 0, gone),
				Prices: []core.PricePoint{{Day: day("2026-11-10"), Minor: 2990}}},
		},
		Rates: []core.FXRate{
			{Currency: "GBP", Day: day("2026-11-01"), Rate: 115_000_000}, {Currency: "GBP", Day: day("2026-11-15"), Rate: 116_250_000},
			{Currency: "USD", Day: day("2026-11-01"), Rate: 92_000_000},
		},
		Feeds: []core.Feed{{Name: "orders", AsOf: morning}, {Name: "stock", AsOf: morning, Rows: 3}},
		Events: []core.Event{
			{From: day("2026-11-20"), To: day("2026-11-22"), Name: "Garden fair", Kind: "outside", Category: "garden"},
			{From: day("2026-11-27"), To: day("2026-11-30"), Name: "Black Friday", Kind: "promotion"},
			{From: day("2026-12-24"), To: day("2026-12-26"), Name: "Christmas", Kind: "holiday"},
		},
		Signals: []core.Signal{
			{Name: "Amazon out of stock", Kind: core.CompetitorSignal, Size: 0.15, Start: at("2026-11-15T23:00:00Z"), End: at("2026-11-30T23:00:00Z"), Category: "garden", Source: "buyer"},
			{Name: "Video by @lightlover", Kind: core.TopicSignal, Size: 3, Start: at("2026-11-16T17:00:00Z"), HalfLife: 48 * time.Hour, SKU: "SOLAR-01", Source: "marketing"},
			{Name: "Advent budget", Kind: core.AdSignal, Size: -0.125, Start: at("2026-11-30T23:00:00Z"), End: at("2026-12-24T23:00:00Z")},
		},
		Ads: []core.AdDay{
			{Day: day("2026-11-14"), Platform: "google", Campaign: "Brand", Spend: m(840, "EUR"), Impressions: 900, Clicks: 61, Revenue: m(0, "EUR")},
			{Day: day("2026-11-14"), Platform: "tiktok", Campaign: "Autumn lights", SKU: "SOLAR-01", Spend: m(2500, "EUR"),
				Impressions: 18000, Clicks: 410, Orders: 6, Revenue: m(17940, "EUR")},
		},
		Supply: []core.SupplyLine{
			{Order: "4650", Supplier: "POT", SKU: "MUG-07", Mode: core.Sea, OrderedOn: day("2026-09-01"), Due: day("2026-09-07"), Qty: 96, Cancelled: 6, Stated: 6,
				Arrivals: []core.Arrival{{Day: day("2026-09-09"), Qty: 60}, {Day: day("2026-09-15"), Qty: 30, Damaged: 2}}},
			{Order: "4688", Supplier: "POT", SKU: "MUG-07", Mode: core.Sea, OrderedOn: day("2026-10-12"), Due: day("2026-10-18"), Qty: 48, Stated: 6},
		},
		Kits:  []core.KitPart{{Kit: "ROPE-10", Part: "MUG-07", Qty: 2}},
		Links: []core.Link{{From: "SOLAR-01", To: "MUG-07", Probability: 0.34, Lo: 0.34, Hi: 0.34, Days: 60}},
		Overrides: []core.Override{{SKU: "SOLAR-01", Location: "HAM", Field: core.OverrideLeadTime, Value: 50,
			Until: day("2027-03-31"), Reason: "port strike", By: "Jo", On: day("2026-11-12")}},
		Quotes: []core.Quote{{Supplier: "POT", SKU: "MUG-07", Price: core.Money{Minor: 215, Currency: "GBP"}, MOQ: 96, LeadDays: 5,
			QuotedOn: day("2026-11-10"), ValidUntil: day("2026-12-31"), Note: "price for the season"}},
	}
	sameZone := cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })
	if diff := cmp.Diff(want, got, sameZone); diff != "" {
		t.Errorf("snapshot (-want +got):\n%s", diff)
	}
}

func TestMainCurrency(t *testing.T) {
	dir := docsFolder(t)
	write(t, dir, "products.csv", "sku,name,price,currency\nA,a,1,GBP\nB,b,1,USD\nC,c,1,USD\nD,d,x,JPY\n")
	if got, err := csvfile.MainCurrency(dir); err != nil || got != "USD" {
		t.Errorf("got %q, %v; want USD", got, err)
	}
	write(t, dir, "products.csv", "sku,name,price,currency\n")
	if got, err := csvfile.MainCurrency(dir); err != nil || got != "" {
		t.Errorf("no products: got %q, %v; want none", got, err)
	}
	if _, err := csvfile.MainCurrency(t.TempDir()); err == nil {
		t.Error("empty folder: want an error")
	}
}
