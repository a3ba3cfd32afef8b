package slackapp

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

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
	for block, inputs := range p.View.State.Values {
		field, ok := inputs[block]
		value := ""
		if field.Value != nil {
			value = strings.TrimSpace(*field.Value)
		}
		ok = ok && len(value) <= maxNote && utf8.ValidString(value)
		switch block {
		case string(plan.QuoteSupplier):
			if field.Option == nil {
				in.Bad[block] = "Please choose a supplier."
			} else {
				in.Quote.Supplier = core.SupplierID(field.Option.Value)
			}
		case string(plan.QuotePrice):
			in.Quote.Price = value
		case string(plan.QuoteMOQ):
			in.Quote.MOQ, _ = in.whole(block, field)
		case string(plan.QuoteLead):
			in.Quote.LeadDays, _ = in.whole(block, field)
		case string(plan.QuoteValid):
			if field.Date != nil {
				in.Quote.ValidUntil, err = core.ParseDay(*field.Date)
			}
			if field.Date == nil || err != nil {
				in.Bad[block] = "Please choose a day."
			}
		case cards.FieldNote:
			in.Quote.Note = value
		default:
			ok = false
		}
		if !ok {
			return Inbound{}, malformed("a field that is not on the form")
		}
	}
	return in, nil
}

// submitQuote hands a quote to the desk and returns Slack's response action: the
// fields that are wrong, a message, or nothing but closing.
func (a *App) submitQuote(ctx context.Context, in Inbound) any {
	if len(in.Bad) > 0 {
		return a.refused(in.Bad)
	}
	faults, err := a.desk.SubmitQuote(ctx, jobs.QuoteForm{Key: in.Key, Team: in.Team, User: in.User, Quote: in.Quote})
	if err != nil {
		sorry := cards.Sorry(a.cfg.Language(), cards.QuoteTitle, a.excuse("submit a quote", err, ""))
		return slack.NewUpdateViewSubmissionResponse(&sorry)
	}
	if len(faults) == 0 {
		return slack.NewClearViewSubmissionResponse()
	}
	errs := map[string]string{}
	for field, reason := range faults {
		errs[string(field)] = reason
	}
	return a.refused(errs)
}
