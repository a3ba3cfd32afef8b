package slackapp

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// rfqBox fills the form of a request for quotation.
func (a *App) rfqBox(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	v, err := a.desk.RFQBox(ctx, jobs.RFQRequest{Team: in.Team, User: in.User, SKU: string(in.SKU)})
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	return cards.RFQModal(v), nil
}

// submitRFQ reads the form of a request.
func (p interaction) submitRFQ(in Inbound) (Inbound, error) {
	in.Kind = RFQSubmit
	in.RFQ = jobs.RFQForm{Key: in.Key, Team: in.Team, User: in.User}
	ask := &in.RFQ.Ask
	var err error
	if ask.SKU, ask.Location, err = cards.ParseRFQMeta(p.View.PrivateMetadata); err != nil {
		return Inbound{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	err = p.fields(func(block string, field entered) bool {
		ask := &in.RFQ.Ask
		switch plan.RFQField(block) {
		case plan.RFQSuppliers:
			for _, o := range field.Selected {
				ask.Suppliers = append(ask.Suppliers, core.SupplierID(o.Value))
			}
			return len(ask.Suppliers) <= plan.MaxAsked
		case plan.RFQQty:
			ask.Qty, _ = in.whole(block, field)
		case plan.RFQNeedBy:
			ask.NeedBy = in.day(block, field)
		case plan.RFQAnswerBy:
			ask.AnswerBy = in.day(block, field)
		default:
			return false
		}
		return true
	})
	return in, err
}

// previewRFQ puts the letters in the place of the form. They are written after the
// acknowledgement, because a language model takes longer than Slack waits; the view
// that the acknowledgement shows has a name, and is filled once Slack knows it.
func (a *App) previewRFQ(ctx context.Context, in Inbound) any {
	q := jobs.RFQDraft{Team: in.Team, User: in.User, Ask: in.RFQ.Ask}
	faults, err := a.desk.CheckRFQ(ctx, q)
	if err != nil || len(faults) > 0 {
		return settled(a, in, cards.RFQTitle, "check a request for quotation", faults, err)
	}
	name := fmt.Sprintf("rfq-%x", sha256.Sum256([]byte(in.Key)))
	loading := cards.RFQLoading(a.cfg.Language(), name)
	a.aside(func(ctx context.Context) {
		v, err := a.desk.DraftRFQ(ctx, q)
		view := cards.RFQPreviewModal(v)
		if err != nil {
			view = a.askAgain(ctx, in, a.excuse("draft letters", err, ""))
		} else if err := cards.CheckView(view); err != nil {
			view = cards.Sorry(a.cfg.Language(), cards.RFQTitle, a.excuse("draw letters", err, ""))
		}
		a.note("show letters", a.fill(ctx, name, view))
	})
	return slack.NewUpdateViewSubmissionResponse(&loading)
}

// askAgain is the form of a request as it was filled in, with why no letters came of it.
func (a *App) askAgain(ctx context.Context, in Inbound, why string) slack.ModalViewRequest {
	v, err := a.desk.RFQBox(ctx, jobs.RFQRequest{Team: in.Team, User: in.User, SKU: string(in.RFQ.Ask.SKU)})
	if err != nil {
		return cards.Sorry(a.cfg.Language(), cards.RFQTitle, why)
	}
	v.Ask, v.Trouble = in.RFQ.Ask, why
	return cards.RFQModal(v)
}

// fill puts a view in the place of the one named external, as soon as Slack knows it.
func (a *App) fill(ctx context.Context, external string, view slack.ModalViewRequest) error {
	view.ExternalID = external
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		_, err := a.api.UpdateViewContext(ctx, view, external, "", "")
		if apiCode(err) != "not_found" {
			return a.failed("views.update", "", err, nil)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil // closed by the person, as far as can be told
		}
	}
}

// submitLetters reads the form with the letters of a request.
func (p interaction) submitLetters(in Inbound) (Inbound, error) {
	in.Kind = RFQSend
	ask, digests, err := cards.ParseRFQSend(p.View.PrivateMetadata)
	if err != nil || len(p.View.State.Values) != 2*len(digests) {
		return Inbound{}, malformed("letters of a request")
	}
	in.RFQ = jobs.RFQForm{Key: in.Key, Team: in.Team, User: in.User, Ask: ask}
	for i, digest := range digests {
		t := jobs.RFQText{Digest: digest}
		for block, to := range map[string]*string{cards.RFQSubject(i): &t.Subject, cards.RFQText(i): &t.Body} {
			field, ok := p.View.State.Values[block][block]
			if !ok {
				return Inbound{}, malformed("a field that is not on the form")
			}
			*to = in.written(block, field, "Please write something.")
		}
		in.RFQ.Texts = append(in.RFQ.Texts, t)
	}
	return in, nil
}

// sendRFQ hands the letters to the desk and closes the form, or says why not.
func (a *App) sendRFQ(ctx context.Context, in Inbound) any {
	return a.closed(in, cards.RFQTitle, "send a request for quotation", a.desk.SendRFQ(ctx, in.RFQ))
}

// pasteBox fills the form that takes a supplier's answer as text.
func (a *App) pasteBox(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	v, err := a.desk.QuoteBox(ctx, in.SKU)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	return cards.PasteModal(a.cfg.Language(), v), nil
}

// submitPaste reads that form.
func (p interaction) submitPaste(in Inbound) (Inbound, error) {
	in.Kind = PasteSubmit
	var err error
	if in.Quote.SKU, err = cards.ParseSKU(p.View.PrivateMetadata); err != nil {
		return Inbound{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	if len(p.View.State.Values) != 2 {
		return Inbound{}, malformed("a part of an answer is missing")
	}
	err = p.fields(func(block string, field entered) bool {
		switch block {
		case string(plan.QuoteSupplier):
			in.Quote.Supplier = in.supplier(block, field)
		case cards.FieldLetter:
			in.Text = in.written(block, field, "Please paste the answer.")
		default:
			return false
		}
		return true
	})
	return in, err
}

// readQuote puts the form for a quote in the place of the answer, with what was found
// in it.
func (a *App) readQuote(ctx context.Context, in Inbound) any {
	v, err := a.desk.ReadQuote(ctx, jobs.QuotePaste{SKU: in.Quote.SKU, Supplier: in.Quote.Supplier, Text: in.Text})
	if err != nil {
		return a.closed(in, cards.PasteTitle, "read an answer", err)
	}
	view := cards.QuoteModal(a.cfg.Language(), v)
	return slack.NewUpdateViewSubmissionResponse(&view)
}
