package csvfile

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"

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
	columns: append(must("sku", "field", "value", "until", "reason", "by"), may("location", "since")...),
	key: func(o core.Override) string {
		return fmt.Sprintf("sku %s, location %q, field %s", o.SKU, o.Location, o.Field)
	},
	decode: func(r *row) core.Override {
		words := make([]string, len(core.OverrideFields))
		for i, f := range core.OverrideFields {
			words[i] = string(f)
		}
		o := core.Override{
			SKU: core.SKU(r.code("sku")), Location: core.LocationID(r.code("location")),
			Field: core.OverrideField(r.oneOf("field", words...)), Reason: r.text("reason"), Until: r.day("until"), By: r.text("by"),
		}
		if r.get("since") != "" {
			o.On = r.day("since")
		} else {
			o.On = core.DayOf(r.env.Now, r.env.zone())
		}
		readValue(r, &o)
		return o
	},
}

// readValue reads the value of an override within the bounds of its field.
func readValue(r *row, o *core.Override) {
	switch o.Field {
	case core.OverrideClass:
		o.Class = core.Class(r.get("value"))
		if !slices.Contains(core.Classes, o.Class) {
			r.bad("value", "%q is not a class such as AX", clip(string(o.Class)))
		}
	case core.OverrideService:
		o.Value = r.upTo("value", 0.999)
		if o.Value < 0.5 {
			r.bad("value", "%s is not between 0.5 and 0.999", strconv.FormatFloat(o.Value, 'g', -1, 64))
		}
	case core.OverrideLeadTime:
		o.Value = r.upTo("value", 730)
	case core.OverrideQuantity:
		o.Value = float64(r.whole("value", 0, MaxQty, 0))
	default:
		o.Value = r.upTo("value", MaxQty)
	}
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
		c.sku(Overrides, r.Line, r.Value.SKU)
		if r.Value.Location != "" {
			c.location(Overrides, r.Line, r.Value.Location)
		}
	}
}

// sortSupply puts the lists in the order in which the store loads them.
func sortSupply(s *core.Snapshot) {
	slices.SortFunc(s.Kits, func(a, b core.KitPart) int { return cmp.Or(cmp.Compare(a.Kit, b.Kit), cmp.Compare(a.Part, b.Part)) })
	slices.SortFunc(s.Links, func(a, b core.Link) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	slices.SortFunc(s.Overrides, func(a, b core.Override) int {
		return cmp.Or(cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Location, b.Location), cmp.Compare(a.Field, b.Field))
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
