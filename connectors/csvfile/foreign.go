package csvfile

import (
	"fmt"
	"slices"
	"strings"
)

// foreign is an export of another system that people put in place of a file of
// ours. It is recognised by its header, so that the refusal can say what to do.
type foreign struct {
	what  string
	marks []string // columns, in lower case, that together no other file has
	kind  Kind     // the file it comes closest to
	into  string   // where its columns belong
}

var foreigners = []foreign{
	{"Shopify's product export", []string{"handle", "variant sku", "variant price"}, Products,
		"Variant SKU is sku, Title with the options is name, Variant Price is price, Cost per item is cost; add currency"},
	{"Shopify's inventory export", []string{"handle", "location", "on hand"}, Stock,
		"SKU is sku, Location is location, On hand is on_hand, Committed is committed"},
	{"Shopify's order export", []string{"lineitem sku", "lineitem quantity", "created at"}, Orders,
		"Name is order_id, Created at is ordered_at, Lineitem sku is sku, Lineitem quantity is quantity, Lineitem price is unit_price, Currency is currency; add line_id (1, 2, ... in each order) and channel, and fill Created at and Currency down"},
	{"WooCommerce's product export", []string{"sku", "regular price", "categories"}, Products,
		"SKU is sku, Name is name, Regular price is price, Categories is category; add currency"},
	{"Amazon's order report", []string{"amazon-order-id", "purchase-date", "item-price"}, Orders,
		"amazon-order-id is order_id, amazon-order-item-id or a number is line_id, purchase-date is ordered_at, sku is sku, quantity is quantity, item-price divided by quantity is unit_price, currency is currency; add channel"},
}

// strange explains a header that is not one of ours at all; empty when it is a
// header of the kind with mistakes in it.
func strange(kind Kind, columns []Column, names []string) string {
	needed := strings.Split(required(columns), ", ")
	has := 0
	for _, n := range needed {
		if slices.Contains(names, n) {
			has++
		}
	}
	for _, f := range foreigners {
		if !slices.ContainsFunc(f.marks, func(m string) bool { return !slices.Contains(names, m) }) {
			text := fmt.Sprintf("this is %s, which is not read as it is: make a file with the columns of %s.csv (docs/data.md)", f.what, f.kind)
			return text + ". " + f.into
		}
	}
	if has*2 >= len(needed) {
		return ""
	}
	shown := make([]string, 0, 6)
	for _, n := range names[:min(len(names), 6)] {
		shown = append(shown, clip(n))
	}
	text := strings.Join(shown, ", ")
	if more := len(names) - len(shown); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	if len(names) == 1 {
		text += " as one column (values are separated by comma, semicolon or tab)"
	}
	return fmt.Sprintf("the first line does not name the columns of %s: it has %s; needed are %s (docs/data.md)", kind, text, required(columns))
}
