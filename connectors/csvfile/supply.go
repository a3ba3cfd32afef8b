package csvfile

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"quartermaster/core"
)

// Kits, links and overrides: what a person knows about products beyond the
// catalogue. Each file is the whole list.

var kitFormat = format[core.KitPart]{
	kind:    Kits,
	columns: must("kit", "component", "quantity"),
	key:     func(k core.KitPart) string { return fmt.Sprintf("kit %s, component %s", k.Kit, k.Part) },
	decode: func(r *row) core.KitPart {
		k := core.KitPart{Kit: core.SKU(r.code("kit")), Part: core.SKU(r.code("component")), Qty: r.whole("quantity", 1, 10_000, 1)}
		if k.Kit == k.Part {
			r.bad("component", "%q is the kit itself", clip(string(k.Part)))
		}
		return k
	},
}

var linkFormat = format[core.Link]{
	kind:    Links,
	columns: must("sku", "linked_sku", "probability", "days"),
	key:     func(l core.Link) string { return fmt.Sprintf("sku %s, linked_sku %s", l.From, l.To) },
	decode: func(r *row) core.Link {
		l := core.Link{
			From: core.SKU(r.code("sku")), To: core.SKU(r.code("linked_sku")),
			Probability: r.upTo("probability", 1), Days: int(r.whole("days", 1, 730, 1)),
		}
		l.Lo, l.Hi = l.Probability, l.Probability
		if l.From == l.To {
			r.bad("linked_sku", "%q is the product itself", clip(string(l.To)))
		}
		return l
	},
}

var overrideFormat = format[core.Override]{
	kind:    Overrides,
	columns: append(must("field", "value", "until", "reason", "by"), may("sku", "location", "supplier", "since")...),
	key: func(o core.Override) string {
		return fmt.Sprintf("sku %q, location %q, supplier %q, field %s", o.SKU, o.Location, o.Supplier, o.Field)
	},
	decode: func(r *row) core.Override {
		words := make([]string, len(core.OverrideFields))
		for i, f := range core.OverrideFields {
			words[i] = string(f)
		}
		o := core.Override{
			SKU: core.SKU(r.code("sku")), Location: core.LocationID(r.code("location")), Supplier: core.SupplierID(r.code("supplier")),
			Field: core.OverrideField(r.oneOf("field", words...)), Reason: r.text("reason"), Until: r.day("until"), By: r.text("by"),
		}
		if r.get("since") != "" {
			o.On = r.day("since")
		} else {
			o.On = core.DayOf(r.env.Now, r.env.zone())
		}
		switch {
		case o.SKU == "" && o.Supplier == "":
			r.bad("sku", "the value is empty; a row needs a sku, a supplier or both")
		case o.SKU == "" && o.Field != "" && !o.Field.OfOffer():
			r.bad("sku", "%s is of one product; only lead times, moq and pack are set for all that a supplier sells", o.Field)
		}
		if v := r.get("value"); o.Field != "" && v != "" {
			if r.comma {
				v = strings.Replace(v, ",", ".", 1)
			}
			if err := o.Set(v); err != nil {
				r.bad("value", "%v", err)
			}
		}
		return o
	},
}

// supplyRules: known SKUs and places, no kit within a kit.
func (c *check) supplyRules(kits []Row[core.KitPart], links []Row[core.Link], overrides []Row[core.Override]) {
	isKit := map[core.SKU]bool{}
	for _, r := range kits {
		isKit[r.Value.Kit] = true
	}
	for _, r := range kits {
		known(c.loader, Kits, r.Line, "kit", r.Value.Kit, c.skus)
		known(c.loader, Kits, r.Line, "component", r.Value.Part, c.skus)
		if isKit[r.Value.Part] {
			c.refuse(Kits, r.Line, "component", "%q is a kit; a kit of kits is written with its components", r.Value.Part)
		}
	}
	for _, r := range links {
		c.sku(Links, r.Line, r.Value.From)
		known(c.loader, Links, r.Line, "linked_sku", r.Value.To, c.skus)
	}
	for _, r := range overrides {
		if r.Value.SKU != "" {
			c.sku(Overrides, r.Line, r.Value.SKU)
		}
		if r.Value.Location != "" {
			c.location(Overrides, r.Line, r.Value.Location)
		}
		if r.Value.Supplier != "" {
			c.supplier(Overrides, r.Line, r.Value.Supplier)
		}
	}
}

// sortSupply puts the lists in the order in which the store loads them.
func sortSupply(s *core.Snapshot) {
	slices.SortFunc(s.Kits, func(a, b core.KitPart) int { return cmp.Or(cmp.Compare(a.Kit, b.Kit), cmp.Compare(a.Part, b.Part)) })
	slices.SortFunc(s.Links, func(a, b core.Link) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	slices.SortFunc(s.Overrides, func(a, b core.Override) int {
		return cmp.Or(cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Location, b.Location), cmp.Compare(a.Supplier, b.Supplier), cmp.Compare(a.Field, b.Field))
	})
}

// ReadKits yields the components of kits in a file.
func ReadKits(r io.Reader, file string, env Env) iter.Seq2[Row[core.KitPart], error] {
	return kitFormat.read(r, file, env)
}

// ReadLinks yields the links between products of a file.
func ReadLinks(r io.Reader, file string, env Env) iter.Seq2[Row[core.Link], error] {
	return linkFormat.read(r, file, env)
}

// ReadOverrides yields the numbers set by hand in a file.
func ReadOverrides(r io.Reader, file string, env Env) iter.Seq2[Row[core.Override], error] {
	return overrideFormat.read(r, file, env)
}
