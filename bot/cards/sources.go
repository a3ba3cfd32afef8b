package cards

import (
	"cmp"
	"strconv"

	"github.com/slack-go/slack"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// ActionChooseSource orders a product from another supplier from now on. The
// buttons of a row have a number behind it, because ids in a row differ.
const ActionChooseSource = "choose_source"

// sourceWords are the sentences of the comparison of suppliers.
type sourceWords struct {
	title, none, only, moq, unit, lead, late, short, total, each, here, choose safe
	sure, sureText, yes, days, quoted, chooseQuote, sureQuote, enter           safe
}

var englishSources = sourceWords{
	title: "Suppliers of %s", none: "No supplier offers it at a known exchange rate.", only: "There is one supplier only.",
	moq: "MOQ", unit: "Landed unit", lead: "Lead time", late: "Late risk", short: "Short until then", total: "Total", each: "per unit", here: "%s (now)",
	choose: "Order from %s", sure: "Order from another supplier?", yes: "Yes",
	sureText: "%s will be ordered from %s for the next %s days. The restock cards are written anew and ask for approval.",
	days:     "%s ± %s days by %s",
	quoted:   "%s, quote until %s", chooseQuote: "Order from %s at its quote", enter: "Enter a quote…",
	sureQuote: "%s will be ordered from %s at its quote until %s. The restock cards are written anew and ask for approval.",
}

// maxSources is how many suppliers of a place are compared.
const maxSources = 6

// SourcesAnswer answers /stock compare CODE: the suppliers side by side, cheapest
// first with what would be lost by waiting, for the place with most at stake.
func SourcesAnswer(v plan.SourcesView) Message {
	b := lay(v.Shop, 0)
	w := &b.w.sources
	title := say(w.title, product(v.SKU, v.Name))
	b.header(title)
	story, seen := title, map[string]bool{}
	var buttons []slack.BlockElement
	for i, at := range v.Places {
		list := at.Sources[:min(len(at.Sources), maxSources)]
		b.line(bold(clean(string(at.Location), 40)))
		if len(list) == 0 {
			b.line(text(w.none))
			continue
		}
		rows := b.sourceRows(list)
		for _, s := range list {
			if value := SourceValue(v.SKU, s.Supplier, s.Quote != nil); !s.Now && !seen[value] && len(buttons) < maxSources {
				seen[value] = true
				buttons = append(buttons, b.chooseButton(len(buttons)+1, v.SKU, s, value))
			}
		}
		if i == 0 { // Slack allows one table in a message
			b.table(rows, sourceNumbers...)
		} else {
			for _, row := range rows[1:] {
				b.line(text(join(" · ", row...)))
			}
		}
		story = join(b.w.semicolon, story, say(b.w.pair4, clean(string(at.Location), 40), sourceName(list[0]), money(list[0].PerUnit()), w.each))
		if len(list) == 1 {
			b.line(text(w.only))
		}
	}
	if len(v.Places) > 0 {
		buttons = append(buttons, button(ActionRFQBox, SKUValue(v.SKU), b.w.rfq.ask), button(ActionQuoteBox, SKUValue(v.SKU), w.enter),
			button(ActionPasteBox, SKUValue(v.SKU), b.w.rfq.paste))
	}
	if len(buttons) > 0 {
		b.actions(buttons...)
	}
	return b.message(story)
}

// sourceName is what a supplier is called, short enough for a button.
func sourceName(s plan.Source) safe { return clean(cmp.Or(s.Name, string(s.Supplier)), 40) }

func (b *builder) chooseButton(n int, sku core.SKU, s plan.Source, value string) *slack.ButtonBlockElement {
	w, name := &b.w.sources, sourceName(s)
	label, sure := say(w.choose, name), say(w.sureText, clean(string(sku), 60), name, qty(plan.SourceDays))
	if s.Quote != nil {
		label, sure = say(w.chooseQuote, name), say(w.sureQuote, clean(string(sku), 60), name, b.date(s.Quote.ValidUntil))
	}
	btn := button(ActionChooseSource+"_"+strconv.Itoa(n), value, label)
	btn.WithConfirm(slack.NewConfirmationBlockObject(plain(w.sure, maxTitle), plain(sure, maxConfirm), plain(w.yes, maxConfirmText), plain(b.w.sureNo, maxConfirmText)))
	return btn
}
