package slackapp

import (
	"context"
	"errors"
	"strings"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core"
)

// delegateBox fills the form by which an approver hands over.
func (a *App) delegateBox(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	set, err := a.desk.Settings(ctx)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	return cards.DelegateModal(core.DayOf(a.cfg.Clock(), set.Shop.Zone), set.Shop.Language), nil
}

// submitDelegate reads that form.
func (p interaction) submitDelegate(in Inbound) (Inbound, error) {
	in.Kind, in.Bad = DelegateSubmit, map[string]string{}
	in.Delegate = jobs.DelegateForm{Key: in.Key, Team: in.Team, User: in.User}
	for block, inputs := range p.View.State.Values {
		field, ok := inputs[block]
		switch {
		case ok && block == cards.FieldDelegate:
			if in.Delegate.To = field.text(); !userForm.MatchString(in.Delegate.To) {
				in.Bad[block] = "Please choose a person."
			}
		case ok && block == cards.FieldLastDay:
			var err error
			if field.Date != nil {
				in.Delegate.Last, err = core.ParseDay(*field.Date)
			}
			if field.Date == nil || err != nil {
				in.Bad[block] = "Please choose a day."
			}
		default:
			return Inbound{}, malformed("a field that is not on the form")
		}
	}
	return in, nil
}

// submitDelegate hands the form to the desk; the answer takes the form's place.
func (a *App) submitDelegate(ctx context.Context, in Inbound) any {
	if len(in.Bad) > 0 {
		return slack.NewErrorsViewSubmissionResponse(in.Bad)
	}
	answer, err := a.desk.Delegate(ctx, in.Delegate)
	if user, ok := errors.AsType[*jobs.UserError](err); ok {
		return slack.NewErrorsViewSubmissionResponse(map[string]string{cards.FieldDelegate: cards.FieldError(a.cfg.Language(), user.Text)})
	}
	if err != nil {
		answer = a.excuse("hand over", err, "")
	}
	if answer == "" { // the same form once more
		return slack.NewClearViewSubmissionResponse()
	}
	told := cards.Sorry(a.cfg.Language(), cards.DelegateTitle, answer)
	return slack.NewUpdateViewSubmissionResponse(&told)
}

// delegateEnd answers /stock delegate end.
func (a *App) delegateEnd(ctx context.Context, in Inbound, text string) (cards.Message, error) {
	if !strings.EqualFold(text, "end") {
		return cards.Note(a.cfg.Language(), "Please write /stock delegate, or /stock delegate end."), nil
	}
	answer, err := a.desk.Delegate(ctx, jobs.DelegateForm{Key: in.Key, Team: in.Team, User: in.User})
	if answer == "" && err == nil {
		answer = "Nobody stands in for you."
	}
	return cards.Note(a.cfg.Language(), answer), err
}
