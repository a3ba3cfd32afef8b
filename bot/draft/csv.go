package draft

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"quartermaster/core/plan"
)

// CSV returns the lines of an order as a file for the supplier: RFC 4180 in
// UTF-8, with a byte order mark so that spreadsheets read Chinese names right.
// Text that a spreadsheet would take for a formula is written with a leading
// apostrophe (OWASP, CSV injection). Amounts are plain decimals in the currency
// of their row, dates are ISO days.
func CSV(o plan.Order) []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	// Writing to a buffer does not fail.
	_ = w.Write([]string{"order", "line", "supplier_sku", "sku", "name", "quantity", "unit_price", "freight_per_unit",
		"currency", "amount", "shipping", "requested_arrival", "deliver_to"})
	for i, l := range o.Lines {
		_ = w.Write([]string{
			Cell(o.Number), strconv.Itoa(i + 1), Cell(l.SupplierSKU), Cell(string(l.SKU)), Cell(l.Name), strconv.FormatInt(l.Qty, 10),
			l.UnitPrice.Decimal(), l.Freight.Decimal(), Cell(string(l.Cost.Currency)), l.Cost.Decimal(),
			Cell(string(l.Mode)), l.Arrival.String(), Cell(placeName(l.Location, o.Locations)),
		})
	}
	w.Flush()
	return b.Bytes()
}

// Cell makes text safe for a spreadsheet. The full-width signs count too: East
// Asian versions read them as the plain ones.
func Cell(s string) string {
	starts := s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0])
	s = line(s) // codes stay as they are
	if starts || s != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}
