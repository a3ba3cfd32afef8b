package slackapp

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// quoteBox fills the form for a quote.
func (a *App) quoteBox(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	v, err := a.desk.QuoteBox(ctx, in.SKU)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	return cards.QuoteModal(a.cfg.Language(), v), nil
}

// submitQuote reads the form for a quote.
func (p interaction) submitQuote(in Inbound) (Inbound, error) {
	in.Kind = QuoteSubmit
	var err error
	if in.Quote.SKU, err = cards.ParseSKU(p.View.PrivateMetadata); err != nil {
		return Inbound{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	err = p.fields(func(block string, field entered) bool {
		q := &in.Quote
		switch block {
		case string(plan.QuoteSupplier):
			q.Supplier = in.supplier(block, field)
		case string(plan.QuotePrice):
			q.Price = field.text()
		case string(plan.QuoteMOQ):
			q.MOQ, _ = in.whole(block, field)
		case string(plan.QuoteLead):
			q.LeadDays, _ = in.whole(block, field)
		case string(plan.QuoteValid):
			q.ValidUntil = in.day(block, field)
		case cards.FieldNote:
			q.Note = field.text()
		default:
			return false
		}
		return true
	})
	return in, err
}

// supplier reads a supplier that was chosen, or complains.
func (in *Inbound) supplier(block string, field entered) core.SupplierID {
	if field.Option == nil {
		in.Bad[block] = "Please choose a supplier."
	}
	return core.SupplierID(field.text())
}

// submitQuote hands a quote to the desk and returns Slack's response action: the
// fields that are wrong, a message, or nothing but closing.
func (a *App) submitQuote(ctx context.Context, in Inbound) any {
	faults, err := a.desk.SubmitQuote(ctx, jobs.QuoteForm{Key: in.Key, Team: in.Team, User: in.User, Quote: in.Quote})
	return settled(a, in, cards.QuoteTitle, "submit a quote", faults, err)
}
