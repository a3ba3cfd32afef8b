package slackapp

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core/plan"
)

// submitOrder reads a form about an order: lines, days and a note.
func (p interaction) submitOrder(in Inbound) (Inbound, error) {
	in.Kind, in.Event.Action = OrderSubmit, plan.OrderShip
	if p.View.CallbackID == cards.CallbackReceive {
		in.Event.Action = plan.OrderReceive
	}
	lines := map[int]plan.Arrived{}
	for block, inputs := range p.View.State.Values {
		field, ok := inputs[block]
		switch block {
		case cards.FieldETA:
			in.Event.ETA = in.day(block, field)
		case cards.FieldDay:
			in.Event.Day = in.day(block, field)
		case cards.FieldNote:
			in.Event.Note = field.text()
			ok = ok && len(in.Event.Note) <= maxText && utf8.ValidString(in.Event.Note)
		case cards.FieldOver:
			in.Event.Over = len(field.Selected) > 0
		default:
			ok = in.arrived(block, inputs, lines)
		}
		if !ok {
			return Inbound{}, malformed("a field that is not on the form")
		}
	}
	for _, line := range slices.Sorted(maps.Keys(lines)) {
		in.Event.Lines = append(in.Event.Lines, lines[line])
	}
	return in, nil
}

// arrived reads one number of one line; false when there is no such field.
func (in *Inbound) arrived(block string, inputs map[string]entered, lines map[int]plan.Arrived) bool {
	if line, err := cards.ParseDamagedBlock(block); err == nil {
		field, ok := inputs[cards.DamagedInput(line)]
		if !ok || field.Value == nil { // left empty: none
			return ok
		}
		a := lines[line]
		a.Line = line
		a.Damaged, _ = in.whole(block, field)
		lines[line] = a
		return true
	}
	line, err := cards.ParseLineBlock(block)
	field, ok := inputs[cards.LineInput(line)]
	if err != nil || !ok {
		return false
	}
	a := lines[line]
	a.Line = line
	a.Received, _ = in.whole(block, field)
	lines[line] = a
	return true
}

// orderBox fills the form about an order.
func (a *App) orderBox(draw func(plan.OrderView, int) slack.ModalViewRequest) filler {
	return func(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
		v, err := a.desk.OrderOf(ctx, in.Ref.Proposal)
		if err != nil {
			return slack.ModalViewRequest{}, err
		}
		return draw(v, in.Page), nil
	}
}

// receivePage is a page of the form for a delivery.
func receivePage(v plan.OrderView, page int) slack.ModalViewRequest {
	return cards.ReceiveModal(v, askedReceive, page)
}

func shipPage(v plan.OrderView, _ int) slack.ModalViewRequest { return cards.ShipModal(v) }

// receiveByNumber fills the form of /stock receive.
func (a *App) receiveByNumber(number string) filler {
	return func(ctx context.Context, _ Inbound) (slack.ModalViewRequest, error) {
		v, err := a.desk.Order(ctx, number)
		if err != nil {
			return slack.ModalViewRequest{}, err
		}
		return receivePage(v, 1), nil
	}
}

// submitted hands a form about an order to the desk and returns Slack's response
// action: the fields that are wrong, a message, or nothing but closing.
func (a *App) submitted(ctx context.Context, in Inbound) any {
	title := cards.Title(cards.ShipTitle)
	if in.Event.Action == plan.OrderReceive {
		title = cards.ReceiveTitle
	}
	faults, err := a.desk.SubmitOrder(ctx, jobs.OrderForm{
		Key: in.Key, Team: in.Team, User: in.User, Proposal: in.Ref.Proposal, Version: in.Ref.Version, Event: in.Event,
	})
	errs := map[string]string{}
	for _, f := range faults {
		block, reason := cmp.Or(string(f.Field), cards.FieldNote), f.Reason
		switch f.Field {
		case plan.FieldReceived:
			block = cards.LineBlock(f.Line)
		case plan.FieldDamaged:
			block = cards.DamagedBlock(f.Line)
		}
		if f.Over {
			reason += " If that is right, tick the box at the end."
		}
		errs[block] = reason
	}
	return settled(a, title, "submit a form about an order", errs, err)
}
