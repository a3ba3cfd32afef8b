package draft

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/prompts"
)

// letterOf is a letter of a kind with everything it may say.
func letterOf(t testing.TB, kind plan.LetterKind, language string) plan.Letter {
	t.Helper()
	o := order(language)
	o.State, o.ProposalID = plan.OrderConfirmed, 1
	o.Lines[0].MOQ, o.Lines[1].MOQ = 252, 600
	o.Progress = []plan.Progress{{Received: 104, Due: o.Lines[0].Arrival}, {Due: o.Lines[1].Arrival}}
	ask := plan.LetterAsk{Kind: kind, Number: o.Number}
	today := o.Lines[1].Arrival + 9
	switch kind {
	case plan.LetterOrder:
		return plan.OrderLetter(o)
	case plan.LetterRFQ:
		line := o.Lines[0]
		return plan.Letter{LetterAsk: plan.LetterAsk{Kind: kind}, Today: today, RFQ: &plan.RFQFacts{Shop: o.Shop, Supplier: o.Supplier, SupplierSKU: line.SupplierSKU,
			Name: line.Name, Place: o.Locations[0], Ask: plan.RFQAsk{SKU: line.SKU, Location: line.Location, Qty: 504, NeedBy: today + 30, AnswerBy: today + 3}}}
	case plan.LetterDelay:
		ask.Day = o.Lines[1].Arrival + 21
	case plan.LetterChange:
		ask.Day, ask.Qty = today+40, map[int]int64{1: 900}
	case plan.LetterCancel:
		o.State, o.Progress[1] = plan.OrderPartlyReceived, plan.Progress{Cancelled: 1200}
	case plan.LetterPrice:
		ask.Wish = 5
	case plan.LetterMOQ:
		ask.Wish = 200
	case plan.LetterLead:
		ask.Wish = 30
	}
	lines := []core.SupplyLine{
		{Order: "PO-2025-0042", Supplier: "SONGWAN", SKU: "22423", OrderedOn: today - 200, Qty: 1008, Stated: 35, Arrivals: []core.Arrival{{Day: today - 159, Qty: 1008}}},
		{Order: "PO-2026-0001", Supplier: "SONGWAN", SKU: "84879", OrderedOn: o.OrderedOn, Qty: 1200, Stated: 12},
	}
	l, err := plan.NewLetter(ask, o, lines, today)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestEveryKind prints every letter in both languages and tones, from the template. A
// friendly letter says what the formal one says: every fact of it, in other words.
func TestEveryKind(t *testing.T) {
	for _, language := range []string{"en", "zh"} {
		var all strings.Builder
		for _, kind := range append(slices.Clone(plan.LetterKinds), plan.LetterRFQ, plan.LetterOrder) {
			l := letterOf(t, kind, language)
			bodies := map[core.Tone]string{}
			for _, tone := range []core.Tone{core.Formal, core.Friendly} {
				l.Plain = tone == core.Friendly
				m, err := new(Drafter).Letter(t.Context(), l)
				if err != nil || m.Source != plan.FromTemplate || (m.CSV != "") != (kind == plan.LetterOrder) {
					t.Fatalf("%s: %q, %v", kind, m.Source, err)
				}
				bodies[tone] = m.Body
				fmt.Fprintf(&all, "======== %s, %s\nTo: %s\nSubject: %s\n\n%s\n", kind, tone, m.To, m.Subject, m.Body)
			}
			f, err := newFacts(l)
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range f.slots {
				if n := strings.Count(bodies[core.Formal], value); value != "" && n != strings.Count(bodies[core.Friendly], value) {
					t.Errorf("%s %s: %s (%s) stands %d times in the formal letter, %d in the friendly one", kind, language, name, value, n, strings.Count(bodies[core.Friendly], value))
				}
			}
			if bodies[core.Formal] == bodies[core.Friendly] {
				t.Errorf("%s %s: both tones are alike", kind, language)
			}
		}
		golden(t, "letters."+language+".txt", all.String())
	}
}

// TestKindsAgree compares the kinds of the three packages.
func TestKindsAgree(t *testing.T) {
	if len(kinds) != len(prompts.Kinds) || len(kinds) != len(plan.LetterKinds)+2 {
		t.Errorf("%d kinds here, %d in prompts, %d can be asked for", len(kinds), len(prompts.Kinds), len(plan.LetterKinds))
	}
	for k := range kinds {
		if !slices.Contains(prompts.Kinds, string(k)) {
			t.Errorf("there is no text for letter %s", k)
		}
	}
}
