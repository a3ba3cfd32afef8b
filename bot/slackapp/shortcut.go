package slackapp

import (
	"context"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core/plan"
)

// ShortcutExplain is the id of the message shortcut "Explain".
const ShortcutExplain = "explain"

// shortcut reads a message shortcut. On a line of a thread it is about the card above.
func (p interaction) shortcut(in Inbound) (Inbound, error) {
	if p.CallbackID != ShortcutExplain {
		return Inbound{Kind: Nothing}, nil
	}
	in.Kind, in.Channel = ExplainBox, p.Channel.ID
	in.On = jobs.MessageRef{Channel: p.Channel.ID, TS: p.Message.TS}
	if p.Message.Thread != "" {
		in.On.TS = p.Message.Thread
	}
	if !channelForm.MatchString(in.On.Channel) || !stampForm.MatchString(in.On.TS) || !tokenForm.MatchString(in.Trigger) {
		return Inbound{}, malformed("a shortcut that is on no message")
	}
	return in, nil
}

// explainBox fills the explanation of the card that a shortcut was used on.
func (a *App) explainBox(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	c, err := a.desk.CardAt(ctx, in.On)
	switch {
	case err != nil:
		return slack.ModalViewRequest{}, err
	case c.Kind == plan.RestockCard && c.Restock != nil:
		p := c.Restock.Proposal
		in.Ref = cards.Ref{Proposal: p.ID, Version: p.Version, Digest: c.Restock.Digest}
		return a.whyPage(in, p), nil
	case c.Kind == plan.RiskCard && c.Risk != nil:
		return cards.RiskWhyModal(a.cfg.Language(), *c.Risk), nil
	}
	return slack.ModalViewRequest{}, errNothingToExplain
}

var errNothingToExplain error = &jobs.UserError{Text: "There is no calculation behind this message. Explain works on cards about orders and risks."}
