package csvfile_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quartermaster/connectors"
	"quartermaster/connectors/csvfile"
	"quartermaster/core"
)

var env = csvfile.Env{
	Zone: berlin(), Currency: "EUR",
	Now:      time.Date(2026, 11, 16, 6, 0, 0, 0, time.UTC),
	NotAfter: time.Date(2026, 11, 17, 6, 0, 0, 0, time.UTC),
}

// drain returns the good rows and the refusals of a file.
func drain[T any](rows iter.Seq2[csvfile.Row[T], error]) (good []T, errs []string) {
	for r, err := range rows {
		if err != nil {
			errs = append(errs, err.Error())
		} else {
			good = append(good, r.Value)
		}
	}
	return good, errs
}

// refusals reads text as a file of the kind.
func refusals(kind csvfile.Kind, text string) []string {
	r, file := strings.NewReader(text), string(kind)+".csv"
	var errs []string
	switch kind {
	case csvfile.Products:
		_, errs = drain(csvfile.ReadProducts(r, file, env))
	case csvfile.Locations:
		_, errs = drain(csvfile.ReadLocations(r, file, env))
	case csvfile.Suppliers:
		_, errs = drain(csvfile.ReadSuppliers(r, file, env))
	case csvfile.Rates:
		_, errs = drain(csvfile.ReadRates(r, file, env))
	case csvfile.SupplierItems:
		_, errs = drain(csvfile.ReadSupplierItems(r, file, env))
	case csvfile.Stock:
		_, errs = drain(csvfile.ReadStock(r, file, env))
	case csvfile.Orders:
		_, errs = drain(csvfile.ReadOrders(r, file, env))
	case csvfile.OpenOrders:
		_, errs = drain(csvfile.ReadOpenOrders(r, file, env))
	case csvfile.Browsing:
		_, errs = drain(csvfile.ReadBrowsing(r, file, env))
	case csvfile.Ads:
		_, errs = drain(csvfile.ReadAds(r, file, env))
	case csvfile.Events:
		_, errs = drain(csvfile.ReadEvents(r, file, env))
	case csvfile.Signals:
		_, errs = drain(csvfile.ReadSignals(r, file, env))
	case csvfile.Kits:
		_, errs = drain(csvfile.ReadKits(r, file, env))
	case csvfile.Links:
		_, errs = drain(csvfile.ReadLinks(r, file, env))
	case csvfile.Overrides:
		_, errs = drain(csvfile.ReadOverrides(r, file, env))
	case csvfile.OrderUpdates:
		_, errs = drain(csvfile.ReadOrderUpdates(r, file, env))
	case csvfile.Receipts:
		_, errs = drain(csvfile.ReadReceipts(r, file, env))
	case csvfile.Deliveries:
		_, errs = drain(csvfile.ReadDeliveries(r, file, env))
	case csvfile.Quotes:
		_, errs = drain(csvfile.ReadQuotes(r, file, env))
	}
	return errs
}

const (
	stockHead   = "sku,location,on_hand,committed,as_of\n"
	orderHead   = "order_id,line_id,ordered_at,channel,sku,quantity,unit_price,currency\n"
	productHead = "sku,name,price,currency,aliases\n"
	itemHead    = "supplier,sku,price,currency,price_breaks,moq,pack,max,sea_days,sea_sd,air_days,air_freight\n"
)

