package slackapp

import (
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/core"
)

// maxText is the longest text of a field, in bytes: Slack's 3,000 characters.
const maxText = 4 * 3000

// entered is what a person put into one field.
type entered struct {
	Value  *string `json:"value"`
	Date   *string `json:"selected_date"`
	User   *string `json:"selected_user"`
	Option *struct {
		Value string `json:"value"`
	} `json:"selected_option"`
	Selected []struct {
		Value string `json:"value"`
	} `json:"selected_options"`
	Files []struct {
		ID string `json:"id"`
	} `json:"files"`
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

// fields reads a form whose inputs are named like their blocks. read takes one field
// and says whether the form has it; a form with any other was made up.
func (p interaction) fields(read func(block string, field entered) bool) error {
	for block, inputs := range p.View.State.Values {
		field, ok := inputs[block]
		if text := field.text(); !ok || len(text) > maxText || !utf8.ValidString(text) || !read(block, field) {
			return malformed("a field that is not on the form")
		}
	}
	return nil
}

// written reads a text as it was typed, or complains about an empty one.
func (in *Inbound) written(block string, field entered, complaint string) string {
	if field.text() == "" {
		in.Bad[block] = complaint
		return ""
	}
	return *field.Value
}

// day reads a day from a field, or complains about it.
func (in *Inbound) day(block string, field entered) core.Day {
	if field.Date != nil {
		if d, err := core.ParseDay(*field.Date); err == nil {
			return d
		}
	}
	in.Bad[block] = "Please choose a day."
	return 0
}

// settled is Slack's response action to a form that the desk took: what is wrong, by
// block, or nothing but closing.
func settled[Field ~string](a *App, in Inbound, title cards.Title, what string, faults map[Field]string, err error) any {
	if err != nil || len(faults) == 0 {
		return a.closed(in, title, what, err)
	}
	bad := make(map[string]string, len(faults))
	for field, reason := range faults {
		bad[string(field)] = reason
	}
	return a.refused(bad)
}

// closed is settled for a form that is taken or refused as a whole.
func (a *App) closed(in Inbound, title cards.Title, what string, err error) any {
	if err != nil {
		return a.stays(in, title, a.excuse(what, err, ""))
	}
	return slack.NewClearViewSubmissionResponse()
}

// stays is the response to a form that is not taken: it stays with what was typed into it,
// and says why under its last field. A form without fields gives way to the message.
func (a *App) stays(in Inbound, title cards.Title, text string) any {
	if in.Last == "" {
		return a.instead(title, text)
	}
	return a.refused(map[string]string{in.Last: text})
}

// instead is the response to a form that puts a message in its place.
func (a *App) instead(title cards.Title, text string) any {
	view := cards.Sorry(a.cfg.Language(), title, text)
	return slack.NewUpdateViewSubmissionResponse(&view)
}

// refused is the response to a form with what is wrong with its fields, by block.
func (a *App) refused(bad map[string]string) any {
	told := make(map[string]string, len(bad))
	for block, reason := range bad {
		told[block] = cards.FieldError(a.cfg.Language(), reason)
	}
	return slack.NewErrorsViewSubmissionResponse(told)
}
