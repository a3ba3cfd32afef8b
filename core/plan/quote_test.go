package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
)

var quoteList = []core.SupplierItem{
	{Supplier: "ACME", SKU: "A", Price: core.Money{Minor: 1800, Currency: "EUR"}, MOQ: 500, Pack: 24, Preferred: true,
		Lead: []core.Lead{{Mode: core.Sea, Days: 35, SD: 7, Freight: core.Money{Minor: 50, Currency: "EUR"}}}},
	{Supplier: "NEAR", SKU: "A", Price: core.Money{Minor: 2100, Currency: "EUR"}, Breaks: []core.PriceBreak{{Min: 500, Price: core.Money{Minor: 2000, Currency: "EUR"}}},
		MOQ: 100, Pack: 10, Max: 120, Lead: []core.Lead{
			{Mode: core.Sea, Days: 10, SD: 2, Freight: core.Money{Minor: 20, Currency: "EUR"}},
			{Mode: core.Air, Days: 3, SD: 1, Freight: core.Money{Minor: 90, Currency: "EUR"}}}},
}

// A chosen quote stands in for the list entry, without its breaks and its other
// ways; others, ended and future ones change nothing.
func TestQuotesTakeThePlaceOfTheList(t *testing.T) {
	eur := func(minor int64) core.Money { return core.Money{Minor: minor, Currency: "EUR"} }
	quote := core.Quote{Supplier: "NEAR", SKU: "A", Price: eur(1700), MOQ: 200, LeadDays: 20, QuotedOn: 100, ValidUntil: 110, Chosen: true}
	other := quote
	other.Chosen = false
	for name, got := range map[string][]core.SupplierItem{
		"not chosen":    withQuotes(quoteList, []core.Quote{other}, 105),
		"ended":         withQuotes(quoteList, []core.Quote{quote}, 111),
		"not yet given": withQuotes(quoteList, []core.Quote{quote}, 99),
	} {
		if diff := cmp.Diff(quoteList, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	before := cmp.Diff(nil, quoteList)
	got := withQuotes(quoteList, []core.Quote{quote}, 110)
	want := core.SupplierItem{Supplier: "NEAR", SKU: "A", Price: eur(1700), MOQ: 200, Pack: 10, Preferred: true, Quoted: 110,
		Lead: []core.Lead{{Mode: core.Sea, Days: 20, SD: 4, Freight: eur(20)}}}
	if diff := cmp.Diff(want, got[1]); diff != "" || got[0].Preferred {
		t.Errorf("ACME preferred %t; %s", got[0].Preferred, diff)
	}
	if cmp.Diff(nil, quoteList) != before {
		t.Error("the list itself was changed")
	}
	quote.Supplier = "FAR" // not on the list
	got = withQuotes(quoteList, []core.Quote{quote}, 100)
	want = core.SupplierItem{Supplier: "FAR", SKU: "A", Price: eur(1700), MOQ: 200, Pack: 1, Preferred: true, Quoted: 110,
		Lead: []core.Lead{{Mode: core.Sea, Days: 20, SD: 4, Freight: eur(0)}}}
	if diff := cmp.Diff(want, got[2]); diff != "" {
		t.Error(diff)
	}
}

func TestQuoteEntry(t *testing.T) {
	good := QuoteEntry{SKU: "A", Supplier: "NEAR", Price: "17.50", MOQ: 100, LeadDays: 20, ValidUntil: 130, Note: "n"}
	sup := core.Supplier{ID: "NEAR", Currency: "EUR"}
	q, faults := good.Quote(sup, 100)
	want := core.Quote{Supplier: "NEAR", SKU: "A", Price: core.Money{Minor: 1750, Currency: "EUR"}, MOQ: 100, LeadDays: 20, QuotedOn: 100, ValidUntil: 130, Note: "n"}
	if diff := cmp.Diff(want, q); diff != "" || len(faults) > 0 {
		t.Errorf("%v %s", faults, diff)
	}
	for field, spoil := range map[QuoteField]func(*QuoteEntry){
		QuotePrice: func(e *QuoteEntry) { e.Price = "17,5x" },
		QuoteMOQ:   func(e *QuoteEntry) { e.MOQ = 0 },
		QuoteLead:  func(e *QuoteEntry) { e.LeadDays = 731 },
		QuoteValid: func(e *QuoteEntry) { e.ValidUntil = 99 },
	} {
		e := good
		spoil(&e)
		if _, faults := e.Quote(sup, 100); len(faults) != 1 || faults[field] == "" {
			t.Errorf("%s: %v", field, faults)
		}
	}
	good.Price = "0"
	if _, faults := good.Quote(sup, 100); faults[QuotePrice] == "" {
		t.Error("a price of zero was taken")
	}
}
