// Package orderscsv reads a shop's order lines per customer, as CSV or gzipped
// CSV, for the customer models.
//
// The first line names the columns. customer_id and date (ISO, the shop's own
// calendar; of a time only the date is read) are required; product_id, quantity,
// price (per unit), value (of the whole line) and channel are optional, others are
// left alone. The shop's own orders.csv can be read too: ordered_at, sku and
// unit_price are the same; there customers that are not known are left out. A missing quantity is
// one. Amounts are decimals in one currency, read to the hundredth.
//
// Guarantees: a value is understood in one way or refused with line, column and
// reason (*connectors.RowError); the file is refused whole. Memory is 32 bytes a
// line and the distinct identifiers. Nothing is read about a person beyond the
// pseudonym in customer_id.
package orderscsv

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"quartermaster/connectors"
	"quartermaster/core"
	"quartermaster/core/repurchase"
)

// Limits on what a file may hold.
const (
	MaxCode  = 100           // bytes of an identifier
	MaxQty   = 1_000_000_000 // units
	MaxValue = 1e12          // of an amount
	MaxLines = 100_000_000
)

// Read returns the purchases of a file; file is its name for error messages.
func Read(r io.Reader, file string) (*repurchase.History, error) {
	br := bufio.NewReaderSize(r, 1<<18)
	if magic, err := br.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		defer func() { _ = z.Close() }()
		br = bufio.NewReaderSize(z, 1<<18)
	}
	if bom, err := br.Peek(3); err == nil && string(bom) == "\xef\xbb\xbf" {
		_, _ = br.Discard(3)
	}
	p := &parser{csv: csv.NewReader(br), file: file, channels: newCodes(), days: map[string]core.Day{}}
	p.csv.ReuseRecord = true
	if err := p.header(); err != nil {
		return nil, err
	}
	customers, products := newCodes(), newCodes()
	var lines []repurchase.Line
	var first []bought
	for {
		rec, err := p.csv.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, p.broken(err)
		}
		if p.shop && rec[p.customer] == "" {
			continue
		}
		l, err := p.line(rec, customers, products)
		if err != nil {
			return nil, err
		}
		if len(lines) >= MaxLines {
			return nil, p.bad("", "more than %d lines", MaxLines)
		}
		if p.channel >= 0 {
			first = p.first(first, l, rec[p.channel])
		}
		lines = append(lines, l)
	}
	h, err := repurchase.NewHistory(customers.names, products.names, lines)
	if err == nil && p.channel >= 0 {
		h.Channel = make([]string, len(first))
		for c, f := range first {
			h.Channel[c] = f.channel
		}
	}
	return h, err
}

// parser knows where the columns are; -1 means that one is absent.
type parser struct {
	csv                                           *csv.Reader
	file                                          string
	customer, date, product, quantity, price, sum int
	channel                                       int
	shop                                          bool // the file is a shop's orders.csv
	channels                                      *codes
	days                                          map[string]core.Day // few distinct ones, many lines
}

func (p *parser) header() error {
	names, err := p.csv.Read()
	if errors.Is(err, io.EOF) {
		return &connectors.RowError{File: p.file, Line: 1, Reason: "the file is empty; its first line must name the columns customer_id and date"}
	}
	if err != nil {
		return p.broken(err)
	}
	at := map[string]int{}
	for i, n := range names {
		n = strings.ToLower(strings.TrimSpace(n))
		if _, twice := at[n]; twice {
			return p.bad(n, "the column is there twice")
		}
		at[n] = i
	}
	for old, name := range map[string]string{"ordered_at": "date", "sku": "product_id", "unit_price": "price"} {
		i, ok := at[old]
		if _, both := at[name]; ok && !both {
			at[name] = i
			p.shop = p.shop || old == "ordered_at"
		}
	}
	for _, c := range []struct {
		to       *int
		name     string
		required bool
	}{{&p.customer, "customer_id", true}, {&p.date, "date", true}, {&p.product, "product_id", false},
		{&p.quantity, "quantity", false}, {&p.price, "price", false}, {&p.sum, "value", false}, {&p.channel, "channel", false}} {
		i, ok := at[c.name]
		if !ok {
			i = -1
			if c.required {
				return p.bad(c.name, "the column is missing")
			}
		}
		*c.to = i
	}
	return nil
}

