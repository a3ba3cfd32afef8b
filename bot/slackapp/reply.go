package slackapp

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
)

// pastes reads the number of "/stock reply NUMBER".
func pastes(text string) (number string, ok bool) {
	words := strings.Fields(text)
	if len(words) != 2 || !strings.EqualFold(words[0], "reply") {
		return "", false
	}
	return words[1], true
}

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
	field, ok := p.View.State.Values[cards.FieldLetter][cards.FieldLetter]
	if !ok || len(p.View.State.Values) != 1 {
		return Inbound{}, malformed("a field that is not on the form")
	}
	if field.Value == nil || strings.TrimSpace(*field.Value) == "" {
		in.Bad[cards.FieldLetter] = "Please paste the answer."
		return in, nil
	}
	in.Text = *field.Value
	return in, nil
}

// pasteReply hands an answer to the desk and closes the form, or says why not.
func (a *App) pasteReply(ctx context.Context, in Inbound) any {
	if len(in.Bad) > 0 {
		return slack.NewErrorsViewSubmissionResponse(in.Bad)
	}
	f := jobs.ReplyForm{Key: in.Key, Team: in.Team, User: in.User, Proposal: in.Ref.Proposal, Text: in.Text}
	if err := a.desk.PasteReply(ctx, f); err != nil {
		sorry := cards.Sorry(a.cfg.Language(), cards.ReplyTitle, a.excuse("keep an answer", err, ""))
		return slack.NewUpdateViewSubmissionResponse(&sorry)
	}
	return slack.NewClearViewSubmissionResponse()
}
