// Command gen makes the embedded sales of the demo shop from the UCI "Online
// Retail" transactions. The same input always gives the same output:
//
//	go run ./connectors/demoshop/gen -in transactions.csv.gz -out connectors/demoshop/data
//
// The input is CSV, plain or gzip, with the columns of the data set: InvoiceNo,
// StockCode, Description, Quantity, InvoiceDate (2006-01-02 15:04:05), UnitPrice,
// CustomerID, Country. What is left out and why stands in keep; the products
// kept are those with the most days on which they were sold.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxQuantity is the largest line kept: the few above it are single bulk deals
// or typing errors that were cancelled the same day.
const maxQuantity = 1000

type sale struct {
	invoice, code, customer, country string
	description                      string
	quantity                         int
	at                               time.Time
	pence                            int64 // price of one unit
}

func main() {
	in := flag.String("in", "", "transactions, CSV or CSV.gz")
	out := flag.String("out", "connectors/demoshop/data", "folder to write to")
	products := flag.Int("products", 150, "number of products kept")
	flag.Parse()
	if err := run(*in, *out, *products); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(in, out string, products int) error {
	f, err := os.Open(in)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	sales, err := read(f)
	if err != nil {
		return fmt.Errorf("read %s: %w", in, err)
	}
	sales = most(sales, products)
	if err := os.WriteFile(filepath.Join(out, "products.csv"), descriptions(sales), 0o644); err != nil {
		return err
	}
	b, err := pack(sales)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "sales.csv.gz"), b, 0o644)
}

// read returns the sales worth keeping, in the order of the file.
func read(r io.Reader) ([]sale, error) {
	br := bufio.NewReader(r)
	var src io.Reader = br
	if magic, _ := br.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, err
		}
		src = z
	}
	c := csv.NewReader(src)
	header, err := c.Read()
	if err != nil {
		return nil, err
	}
	col := map[string]int{}
	for i, name := range header {
		col[name] = i
	}
	for _, name := range []string{"InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"} {
		if _, ok := col[name]; !ok {
			return nil, fmt.Errorf("column %s is missing", name)
		}
	}
	var sales []sale
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return sales, nil
		}
		if err != nil {
			return nil, err
		}
		get := func(name string) string { return strings.Join(strings.Fields(row[col[name]]), " ") }
		s, ok, err := keep(get)
		if err != nil {
			line, _ := c.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if ok {
			sales = append(sales, s)
		}
	}
}

// keep turns a row into a sale. It drops cancellations (invoices that start
// with C, quantities below one), gifts and corrections (no price), rows without
// a customer, codes that are not five digits (postage, fees, variants of one
// product) and lines above maxQuantity.
func keep(get func(string) string) (sale, bool, error) {
	s := sale{
		invoice: get("InvoiceNo"), code: get("StockCode"), description: get("Description"),
		customer: strings.TrimSuffix(get("CustomerID"), ".0"), country: get("Country"),
	}
	var err error
	if s.quantity, err = strconv.Atoi(get("Quantity")); err != nil {
		return s, false, err
	}
	if s.at, err = time.Parse(time.DateTime, get("InvoiceDate")); err != nil {
		return s, false, err
	}
	price, err := strconv.ParseFloat(get("UnitPrice"), 64)
	if err != nil {
		return s, false, err
	}
	s.pence = int64(price*100 + 0.5)
	product := len(s.code) == 5 && strings.Trim(s.code, "0123456789") == ""
	ok := product && !strings.HasPrefix(s.invoice, "C") && s.pence > 0 && s.customer != "" &&
		0 < s.quantity && s.quantity <= maxQuantity
	return s, ok, nil
}

// most keeps the n products sold on the most days, ties broken by code, and
// sorts the sales by time and invoice.
func most(sales []sale, n int) []sale {
	days := map[string]map[string]bool{}
	for _, s := range sales {
		if days[s.code] == nil {
			days[s.code] = map[string]bool{}
		}
		days[s.code][s.at.Format(time.DateOnly)] = true
	}
	codes := slices.SortedFunc(maps.Keys(days), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(days[b]), len(days[a])), cmp.Compare(a, b))
	})
	codes = codes[:min(n, len(codes))]
	kept := slices.DeleteFunc(slices.Clone(sales), func(s sale) bool { return !slices.Contains(codes, s.code) })
	slices.SortStableFunc(kept, func(a, b sale) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.invoice, b.invoice))
	})
	return kept
}

// descriptions lists the most frequent description of each product as CSV.
func descriptions(sales []sale) []byte {
	count := map[string]map[string]int{}
	for _, s := range sales {
		if count[s.code] == nil {
			count[s.code] = map[string]int{}
		}
		count[s.code][s.description]++
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"code", "description"}) // a buffer does not fail
	for _, code := range slices.Sorted(maps.Keys(count)) {
		texts := slices.SortedFunc(maps.Keys(count[code]), func(x, y string) int {
			return cmp.Or(cmp.Compare(count[code][y], count[code][x]), cmp.Compare(x, y))
		})
		_ = w.Write([]string{code, texts[0]})
	}
	w.Flush()
	return b.Bytes()
}

// pack writes the sales as compressed CSV without a time stamp.
func pack(sales []sale) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := csv.NewWriter(z)
	if err := w.Write([]string{"invoice", "code", "quantity", "at", "pence", "customer", "country"}); err != nil {
		return nil, err
	}
	for _, s := range sales {
		row := []string{s.invoice, s.code, strconv.Itoa(s.quantity), s.at.Format("2006-01-02 15:04"),
			strconv.FormatInt(s.pence, 10), s.customer, s.country}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	if err := errors.Join(w.Error(), z.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
