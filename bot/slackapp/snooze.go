package slackapp

import (
	"context"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// snoozeBox fills the form that asks until when something is to be silent.
func (a *App) snoozeBox(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	set, err := a.desk.Settings(ctx)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	today := core.DayOf(a.cfg.Clock(), set.Shop.Zone)
	return cards.SnoozeModal(cards.SnoozeMeta(in.Ref, in.Finding, in.Channel), today, set.Shop.Language), nil
}

// submitSnooze reads that form: it is a click with an end.
func (p interaction) submitSnooze(in Inbound) (Inbound, error) {
	ref, finding, channel, err := cards.ParseSnoozeMeta(p.View.PrivateMetadata)
	if err != nil || !channelForm.MatchString(channel) {
		return Inbound{}, malformed("metadata of a snooze")
	}
	click := jobs.Click{Key: in.Key, Team: in.Team, User: in.User, Action: plan.Snooze, Finding: finding,
		Proposal: ref.Proposal, Version: ref.Version, Digest: ref.Digest, Message: jobs.MessageRef{Channel: channel}}
	err = p.fields(func(block string, field entered) bool {
		switch block {
		case cards.FieldUntil:
			if field.Date != nil { // an event will do
				click.Until = in.day(block, field)
			}
		case cards.FieldEvent:
			click.Event = plan.SnoozeEvent(strings.TrimPrefix(field.text(), cards.NoEventValue))
			return click.Event.Valid()
		default:
			return false
		}
		return true
	})
	if err != nil {
		return Inbound{}, err
	}
	if click.Until == 0 && click.Event == plan.NoEvent {
		in.Bad[cards.FieldUntil] = "Please choose a day, or an event below."
	}
	in.Kind, in.Ref, in.Channel, in.Click = Press, ref, channel, click
	return in, nil
}

// snooze answers /stock snooze CODE DAYS, DATE, received or price. What it asks for is
// decided as a press of the button on each risk card of the product.
func (a *App) snooze(ctx context.Context, in Inbound, text string) cards.Message {
	words := strings.Fields(plan.ISODays(text))
	if len(words) == 1 {
		words = append(words, "1")
	}
	if len(words) != 2 {
		return cards.Note(a.cfg.Language(), "Please write a code, and how long: /stock snooze SOLAR-01 3, 2026-12-24, received or price")
	}
	click := jobs.Click{Key: in.Key, Team: in.Team, User: in.User, Message: jobs.MessageRef{Channel: in.Channel}, ResponseURL: in.ResponseURL}
	event := plan.SnoozeEvent(strings.ToLower(words[1]))
	day, err := core.ParseDay(words[1])
	switch {
	case event.Valid():
		click.Event = event
	case err == nil:
		click.Until = day
	default:
		click.Days, _ = strconv.Atoi(words[1]) // no number: refused with the bounds
	}
	answer, err := a.desk.SnoozeItem(ctx, click, words[0])
	switch {
	case err != nil:
		return cards.Note(a.cfg.Language(), a.excuse("answer /stock snooze", err, ""))
	case answer == "":
		answer = "Understood. What came of it follows."
	}
	return cards.Note(a.cfg.Language(), answer)
}

// mute answers /stock mute CODE and /stock unmute CODE; without a code it lists.
func (a *App) mute(ctx context.Context, in Inbound, on bool, code string) (cards.Message, error) {
	if code == "" {
		return a.kept(ctx, "")
	}
	answer, err := a.desk.Mute(ctx, jobs.MuteRequest{Team: in.Team, User: in.User, Code: code, On: on})
	return cards.Note(a.cfg.Language(), answer), err
}

// kept answers /stock quiet [CODE]: what was not told, and why.
func (a *App) kept(ctx context.Context, code string) (cards.Message, error) {
	v, err := a.desk.Quiet(ctx, code)
	if err != nil {
		return cards.Message{}, err
	}
	return cards.QuietAnswer(v), nil
}