func TestRefusals(t *testing.T) {
	tests := []struct {
		name string
		kind csvfile.Kind
		text string
		want string // lines
	}{
		// The file as a whole.
		{"empty file", csvfile.Rates, "", `rates.csv:1: the file is empty; its first line must name the columns: currency, day, rate`},
		{"UTF-16, little end", csvfile.Rates, "\xff\xfec\x00u\x00", `rates.csv:1: the file is UTF-16; save it as "CSV UTF-8"`},
		{"UTF-16, big end", csvfile.Rates, "\xfe\xff\x00c\x00u", `rates.csv:1: the file is UTF-16; save it as "CSV UTF-8"`},
		{"UTF-16 without mark", csvfile.Rates, "c\x00u\x00r\x00", `rates.csv:1: the line holds a NUL byte: the file is damaged or UTF-16; save it as "CSV UTF-8"`},
		{"workbook", csvfile.Rates, "PK\x03\x04...", `rates.csv:1: the file is a workbook or ZIP archive; save it as "CSV UTF-8"`},
		{"NUL byte", csvfile.Stock, stockHead + "A,HAM,1,,\nB,H\x00M,1,,\nC,HAM,1.5,,\n",
			`stock.csv:3: the line holds a NUL byte: the file is damaged or UTF-16; save it as "CSV UTF-8"
stock.csv:4: column on_hand: "1.5" is not a whole number such as 12`},
		{"Latin-1", csvfile.Locations, "location,name\nA,M\xfcnchen\n", `locations.csv:2: the line is not valid UTF-8; save the file as "CSV UTF-8"`},
		{"GB18030", csvfile.Locations, "location,name\nA,\xc9\xcf\xba\xa3\n", `locations.csv:2: the line is not valid UTF-8; save the file as "CSV UTF-8"`},
		{"old line ends", csvfile.Rates, "currency,day,rate\rUSD,2026-01-01,1\r", `rates.csv:1: a carriage return stands alone; save the file with Windows or Unix line ends`},

		// The header.
		{"unknown column", csvfile.Stock, "sku,location,onhand\n", `stock.csv:1: column "onhand" is unknown in stock; did you mean "on_hand"?
stock.csv:1: column "on_hand" is missing`},
		{"column like no other", csvfile.Stock, "sku,location,on_hand,supervisor\n", `stock.csv:1: column "supervisor" is unknown in stock; leave it out (docs/data.md lists the columns)`},
		{"other file", csvfile.Products, "Title,Body,Vendor\n", `products.csv:1: the first line does not name the columns of products: it has title, body, vendor; needed are sku, name, price, currency (docs/data.md)`},
		{"other separator", csvfile.Rates, "currency|day|rate\n", `rates.csv:1: the first line does not name the columns of rates: it has currency|day|rate as one column (values are separated by comma, semicolon or tab); needed are currency, day, rate (docs/data.md)`},
		{"Shopify's products", csvfile.Products, "Handle,Title,Body (HTML),Vendor,Variant SKU,Variant Grams,Variant Price\n",
			`products.csv:1: this is Shopify's product export, which is not read as it is: make a file with the columns of products.csv (docs/data.md). Variant SKU is sku, Title with the options is name, Variant Price is price, Cost per item is cost; add currency`},
		{"column twice", csvfile.Rates, "currency,day,rate,Day\n", `rates.csv:1: column "day" stands twice in the header`},
		{"column without name", csvfile.Rates, "currency,day,,rate\n", `rates.csv:1: column 3 of the header has no name`},
		{"too many columns", csvfile.Rates, strings.Repeat("x,", 10000) + "\n", `rates.csv:1: the row has more than 200 columns`},

		// The structure of rows.
		{"too few values", csvfile.Rates, "currency,day,rate\nUSD,2026-01-01\n", `rates.csv:2: the row has 2 values, the header has 3`},
		{"quote inside", csvfile.Locations, "location,name\nA,6\" pipe\nB,x\n", `locations.csv:2: a quote stands inside an unquoted value; put the value in quotes and write the quote twice: "6"" pipe"`},
		{"text after quote", csvfile.Locations, "location,name\nA,\"6\"pipe\n", `locations.csv:2: text follows the closing quote of a value; write a quote inside a value twice: ""`},
		{"unclosed quote", csvfile.Locations, "location,name\nA,x\nB,\"y\nC,z\n", `locations.csv:3: the quote that opens here is never closed; the rest of the file was not read`},
		{"unclosed quote over many lines", csvfile.Locations, "location,name\nB,\"y\n" + strings.Repeat("C,z\n", 1_000_000),
			`locations.csv:2: the row runs over 1000 lines; is the quote that opens here closed?; the rest of the file was not read`},
		{"unclosed quote over many bytes", csvfile.Locations, "location,name\nB,\"y\n" + strings.Repeat(strings.Repeat("z", 9999)+"\n", 20),
			`locations.csv:2: a quoted value is longer than 65536 bytes; is the quote that opens here closed?; the rest of the file was not read`},
		{"long value", csvfile.Locations, "location,name\nB," + strings.Repeat("z", 70000) + "\n", `locations.csv:2: a value is longer than 65536 bytes`},
		{"long line", csvfile.Locations, "location,name\nB," + strings.Repeat("z,", 600000) + "\nC,\n",
			`locations.csv:2: the line is longer than 1048576 bytes; the rest of the file was not read`},
		{"same key", csvfile.Rates, "currency,day,rate\nUSD,2026-01-01,1\nUSD,2026-01-02,1\nUSD,2026-01-01,2\n",
			`rates.csv:4: the same row stands in line 2 already (USD 2026-01-01)`},

		// Numbers.
		{"NaN", csvfile.Stock, stockHead + "A,HAM,NaN,,\n", `stock.csv:2: column on_hand: "NaN" is not a whole number such as 12`},
		{"Inf", csvfile.Rates, "currency,day,rate\nUSD,2026-01-01,+Inf\n", `rates.csv:2: column rate: "+Inf" is not a plain number such as 1234.50`},
		{"hexadecimal", csvfile.Stock, stockHead + "A,HAM,0x10,,\n", `stock.csv:2: column on_hand: "0x10" is not a whole number such as 12`},
		{"underscore", csvfile.Stock, stockHead + "A,HAM,1_000,,\n", `stock.csv:2: column on_hand: "1_000" is not a whole number such as 12`},
		{"exponent", csvfile.Orders, orderHead + "1,1,2026-01-01,s,A,1e5,1e2,EUR\n", `orders.csv:2: column quantity: "1e5" is not a whole number such as 12
orders.csv:2: column unit_price: "1e2" is not a plain number such as 1234.50`},
		{"plus sign", csvfile.Stock, stockHead + "A,HAM,+5,,\n", `stock.csv:2: column on_hand: "+5" is not a whole number such as 12`},
		{"group separators", csvfile.Orders, strings.ReplaceAll(orderHead, ",", ";") + "1;1;2026-01-01;s;A;1;1.234,50;EUR\n",
			`orders.csv:2: column unit_price: "1.234,50" is not a plain number such as 1234.50`},
		{"decimal comma between commas", csvfile.Orders, orderHead + "1,1,2026-01-01,s,A,1,\"2,50\",EUR\n",
			`orders.csv:2: column unit_price: "2,50" has a decimal comma, which is read only in files separated by semicolons; write 2.50`},
		{"1e308", csvfile.Orders, orderHead + "1,1,2026-01-01,s,A,1,1e308,EUR\n", `orders.csv:2: column unit_price: "1e308" is not a plain number such as 1234.50`},
		{"amount beyond all", csvfile.Orders, orderHead + "1,1,2026-01-01,s,A,1," + strings.Repeat("9", 39) + ",EUR\n",
			`orders.csv:2: column unit_price: amount "999999999999999999999999999999999999999": amount is too large`},
		{"too many decimals", csvfile.Orders, orderHead + "1,1,2026-01-01,s,A,1,1.005,EUR\n",
			`orders.csv:2: column unit_price: amount "1.005" has more than the 2 decimals of EUR`},
		{"quantity too large", csvfile.Orders, orderHead + "1,1,2026-01-01,s,A,1000000001,1,EUR\n",
			`orders.csv:2: column quantity: 1000000001 is not between -1000000000 and 1000000000`},
		{"quantity beyond all", csvfile.Orders, orderHead + "1,1,2026-01-01,s,A,99999999999999999999,1,EUR\n",
			`orders.csv:2: column quantity: 99999999999999999999 is not between -1000000000 and 1000000000`},
		{"negative stock", csvfile.Stock, stockHead + "A,HAM,-3,,\n", `stock.csv:2: column on_hand: -3 is negative; goods owed to customers belong into backorders`},
		{"negative committed", csvfile.Stock, stockHead + "A,HAM,3,-1,\n", `stock.csv:2: column committed: -1 is not between 0 and 1000000000`},
		{"rate of zero", csvfile.Rates, "currency,day,rate\nUSD,2026-01-01,0.0\n", `rates.csv:2: column rate: rate "0.0" is not positive`},

		// Times.
		{"year 9999", csvfile.Rates, "currency,day,rate\nUSD,9999-01-01,1\n", `rates.csv:2: column day: date "9999-01-01" is outside 1970-01-01 to 2199-12-31`},
		{"year 1969", csvfile.Orders, orderHead + "1,1,1969-12-30,s,A,1,1,EUR\n", `orders.csv:2: column ordered_at: "1969-12-30" is outside 1970-01-01 to 2199-12-31`},
		{"no such day", csvfile.Rates, "currency,day,rate\nUSD,2026-02-30,1\n", `rates.csv:2: column day: "2026-02-30" is no day of the calendar`},
		{"other date form", csvfile.Orders, orderHead + "1,1,31.12.2025,s,A,1,1,EUR\n",
			`orders.csv:2: column ordered_at: "31.12.2025" does not begin with the year; write 2025-12-31 (in a spreadsheet give the column the format yyyy-mm-dd)`},
		{"month first", csvfile.Rates, "currency,day,rate\nUSD,12/31/2025,1\n", `rates.csv:2: column day: "12/31/2025" does not begin with the year; write 2025-12-31 (in a spreadsheet give the column the format yyyy-mm-dd)`},
		{"day or month first", csvfile.Rates, "currency,day,rate\nUSD,03/04/2026,1\n", `rates.csv:2: column day: "03/04/2026" does not begin with the year: is it day or month first? Write it like 2006-01-31 (in a spreadsheet give the column the format yyyy-mm-dd)`},
		{"spreadsheet's number", csvfile.Orders, orderHead + "1,1,46339.5,s,A,1,1,EUR\n", `orders.csv:2: column ordered_at: "46339.5" is a spreadsheet's number of a day; in a spreadsheet give the column the format yyyy-mm-dd`},
		{"no time at all", csvfile.Orders, orderHead + "1,1,yesterday,s,A,1,1,EUR\n", `orders.csv:2: column ordered_at: "yesterday" is no time such as 2006-01-31T15:04:05Z, 2006-01-31 15:04:05 or 2006-01-31`},
		{"future", csvfile.Stock, stockHead + "A,HAM,1,,2026-11-18\n", `stock.csv:2: column as_of: "2026-11-18" lies in the future`},

		// Words.
		{"empty value", csvfile.Orders, orderHead + "1,,2026-01-01,s,A,1,1,EUR\n", `orders.csv:2: column line_id: the value is empty`},
		{"no currency", csvfile.Orders, orderHead + "1,1,2026-01-01,s,A,1,1,EURO\n", `orders.csv:2: column currency: "EURO" is not a currency code such as EUR`},
		{"currency in small letters", csvfile.Orders, orderHead + "1,1,2026-01-01,s,A,1,1,usd\n", `orders.csv:2: column currency: "usd" is not a currency code such as EUR`},
		{"no such currency", csvfile.Orders, orderHead + "1,1,2026-01-01,s,A,1,1,QQQ\n", `orders.csv:2: column currency: "QQQ" is not a currency of ISO 4217`},
		{"own currency", csvfile.Rates, "currency,day,rate\nEUR,2026-01-01,1\n", `rates.csv:2: column currency: EUR is the shop's own currency: its rate is always 1`},
		{"control character", csvfile.Locations, "location,name\nA,x\x1b[31m\n", `locations.csv:2: column name: the text holds the control character U+001B`},
		{"invisible character", csvfile.Stock, stockHead + "A\u200bB,HAM,1,,\n", `stock.csv:2: column sku: the code "A\u200bB" holds the invisible character U+200B`},
		{"long code", csvfile.Stock, stockHead + strings.Repeat("A", 101) + ",HAM,1,,\n", `stock.csv:2: column sku: the code is longer than 100 characters`},
		{"long name", csvfile.Locations, "location,name\nA," + strings.Repeat("é", 501) + "\n", `locations.csv:2: column name: the text is longer than 500 characters`},
		{"flag", csvfile.Locations, "location,name,default\nA,x,maybe\n", `locations.csv:2: column default: "maybe" is not 1 or 0`},
		{"state", csvfile.OpenOrders, "order,supplier,sku,location,quantity,due,state\n1,S,A,L,5,2026-12-01,lost\n",
			`open_orders.csv:2: column state: "lost" is none of ordered, confirmed, shipped`},
		{"no quantity", csvfile.OpenOrders, "order,supplier,sku,location,quantity,due\n1,S,A,L,0,2026-12-01\n",
			`open_orders.csv:2: column quantity: 0 is not between 1 and 1000000000`},
		{"country", csvfile.Locations, "location,name,country\nA,x,Germany\n", `locations.csv:2: column country: "Germany" is not a country code of ISO 3166 such as DE`},
		{"e-mail with name", csvfile.Suppliers, "supplier,name,currency,email\nA,x,EUR,Bob <bob@x.example>\n", `suppliers.csv:2: column email: "Bob <bob@x.example>" is not one plain e-mail address`},
		{"two e-mails", csvfile.Suppliers, "supplier,name,currency,email\nA,x,EUR,\"a@x.example,b@x.example\"\n", `suppliers.csv:2: column email: "a@x.example,b@x.example" is not one plain e-mail address`},
		{"language", csvfile.Suppliers, "supplier,name,currency,language\nA,x,EUR,fr\n", `suppliers.csv:2: column language: "fr" is none of en, zh`},
		{"range backwards", csvfile.Suppliers, "supplier,name,currency,closed\nA,x,EUR,2027-02-24..2027-02-10\n", `suppliers.csv:2: column closed: the range 2027-02-24..2027-02-10 ends before it begins`},
		{"ranges meet", csvfile.Suppliers, "supplier,name,currency,closed\nA,x,EUR,2027-02-10..2027-02-24|2027-02-24\n", `suppliers.csv:2: column closed: two ranges hold the day 2027-02-24`},
		{"list with a hole", csvfile.Locations, "location,name,channels\nA,x,shop||eu\n", `locations.csv:2: column channels: the list "shop||eu" has an empty entry`},
		{"list with a double", csvfile.Locations, "location,name,channels\nA,x,shop|shop\n", `locations.csv:2: column channels: the list names "shop" twice`},
		{"alias without code", csvfile.Products, productHead + "A,x,1,EUR,shop:\n", `products.csv:2: column aliases: the alias "shop:" has no code`},
		{"no such state", csvfile.OrderUpdates, "order,state,date\nPO-1,lost,2026-11-01\n", `order_updates.csv:2: column state: "lost" is none of confirmed, in_production, shipped, cancelled`},
		{"nothing came", csvfile.Receipts, "order,sku,qty,date\nPO-1,A,0,2026-11-01\n", `receipts.csv:2: column qty: 0 is not between 1 and 1000000000`},
		{"more damaged than came", csvfile.Receipts, "order,sku,qty,damaged,date\nPO-1,A,5,6,2026-11-01\n", `receipts.csv:2: column damaged: 6 damaged are more than the 5 that came`},
		{"came before it was ordered", csvfile.Deliveries, "order,supplier,sku,mode,ordered_on,ordered,received_on,received\n1,S,A,sea,2026-11-02,5,2026-11-01,5\n", `deliveries.csv:2: column received_on: 2026-11-01 lies before the order of 2026-11-02`},
		{"quote that ends before it begins", csvfile.Quotes, "supplier,sku,price,currency,lead_days,quoted_on,valid_until\nS,A,1.00,EUR,9,2026-11-02,2026-11-01\n", `quotes.csv:2: column valid_until: 2026-11-01 lies before the quote of 2026-11-02`},
		{"quote for nothing", csvfile.Quotes, "supplier,sku,price,currency,lead_days,quoted_on,valid_until\nS,A,0,EUR,9,2026-11-02,2026-12-01\n", `quotes.csv:2: column price: a quote needs a price above zero`},
		{"came without a day", csvfile.Deliveries, "order,supplier,sku,mode,ordered_on,ordered,received\n1,S,A,sea,2026-11-02,5,5\n", `deliveries.csv:2: column received: received and received_on are given together or not at all`},
		{"kit of itself", csvfile.Kits, "kit,component,quantity\nA,A,1\n", `kits.csv:2: column component: "A" is the kit itself`},
		{"half a component", csvfile.Kits, "kit,component,quantity\nA,B,0.5\n", `kits.csv:2: column quantity: "0.5" is not a whole number such as 12`},
		{"link of itself", csvfile.Links, "sku,linked_sku,probability,days\nA,A,0.5,30\n", `links.csv:2: column linked_sku: "A" is the product itself`},
		{"probability over one", csvfile.Links, "sku,linked_sku,probability,days\nA,B,34,30\n", `links.csv:2: column probability: 34 is not between 0 and 1`},
		{"override of nothing known", csvfile.Overrides, "sku,field,value,until,reason,by\nA,price,3,2027-01-01,x,Jo\n", `overrides.csv:2: column field: "price" is none of demand, demand_factor, lead_time, lead_time_sea, lead_time_air, lead_time_rush, moq, pack, safety_stock, reorder_point, quantity, service_level, class, category`},
		{"override to no class", csvfile.Overrides, "sku,field,value,until,reason,by\nA,class,D,2027-01-01,x,Jo\n", `overrides.csv:2: column value: "D" is none of AX, AY, AZ, BX, BY, BZ, CX, CY, CZ`},
		{"override of all a supplier sells", csvfile.Overrides, "supplier,field,value,until,reason,by\nACME,demand,4,2027-01-01,x,Jo\n", `overrides.csv:2: column sku: demand is of one product; only lead times, moq and pack are set for all that a supplier sells`},
		{"override of nothing", csvfile.Overrides, "field,value,until,reason,by\nmoq,4,2027-01-01,x,Jo\n", `overrides.csv:2: column sku: the value is empty; a row needs a sku, a supplier or both`},
		{"override to no probability", csvfile.Overrides, "sku,field,value,until,reason,by\nA,service_level,0.4,2027-01-01,x,Jo\n", `overrides.csv:2: column value: 0.4 is not between 0.5 and 0.999`},
		{"override without end", csvfile.Overrides, "sku,field,value,until,reason,by\nA,demand,4,,x,Jo\n", `overrides.csv:2: column until: the value is empty`},
		{"signal without an end", csvfile.Signals, "name,kind,percent,start\nx,topic,30,2026-12-01\n", `signals.csv:2: column end: the row says neither when the effect ends nor in how many hours it halves (half_life_hours)`},
		{"signal backwards", csvfile.Signals, "name,kind,percent,start,end\nx,topic,30,2026-12-02T00:00:00Z,2026-12-01\n", `signals.csv:2: column end: 2026-12-01T23:00:00Z is not after 2026-12-02T00:00:00Z`},
		{"signal of no number", csvfile.Signals, "name,kind,percent,start,end\nx,topic,1e3,2026-12-01,2026-12-02\n", `signals.csv:2: column percent: "1e3" is not a number of percent such as 30 or -12.5`},
		{"signal out of bounds", csvfile.Signals, "name,kind,percent,start,end\nx,topic,-101,2026-12-01,2026-12-02\n", `signals.csv:2: column percent: -101 is not between -100 and 10000`},
		{"signal of no kind", csvfile.Signals, "name,kind,percent,start,end\nx,weather,5,2026-12-01,2026-12-02\n", `signals.csv:2: column kind: "weather" is none of topic, ad, price, competitor`},
		{"event backwards", csvfile.Events, "from,to,name,kind\n2026-12-26,2026-12-24,x,holiday\n", `events.csv:2: column to: 2026-12-24 lies before 2026-12-26`},

		// Offers.
		{"no lead time", csvfile.SupplierItems, itemHead + "S,A,1,EUR,,,,,,,,\n", `supplier_items.csv:2: the row has no lead time: one of sea_days, air_days and rush_days is needed`},
		{"spread without lead time", csvfile.SupplierItems, itemHead + "S,A,1,EUR,,,,,,2,9,\n", `supplier_items.csv:2: column sea_days: the value is empty, but sea_sd or sea_freight is given`},
		{"lead time too long", csvfile.SupplierItems, itemHead + "S,A,1,EUR,,,,,731,,,\n", `supplier_items.csv:2: column sea_days: 731 is not between 0 and 730`},
		{"breaks in disorder", csvfile.SupplierItems, itemHead + "S,A,2,EUR,500:1.90|400:1.80,,,,5,,,\n", `supplier_items.csv:2: column price_breaks: at "400:1.80" quantities must rise and prices must not`},
		{"break dearer", csvfile.SupplierItems, itemHead + "S,A,2,EUR,500:2.10,,,,5,,,\n", `supplier_items.csv:2: column price_breaks: at "500:2.10" quantities must rise and prices must not`},
		{"break without price", csvfile.SupplierItems, itemHead + "S,A,2,EUR,500,,,,5,,,\n", `supplier_items.csv:2: column price_breaks: "500" is not of the form 500:2.10`},
		{"maximum below minimum", csvfile.SupplierItems, itemHead + "S,A,2,EUR,,500,24,503,5,,,\n", `supplier_items.csv:2: column max: 503 is below the smallest order of 504 (moq 500 in packs of 24)`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(strings.Split(test.want, "\n"), refusals(test.kind, test.text)); diff != "" {
				t.Errorf("refusals (-want +got):\n%s", diff)
			}
		})
	}
}

