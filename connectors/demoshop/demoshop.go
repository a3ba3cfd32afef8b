// Package demoshop is a shop to try Quartermaster with: real sales of a UK
// online gift shop (UCI "Online Retail", CC BY 4.0, see README.md), and around
// them suppliers, costs, lead times and stock made up by a documented, seeded
// rule.
//
// Write lays the shop down as the CSV files of docs/data.md. It guarantees:
//
//   - the last sale is on the day before today, whatever today is, and on all
//     days but one in seven weekdays are the true ones (see calendar);
//   - the same today and seed give the same bytes; another today moves dates
//     and drops at most the newest six days of sales, nothing else;
//   - most items are healthy, about ten RED, about ten YELLOW, a few overstocked
//     (see levels), so that the first check has something to say.
package demoshop

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"time"
	_ "time/tzdata" // the shop's zone must be known on machines without zone files

	"quartermaster/core"
)

// Seed is the seed of the demo as it is shown to people.
const Seed uint64 = 2011

const zone = "Europe/London"

// Shop returns the identity of the demo shop.
func Shop() core.Shop {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		panic("zone data is linked in: " + err.Error())
	}
	return core.Shop{Name: "Harbour & Pine Gifts", Zone: loc, Currency: "GBP", Language: "en"}
}

// Channels and locations of the demo shop.
const (
	channelUK   core.ChannelID  = "uk"
	channelIntl core.ChannelID  = "intl"
	leeds       core.LocationID = "LEEDS"
	rotterdam   core.LocationID = "ROTTERDAM"
)

// Write creates dir and writes the files of the demo shop as it stands in the
// morning of today. Files of the same names are replaced.
func Write(dir string, today core.Day, seed uint64) error {
	sales, err := readSales()
	if err != nil {
		return fmt.Errorf("demo shop: %w", err)
	}
	shift, err := calendar(sales[len(sales)-1].day, today)
	if err != nil {
		return fmt.Errorf("demo shop: %w", err)
	}
	shop := newWorld(sales, today, shift, seed)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("demo shop: %w", err)
	}
	for _, t := range shop.tables() {
		var b bytes.Buffer
		if err := csv.NewWriter(&b).WriteAll(t.rows); err != nil {
			return fmt.Errorf("demo shop: write %s: %w", t.name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, t.name), b.Bytes(), 0o644); err != nil {
			return fmt.Errorf("demo shop: %w", err)
		}
	}
	return nil
}

// table is one CSV file; its first row is the header.
type table struct {
	name string
	rows [][]string
}

// world is the demo shop before it is written down.
type world struct {
	today    core.Day
	shift    core.Day // from the calendar of the data set to the demo's
	seed     uint64
	sales    []sale
	products []product // by revenue of the last eight weeks, best first
	eu       map[core.SKU]bool
}

// euProducts is how many products the second location holds.
const euProducts = 25

func newWorld(sales []sale, today, shift core.Day, seed uint64) *world {
	w := &world{today: today, shift: shift, seed: seed, sales: sales, eu: map[core.SKU]bool{}}
	w.products = readProducts(sales, seed)
	for _, sku := range mostAbroad(sales, euProducts) {
		w.eu[sku] = true
	}
	return w
}

func (w *world) tables() []table {
	offers := w.offers()
	stock, open := w.levels(offers)
	return []table{
		{"products.csv", w.productRows()},
		{"locations.csv", [][]string{
			{"location", "name", "country", "channels", "default"},
			{string(leeds), "Leeds warehouse", "GB", string(channelUK), "true"},
			{string(rotterdam), "Rotterdam fulfilment", "NL", string(channelIntl), "false"},
		}},
		{"suppliers.csv", supplierRows()},
		{"supplier_items.csv", offerRows(offers)},
		{"stock.csv", stock},
		{"open_orders.csv", open},
		{"orders.csv", w.orderRows()},
		{"events.csv", w.eventRows()},
		{"rates.csv", w.rateRows()},
	}
}
