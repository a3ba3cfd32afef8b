package plan

import (
	"fmt"
	"slices"
	"strings"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// quoteSpread is the deviation of a quoted lead time as a share of it, where the
// supplier has no list entry to take it from.
const quoteSpread = 0.2

// InForce reports whether a quote can be ordered on a day.
func InForce(q core.Quote, today core.Day) bool { return q.QuotedOn <= today && today <= q.ValidUntil }

// withQuotes puts the quotes that people chose in the place of the list entries
// of their suppliers, and prefers those suppliers, while the quotes are in force.
func withQuotes(items []core.SupplierItem, quotes []core.Quote, today core.Day) []core.SupplierItem {
	var out []core.SupplierItem
	for _, q := range quotes {
		if !q.Chosen || !InForce(q, today) {
			continue
		}
		if out == nil {
			out = slices.Clone(items)
		}
		at := -1
		for i := range out {
			if out[i].SKU == q.SKU {
				out[i].Preferred = false
				if out[i].Supplier == q.Supplier {
					at = i
				}
			}
		}
		if at < 0 {
			out = append(out, quotedOffer(q, nil))
			at = len(out) - 1
		} else {
			out[at] = quotedOffer(q, &out[at])
		}
		out[at].Preferred = true
	}
	if out == nil {
		return items
	}
	return out
}

// quotedOffer is what a supplier offers by a quote. Pack, freight and way of
// shipping are those of its list entry, the normal one of several; without one
// the price is taken as delivered by sea, in single units.
func quotedOffer(q core.Quote, list *core.SupplierItem) core.SupplierItem {
	days := float64(q.LeadDays)
	lead := core.Lead{Mode: core.Sea, SD: quoteSpread * days, Freight: core.Money{Currency: q.Price.Currency}}
	it := core.SupplierItem{Supplier: q.Supplier, SKU: q.SKU, Pack: 1}
	if list != nil {
		it = *list
		normal, _ := replenish.Ways(list.Lead)
		lead.Mode, lead.Freight = normal.Mode, normal.Freight
		if normal.Days > 0 {
			lead.SD = normal.SD * days / normal.Days
		}
	}
	lead.Days, lead.SD = days, min(lead.SD, 365)
	it.Price, it.Breaks, it.MOQ, it.Lead, it.Quoted = q.Price, nil, q.MOQ, []core.Lead{lead}, q.ValidUntil
	if it.Max > 0 && it.Max < it.MOQ {
		it.Max = 0
	}
	return it
}

// QuoteView is what the form for a quote shows.
type QuoteView struct {
	SKU       core.SKU
	Name      string
	Suppliers []core.Supplier // those who list the SKU first
	Today     core.Day
	// Entry is what the form starts from, Unsure what to look at, where an answer was
	// read.
	Entry  QuoteEntry
	Unsure []string
}

// QuoteEntry is a quote as a person enters it: Price in the supplier's currency,
// as a decimal number.
type QuoteEntry struct {
	SKU        core.SKU        `json:"sku"`
	Supplier   core.SupplierID `json:"supplier"`
	Price      string          `json:"price"`
	MOQ        int64           `json:"moq"`
	LeadDays   int64           `json:"lead_days"`
	ValidUntil core.Day        `json:"valid_until"`
	Note       string          `json:"note,omitempty"`
}

// QuoteField names a field of a QuoteEntry.
type QuoteField string

// Fields of a quote that can be wrong.
const (
	QuoteSupplier QuoteField = "supplier"
	QuotePrice    QuoteField = "price"
	QuoteMOQ      QuoteField = "moq"
	QuoteLead     QuoteField = "lead_days"
	QuoteValid    QuoteField = "valid_until"
)

// Quote checks an entry about a supplier. faults say field by field what is wrong;
// with one there is no quote.
func (e QuoteEntry) Quote(supplier core.Supplier, today core.Day) (q core.Quote, faults map[QuoteField]string) {
	faults = map[QuoteField]string{}
	price, err := core.ParseMoney(strings.TrimSpace(e.Price), supplier.Currency)
	if err != nil || price.Minor <= 0 {
		faults[QuotePrice] = fmt.Sprintf("The price of one unit in %s, above zero, such as 12.50.", supplier.Currency)
	}
	if e.MOQ < 1 || !sane(e.MOQ) {
		faults[QuoteMOQ] = fmt.Sprintf("A whole number from 1 to %d.", int64(maxUnits))
	}
	if e.LeadDays < 1 || e.LeadDays > 730 {
		faults[QuoteLead] = "A whole number of days from 1 to 730."
	}
	if e.ValidUntil < today || e.ValidUntil > today+730 {
		faults[QuoteValid] = fmt.Sprintf("The last day on which the quote holds, from today to %s.", today+730)
	}
	if len(faults) > 0 {
		return core.Quote{}, faults
	}
	return core.Quote{Supplier: supplier.ID, SKU: e.SKU, Price: price, MOQ: e.MOQ, LeadDays: int(e.LeadDays), QuotedOn: today, ValidUntil: e.ValidUntil, Note: e.Note}, nil
}
