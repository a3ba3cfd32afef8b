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
	in.Kind = DelegateSubmit
	in.Delegate = jobs.DelegateForm{Key: in.Key, Team: in.Team, User: in.User}
	err := p.fields(func(block string, field entered) bool {
		switch block {
		case cards.FieldDelegate:
			if in.Delegate.To = field.text(); !userForm.MatchString(in.Delegate.To) {
				in.Bad[block] = "Please choose a person."
			}
		case cards.FieldLastDay:
			in.Delegate.Last = in.day(block, field)
		default:
			return false
		}
		return true
	})
	return in, err
}

// submitDelegate hands the form to the desk; the answer takes the form's place.
func (a *App) submitDelegate(ctx context.Context, in Inbound) any {
	answer, err := a.desk.Delegate(ctx, in.Delegate)
	if user, ok := errors.AsType[*jobs.UserError](err); ok {
		return a.refused(map[string]string{cards.FieldDelegate: user.Text})
	}
	if err != nil || answer == "" { // no answer: the same form once more
		return a.closed(in, cards.DelegateTitle, "hand over", err)
	}
	return a.instead(cards.DelegateTitle, answer)
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