func (p *parser) line(rec []string, customers, products *codes) (repurchase.Line, error) {
	l := repurchase.Line{Product: repurchase.NoProduct, Qty: 1}
	var err error
	if l.Customer, err = p.code("customer_id", rec[p.customer], customers); err != nil {
		return l, err
	}
	text := rec[p.date]
	if len(text) > 10 && (text[10] == ' ' || text[10] == 'T') {
		text = text[:10]
	}
	day, known := p.days[text]
	if !known {
		if day, err = core.ParseDay(text); err != nil {
			return l, p.bad("date", "%q is no date like 2026-11-21", rec[p.date])
		}
		p.days[strings.Clone(text)] = day
	}
	l.Day = day
	if p.product >= 0 {
		if l.Product, err = p.code("product_id", rec[p.product], products); err != nil {
			return l, err
		}
	}
	if p.quantity >= 0 {
		q, err := p.number("quantity", rec[p.quantity], MaxQty)
		if err != nil {
			return l, err
		}
		if q != math.Trunc(q) {
			return l, p.bad("quantity", "%q is no whole number", rec[p.quantity])
		}
		l.Qty = int32(q)
	}
	switch {
	case p.sum >= 0:
		v, err := p.number("value", rec[p.sum], MaxValue)
		if err != nil {
			return l, err
		}
		l.Value = int64(math.Round(v * 100))
	case p.price >= 0:
		v, err := p.number("price", rec[p.price], MaxValue)
		if err != nil {
			return l, err
		}
		l.Value = int64(math.Round(min(MaxValue, max(-MaxValue, v*float64(l.Qty))) * 100))
	}
	return l, nil
}

// bought is the first day of a customer and where he bought then.
type bought struct {
	day     core.Day
	channel string
}

// first keeps the first day of each customer, by his number.
func (p *parser) first(known []bought, l repurchase.Line, channel string) []bought {
	switch c := int(l.Customer); {
	case c == len(known):
		return append(known, bought{l.Day, p.channels.name(channel)})
	case l.Day < known[c].day:
		known[c] = bought{l.Day, p.channels.name(channel)}
	}
	return known
}

// number reads a plain decimal: no exponent, no NaN, no group separator.
func (p *parser) number(column, s string, most float64) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.ContainsAny(s, "eExXpPnNiI_") {
		return 0, p.bad(column, "%q is no number", s)
	}
	if math.Abs(v) > most {
		return 0, p.bad(column, "%q is beyond %.0f", s, most)
	}
	return v, nil
}

func (p *parser) code(column, s string, c *codes) (int32, error) {
	switch {
	case s == "":
		return 0, p.bad(column, "is empty")
	case len(s) > MaxCode:
		return 0, p.bad(column, "is longer than %d bytes", MaxCode)
	}
	return c.number(s), nil
}

func (p *parser) bad(column, format string, args ...any) error {
	line, _ := p.csv.FieldPos(0)
	return &connectors.RowError{File: p.file, Line: line, Column: column, Reason: fmt.Sprintf(format, args...)}
}

func (p *parser) broken(err error) error {
	if syntax, ok := errors.AsType[*csv.ParseError](err); ok {
		return &connectors.RowError{File: p.file, Line: syntax.Line, Reason: syntax.Err.Error()}
	}
	return fmt.Errorf("%s: %w", p.file, err)
}

// codes numbers identifiers in the order of their first appearance.
type codes struct {
	names []string
	at    map[string]int32
}

func newCodes() *codes { return &codes{at: map[string]int32{}} }

func (c *codes) number(s string) int32 {
	if i, ok := c.at[s]; ok {
		return i
	}
	s = strings.Clone(s)
	i := int32(len(c.names))
	c.at[s] = i
	c.names = append(c.names, s)
	return i
}

// name returns s as it was first seen, without keeping the record it came in.
func (c *codes) name(s string) string { return c.names[c.number(s)] }
