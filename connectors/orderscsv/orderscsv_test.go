package orderscsv_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"
	"testing"

	"quartermaster/connectors"
	"quartermaster/connectors/orderscsv"
	"quartermaster/core"
	"quartermaster/core/repurchase"
)

const good = "\xef\xbb\xbfOrder_id,Customer_ID,date,product_id,quantity,price\n" +
	"1,anna,2026-01-05,lamp,2,9.99\n" +
	"2,\"ben, jr\",2026-01-06,bulb,1,0.5\n" +
	"3,anna,2026-02-04,bulb,-1,0.50\n" +
	"4,anna,2026-02-04,lamp,1,10\n"

func TestRead(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(good))
	_ = z.Close()
	for name, data := range map[string]string{"plain": good, "gzip": zipped.String()} {
		h, err := orderscsv.Read(strings.NewReader(data), "orders.csv")
		if err != nil {
			t.Fatal(name, err)
		}
		day, _ := core.ParseDay("2026-03-01")
		got := h.Summaries(day)
		want := []repurchase.Summary{
			{Customer: 0, Frequency: 1, Recency: 30, Age: 55, Orders: 2, Value: (1998 + 1000) / 2.0, RepeatValue: 1000, Units: 1.5, Lines: 1, Half: 1},
			{Customer: 1, Age: 54, Orders: 1, Value: 50, Units: 1, Lines: 1},
		}
		if len(h.Customers) != 2 || h.Customers[1] != "ben, jr" || h.Products[1] != "bulb" || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %q %q %+v, want %+v", name, h.Customers, h.Products, got, want)
		}
	}
}

func TestValueAndDefaults(t *testing.T) {
	h, err := orderscsv.Read(strings.NewReader("customer_id,date,value\na,2026-01-05,19.999\n"), "o.csv")
	if err != nil {
		t.Fatal(err)
	}
	day, _ := core.ParseDay("2026-01-05")
	if s := h.Summaries(day); len(s) != 1 || s[0].Value != 2000 || s[0].Units != 1 {
		t.Errorf("%+v", s)
	}
}

func TestRefusals(t *testing.T) {
	row := func(values string) string { return "customer_id,date,product_id,quantity,price\n" + values + "\n" }
	for name, c := range map[string]struct {
		data   string
		line   int
		column string
	}{
		"empty file":     {"", 1, ""},
		"no customer":    {"date\n2026-01-01\n", 1, "customer_id"},
		"no date":        {"customer_id\na\n", 1, "date"},
		"twice":          {"customer_id,date,date\n", 1, "date"},
		"bad date":       {row("a,5.1.2026,p,1,1"), 2, "date"},
		"empty customer": {row(",2026-01-01,p,1,1"), 2, "customer_id"},
		"empty product":  {row("a,2026-01-01,,1,1"), 2, "product_id"},
		"long product":   {row("a,2026-01-01," + strings.Repeat("p", 101) + ",1,1"), 2, "product_id"},
		"half a unit":    {row("a,2026-01-01,p,0.5,1"), 2, "quantity"},
		"too many":       {row("a,2026-01-01,p,9999999999,1"), 2, "quantity"},
		"not a number":   {row("a,2026-01-01,p,NaN,1"), 2, "quantity"},
		"exponent":       {row("a,2026-01-01,p,1,1e3"), 2, "price"},
		"infinite":       {row("a,2026-01-01,p,1,Inf"), 2, "price"},
		"short row":      {row("a,2026-01-01\n"), 2, ""},
		"open quote":     {row("\"a,2026-01-01,p,1,1"), 2, ""},
		"second row":     {row("a,2026-01-01,p,1,1\nb,2026-13-01,p,1,1"), 3, "date"},
	} {
		_, err := orderscsv.Read(strings.NewReader(c.data), "o.csv")
		if refused, ok := errors.AsType[*connectors.RowError](err); !ok {
			t.Errorf("%s: %v", name, err)
		} else if refused.File != "o.csv" || refused.Line != c.line || refused.Column != c.column || refused.Reason == "" {
			t.Errorf("%s: %v, want line %d, column %q", name, err, c.line, c.column)
		}
	}
	if _, err := orderscsv.Read(strings.NewReader("\x1f\x8bnot gzip"), "o.csv"); err == nil {
		t.Error("broken gzip was accepted")
	}
}

// FuzzRead: whatever the bytes, there is a history that can be used or an error.
func FuzzRead(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("customer_id,date,value\na,2026-01-05,19.999\n"))
	f.Add([]byte("customer_id,date,quantity\n\"a\n\",2026-01-05,-3\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := orderscsv.Read(bytes.NewReader(data), "o.csv")
		if err != nil {
			return
		}
		for _, s := range h.Summaries(core.MaxDay) {
			if s.Frequency < 0 || s.Recency > s.Age || !(s.Value >= 0) || !(s.RepeatValue >= 0) {
				t.Fatalf("%+v", s)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var data bytes.Buffer
	data.WriteString("customer_id,order_id,date,product_id,quantity,price\n")
	for i := range 1_000_000 {
		fmt.Fprintf(&data, "c%d,%d,2026-01-%02d,p%d,1,9.95\n", i%100_000, i, 1+i%28, i*7%20_000)
	}
	b.ReportAllocs()
	b.SetBytes(int64(data.Len()))
	for b.Loop() {
		if _, err := orderscsv.Read(bytes.NewReader(data.Bytes()), "o.csv"); err != nil {
			b.Fatal(err)
		}
	}
}

// TestShopFile reads the orders.csv that a shop imports.
func TestShopFile(t *testing.T) {
	h, err := orderscsv.Read(strings.NewReader(`order_id,line_id,ordered_at,channel,sku,quantity,unit_price,currency,customer_id
1,1,2026-10-20 10:00:00,shop,SOLAR-01,2,10.00,EUR,ann
2,1,2026-10-01T23:30:00Z,amazon,SOLAR-01,1,10.00,EUR,ann
3,1,2026-10-02,shop,MUG-07,1,5.00,EUR,
4,1,2026-10-03,shop,MUG-07,1,5.00,EUR,bob
`), "orders.csv")
	if err != nil {
		t.Fatal(err)
	}
	if h.Len() != 3 || len(h.Customers) != 2 || h.Channel[0] != "amazon" || h.Channel[1] != "shop" {
		t.Errorf("%d lines, customers %v, channels %v", h.Len(), h.Customers, h.Channel)
	}
	if h.Last().String() != "2026-10-20" || h.First().String() != "2026-10-01" {
		t.Errorf("from %s to %s", h.First(), h.Last())
	}
}
