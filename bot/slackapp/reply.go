package slackapp

import (
	"context"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
)

// replyBox fills the form that takes a supplier's answer about an order.
func (a *App) replyBox(number string) func(context.Context, Inbound) (slack.ModalViewRequest, error) {
	return func(ctx context.Context, _ Inbound) (slack.ModalViewRequest, error) {
		v, err := a.desk.Order(ctx, number)
		if err != nil {
			return slack.ModalViewRequest{}, err
		}
		return cards.ReplyModal(v), nil
	}
}

// submitReply reads that form.
func (p interaction) submitReply(in Inbound) (Inbound, error) {
	in.Kind = ReplySubmit
	if len(p.View.State.Values) != 1 {
		return Inbound{}, malformed("no answer, or more than one")
	}
	err := p.fields(func(block string, field entered) bool {
		in.Text = in.written(block, field, "Please paste the answer.")
		return block == cards.FieldLetter
	})
	return in, err
}

// pasteReply hands an answer to the desk and closes the form, or says why not.
func (a *App) pasteReply(ctx context.Context, in Inbound) any {
	f := jobs.ReplyForm{Key: in.Key, Team: in.Team, User: in.User, Proposal: in.Ref.Proposal, Text: in.Text}
	return a.closed(in, cards.ReplyTitle, "keep an answer", a.desk.PasteReply(ctx, f))
}