func TestForms(t *testing.T) {
	want := []core.FXRate{{Currency: "USD", Day: day("2026-01-02"), Rate: 92_500_000}}
	packed := func(s string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := io.WriteString(w, s); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for name, text := range map[string]string{
		"plain":             "currency,day,rate\nUSD,2026-01-02,0.925\n",
		"other order":       "rate,currency,day\n0.925,USD,2026-01-02\n",
		"byte order mark":   "\ufeffcurrency,day,rate\nUSD,2026-01-02,0.925\n",
		"Windows":           "currency,day,rate\r\nUSD,2026-01-02,0.925\r\n",
		"no last line end":  "currency,day,rate\nUSD,2026-01-02,0.925",
		"empty lines":       "\n\ncurrency,day,rate\n\nUSD,2026-01-02,0.925\n,,\n  \n\n",
		"semicolon":         "currency;day;rate\nUSD;2026-01-02;0,925\n",
		"semicolon, point":  "currency;day;rate\nUSD;2026-01-02;0.925\n",
		"named separator":   "sep=;\r\ncurrency;day;rate\r\nUSD;2026-01-02;0,925\r\n",
		"tab":               "currency\tday\trate\nUSD\t2026-01-02\t0.925\n",
		"quoted":            "\"currency\",\"day\",\"rate\"\n\"USD\",\"2026-01-02\",\"0.925\"\n",
		"capitals, space":   " Currency , DAY,rate\n USD , 2026-01-02,\t0.925\n",
		"gzip":              packed("currency,day,rate\nUSD,2026-01-02,0.925\n"),
		"gzip, two members": packed("currency,day,rate\n") + packed("USD,2026-01-02,0.925\n"),
		"gzip with mark":    packed("\ufeffcurrency,day,rate\nUSD,2026-01-02,0.925\n"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text))} {
				got, errs := drain(csvfile.ReadRates(r, "rates.csv", env))
				if diff := cmp.Diff(want, got); diff != "" || errs != nil {
					t.Errorf("errors %v, rows (-want +got):\n%s", errs, diff)
				}
			}
		})
	}
}

