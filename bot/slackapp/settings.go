package slackapp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
)

// maxSetting is the longest value of a field of the settings form, in bytes.
const maxSetting = 200

// submitSettings reads the settings form.
func (p interaction) submitSettings(in Inbound) (Inbound, error) {
	in.Kind = SettingsSubmit
	in.Settings = jobs.SettingsForm{Key: in.Key, Team: in.Team, User: in.User, Values: map[string]string{}}
	var err error
	if in.Settings.Version, err = cards.ParseSettingsMeta(p.View.PrivateMetadata); err != nil {
		return Inbound{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	for block, inputs := range p.View.State.Values {
		field, ok := inputs[block]
		if !ok || !slices.ContainsFunc(jobs.SettingFields, func(f jobs.SettingField) bool { return f.Name == block }) {
			return Inbound{}, malformed("a field that is not on the form")
		}
		typed := ""
		if field.Value != nil {
			typed = strings.TrimSpace(*field.Value)
		}
		if len(typed) > maxSetting || !utf8.ValidString(typed) {
			return Inbound{}, malformed("value of a setting")
		}
		in.Settings.Values[block] = typed
	}
	return in, nil
}

// wants reports whether text is a subcommand of two words, such as "settings edit".
func wants(text, command string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(text), " "), command)
}

// settingsBox fills the settings form.
func (a *App) settingsBox(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	v, err := a.desk.EditSettings(ctx, in.Team, in.User)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	return cards.SettingsModal(v), nil
}

// submitSettings hands the settings form to the desk.
func (a *App) submitSettings(ctx context.Context, in Inbound) any {
	err := a.desk.SubmitSettings(ctx, in.Settings)
	if err == nil {
		return slack.NewClearViewSubmissionResponse()
	}
	var faults jobs.SettingFaults
	if !errors.As(err, &faults) {
		sorry := cards.Sorry(cards.SettingsTitle, a.excuse("change the settings", err, ""))
		return slack.NewUpdateViewSubmissionResponse(&sorry)
	}
	errs := map[string]string{}
	for _, f := range faults {
		errs[f.Name] = cards.FieldError(f.Reason)
	}
	return slack.NewErrorsViewSubmissionResponse(errs)
}
