package slackapp

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core/plan"
)

// settingsForms are the forms of the settings by what is typed after /stock settings.
var settingsForms = map[jobs.SettingsPart]struct {
	callback string
	title    cards.Title
}{
	jobs.ThresholdForm: {cards.CallbackSettings, cards.SettingsTitle},
	jobs.ApprovalForm:  {cards.CallbackApproval, cards.ApprovalTitle},
	jobs.ScheduleForm:  {cards.CallbackSchedules, cards.SchedulesTitle},
	jobs.ImportForm:    {cards.CallbackImport, cards.ImportTitle},
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
	if in.Kind, in.Form = SettingsSubmit, form; form == jobs.ImportForm {
		return p.submitImport(in)
	}
	in.Settings = jobs.SettingsForm{Key: in.Key, Team: in.Team, User: in.User, Values: map[string]string{}}
	var err error
	if in.Settings.Version, err = cards.ParseSettingsMeta(p.View.PrivateMetadata); err != nil {
		return Inbound{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	newcomer, limit := "", ""
	in.Shown = map[string]bool{}
	err = p.fields(func(block string, field entered) bool {
		in.Shown[block] = true
		switch typed := field.text(); {
		case form == jobs.ApprovalForm && block == cards.FieldNewApprover:
			newcomer = typed
		case form == jobs.ApprovalForm && block == cards.FieldNewApproverCash:
			limit = typed
		default:
			f, known := jobs.SettingOf(block)
			in.Settings.Values[block] = typed
			return known && f.Form == form
		}
		return true
	})
	if err != nil {
		return Inbound{}, err
	}
	switch {
	case newcomer != "" && !userForm.MatchString(newcomer):
		return Inbound{}, malformed("user of a form")
	case newcomer != "" && limit == "":
		in.Bad[cards.FieldNewApproverCash] = "Please say up to which amount."
	case newcomer == "" && limit != "":
		in.Bad[cards.FieldNewApprover] = "Please choose a person."
	case newcomer != "":
		in.Settings.Values[plan.ApproverPrefix+newcomer] = limit
	}
	return in, nil
}

// submitImport reads the form with a settings file.
func (p interaction) submitImport(in Inbound) (Inbound, error) {
	meta, err := cards.ParseImportMeta(p.View.PrivateMetadata)
	if err != nil {
		return Inbound{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	in.File = jobs.SettingsText{Key: in.Key, Team: in.Team, User: in.User, Version: meta.Version, Digest: meta.Digest}
	in.Upload = meta.File
	err = p.fields(func(block string, field entered) bool {
		switch block {
		case cards.FieldSettingsText:
			if field.text() != "" {
				in.File.Text = *field.Value
			}
			return true
		case cards.FieldSettingsUpload:
			for _, f := range field.Files {
				in.Upload = f.ID
			}
			return len(field.Files) <= 1 && (in.Upload == "" || fileForm.MatchString(in.Upload))
		}
		return false
	})
	switch {
	case err != nil:
		return Inbound{}, err
	case in.Upload == "" && in.File.Text == "":
		in.Bad[cards.FieldSettingsText] = "Please choose a file or paste its text."
	case in.Upload != "" && in.File.Text != "":
		in.Bad[cards.FieldSettingsText] = "Please choose a file or paste its text, not both."
	}
	return in, nil
}

// wants reports whether text is a command, however it is spaced.
func wants(text, command string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(text), " "), command)
}

// settingsBox fills one of the settings forms.
func (a *App) settingsBox(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	v, err := a.desk.EditSettings(ctx, in.Team, in.User)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	v.Proposed = in.Settings.Values
	switch in.Form {
	case jobs.ApprovalForm:
		return cards.ApprovalModal(v, func(user string) string { return a.name(ctx, user) }), nil
	case jobs.ScheduleForm:
		return cards.SchedulesModal(v), nil
	case jobs.ImportForm:
		return cards.ImportModal(v.Shop.Language, "", "", plan.SettingsPreview{}), nil
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
	if in.Form == jobs.ImportForm {
		return a.putSettings(ctx, in)
	}
	err := a.desk.SubmitSettings(ctx, in.Settings)
	var faults jobs.SettingFaults
	if !errors.As(err, &faults) {
		return a.closed(in, settingsForms[in.Form].title, "change the settings", err)
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

// putSettings hands a settings file to the desk: what it would change takes the form's
// place, and the same sent again is put in. An uploaded file stays where it is in
// between; its digest says whether it is still the one that was shown.
func (a *App) putSettings(ctx context.Context, in Inbound) any {
	field := cards.FieldSettingsText
	if in.Upload != "" {
		field = cards.FieldSettingsUpload
	}
	p, err := a.readSettings(ctx, in)
	user, told := errors.AsType[*jobs.UserError](err)
	if told && (in.Upload == "" || in.File.Digest == "") { // else the form has no field
		return a.refused(map[string]string{field: user.Text})
	}
	if err != nil || p.Done {
		return a.closed(in, cards.ImportTitle, "put in a settings file", err)
	}
	view := cards.ImportModal(a.cfg.Language(), in.File.Text, in.Upload, p)
	return slack.NewUpdateViewSubmissionResponse(&view)
}

// readSettings gives the desk a settings file, fetched from Slack if it was uploaded.
func (a *App) readSettings(ctx context.Context, in Inbound) (plan.SettingsPreview, error) {
	file := in.File
	if in.Upload != "" {
		text, err := a.fetch(ctx, in.Upload, jobs.MaxSettingsFile)
		if err != nil {
			return plan.SettingsPreview{}, err
		}
		file.Text = string(text)
	}
	return a.desk.PutSettings(ctx, file)
}
