package cards

import (
	"cmp"
	"strconv"

	"github.com/slack-go/slack"

	"quartermaster/core/plan"
)

// Ids of the form for a quote. Its fields have the names of plan.QuoteField, and
// FieldNote.
const (
	ActionQuoteBox = "quote_box"
	CallbackQuote  = "quote"
)

// quoteWords are the sentences of the form for a quote.
type quoteWords struct {
	title, save, intro, supplier, price, priceHint, moq, lead, leadHint, valid, validHint, option safe
}

var englishQuotes = quoteWords{
	title: "Quote of a supplier", save: "Save", intro: "What a supplier offers for %s. It is compared from then on; nothing is ordered by it.",
	supplier: "Supplier", option: "%s · %s · %s", price: "Price of one unit", priceHint: "In the supplier's currency, without freight where the list has a freight, such as 12.50.",
	moq: "Minimum order in units", lead: "Lead time in days", leadHint: "From order to shelf, in calendar days.",
	valid: "Valid until", validHint: "The last day on which it can be ordered.",
}

// QuoteTitle is the title of the form, for Loading and Sorry.
func QuoteTitle(w *phrases) safe { return w.quotes.title }

// maxChoices is how many entries a list in a form has (Slack's limit).
const maxChoices = 100

// QuoteModal is the form for a quote about one SKU.
func QuoteModal(language string, v plan.QuoteView) slack.ModalViewRequest {
	b := in(language)
	w := &b.w.quotes
	b.paragraph(say(w.intro, product(v.SKU, v.Name)))
	for _, n := range v.Unsure {
		b.line(text(say(b.w.rfq.notRead, b.told(n, 300))))
	}
	if !b.supplierField(v) {
		return Sorry(language, QuoteTitle, "No supplier is known yet.")
	}
	b.add(slack.NewInputBlock(string(plan.QuotePrice), plain(w.price, 300), plain(w.priceHint, 500),
		slack.NewPlainTextInputBlockElement(nil, string(plan.QuotePrice)).WithMaxLength(20).WithInitialValue(v.Entry.Price)))
	b.add(slack.NewInputBlock(string(plan.QuoteMOQ), plain(w.moq, 300), nil,
		slack.NewNumberInputBlockElement(nil, string(plan.QuoteMOQ), false).WithMinValue("1").WithInitialValue(strconv.FormatInt(max(1, v.Entry.MOQ), 10))))
	lead := slack.NewNumberInputBlockElement(nil, string(plan.QuoteLead), false).WithMinValue("1").WithMaxValue("730")
	if v.Entry.LeadDays > 0 {
		lead.WithInitialValue(strconv.FormatInt(v.Entry.LeadDays, 10))
	}
	b.add(slack.NewInputBlock(string(plan.QuoteLead), plain(w.lead, 300), plain(w.leadHint, 500), lead))
	b.dayField(string(plan.QuoteValid), w.valid, w.validHint, cmp.Or(v.Entry.ValidUntil, v.Today+30))
	b.noteField("")
	return b.modal(CallbackQuote, w.title, w.save, SKUValue(v.SKU))
}

// supplierField is the choice of a supplier in a form about a quote; false when none
// is known.
func (b *builder) supplierField(v plan.QuoteView) bool {
	w := &b.w.quotes
	var options []*slack.OptionBlockObject
	var chosen *slack.OptionBlockObject
	for _, s := range v.Suppliers[:min(len(v.Suppliers), maxChoices)] {
		if len(s.ID) > 75 {
			continue
		}
		o := slack.NewOptionBlockObject(string(s.ID), plain(say(w.option, clean(s.Name, 40), clean(string(s.ID), 20), clean(string(s.Currency), 3)), maxOption), nil)
		if options = append(options, o); s.ID == v.Entry.Supplier {
			chosen = o
		}
	}
	if len(options) == 0 {
		return false
	}
	list := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, string(plan.QuoteSupplier), options...)
	list.InitialOption = chosen
	b.add(slack.NewInputBlock(string(plan.QuoteSupplier), plain(w.supplier, 300), nil, list))
	return true
}
