package slackapp

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core/plan"
)

// submitOrder reads a form about an order: lines, days and a note.
func (p interaction) submitOrder(in Inbound) (_ Inbound, err error) {
	in.Kind, in.Event.Action = OrderSubmit, plan.OrderShip
	if p.View.CallbackID == cards.CallbackReceive {
		in.Event.Action = plan.OrderReceive
	}
	meta, err := cards.ParsePageMeta(p.View.PrivateMetadata)
	if err != nil {
		return Inbound{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	in.Ref, in.Page, in.Qty = meta.Ref, meta.Page, meta.Typed
	lines := map[int]plan.Arrived{}
	for line, n := range meta.Typed {
		lines[line] = plan.Arrived{Line: line, Received: n, Damaged: meta.Damaged[line]}
	}
	for block, inputs := range p.View.State.Values {
		field, ok := inputs[block]
		switch block {
		case cards.FieldShips:
			for _, o := range field.Selected {
				line, err := strconv.Atoi(o.Value)
				ok = ok && err == nil
				in.way(line).Ships = true
			}
		case cards.FieldDay:
			in.Event.Day = in.day(block, field)
		case cards.FieldNote:
			in.Event.Note = field.text()
			ok = ok && len(in.Event.Note) <= maxText && utf8.ValidString(in.Event.Note)
		case cards.FieldOver:
			in.Event.Over = len(field.Selected) > 0
		default:
			if line, err := cards.ParseWayBlock(block); err == nil {
				in.way(line).ETA = in.day(block, field)
				break
			}
			ok = in.arrived(block, inputs, lines)
		}
		if !ok {
			return Inbound{}, malformed("a field that is not on the form")
		}
	}
	slices.SortFunc(in.Event.Ways, func(a, b plan.WayReport) int { return cmp.Compare(a.Line, b.Line) })
	for _, line := range slices.Sorted(maps.Keys(lines)) {
		in.Event.Lines = append(in.Event.Lines, lines[line])
	}
	return in, nil
}

// turnDelivery reads the turn to another page of the form for a delivery, with what stands
// in it. What cannot be read keeps the page.
func (p interaction) turnDelivery(in Inbound) (_ Inbound, err error) {
	in.Bad = map[string]string{}
	if in.View, err = p.viewState(); err != nil {
		return Inbound{}, err
	}
	page, asked, err := cards.ParsePage(p.Actions[0].Value)
	if err != nil {
		return Inbound{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	if in, err = p.submitOrder(in); err != nil {
		return Inbound{}, err
	}
	if in.Kind, in.Text = PageTurn, asked; len(in.Bad) == 0 {
		in.Page = page
	}
	return in, nil
}

// way is what the form says about the goods that go by the way of a line.
func (in *Inbound) way(line int) *plan.WayReport {
	at := slices.IndexFunc(in.Event.Ways, func(w plan.WayReport) bool { return w.Line == line })
	if at < 0 {
		at = len(in.Event.Ways)
		in.Event.Ways = append(in.Event.Ways, plan.WayReport{Line: line})
	}
	return &in.Event.Ways[at]
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

// place is the page of the form for a delivery, and the line in it counted from one, at
// which a line of the order stands. Pages are opened one after the other, so those before
// it are known.
func (in Inbound) place(line int) (page, n int) {
	n = slices.IndexFunc(in.Event.Lines, func(a plan.Arrived) bool { return a.Line == line })
	if n < 0 {
		return in.Page, 0
	}
	return cards.PageOf(n), n + 1
}

// head is the first field of the page of the form for a delivery that was sent.
func (in Inbound) head() string {
	for _, a := range in.Event.Lines {
		if _, elsewhere := in.Qty[a.Line]; !elsewhere {
			return cards.LineBlock(a.Line)
		}
	}
	return cards.FieldNote
}

// orderBox fills the form about an order.
func (a *App) orderBox(draw func(plan.OrderView, Inbound) slack.ModalViewRequest) filler {
	return func(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
		v, err := a.desk.OrderOf(ctx, in.Ref.Proposal)
		if err != nil {
			return slack.ModalViewRequest{}, err
		}
		if in.Kind == PageTurn && v.Order.Version != in.Ref.Version {
			return cards.Sorry(a.cfg.Language(), cards.ReceiveTitle, fmt.Sprintf("Order %s has changed since you saw it; it is %s now. Please look again.", v.Order.Number, v.Order.State.Word())), nil
		}
		return draw(v, in), nil
	}
}

// receivePage is a page of the form for a delivery.
func receivePage(v plan.OrderView, in Inbound) slack.ModalViewRequest {
	return cards.ReceiveModal(v, askedReceive, in.Page, in.Event, in.Bad)
}

func shipPage(v plan.OrderView, _ Inbound) slack.ModalViewRequest { return cards.ShipModal(v) }

// receiveByNumber fills the form of /stock receive.
func (a *App) receiveByNumber(number string) filler {
	return func(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
		v, err := a.desk.Order(ctx, number)
		if err != nil {
			return slack.ModalViewRequest{}, err
		}
		return receivePage(v, in), nil
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
	errs, elsewhere := map[string]string{}, []string(nil)
	for _, f := range faults {
		block, reason := cmp.Or(string(f.Field), cards.FieldNote), f.Reason
		switch f.Field {
		case plan.FieldReceived:
			block = cards.LineBlock(f.Line)
		case plan.FieldETA:
			block = cards.WayBlock(f.Line)
		case plan.FieldDamaged:
			block = cards.DamagedBlock(f.Line)
		}
		if f.Over {
			reason += " If that is right, tick the box at the end."
		}
		if page, line := in.place(f.Line); page != in.Page && (f.Field == plan.FieldReceived || f.Field == plan.FieldDamaged) {
			elsewhere = append(elsewhere, fmt.Sprintf("Page %d, line %d: %s", page, line, reason))
			continue
		}
		errs[block] = reason
	}
	pin(errs, in.head(), elsewhere)
	return settled(a, in, title, "submit a form about an order", errs, err)
}
