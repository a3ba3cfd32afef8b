package slackapp

import (
	"fmt"
	"strings"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core/plan"
)

// press reads one button or menu.
func (p interaction) press(in Inbound) (Inbound, error) {
	if len(p.Actions) != 1 {
		return Inbound{}, malformed("%d actions", len(p.Actions))
	}
	act := p.Actions[0]
	if p.View != nil && p.View.CallbackID == cards.CallbackEdit {
		return p.recount(in)
	}
	if p.View != nil && p.View.CallbackID == cards.CallbackReceive {
		return p.turnDelivery(in)
	}
	value := act.Value
	if act.SelectedOption != nil {
		value = act.SelectedOption.Value
	}
	ref := jobs.MessageRef{Channel: p.Channel.ID, TS: p.Message.TS}
	if ref.Channel == "" {
		ref.Channel = p.Container.ChannelID
	}
	if ref.TS == "" {
		ref.TS = p.Container.MessageTS
	}
	in.Channel = ref.Channel
	if in.Key == "" {
		in.Key = strings.Join([]string{in.Team, ref.Channel, ref.TS, act.ActionID, act.ActionTS, in.User}, "/")
	}
	click := jobs.Click{Key: in.Key, Team: in.Team, User: in.User, Message: ref, ResponseURL: in.ResponseURL}
	var err error
	for _, numbered := range []string{cards.ActionChooseSource, cards.ActionSettings, cards.ActionRFQBox, cards.ActionTakeBack, cards.ActionPage} {
		if strings.HasPrefix(act.ActionID, numbered+"_") {
			act.ActionID = numbered
		}
	}
	switch act.ActionID {
	case cards.ActionApprove:
		in.Kind, click.Action = Press, plan.Approve
		in.Ref, err = cards.ParseRef(value)
		if p.Container.Ephemeral {
			click.Listed = []string{click.Key}
		}
	case cards.ActionMailAgain, cards.ActionMailSent:
		in.Kind, click.Action = Press, plan.MailAgain
		if act.ActionID == cards.ActionMailSent {
			click.Action = plan.MailSent
		}
		in.Ref, err = cards.ParseRef(value)
	case cards.ActionUndo:
		in.Kind, click.Action = Press, plan.Undo
		in.Ref, err = cards.ParseRef(value)
	case cards.ActionApproveAll:
		var refs cards.Refs
		refs, err = cards.ParseRefs(value)
		in.Kind, in.All = PressAll, clicksOn(click, refs)
		if p.Container.Ephemeral {
			onList(in.All)
		}
	case cards.ActionShort, cards.ActionWaiting:
		in.Kind, in.Text = ListBox, act.ActionID
	case cards.ActionPage:
		in.Kind = PageTurn
		if in.Page, in.Text, err = cards.ParsePage(value); err == nil && p.View != nil {
			in.View, err = p.viewState()
			return in, err
		}
	case cards.ActionHome:
		in.Kind = HomeTab
		return in, nil
	case cards.ActionRetryDead, cards.ActionDiscardDead:
		in.Kind, click.Action = Press, plan.RetryDead
		if act.ActionID == cards.ActionDiscardDead {
			click.Action = plan.DiscardDead
		}
		click.Effect, err = cards.ParseDead(value)
	case cards.ActionMore:
		var choice cards.Choice
		choice, err = cards.ParseChoice(value)
		in.Kind, in.Ref, click.Action, click.Days = Press, choice.Ref, choice.Action, choice.Days
		switch {
		case choice.Action == plan.Reject:
			in.Kind = RejectBox
		case choice.Days == 0:
			in.Kind = SnoozeBox
		}
	case cards.ActionRiskSnooze:
		in.Kind = SnoozeBox
		in.Finding, err = cards.ParseFinding(value)
	case cards.ActionRiskSnooze1, cards.ActionRiskSnooze7:
		in.Kind, click.Action, click.Days = Press, plan.Snooze, 1
		if act.ActionID == cards.ActionRiskSnooze7 {
			click.Days = 7
		}
		click.Finding, err = cards.ParseFinding(value)
	case cards.ActionChooseSource:
		in.Kind, click.Action = Press, plan.ChooseSource
		click.SKU, click.Supplier, click.Quoted, err = cards.ParseSource(value)
	case cards.ActionSettings:
		form, proposed := cards.ParseUse(value)
		in.Settings.Values = proposed
		var known bool
		if in.Form, known = settingsForm(form); !known {
			return Inbound{}, malformed("no such form of the settings")
		}
		in.Kind = SettingsBox
	case cards.ActionWeekFile:
		in.Kind = WeekFile
	case cards.ActionSettingsFile:
		in.Kind = SettingsFile
	case cards.ActionChangeConfirm, cards.ActionChangeRefuse:
		in.Kind, click.Action = Press, plan.ConfirmSettings
		if act.ActionID == cards.ActionChangeRefuse {
			click.Action = plan.RefuseSettings
		}
		click.Change, err = cards.ParseChange(value)
	case cards.ActionReplyTake, cards.ActionReplyDrop:
		in.Kind, click.Action = Press, plan.Action(act.ActionID) // they are named alike; a test compares them
		click.Reply, in.Ref.Version, err = cards.ParseReply(value)
	case cards.ActionQuoteBox, cards.ActionPasteBox, cards.ActionRFQBox:
		in.Kind = map[string]Kind{cards.ActionQuoteBox: QuoteBox, cards.ActionPasteBox: PasteBox, cards.ActionRFQBox: RFQBox}[act.ActionID]
		in.SKU, err = cards.ParseSKU(value)
	case cards.ActionTone:
		in.Kind, click.Action = Press, plan.SetTone
		click.Supplier, click.Tone, err = cards.ParseTone(value)
	case cards.ActionOverride:
		in.Kind = OverrideBox
	case cards.ActionTakeBack:
		in.Kind, click.Action, click.Override = Press, plan.TakeBack, new(plan.OverrideKey)
		*click.Override, err = cards.ParseOverrideKey(value)
	case cards.ActionOrderConfirm, cards.ActionOrderProduce, cards.ActionOrderCancel:
		in.Kind, click.Action = Press, plan.Action(act.ActionID) // they are named alike; a test compares them
		in.Ref, err = cards.ParseRef(value)
	case cards.ActionReceiveBox, cards.ActionShipBox:
		in.Kind = ReceiveBox
		if act.ActionID == cards.ActionShipBox {
			in.Kind = ShipBox
		}
		in.Ref, err = cards.ParseRef(value)
	case cards.ActionEdit:
		in.Kind = EditBox
		in.Ref, err = cards.ParseRef(value)
	case cards.ActionWhy:
		in.Kind = WhyBox
		in.Ref, err = cards.ParseRef(value)
	case cards.ActionRiskWhy:
		in.Kind = RiskBox
		in.Finding, err = cards.ParseFinding(value)
	default:
		return Inbound{Kind: Nothing}, nil
	}
	if err != nil {
		return Inbound{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	// The list can be asked for on the home tab, which is no message.
	onMessage := channelForm.MatchString(ref.Channel) && stampForm.MatchString(ref.TS)
	if !onMessage && in.Kind != ListBox || !tokenForm.MatchString(in.Key) {
		return Inbound{}, malformed("a button that is on no message")
	}
	if in.Kind == Press {
		click.Proposal, click.Version, click.Digest = in.Ref.Proposal, in.Ref.Version, in.Ref.Digest
		in.Click = click
	} else if in.Trigger == "" && in.Kind != PressAll && in.Kind != PageTurn {
		return Inbound{}, malformed("no trigger_id")
	}
	return in, nil
}

// clicksOn makes one approval for each proposal of a press for several.
func clicksOn(press jobs.Click, refs cards.Refs) []jobs.Click {
	var out []jobs.Click
	for _, r := range refs {
		c := press
		c.Key = fmt.Sprintf("%s/%d", press.Key, r.Proposal)
		c.Action, c.Routine, c.Proposal, c.Version, c.Digest = plan.Approve, true, r.Proposal, r.Version, r.Digest
		out = append(out, c)
	}
	return out
}

// onList says of the clicks of one press that it was on a list which only the person sees.
func onList(clicks []jobs.Click) {
	var keys []string
	for _, c := range clicks {
		keys = append(keys, c.Key)
	}
	for i := range clicks {
		clicks[i].Listed = keys
	}
}
