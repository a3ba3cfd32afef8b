package demoshop

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"quartermaster/core"
)

// lead is one way to ship from a supplier. The first of a supplier is the
// ordinary way, the last the fastest.
type lead struct {
	mode    core.Mode
	days    int
	sd      string // as written to the file
	sdDays  float64
	freight int64 // per cent of the goods' price
}

type supplier struct {
	id, name, email, contact, language string
	currency                           core.Currency
	code                               string // how its own codes begin
	leads                              []lead
	chinese                            bool // closed around Chinese New Year and in Golden Week
}

// The firms do not exist; .example is reserved for such addresses (RFC 2606).
var suppliers = []supplier{
	{"SONGWAN", "宁波松湾礼品制造厂", "orders@songwan.example", "外贸部", "zh", "CNY", "SW-",
		[]lead{{core.Sea, 42, "6", 6, 6}, {core.Air, 12, "2.5", 2.5, 18}, {core.Rush, 7, "1.5", 1.5, 36}}, true},
	{"MARIGOLD", "Marigold Loom Exports", "sales@marigold-loom.example", "Export desk", "en", "USD", "ML/",
		[]lead{{core.Sea, 34, "5", 5, 6}, {core.Air, 11, "2", 2, 20}}, false},
	{"ZEEWIND", "Zeewind Papier & Kaars B.V.", "order@zeewind-papier.example", "Sales office", "en", "EUR", "ZP",
		[]lead{{core.Sea, 14, "3", 3, 4}, {core.Air, 5, "1", 1, 14}}, false},
	{"ANTRIM", "Antrim Coast Enamel Works", "trade@antrim-enamel.example", "Trade counter", "en", "GBP", "AE-",
		[]lead{{core.Sea, 10, "2", 2, 3}, {core.Rush, 4, "1", 1, 12}}, false},
}

// sources names, for each category, the preferred supplier and the one that may
// offer the same at a higher price, as indexes into suppliers.
var sources = map[string][2]int{
	"Toys & games":     {0, 2},
	"Candles & lights": {0, 2},
	"Party & paper":    {2, 0},
	"Bags":             {1, 0},
	"Home & garden":    {3, 0},
	"Signs & clocks":   {3, 0},
	"Kitchen":          {3, 0},
	"Home decor":       {0, 1},
}

// rates are the prices of one unit in GBP, held for all days of the demo.
var rates = map[core.Currency]core.Rate{"CNY": 10_500_000, "EUR": 86_000_000, "USD": 76_000_000, "GBP": core.RateOne}

// newYear lists Chinese New Year's days from 2025 to 2040.
var newYear = []string{
	"2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23", "2032-02-11",
	"2033-01-31", "2034-02-19", "2035-02-08", "2036-01-28", "2037-02-15", "2038-02-04", "2039-01-24", "2040-02-12",
}

// closed returns the days off of a Chinese factory as the file writes them: from
// a week before New Year to ten days after, and 1 to 7 October.
func closed() string {
	var parts []string
	for _, s := range newYear {
		d, err := core.ParseDay(s)
		if err != nil {
			panic("table of new years: " + err.Error())
		}
		year, _, _ := d.Time(time.UTC).Date()
		golden := core.DateDay(year, time.October, 1)
		parts = append(parts, fmt.Sprintf("%s..%s", d-7, d+10), fmt.Sprintf("%s..%s", golden, golden+6))
	}
	return strings.Join(parts, "|")
}

func supplierRows() [][]string {
	rows := [][]string{{"supplier", "name", "email", "contact", "language", "currency", "closed"}}
	for _, s := range suppliers {
		off := ""
		if s.chinese {
			off = closed()
		}
		rows = append(rows, []string{s.id, s.name, s.email, s.contact, s.language, string(s.currency), off})
	}
	return rows
}

// offer is what one supplier asks for one product.
type offer struct {
	supplier  *supplier
	sku       core.SKU
	price     core.Money
	breaks    []core.PriceBreak
	moq, pack int64
	preferred bool
}

// freight returns the freight of one unit by l, at least one minor unit.
func (o offer) freight(l lead) core.Money {
	return core.Money{Minor: max(1, o.price.Minor*l.freight/100), Currency: o.price.Currency}
}

