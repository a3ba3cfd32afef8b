package store_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"quartermaster/bot/pgembed/pgtest"
	"quartermaster/bot/store"
	"quartermaster/connectors/csvfile"
	"quartermaster/core"
	"quartermaster/migrations"
)

var dataShop = core.Shop{Name: "Moor & Co", Zone: zone("Europe/Berlin"), Currency: "EUR", Language: "en"}

func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

func dataDay(s string) core.Day {
	d, err := core.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// morning is the first instant of a day of the shop.
func morning(s string) time.Time { return dataDay(s).Time(dataShop.Zone) }

var docsExample = regexp.MustCompile("(?s)```csv file=(\\S+)\n(.*?)```")

// docsFolder writes the examples of docs/data.md into a folder.
func docsFolder(t testing.TB) string {
	t.Helper()
	doc, err := os.ReadFile("../../docs/data.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, m := range docsExample.FindAllStringSubmatch(string(doc), -1) {
		putFile(t, dir, m[1], m[2])
	}
	return dir
}

func putFile(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func dataStore(t testing.TB) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), pgtest.New(t), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	return st
}

// text is a file for ImportFile.
func text(s string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s)), nil }
}

// sameSnapshot compares what decisions see.
var sameSnapshot = cmp.Options{
	cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }),
	cmpopts.EquateEmpty(),
}

