package slackapp

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// wantsOverride reads "/stock override [CODE]", which opens a form; its lists do not.
func wantsOverride(text string) (code core.SKU, ok bool) {
	words := strings.Fields(text)
	switch {
	case len(words) == 0 || len(words) > 2 || !strings.EqualFold(words[0], "override"):
		return "", false
	case len(words) == 1:
		return "", true
	}
	list := strings.EqualFold(words[1], "list") || strings.EqualFold(words[1], "history")
	return core.SKU(words[1]), !list
}

// overrides answers /stock override list [CODE] and /stock override history [CODE].
func (a *App) overrides(ctx context.Context, text string) (cards.Message, error) {
	what, code, _ := strings.Cut(text, " ")
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
	e := &in.Override
	for block, inputs := range p.View.State.Values {
		field, ok := inputs[block]
		typed, chosen := "", ""
		if field.Value != nil {
			typed = strings.TrimSpace(*field.Value)
		}
		if field.Option != nil {
			chosen = field.Option.Value
		}
		ok = ok && len(typed) <= maxNote && utf8.ValidString(typed)
		switch block {
		case string(plan.OverrideSKU):
			e.SKU = core.SKU(typed)
		case string(plan.OverrideValue):
			e.Value = typed
		case string(plan.OverrideReason):
			e.Reason = typed
		case string(plan.OverrideUntil):
			e.Until = in.day(block, field)
		case string(plan.OverrideKind):
			e.Field = core.OverrideField(chosen)
		case string(plan.OverrideSupplier):
			e.Supplier = core.SupplierID(chosen)
		case cards.FieldPlace:
			e.Location = core.LocationID(chosen)
		default:
			ok = false
		}
		if !ok {
			return Inbound{}, malformed("a field that is not on the form")
		}
	}
	return in, nil
}

// setOverride hands a number set by hand to the desk and returns Slack's response
// action: the fields that are wrong, a message, or nothing but closing.
func (a *App) setOverride(ctx context.Context, in Inbound) any {
	if len(in.Bad) > 0 {
		return a.refused(in.Bad)
	}
	faults, err := a.desk.SubmitOverride(ctx, jobs.OverrideForm{Key: in.Key, Team: in.Team, User: in.User, Override: in.Override})
	if err != nil {
		sorry := cards.Sorry(a.cfg.Language(), cards.OverrideTitle, a.excuse("set a number", err, ""))
		return slack.NewUpdateViewSubmissionResponse(&sorry)
	}
	if len(faults) == 0 {
		return slack.NewClearViewSubmissionResponse()
	}
	errs := map[string]string{}
	for part, reason := range faults {
		errs[string(part)] = reason
	}
	return a.refused(errs)
}