// Names come from strangers: they are data, whatever they look like.
func TestNamesAreKept(t *testing.T) {
	for text, want := range map[string]string{
		`=1+1`:                       `=1+1`,
		`@here <!channel>`:           `@here <!channel>`,
		`"two` + "\r\n\t" + `lines"`: "two lines",
		`"a ""b"", c"`:               `a "b", c`,
		`太阳能灯 🌞`:                     `太阳能灯 🌞`,
	} {
		got, errs := drain(csvfile.ReadLocations(strings.NewReader("location,name\nA,"+text+"\n"), "l.csv", env))
		if errs != nil || len(got) != 1 || got[0].Name != want {
			t.Errorf("%q: got %+v, %v; want name %q", text, got, errs, want)
		}
	}
}

func TestInstants(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-11T23:30:00Z":         "2026-11-11T23:30:00Z 2026-11-12",
		"2026-11-11T23:30:00.1234567Z": "2026-11-11T23:30:00.123456Z 2026-11-12",
		"2026-11-12T00:30:00+01:00":    "2026-11-11T23:30:00Z 2026-11-12",
		"2026-11-11 23:30:00":          "2026-11-11T22:30:00Z 2026-11-11",
		"2026-11-11 18:30:00 -0500":    "2026-11-11T23:30:00Z 2026-11-12", // as Shopify writes it
		"2026-11-11 23:30":             "2026-11-11T22:30:00Z 2026-11-11",
		"2026-11-11T23:30:00":          "2026-11-11T22:30:00Z 2026-11-11",
		"2026-07-01":                   "2026-06-30T22:00:00Z 2026-07-01",
		"2026-03-29 02:30:00":          "2026-03-29T01:30:00Z 2026-03-29", // jumped over
		"2026-10-25 02:30:00":          "2026-10-25T00:30:00Z 2026-10-25", // the first of two
	} {
		got, errs := drain(csvfile.ReadOrders(strings.NewReader(orderHead+"1,1,"+text+",s,A,1,1,EUR\n"), "o.csv", env))
		if errs != nil || len(got) != 1 {
			t.Errorf("%s: %v", text, errs)
		} else if is := got[0].At.Format(time.RFC3339Nano) + " " + got[0].Day.String(); is != want {
			t.Errorf("%s: got %s, want %s", text, is, want)
		}
	}
}