func mustImport(t testing.TB, st *store.Store, dir string, now time.Time) []store.ImportResult {
	t.Helper()
	res, err := st.ImportFolder(t.Context(), dir, store.ImportOptions{Shop: dataShop, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// The store gives back what the folder says, whatever the file order and size.
func TestImportedFolderEqualsSnapshotOfFiles(t *testing.T) {
	st, dir := dataStore(t), docsFolder(t)
	now := morning("2026-11-17")
	mustImport(t, st, dir, now)
	want, err := csvfile.Snapshot(dir, dataShop, dataDay("2026-11-17"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := st.LoadSnapshot(t.Context(), dataShop, now)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, sameSnapshot); diff != "" {
		t.Errorf("snapshot (-files +store):\n%s", diff)
	}
	if len(got.Demand) != 4 {
		t.Fatalf("got %d series, want 4", len(got.Demand))
	}
}

func TestSameFolderTwiceChangesNothing(t *testing.T) {
	st, dir := dataStore(t), docsFolder(t)
	first := mustImport(t, st, dir, morning("2026-11-17"))
	before := dump(t, st)
	epoch, err := store.Epoch(t.Context(), st.Pool(), false)
	if err != nil {
		t.Fatal(err)
	}
	second := mustImport(t, st, dir, morning("2026-11-17"))
	for i, r := range second {
		if first[i].Inserted != r.Rows || first[i].Rows == 0 {
			t.Errorf("first import of %s: %+v, want every row inserted", r.File, first[i])
		}
		if r.Inserted+r.Updated+r.Removed != 0 || r.Unchanged != r.Rows || r.Rows != first[i].Rows {
			t.Errorf("second import of %s: %+v, want nothing changed", r.File, r)
		}
		if r.Skipped != (r.Kind == csvfile.Orders) {
			t.Errorf("second import of %s: skipped %v", r.File, r.Skipped)
		}
	}
	if diff := cmp.Diff(before, dump(t, st)); diff != "" {
		t.Errorf("tables changed:\n%s", diff)
	}
	if again, err := store.Epoch(t.Context(), st.Pool(), false); err != nil || again != epoch {
		t.Errorf("epoch %d -> %d (%v), want no move", epoch, again, err)
	}
}

// dump reads every table of data as text.
func dump(t testing.TB, st *store.Store) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, table := range []string{"product", "product_alias", "location", "supplier", "supplier_item", "stock_level",
		"order_line", "coverage", "sales_month", "open_order", "fx_rate", "ad_day", "event"} {
		rows, err := st.Pool().Query(t.Context(), `select t::text from `+table+` t order by 1`)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			out[table] = append(out[table], s)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// All files pass through one connection, twice: COPY into a staging table that was
// just made, and made again after it was dropped, needs no fresh connection.
func TestImportOnOneConnection(t *testing.T) {
	st, err := store.Open(t.Context(), pgtest.New(t), store.Options{MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	dir := docsFolder(t)
	mustImport(t, st, dir, morning("2026-11-17"))
	for _, kind := range csvfile.Kinds {
		if kind == csvfile.OrderUpdates || kind == csvfile.Receipts {
			continue // about orders that this shop has not made
		}
		data, err := os.ReadFile(filepath.Join(dir, string(kind)+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		res, err := st.ImportFile(t.Context(), kind, text(string(data)+"\n"), store.ImportOptions{Shop: dataShop, Now: morning("2026-11-17")})
		if err != nil || res.Skipped || res.Unchanged != res.Rows || res.Rows == 0 {
			t.Errorf("%s again: %+v, %v", kind, res, err)
		}
	}
}

// A longer file comes again with one line changed, before the database gathered
// statistics by itself: a plan of nested loops would not end.
func TestLongFileAgain(t *testing.T) {
	st := dataStore(t)
	opts := store.ImportOptions{Shop: dataShop, Now: morning("2026-11-17")}
	var b bytes.Buffer
	if err := manyOrders(&b, 30000); err != nil {
		t.Fatal(err)
	}
	if _, err := st.ImportFile(t.Context(), csvfile.Products, text(manyProducts()), opts); err != nil {
		t.Fatal(err)
	}
	if res, err := st.ImportFile(t.Context(), csvfile.Orders, text(b.String()), opts); err != nil || res.Inserted != 30000 {
		t.Fatalf("first: %+v, %v", res, err)
	}
	changed := strings.Replace(b.String(), ",EUR,0\n", ",EUR,1\n", 1)
	res, err := st.ImportFile(t.Context(), csvfile.Orders, text(changed), opts)
	if err != nil || res.Inserted != 0 || res.Updated != 1 || res.Unchanged != 29999 {
		t.Errorf("again: %+v, %v; want 1 updated", res, err)
	}
}

// A minimum that nobody knows, and raw material that is used up, come back so.
func TestMinimumMayBeUnknown(t *testing.T) {
	st := dataStore(t)
	mustImport(t, st, docsFolder(t), morning("2026-11-17"))
	opts := store.ImportOptions{Shop: dataShop, Now: morning("2026-11-17")}
	if _, err := st.ImportFile(t.Context(), csvfile.SupplierItems, text("supplier,sku,price,currency,sea_days,raw_material\nPOT,MUG-07,2.40,GBP,6,0\n"), opts); err != nil {
		t.Fatal(err)
	}
	snap, err := st.LoadSnapshot(t.Context(), dataShop, morning("2026-11-17"))
	if err != nil {
		t.Fatal(err)
	}
	if it := snap.Items[0]; it.SKU != "MUG-07" || it.MOQ != 0 || it.Raw == nil || *it.Raw != 0 {
		t.Errorf("%+v", it)
	}
}

// The data tables can be taken away and made again.
func TestDataMigrationDownAndUp(t *testing.T) {
	st := dataStore(t)
	ups, downs := "", ""
	for _, name := range []string{"0002_data.sql", "0004_supply.sql", "0005_orders.sql", "0015_deliveries.sql", "0020_quotes.sql", "0023_rfq.sql", "0029_overrides.sql", "0050_tone.sql", "0059_material.sql"} {
		file, err := migrations.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		up, down, ok := strings.Cut(string(file), "-- +goose Down")
		if !ok {
			t.Fatal("no Down section")
		}
		ups, downs = ups+up, down+downs
	}
	for _, sql := range []string{downs, ups} {
		if _, err := st.Pool().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	mustImport(t, st, docsFolder(t), morning("2026-11-17"))
}

// A refused file leaves no trace, and the error says the same as for a folder
// without a database.
func TestImportRefuses(t *testing.T) {
	tests := []struct {
		name string
		kind csvfile.Kind
		text string
		want string
	}{
		{"unknown references", csvfile.Stock, "sku,location,on_hand\nSOLAR-01,HAM,1\nSOLAR-1,HAN,2\n",
			`stock.csv:3: column sku: sku "SOLAR-1" is unknown; the nearest is "SOLAR-01"` + "\n" +
				`stock.csv:3: column location: location "HAN" is unknown; the nearest is "HAM"`},
		{"unknown supplier", csvfile.OpenOrders, "order,supplier,sku,location,quantity,due\n1,ACNE,SOLAR-01,HAM,5,2026-12-01\n",
			`open_orders.csv:2: column supplier: supplier "ACNE" is unknown; the nearest is "ACME"`},
		{"unknown code in orders", csvfile.Orders, "order_id,line_id,ordered_at,channel,sku,quantity,unit_price,currency\n" +
			"1,1,2026-11-10,amazon-uk,B08XYZ,1,2.00,EUR\n",
			`orders.csv:2: column sku: sku "B08XYZ" is unknown`},
		{"order line twice", csvfile.Orders, "order_id,line_id,ordered_at,channel,sku,quantity,unit_price,currency\n" +
			"1,1,2026-11-10,shop,MUG-07,1,2.00,EUR\n1,2,2026-11-10,shop,MUG-07,1,2.00,EUR\n1,1,2026-11-11,shop,MUG-07,5,2.00,EUR\n",
			`orders.csv:4: the same row stands in line 2 already (channel shop, order 1, line 1)`},
		{"ad day twice", csvfile.Ads, "day,platform,campaign,spend,currency\n2026-11-10,meta,A,1,EUR\n2026-11-10,meta,A,2,EUR\n",
			`ads.csv:3: the same row stands in line 2 already (2026-11-10, platform meta, campaign A, sku )`},
		{"no product", csvfile.Products, "sku,name,price,currency\n", `products.csv:1: the file names no product`},
		{"alias of another product", csvfile.Products, "sku,name,price,currency,aliases\nSOLAR-01,Lamp,1,EUR,MUG-07\nMUG-07,Mug,1,EUR,\n",
			`products.csv:2: column aliases: alias "MUG-07" is the sku of another product`},
		{"alias twice", csvfile.Products, "sku,name,price,currency,aliases\nSOLAR-01,Lamp,1,EUR,shop:X\nMUG-07,Mug,1,EUR,shop:X\n",
			`products.csv:3: column aliases: alias "shop:X" belongs to sku "SOLAR-01" already`},
		{"two defaults", csvfile.Locations, "location,name,default\nHAM,Hamburg,1\nLON,London,1\n",
			`locations.csv:3: column default: location "HAM" is the default already`},
		{"no default", csvfile.Locations, "location,name,default\nHAM,Hamburg,0\nLON,London,0\n",
			`locations.csv:1: column default: no location is the default; set default to 1 in one row`},
		{"channel served twice", csvfile.Locations, "location,name,default,channels\nHAM,Hamburg,1,shop\nLON,London,0,eu|shop\n",
			`locations.csv:3: column channels: channel "shop" is served from location "HAM" already`},
		{"currency of supplier", csvfile.SupplierItems, "supplier,sku,price,currency,sea_days\nACME,SOLAR-01,1,EUR,3\nPOT,MUG-07,1,GBP,3\n",
			`supplier_items.csv:2: column currency: EUR is not the currency of supplier "ACME", which is USD`},
		{"two preferred", csvfile.SupplierItems, "supplier,sku,price,currency,sea_days,preferred\nACME,MUG-07,1,USD,3,1\nPOT,MUG-07,1,GBP,3,1\n",
			`supplier_items.csv:3: column preferred: sku "MUG-07" has the preferred supplier "ACME" already`},
		{"bad value", csvfile.Stock, "sku,location,on_hand\nSOLAR-01,HAM,1e5\n",
			`stock.csv:2: column on_hand: "1e5" is not a whole number such as 12`},
	}
	st, dir := dataStore(t), docsFolder(t)
	mustImport(t, st, dir, morning("2026-11-17"))
	before := dump(t, st)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := st.ImportFile(t.Context(), test.kind, text(test.text), store.ImportOptions{Shop: dataShop, Now: morning("2026-11-17")})
			var refused *csvfile.FileError
			if !errors.As(err, &refused) || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			// The same folder, read without a database.
			other := docsFolder(t)
			putFile(t, other, string(test.kind)+".csv", test.text)
			if _, err := csvfile.Snapshot(other, dataShop, dataDay("2026-11-17")); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("folder: got  %v\nwant %s", err, test.want)
			}
		})
	}
	if diff := cmp.Diff(before, dump(t, st)); diff != "" {
		t.Errorf("refused files left traces:\n%s", diff)
	}
}

func TestImportCountsFurtherRefusals(t *testing.T) {
	st, dir := dataStore(t), docsFolder(t)
	mustImport(t, st, dir, morning("2026-11-17"))
	var b strings.Builder
	b.WriteString("sku,location,on_hand\n")
	for i := range 50 {
		fmt.Fprintf(&b, "NO-%d,HAM,1\n", i)
	}
	_, err := st.ImportFile(t.Context(), csvfile.Stock, text(b.String()), store.ImportOptions{Shop: dataShop, Now: morning("2026-11-17")})
	if err == nil || !strings.HasSuffix(err.Error(), "\nstock.csv: and 30 more") {
		t.Errorf("got %v, want 30 more", err)
	}
}

func TestImportMergesOrders(t *testing.T) {
	st, dir := dataStore(t), docsFolder(t)
	mustImport(t, st, dir, morning("2026-11-17"))
	head := "order_id,line_id,ordered_at,channel,sku,quantity,unit_price,currency,promotion\n"
	// Order 1001/1 moves to the 11th and to the other product; 1002/1 is cancelled;
	// 1004/1 is new, after a gap of one day; UK-5 stays.
	res, err := st.ImportFile(t.Context(), csvfile.Orders, text(head+
		"1001,1,2026-11-11,shop,MUG-07,2,29.90,EUR,0\n"+
		"1002,1,2026-11-13 09:00:00,shop,LAMP-1,0,29.90,EUR,0\n"+
		"1004,1,2026-11-17 08:00:00,shop,SOLAR-01,5,29.90,EUR,0\n"+
		"1005,1,2026-11-18 08:00:00,shop,SOLAR-01,6,29.90,EUR,0\n"), store.ImportOptions{Shop: dataShop, Now: morning("2026-11-18").Add(9 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if res.Inserted != 2 || res.Updated != 2 || res.Unchanged != 0 {
		t.Errorf("got %+v, want 2 inserted, 2 updated", res)
	}
	snap, err := st.LoadSnapshot(t.Context(), dataShop, morning("2026-11-19"))
	if err != nil {
		t.Fatal(err)
	}
	const gone = core.Missing
	// The second file covers the 11th to the 17th, so the 16th is zero now; the
	// 18th was not over when it was imported.
	want := []core.Series{
		{SKU: "MUG-07", Channel: "amazon-uk", Start: dataDay("2026-11-10"), Qty: core.Daily(0, 0, 0, 0, 0, 4, 0, 0, gone),
			Prices: []core.PricePoint{{Day: dataDay("2026-11-15"), Minor: 977}}},
		{SKU: "MUG-07", Channel: "shop", Start: dataDay("2026-11-10"), Qty: core.Daily(1, 2, 0, 0, 0, 0, 0, 0, gone),
			Prices: []core.PricePoint{{Day: dataDay("2026-11-10"), Minor: 950}, {Day: dataDay("2026-11-11"), Minor: 2990}}},
		{SKU: "SOLAR-01", Channel: "amazon-de", Start: dataDay("2026-11-12"), Qty: core.Daily(1, 0, 0, 0, 0, 0, gone),
			Flags: []core.DayFlag{core.Promo, 0, 0, 0, 0, 0, 0}, Prices: []core.PricePoint{{Day: dataDay("2026-11-12"), Minor: 2790}}},
		{SKU: "SOLAR-01", Channel: "shop", Start: dataDay("2026-11-12"), Qty: core.Daily(0, 0, 0, 0, 0, 5, gone),
			Prices: []core.PricePoint{{Day: dataDay("2026-11-17"), Minor: 2990}}},
	}
	if diff := cmp.Diff(want, snap.Demand); diff != "" {
		t.Errorf("demand (-want +got):\n%s", diff)
	}
}

// Revenue is in the shop's currency at the day's rate, and follows later changes
// of it.
func TestRevenueFollowsRates(t *testing.T) {
	st, dir := dataStore(t), docsFolder(t)
	mustImport(t, st, dir, morning("2026-11-17"))
	revenue := func(sku, day string) (v *int64) {
		t.Helper()
		if err := st.Pool().QueryRow(t.Context(), `select revenue from sales_day where sku = $1 and day = $2::date
			order by revenue desc nulls first limit 1`, sku, day).Scan(&v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	want := func(sku, day string, minor int64) {
		t.Helper()
		if v := revenue(sku, day); v == nil || *v != minor {
			t.Errorf("revenue of %s on %s: got %v, want %d", sku, day, v, minor)
		}
	}
	want("SOLAR-01", "2026-11-10", 5980)
	want("SOLAR-01", "2026-11-14", 0)
	want("MUG-07", "2026-11-15", 3906) // 4 x 8.40 GBP at 1.1625
	opts := store.ImportOptions{Shop: dataShop, Now: morning("2026-11-17")}
	if _, err := st.ImportFile(t.Context(), csvfile.Rates, text("currency,day,rate\nGBP,2026-11-15,1.2\nJPY,2026-11-12,0.0061\n"), opts); err != nil {
		t.Fatal(err)
	}
	want("MUG-07", "2026-11-15", 4032)
	// Yen have no decimals; no rate is known for the franc.
	if _, err := st.ImportFile(t.Context(), csvfile.Orders, text("order_id,line_id,ordered_at,channel,sku,quantity,unit_price,currency\n"+
		"J,1,2026-11-13,jp,ROPE-10,3,900,JPY\nJ,2,2026-11-14,jp,ROPE-10,3,9.50,CHF\n"), opts); err != nil {
		t.Fatal(err)
	}
	want("ROPE-10", "2026-11-13", 1647)
	if v := revenue("ROPE-10", "2026-11-14"); v != nil {
		t.Errorf("revenue without a rate is %d, want null", *v)
	}
}

func TestWholeListsRemove(t *testing.T) {
	st, dir := dataStore(t), docsFolder(t)
	mustImport(t, st, dir, morning("2026-11-17"))
	res, err := st.ImportFile(t.Context(), csvfile.OpenOrders, text("order,supplier,sku,location,quantity,due,state\n4711,ACME,SOLAR-01,HAM,500,2026-12-20,shipped\n"),
		store.ImportOptions{Shop: dataShop, Now: morning("2026-11-17")})
	if err != nil || res.Removed != 1 || res.Updated != 1 {
		t.Fatalf("got %+v, %v; want 1 updated, 1 removed", res, err)
	}
	snap, err := st.LoadSnapshot(t.Context(), dataShop, morning("2026-11-17"), "SOLAR-01")
	if err != nil {
		t.Fatal(err)
	}
	want := []core.Inbound{{Order: "4711", Supplier: "ACME", SKU: "SOLAR-01", Location: "HAM", Qty: 500, Due: dataDay("2026-12-20"), State: core.InboundShipped}}
	if diff := cmp.Diff(want, snap.Inbound); diff != "" {
		t.Errorf("inbound (-want +got):\n%s", diff)
	}
}

func TestStockNeverGoesBack(t *testing.T) {
	st, dir := dataStore(t), docsFolder(t)
	mustImport(t, st, dir, morning("2026-11-17"))
	imp := func(now time.Time, s string) store.ImportResult {
		t.Helper()
		res, err := st.ImportFile(t.Context(), csvfile.Stock, text("sku,location,on_hand,as_of\n"+s), store.ImportOptions{Shop: dataShop, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	level := func() (v core.StockLevel) {
		t.Helper()
		snap, err := st.LoadSnapshot(t.Context(), dataShop, morning("2026-11-17"), "SOLAR-01")
		if err != nil {
			t.Fatal(err)
		}
		return snap.Stock[1]
	}
	if res := imp(morning("2026-11-17"), "SOLAR-01,LON,99,2026-11-15\n"); res.Older != 1 || res.Updated != 0 {
		t.Errorf("older row: %+v, want it ignored", res)
	}
	if got := level(); got.OnHand != 30 {
		t.Errorf("on hand %d after an older row, want 30", got.OnHand)
	}
	later := morning("2026-11-17").Add(3 * time.Hour)
	if res := imp(later, "SOLAR-01,LON,30,\n"); res.Updated != 0 || res.Unchanged != 1 {
		t.Errorf("same quantities: %+v, want them unchanged", res)
	}
	if got := level(); !got.AsOf.Equal(later) {
		t.Errorf("as of %s, want %s", got.AsOf, later)
	}
	if res := imp(later, "SOLAR-01,LON,31,\n"); res.Updated != 1 {
		t.Errorf("new quantity: %+v, want it updated", res)
	}
}

// A channel's file covers its days for that channel alone.
func TestChannelsOfAFile(t *testing.T) {
	st, dir := dataStore(t), docsFolder(t)
	mustImport(t, st, dir, morning("2026-11-17"))
	opts := store.ImportOptions{Shop: dataShop, Now: morning("2026-11-21"), Channels: []core.ChannelID{"amazon-uk"}}
	file := "order_id,line_id,ordered_at,channel,sku,quantity,unit_price,currency\nA,1,2026-11-16,amazon-uk,MUG-07,1,8,GBP\nA,2,2026-11-18,amazon-uk,MUG-07,2,8,GBP\n"
	if _, err := st.ImportFile(t.Context(), csvfile.Orders, text(file+"B,1,2026-11-18,shop,MUG-07,2,8,GBP\n"), opts); err == nil ||
		err.Error() != `orders.csv:4: column channel: the file was said to hold other channels than "shop"` {
		t.Fatalf("got %v, want the other channel refused", err)
	}
	if _, err := st.ImportFile(t.Context(), csvfile.Orders, text(file), opts); err != nil {
		t.Fatal(err)
	}
	snap, err := st.LoadSnapshot(t.Context(), dataShop, morning("2026-11-19"), "MUG-07")
	if err != nil {
		t.Fatal(err)
	}
	const gone = core.Missing
	want := []core.Series{
		{SKU: "MUG-07", Channel: "amazon-uk", Start: dataDay("2026-11-10"), Qty: core.Daily(0, 0, 0, 0, 0, 4, 1, 0, 2),
			Prices: []core.PricePoint{{Day: dataDay("2026-11-15"), Minor: 977}, {Day: dataDay("2026-11-16"), Minor: 930}}},
		{SKU: "MUG-07", Channel: "shop", Start: dataDay("2026-11-10"), Qty: core.Daily(1, 0, 0, 0, 0, 0, gone, gone, gone),
			Prices: []core.PricePoint{{Day: dataDay("2026-11-10"), Minor: 950}}},
	}
	if diff := cmp.Diff(want, snap.Demand); diff != "" {
		t.Errorf("demand (-want +got):\n%s", diff)
	}
}

func TestImportReportsProgress(t *testing.T) {
	st, dir := dataStore(t), docsFolder(t)
	orders, err := os.ReadFile(filepath.Join(dir, "orders.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var rows, size int64
	var phases []string
	_, err = st.ImportFolder(t.Context(), dir, store.ImportOptions{
		Shop: dataShop, Now: morning("2026-11-17"),
		Progress: func(r, b int64) { rows, size = max(rows, r), max(size, b) },
		Phase: func(k csvfile.Kind, p string) {
			if k == csvfile.Orders {
				phases = append(phases, p)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if rows != 6 || size != int64(len(orders)) {
		t.Errorf("progress ended at %d rows, %d bytes; want 6, %d", rows, size, len(orders))
	}
	if diff := cmp.Diff([]string{"read", "check", "merge", "sum"}, phases); diff != "" {
		t.Errorf("phases:\n%s", diff)
	}
}

// Imports wait for each other instead of interleaving.
func TestImportsDoNotInterleave(t *testing.T) {
	st, dir := dataStore(t), docsFolder(t)
	errs := make(chan error, 4)
	for range cap(errs) {
		go func() {
			_, err := st.ImportFolder(context.WithoutCancel(t.Context()), dir, store.ImportOptions{Shop: dataShop, Now: morning("2026-11-17")})
			errs <- err
		}()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	var locks int
	if err := st.Pool().QueryRow(t.Context(), `select count(*) from pg_locks where locktype = 'advisory'
		and database = (select oid from pg_database where datname = current_database())`).Scan(&locks); err != nil || locks != 0 {
		t.Errorf("%d advisory locks are left (%v)", locks, err)
	}
}

func TestImportStopsAtFirstBadFile(t *testing.T) {
	st, dir := dataStore(t), docsFolder(t)
	putFile(t, dir, "stock.csv", "sku,location,on_hand\nSOLAR-01,HAM,NaN\n")
	res, err := st.ImportFolder(t.Context(), dir, store.ImportOptions{Shop: dataShop, Now: morning("2026-11-17")})
	if err == nil || err.Error() != `stock.csv:2: column on_hand: "NaN" is not a whole number such as 12` {
		t.Errorf("got %v", err)
	}
	var kinds bytes.Buffer
	for _, r := range res {
		fmt.Fprint(&kinds, r.Kind, " ")
	}
	if kinds.String() != "products locations suppliers rates supplier_items " {
		t.Errorf("imported %s", kinds.String())
	}
}

// Our own orders are on their way until received; the same number in the file of
// open orders counts once.
func TestOwnOrdersAreInbound(t *testing.T) {
	st, dir := dataStore(t), docsFolder(t)
	mustImport(t, st, dir, morning("2026-11-17"))
	states := []struct {
		state    string
		received int
		want     core.InboundState // empty: not on its way
	}{
		{"approved", 0, core.InboundOrdered}, {"sent", 0, core.InboundOrdered}, {"dry_run", 0, core.InboundOrdered},
		{"send_unknown", 0, core.InboundOrdered}, {"send_failed", 0, core.InboundOrdered},
		{"confirmed", 0, core.InboundConfirmed}, {"in_production", 0, core.InboundConfirmed},
		{"shipped", 0, core.InboundShipped}, {"partly_received", 40, core.InboundShipped}, {"partly_received", 100, ""},
		{"received", 0, ""}, {"cancelled", 0, ""},
	}
	var want []core.Inbound
	for i, s := range states {
		number := fmt.Sprintf("PO-2026-%04d", i)
		if i == 0 {
			number = "4712" // in open_orders.csv too
		}
		if _, err := st.Pool().Exec(t.Context(), `
			insert into purchase_order_line (order_id, line, sku, location, qty, received, mode, due)
			values ($1, 1, 'MUG-07', 'LON', 100, $2, 'sea', '2026-11-30')`, orderOf(t, st, number, s.state), s.received); err != nil {
			t.Fatal(err)
		}
		if s.want != "" {
			want = append(want, core.Inbound{Order: number, Supplier: "POT", SKU: "MUG-07", Location: "LON",
				Qty: int64(100 - s.received), Due: dataDay("2026-11-30"), State: s.want})
		}
	}
	snap, err := st.LoadSnapshot(t.Context(), dataShop, morning("2026-11-17"), "MUG-07", "NO-SUCH")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, snap.Inbound); diff != "" {
		t.Errorf("inbound (-want +got):\n%s", diff)
	}
	if len(snap.Products) != 2 || len(snap.Items) != 1 || len(snap.Stock) != 1 || len(snap.Demand) != 2 || len(snap.Kits) != 1 {
		t.Errorf("the filter and the kit that holds the SKU let through %d products, %d offers, %d stock rows, %d series", len(snap.Products), len(snap.Items), len(snap.Stock), len(snap.Demand))
	}
}

// A feed that never came has no time; it does not look fresh.
func TestEmptyDatabaseHasFeedsWithoutTime(t *testing.T) {
	snap, err := dataStore(t).LoadSnapshot(t.Context(), dataShop, morning("2026-11-17"))
	if err != nil {
		t.Fatal(err)
	}
	want := core.Snapshot{Shop: dataShop, Feeds: []core.Feed{{Name: "orders"}, {Name: "stock"}}}
	if diff := cmp.Diff(want, snap, sameSnapshot); diff != "" {
		t.Errorf("snapshot (-want +got):\n%s", diff)
	}
}

// A changed zone moves days, a changed currency changes revenue: the same file
// is read again then.
func TestZoneAndCurrencyOfTheShop(t *testing.T) {
	st, dir := dataStore(t), docsFolder(t)
	mustImport(t, st, dir, morning("2026-11-17"))
	orders, err := os.ReadFile(filepath.Join(dir, "orders.csv"))
	if err != nil {
		t.Fatal(err)
	}
	opts := store.ImportOptions{Shop: dataShop, Now: morning("2026-11-17")}
	opts.Shop.Zone = time.UTC
	res, err := st.ImportFile(t.Context(), csvfile.Orders, text(string(orders)), opts)
	// Local times are other instants now; the instant 2026-11-11T23:30Z is another day.
	if err != nil || res.Skipped || res.Updated != 5 || res.Unchanged != 1 {
		t.Errorf("other zone: %+v, %v; want 5 of 6 rows updated", res, err)
	}
	var day string
	if err := st.Pool().QueryRow(t.Context(), `select day::text from sales_day where sku = 'SOLAR-01' and promotion`).Scan(&day); err != nil || day != "2026-11-11" {
		t.Errorf("sold on %s (%v), want 2026-11-11", day, err)
	}
	opts.Shop.Currency = "CHF"
	if res, err := st.ImportFile(t.Context(), csvfile.Orders, text(string(orders)), opts); err != nil || res.Skipped || res.Updated != 0 {
		t.Errorf("other currency: %+v, %v; want the rows read and the same", res, err)
	}
	var known int
	if err := st.Pool().QueryRow(t.Context(), `select count(*) from sales_day where revenue > 0 and sku = 'SOLAR-01'`).Scan(&known); err != nil || known != 0 {
		t.Errorf("%d days have a revenue in CHF without a rate of EUR (%v)", known, err)
	}
}

// Whatever the shop sold, the store and the folder agree.
func TestRandomOrdersStoreEqualsFolder(t *testing.T) {
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 7))
		var b strings.Builder
		b.WriteString("order_id;line_id;ordered_at;channel;sku;quantity;unit_price;currency;promotion\r\n")
		for i := range 400 {
			at := time.Date(2026, 1, 20, 0, 0, 0, 0, time.UTC).Add(time.Duration(rng.Int64N(int64(200 * 24 * time.Hour))))
			if rng.IntN(3) > 0 {
				at = at.Truncate(40 * 24 * time.Hour) // leave gaps
			}
			fmt.Fprintf(&b, "%d;%d;%s;%s;%s;%d;%d,%02d;%s;%d\r\n", i/3, i%3, at.Format(time.RFC3339Nano),
				[]string{"shop", "amazon-de", "x"}[rng.IntN(3)], []string{"SOLAR-01", "MUG-07", "LAMP-1", "ROPE-10"}[rng.IntN(4)],
				rng.IntN(9)-2, rng.IntN(50), rng.IntN(100), []string{"EUR", "GBP", "USD"}[rng.IntN(3)], rng.IntN(2))
		}
		st, dir := dataStore(t), docsFolder(t)
		putFile(t, dir, "orders.csv", b.String())
		mustImport(t, st, dir, morning("2026-11-17"))
		for _, date := range []string{"2026-11-17", "2026-08-01", "2026-05-15"} {
			want, err := csvfile.Snapshot(dir, dataShop, dataDay(date))
			if err != nil {
				t.Fatal(err)
			}
			got, err := st.LoadSnapshot(t.Context(), dataShop, morning(date))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.Demand, got.Demand, sameSnapshot); diff != "" {
				t.Fatalf("seed %d, %s: demand (-files +store):\n%s", seed, date, diff)
			}
		}
	}
}

// manyOrders writes n order lines of 4,000 products in three channels over two
// years, in the order of time.
func manyOrders(w io.Writer, n int) error {
	b := bufio.NewWriter(w)
	fmt.Fprint(b, "order_id,line_id,ordered_at,channel,customer_id,sku,quantity,unit_price,currency,promotion\n")
	rng := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2024, 11, 1, 0, 0, 0, 0, time.UTC)
	channels := []string{"shop", "amazon-de", "amazon-uk"}
	for i := range n {
		at := start.Add(time.Duration(float64(i) / float64(n) * float64(730*24*time.Hour)))
		fmt.Fprintf(b, "%d,1,%s,%s,C-%d,SKU-%04d,%d,%d.%02d,EUR,%d\n", 100000+i, at.Format(time.RFC3339), channels[rng.IntN(3)],
			rng.IntN(100000), int(math.Abs(rng.NormFloat64())*1000)%4000, 1+rng.IntN(6), 1+rng.IntN(40), rng.IntN(100), rng.IntN(2))
	}
	return b.Flush()
}

func manyProducts() string {
	var b strings.Builder
	b.WriteString("sku,name,price,currency\n")
	for i := range 4000 {
		fmt.Fprintf(&b, "SKU-%04d,Product %d,9.90,EUR\n", i, i)
	}
	return b.String()
}

// BenchmarkImportOrders takes in a million order lines; run it with
// -benchtime 1x. It reports the rows a second of a first import.
func BenchmarkImportOrders(b *testing.B) {
	const n = 1_000_000
	path := filepath.Join(b.TempDir(), "orders.csv")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	if err := errors.Join(manyOrders(f, n), f.Close()); err != nil {
		b.Fatal(err)
	}
	open := func() (io.ReadCloser, error) { return os.Open(path) }
	for b.Loop() {
		b.StopTimer()
		st := dataStore(b)
		start := time.Now()
		phase := "products"
		opts := store.ImportOptions{Shop: dataShop, Now: morning("2026-11-17"), Phase: func(_ csvfile.Kind, p string) {
			b.Logf("%-8s took %s", phase, time.Since(start).Round(time.Millisecond))
			start, phase = time.Now(), p
		}}
		if _, err := st.ImportFile(b.Context(), csvfile.Products, text(manyProducts()), opts); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		res, err := st.ImportFile(b.Context(), csvfile.Orders, open, opts)
		b.StopTimer()
		if err != nil || res.Inserted != n {
			b.Fatalf("got %+v, %v", res, err)
		}
		b.Logf("%-8s took %s", phase, time.Since(start).Round(time.Millisecond))
		b.StartTimer()
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// An import that the database breaks off to end a deadlock is made again, from the
// beginning of the file.
func TestImportRepeats(t *testing.T) {
	st := dataStore(t)
	ctx := t.Context()
	if _, err := st.Pool().Exec(ctx, `
		create sequence attempt;
		create function refuse() returns trigger language plpgsql as $$
		begin
			if nextval('attempt') < 3 then raise exception 'no' using errcode = '40P01'; end if; -- a sequence is not rolled back
			return null;
		end $$;
		create trigger refuse after insert on fx_rate for each statement execute function refuse()`); err != nil {
		t.Fatal(err)
	}
	opened := 0
	open := text("currency,day,rate\nGBP,2026-11-15,1.2\nJPY,2026-11-12,0.0061\n")
	res, err := st.ImportFile(ctx, csvfile.Rates, func() (io.ReadCloser, error) { opened++; return open() }, store.ImportOptions{Shop: dataShop, Now: morning("2026-11-17")})
	if err != nil || res.Rows != 2 || res.Inserted != 2 || res.Unchanged != 0 || opened < 3 {
		t.Errorf("%+v, opened %d times, %v", res, opened, err)
	}
}