// offers makes one or two offers per product. The preferred one leaves the
// product's landed cost after sea freight; one product in four has a second
// one, 4 to 12 % dearer. Drawn per SKU: see draw.
func (w *world) offers() []offer {
	demand := demandOf(w.sales)
	var out []offer
	for _, p := range w.products {
		rng := draw(w.seed+1, p.sku)
		pair := sources[p.category]
		uk, _ := moments(demand[p.sku][channelUK])
		intl, _ := moments(demand[p.sku][channelIntl])
		perDay := uk + intl
		out = append(out, newOffer(rng, p, &suppliers[pair[0]], 100, perDay, true))
		if rng.IntN(4) == 0 {
			out = append(out, newOffer(rng, p, &suppliers[pair[1]], 104+int64(rng.IntN(9)), perDay, false))
		}
	}
	return out
}

var (
	packs = []int64{6, 12, 12, 24, 24}
	steps = []int64{12, 24, 48, 72, 96, 120, 144, 192, 240, 288, 360, 480, 600, 720, 960, 1200}
)

// newOffer prices p at the given per cent of its cost. The minimum order is
// about ten days of sales, from a ladder; breaks take 3 and 6 % off at two and
// five times the minimum.
func newOffer(rng *rand.Rand, p product, s *supplier, percent int64, perDay float64, preferred bool) offer {
	goods := p.cost * percent / (100 + s.leads[0].freight) // without sea freight, in pence
	minor := max(1, goods*int64(core.RateOne)/int64(rates[s.currency]))
	o := offer{supplier: s, sku: p.sku, price: core.Money{Minor: minor, Currency: s.currency}, preferred: preferred}
	o.pack = packs[rng.IntN(len(packs))]
	i, _ := slices.BinarySearch(steps, int64(perDay*10))
	o.moq = steps[min(i, len(steps)-1)]
	for _, b := range []struct{ times, off int64 }{{2, 3}, {5, 6}} {
		if price := minor * (100 - b.off) / 100; 0 < price && price < minor {
			o.breaks = append(o.breaks, core.PriceBreak{Min: o.moq * b.times, Price: core.Money{Minor: price, Currency: s.currency}})
		}
	}
	return o
}

func offerRows(offers []offer) [][]string {
	header := []string{"supplier", "sku", "supplier_sku", "price", "price_breaks", "currency", "moq", "pack", "max"}
	for _, m := range core.Modes {
		header = append(header, string(m)+"_days", string(m)+"_sd", string(m)+"_freight")
	}
	rows := [][]string{append(header, "preferred")}
	for _, o := range slices.SortedFunc(slices.Values(offers), func(a, b offer) int {
		return cmp.Or(cmp.Compare(a.supplier.id, b.supplier.id), cmp.Compare(a.sku, b.sku))
	}) {
		var breaks []string
		for _, b := range o.breaks {
			breaks = append(breaks, fmt.Sprintf("%d:%s", b.Min, b.Price.Decimal()))
		}
		row := []string{o.supplier.id, string(o.sku), o.supplier.code + string(o.sku), o.price.Decimal(),
			strings.Join(breaks, "|"), string(o.price.Currency), strconv.FormatInt(o.moq, 10), strconv.FormatInt(o.pack, 10), ""}
		for _, m := range core.Modes {
			i := slices.IndexFunc(o.supplier.leads, func(l lead) bool { return l.mode == m })
			if i < 0 {
				row = append(row, "", "", "")
				continue
			}
			l := o.supplier.leads[i]
			row = append(row, strconv.Itoa(l.days), l.sd, o.freight(l).Decimal())
		}
		rows = append(rows, append(row, strconv.FormatBool(o.preferred)))
	}
	return rows
}

// rateRows gives each foreign currency a rate at the first sale and one today.
func (w *world) rateRows() [][]string {
	rows := [][]string{{"currency", "day", "rate"}}
	for _, cur := range []core.Currency{"CNY", "EUR", "USD"} {
		for _, d := range []core.Day{w.sales[0].day + w.shift, w.today} {
			r := int64(rates[cur])
			rows = append(rows, []string{string(cur), d.String(), fmt.Sprintf("%d.%04d", r/int64(core.RateOne), r%int64(core.RateOne)/10_000)})
		}
	}
	return rows
}