func TestSourceFails(t *testing.T) {
	broken := errors.New("disk on fire")
	src := io.MultiReader(strings.NewReader("currency,day,rate\nUSD,2026-01-02,1\n"), iotest.ErrReader(broken))
	var last error
	for _, err := range csvfile.ReadRates(src, "rates.csv", env) {
		last = err
	}
	if !errors.Is(last, broken) {
		t.Errorf("got %v, want the source's error", last)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	fmt.Fprint(w, "currency,day,rate\nUSD,2026-01-02,1\n")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_, errs := drain(csvfile.ReadRates(bytes.NewReader(packed.Bytes()[:packed.Len()-4]), "rates.csv.gz", env))
	if len(errs) != 1 || errs[0] != "read rates.csv.gz after line 2: unexpected EOF" {
		t.Errorf("cut gzip: %v", errs)
	}
}

// replace renames a file of the folder, or removes it.
func replace(t *testing.T, dir, from, to string) {
	t.Helper()
	err := os.Remove(filepath.Join(dir, from))
	if err == nil && to != "" {
		err = os.WriteFile(filepath.Join(dir, to), nil, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func mkdir(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestFolder(t *testing.T) {
	tests := []struct {
		name   string
		change func(dir string)
		want   string
	}{
		{"missing file", func(dir string) { _ = os.Remove(filepath.Join(dir, "stock.csv")) }, `stock.csv is missing in DIR`},
		{"folder under a file's name", func(dir string) { replace(t, dir, "stock.csv", ""); mkdir(t, dir, "stock.csv") }, `stock.csv in DIR is a folder, not a file`},
		{"workbook", func(dir string) { replace(t, dir, "stock.csv", "stock.xlsx") }, `stock.xlsx in DIR is a workbook; save the sheet as "CSV UTF-8" under the name stock.csv`},
		{"capital letters", func(dir string) { replace(t, dir, "stock.csv", "Stock.CSV") }, `Stock.CSV in DIR: names of data files are in small letters; rename it to stock.csv`},
		{"export under its own name", func(dir string) { write(t, dir, "orders_export_1.csv", "") }, `orders_export_1.csv in DIR is no known data file; did you mean orders.csv?`},
		{"something else", func(dir string) { write(t, dir, "wp.csv", "") }, `wp.csv in DIR is no known data file; move it elsewhere, or give it one of the names in docs/data.md`},
		{"misspelled file", func(dir string) { write(t, dir, "rate.csv", "") }, `rate.csv in DIR is no known data file; did you mean rates.csv?`},
		{"both forms", func(dir string) { write(t, dir, "orders.csv.gz", "") }, `orders.csv and orders.csv.gz both stand in DIR; keep one of them`},
		{"several bad files", func(dir string) {
			write(t, dir, "rates.csv", "currency,day,rate\nUSD,x,1\n")
			write(t, dir, "orders.csv", orderHead+"1,1,2026-11-10,shop,SOLAR-1,1,1,EUR\n1,1,2026-11-10,shop,SOLAR-01,1,1,EUR\n")
		}, `rates.csv:2: column day: "x" is no date such as 2006-01-31`},
		{"no product", func(dir string) { write(t, dir, "products.csv", "sku,name,price,currency\n") }, `products.csv:1: the file names no product`},
		{"bad orders", func(dir string) {
			write(t, dir, "orders.csv", orderHead+"1,1,2026-11-10,shop,SOLAR-1,1,1,EUR\n1,1,2026-11-10,shop,SOLAR-01,1,1,EUR\n")
		}, `orders.csv:2: column sku: sku "SOLAR-1" is unknown; the nearest is "SOLAR-01"
orders.csv:3: the same row stands in line 2 already (channel shop, order 1, line 1)`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := docsFolder(t)
			test.change(dir)
			_, err := csvfile.Snapshot(dir, shop, day("2026-11-17"))
			if err == nil || strings.ReplaceAll(err.Error(), dir, "DIR") != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
	if _, err := csvfile.Snapshot(t.TempDir(), shop, 1); err == nil || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("empty folder: %v", err)
	}
}

func TestErrorsAreRowErrors(t *testing.T) {
	dir := docsFolder(t)
	write(t, dir, "stock.csv", stockHead+strings.Repeat("A,HAM,x,,\n", 30))
	_, err := csvfile.Snapshot(dir, shop, day("2026-11-17"))
	var row *connectors.RowError
	if !errors.As(err, &row) || row.File != "stock.csv" || row.Line != 2 || row.Column != "on_hand" {
		t.Errorf("got %+v", row)
	}
	if n := strings.Count(err.Error(), "\n"); n != csvfile.MaxErrors || !strings.HasSuffix(err.Error(), "stock.csv: and 10 more") {
		t.Errorf("got %d lines: %v", n, err)
	}
}

// What is written by the rules of RFC 4180 is read back the same.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sep := rapid.SampledFrom([]string{",", ";", "\t"}).Draw(t, "sep")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		names := rapid.SliceOfN(rapid.StringMatching(`[a-zA-Z0-9é太=+@",;.\- ]{0,20}[a-z"]`), 1, 20).Draw(t, "names")
		var b strings.Builder
		b.WriteString("location" + sep + "name" + end)
		for i, n := range names {
			fmt.Fprintf(&b, "L%d%s\"%s\"%s", i, sep, strings.ReplaceAll(n, `"`, `""`), end)
		}
		got, errs := drain(csvfile.ReadLocations(strings.NewReader(b.String()), "l.csv", env))
		if errs != nil || len(got) != len(names) {
			t.Fatalf("%d of %d rows, %v", len(got), len(names), errs)
		}
		for i, n := range names {
			if got[i].Name != strings.TrimSpace(n) {
				t.Fatalf("row %d: got %q, want %q", i, got[i].Name, n)
			}
		}
	})
}

// Whatever the bytes are, every reader ends, refuses with a place, and lets no
// value out of bounds through.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"\ufeff" + orderHead + "1,1,2026-01-01,s,A,1,1.50,EUR\n",
		"\xff\xfes\x00k\x00u\x00", "\xfe\xff\x00s", orderHead + "1,1,2026-01-01,s,\x00,1,1,EUR\n",
		orderHead + "1,1,2026-01-01,s,\"A,1,1,EUR\n2,1,2026-01-01,s,A,1,1,EUR\n",
		orderHead + "1,1,2026-01-01,s,A,1e308,NaN,EUR\n", orderHead + "1,1,9999-12-31T23:59:59Z,s,A,-1,1,JPY\n",
		"order_id;line_id;ordered_at;channel;sku;quantity;unit_price;currency\n1;1;2026-01-01 02:30:00;s;A;-5;1234,50;EUR\n",
		stockHead + "A,B,1,2,2026-01-01\n", productHead + "A,B,1,EUR,x:y|z\n",
		itemHead + "S,A,2,EUR,500:1.90|600:1.80,500,24,,35,6,9,1.20\n",
		"supplier,name,currency,closed,email\nA,x,EUR,2027-02-10..2027-02-24|2027-03-01,a@b.example\n",
		"name,kind,percent,start,end,half_life_hours\nx,topic,+300,2026-12-01 18:00:00,2026-12-03,48\n",
		"\x1f\x8b\x08", "PK\x03\x04",
	} {
		for i := range csvfile.Kinds {
			f.Add(byte(i), []byte(s))
		}
	}
	f.Fuzz(func(t *testing.T, k byte, data []byte) {
		kind := csvfile.Kinds[int(k)%len(csvfile.Kinds)]
		for _, err := range refusals(kind, string(data)) {
			if !strings.HasPrefix(err, string(kind)+".csv:") && !strings.HasPrefix(err, "read "+string(kind)+".csv") {
				t.Errorf("refusal without a place: %s", err)
			}
		}
		if kind == csvfile.Signals {
			good, _ := drain(csvfile.ReadSignals(strings.NewReader(string(data)), "signals.csv", env))
			for _, s := range good {
				if !(s.Size >= -1 && s.Size <= 100) || s.HalfLife < 0 || s.End.IsZero() && s.HalfLife == 0 || !s.End.IsZero() && !s.End.After(s.Start) {
					t.Errorf("accepted: %+v", s)
				}
			}
		}
		if kind != csvfile.Orders {
			return
		}
		good, _ := drain(csvfile.ReadOrders(bytes.NewReader(data), "orders.csv", env))
		for _, o := range good {
			if o.Qty < -csvfile.MaxQty || o.Qty > csvfile.MaxQty || o.UnitPrice.Minor < 0 || o.UnitPrice.Minor > core.MaxMinor ||
				o.Day < core.MinDay || o.Day > core.MaxDay || o.Order == "" || o.Code == "" || !o.UnitPrice.Currency.Valid() {
				t.Errorf("out of bounds: %+v", o)
			}
		}
	})
}

// BenchmarkReadOrders reports the order lines read a second.
func BenchmarkReadOrders(b *testing.B) {
	var file bytes.Buffer
	file.WriteString("order_id,line_id,ordered_at,channel,customer_id,sku,quantity,unit_price,currency,promotion\n")
	const n = 10000
	for i := range n {
		fmt.Fprintf(&file, "%d,1,2026-01-%02dT10:00:00Z,shop,C-%d,SKU-%04d,%d,%d.90,EUR,0\n", i, 1+i%28, i%977, i%4000, 1+i%5, 1+i%40)
	}
	b.SetBytes(int64(file.Len()))
	b.ReportAllocs()
	for b.Loop() {
		rows := 0
		for _, err := range csvfile.ReadOrders(bytes.NewReader(file.Bytes()), "orders.csv", env) {
			if err != nil {
				b.Fatal(err)
			}
			rows++
		}
		if rows != n {
			b.Fatalf("read %d rows", rows)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
