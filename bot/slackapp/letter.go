package slackapp

import (
	"context"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
)

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
	if !ok || len(p.View.State.Values) != 2 {
		return Inbound{}, malformed("no kind of letter, or a part missing")
	}
	err := p.fields(func(block string, field entered) bool {
		text := in.written(block, field, "Please write something.")
		switch block {
		case cards.FieldSubject:
			in.Letter.Subject = text
		case cards.FieldLetter:
			in.Letter.Body = text
		default:
			return false
		}
		return true
	})
	return in, err
}

// sendLetter hands a letter to the desk and closes the form, or says why not.
func (a *App) sendLetter(ctx context.Context, in Inbound) any {
	return a.closed(in, cards.LetterTitle, "send a letter", a.desk.SendLetter(ctx, in.Letter))
}
