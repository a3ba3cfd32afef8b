package slackapp

import (
	"context"

	"quartermaster/bot/cards"
	"quartermaster/core/plan"
)

// question answers a mention: the desk finds the command, and the facts that the
// question was for stand before its answer.
func (a *App) question(ctx context.Context, in Inbound) cards.Message {
	asked, err := a.desk.Ask(ctx, in.Text)
	if err != nil {
		return cards.Note(a.cfg.Language(), a.excuse("answer a question", err, ""))
	}
	if len(asked.Which) > 0 {
		return cards.WhichAnswer(a.cfg.Language(), asked)
	}
	m := a.command(ctx, Inbound{Kind: Command, Key: in.Key, Team: in.Team, User: in.User, Channel: in.Channel, Text: asked.Text()}, 1)
	if asked.Command != "" && asked.Command != "help" {
		m = a.begun(ctx, asked, m)
	}
	if cards.Check(m) != nil {
		m = cards.Note(a.cfg.Language(), m.Text)
	}
	return m
}

// begun puts the facts before an answer. What cannot be read, such as a product that
// does not exist, is told by the answer.
func (a *App) begun(ctx context.Context, asked plan.Asked, m cards.Message) cards.Message {
	var items []plan.Item
	var status *plan.StatusView
	switch {
	case len(asked.Facts) == 0:
	case asked.Of() == plan.OfProduct:
		items, _ = a.desk.Item(ctx, asked.About)
	default:
		if v, err := a.desk.Status(ctx); err == nil {
			status = &v
		}
	}
	return cards.AskedAnswer(a.cfg.Language(), asked, items, status, m)
}
