package slackapp

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
)

// wantsLetter reads "/stock letter ...".
func wantsLetter(text string) (ask string, ok bool) {
	word, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	rest = strings.TrimSpace(rest)
	return rest, strings.EqualFold(word, "letter") && rest != ""
}

// letterBox fills the form of /stock letter.
func (a *App) letterBox(ask string) func(context.Context, Inbound) (slack.ModalViewRequest, error) {
	return func(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
		v, err := a.desk.Letter(ctx, jobs.LetterRequest{Team: in.Team, User: in.User, Text: ask})
		if err != nil {
			return slack.ModalViewRequest{}, err
		}
		return cards.LetterModal(v), nil
	}
}

// submitLetter reads the form with a letter.
func (p interaction) submitLetter(in Inbound) (Inbound, error) {
	in.Kind = LetterSubmit
	kind, digest, ok := in.Ref.LetterKind()
	in.Letter = jobs.LetterForm{Key: in.Key, Team: in.Team, User: in.User, Proposal: in.Ref.Proposal, Version: in.Ref.Version, Kind: kind, Digest: digest}
	for block, inputs := range p.View.State.Values {
		field, there := inputs[block]
		to := &in.Letter.Subject
		switch block {
		case cards.FieldSubject:
		case cards.FieldLetter:
			to = &in.Letter.Body
		default:
			there = false
		}
		if !there || len(p.View.State.Values) != 2 {
			return Inbound{}, malformed("a field that is not on the form")
		}
		if field.Value == nil || strings.TrimSpace(*field.Value) == "" {
			in.Bad[block] = "Please write something."
			continue
		}
		*to = *field.Value
	}
	if !ok {
		return Inbound{}, malformed("no kind of letter")
	}
	return in, nil
}

// sendLetter hands a letter to the desk and closes the form, or says why not.
func (a *App) sendLetter(ctx context.Context, in Inbound) any {
	if len(in.Bad) > 0 {
		return a.refused(in.Bad)
	}
	if err := a.desk.SendLetter(ctx, in.Letter); err != nil {
		sorry := cards.Sorry(a.cfg.Language(), cards.LetterTitle, a.excuse("send a letter", err, ""))
		return slack.NewUpdateViewSubmissionResponse(&sorry)
	}
	return slack.NewClearViewSubmissionResponse()
}
