package slackapp

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// wantsOverride reports whether "override [CODE]" opens a form; its lists do not.
func wantsOverride(words []string) bool {
	list := len(words) == 2 && (strings.EqualFold(words[1], "list") || strings.EqualFold(words[1], "history"))
	return len(words) <= 2 && !list
}

// overrides answers /stock override list [CODE] and /stock override history [CODE].
func (a *App) overrides(ctx context.Context, text string) (cards.Message, error) {
	what, code, _ := strings.Cut(text, " ")
	if !strings.EqualFold(what, "list") && !strings.EqualFold(what, "history") {
		return cards.Note(a.cfg.Language(), "Please write /stock override CODE to set a number, /stock override list or /stock override history."), nil
	}
	v, err := a.desk.Overrides(ctx, strings.TrimSpace(code))
	if err != nil {
		return cards.Message{}, err
	}
	if strings.EqualFold(what, "history") {
		return cards.OverrideHistoryAnswer(v), nil
	}
	return cards.OverridesAnswer(v), nil
}

// overrideBox fills the form for a number set by hand.
func (a *App) overrideBox(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	v, err := a.desk.OverrideBox(ctx, in.Team, in.User, string(in.SKU))
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	return cards.OverrideModal(v), nil
}

// submitOverride reads the form for a number set by hand.
func (p interaction) submitOverride(in Inbound) (Inbound, error) {
	in.Kind = OverrideSubmit
	err := p.fields(func(block string, field entered) bool {
		switch block {
		case string(plan.OverrideSKU):
			in.Override.SKU = core.SKU(field.text())
		case string(plan.OverrideValue):
			in.Override.Value = field.text()
		case string(plan.OverrideReason):
			in.Override.Reason = field.text()
		case string(plan.OverrideUntil):
			in.Override.Until = in.day(block, field)
		case string(plan.OverrideKind):
			in.Override.Field = core.OverrideField(field.text())
		case string(plan.OverrideSupplier):
			in.Override.Supplier = core.SupplierID(field.text())
		case cards.FieldPlace:
			in.Override.Location = core.LocationID(field.text())
		default:
			return false
		}
		return true
	})
	return in, err
}

// setOverride hands a number set by hand to the desk and returns Slack's response
// action: the fields that are wrong, a message, or nothing but closing.
func (a *App) setOverride(ctx context.Context, in Inbound) any {
	faults, err := a.desk.SubmitOverride(ctx, jobs.OverrideForm{Key: in.Key, Team: in.Team, User: in.User, Override: in.Override})
	return settled(a, in, cards.OverrideTitle, "set a number", faults, err)
}
