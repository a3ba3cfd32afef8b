package slackapp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core/plan"
)

// maxSetting is the longest value of a field of the settings form, in bytes.
const maxSetting = 200

// settingsForms are the forms of the settings by what is typed after /stock settings.
var settingsForms = map[jobs.SettingsPart]struct {
	callback string
	title    cards.Title
}{
	jobs.ThresholdForm: {cards.CallbackSettings, cards.SettingsTitle},
	jobs.ApprovalForm:  {cards.CallbackApproval, cards.ApprovalTitle},
	jobs.ScheduleForm:  {cards.CallbackSchedules, cards.SchedulesTitle},
}

// settingsForm returns the form with a callback.
func settingsForm(callback string) (jobs.SettingsPart, bool) {
	for form, f := range settingsForms {
		if f.callback == callback {
			return form, true
		}
	}
	return "", false
}

// submitSettings reads one of the settings forms.
func (p interaction) submitSettings(in Inbound, form jobs.SettingsPart) (Inbound, error) {
	in.Kind, in.Form = SettingsSubmit, form
	in.Settings = jobs.SettingsForm{Key: in.Key, Team: in.Team, User: in.User, Values: map[string]string{}}
	var err error
	if in.Settings.Version, err = cards.ParseSettingsMeta(p.View.PrivateMetadata); err != nil {
		return Inbound{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	newcomer, limit := "", ""
	in.Shown = map[string]bool{}
	for block, inputs := range p.View.State.Values {
		in.Shown[block] = true
		field, ok := inputs[block]
		typed := field.text()
		switch {
		case len(typed) > maxSetting || !utf8.ValidString(typed):
			return Inbound{}, malformed("value of a setting")
		case ok && form == jobs.ApprovalForm && block == cards.FieldNewApprover:
			newcomer = typed
		case ok && form == jobs.ApprovalForm && block == cards.FieldNewApproverCash:
			limit = typed
		default:
			f, known := jobs.SettingOf(block)
			if !ok || !known || f.Form != form {
				return Inbound{}, malformed("a field that is not on the form")
			}
			in.Settings.Values[block] = typed
		}
	}
	switch {
	case newcomer != "" && !userForm.MatchString(newcomer):
		return Inbound{}, malformed("user of a form")
	case newcomer != "" && limit == "":
		in.Bad = map[string]string{cards.FieldNewApproverCash: "Please say up to which amount."}
	case newcomer == "" && limit != "":
		in.Bad = map[string]string{cards.FieldNewApprover: "Please choose a person."}
	case newcomer != "":
		in.Settings.Values[plan.ApproverPrefix+newcomer] = limit
	}
	return in, nil
}

// text is what was put into a field: typed, chosen, or a person.
func (e entered) text() string {
	switch {
	case e.Value != nil:
		return strings.TrimSpace(*e.Value)
	case e.Option != nil:
		return e.Option.Value
	case e.User != nil:
		return *e.User
	}
	return ""
}

// wants reports whether text is a command, however it is spaced.
func wants(text, command string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(text), " "), command)
}

// wantsSettings reads "settings edit", "settings approval" and "settings schedule".
func wantsSettings(text string) (jobs.SettingsPart, bool) {
	words := strings.Fields(strings.ToLower(text))
	if len(words) != 2 || words[0] != "settings" {
		return "", false
	}
	form := jobs.SettingsPart(words[1])
	_, ok := settingsForms[form]
	return form, ok
}

// settingsBox fills one of the settings forms.
func (a *App) settingsBox(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	v, err := a.desk.EditSettings(ctx, in.Team, in.User)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	switch in.Form {
	case jobs.ApprovalForm:
		return cards.ApprovalModal(v, func(user string) string { return a.name(ctx, user) }), nil
	case jobs.ScheduleForm:
		return cards.SchedulesModal(v), nil
	}
	return cards.SettingsModal(v), nil
}

// name is what a person is called; the id when Slack does not say.
func (a *App) name(ctx context.Context, user string) string {
	if p, err := a.Person(ctx, "", user); err == nil && p.Name != "" {
		return p.Name
	}
	return user
}

// submitSettings hands a settings form to the desk.
func (a *App) submitSettings(ctx context.Context, in Inbound) any {
	if len(in.Bad) > 0 {
		return a.refused(in.Bad)
	}
	err := a.desk.SubmitSettings(ctx, in.Settings)
	if err == nil {
		return slack.NewClearViewSubmissionResponse()
	}
	var faults jobs.SettingFaults
	if !errors.As(err, &faults) {
		sorry := cards.Sorry(a.cfg.Language(), settingsForms[in.Form].title, a.excuse("change the settings", err, ""))
		return slack.NewUpdateViewSubmissionResponse(&sorry)
	}
	errs := map[string]string{}
	for _, f := range faults {
		field := f.Name
		if !in.Shown[field] { // somebody who is being added
			field = cards.FieldNewApproverCash
		}
		errs[field] = f.Reason
	}
	return a.refused(errs)
}
