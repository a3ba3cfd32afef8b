package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/risk"
)

// inboxOrder is the kind of a submitted form about an order.
const inboxOrder = "order"

// OrderForm is a submitted form about an order: what came, or when it will.
type OrderForm struct {
	Key      string          `json:"key"` // unique per gesture
	Team     string          `json:"team"`
	User     string          `json:"user"`
	Proposal int64           `json:"proposal"` // that the order was made from
	Version  int             `json:"version"`  // of the order, as shown on the form
	Event    plan.OrderEvent `json:"event"`    // a zero Day means today
}

// reportClick carries out a button of an order's card.
func (s *Service) reportClick(ctx context.Context, c Click, actor plan.Actor) (answer string, err error) {
	err = s.once(ctx, c.Key, string(c.Action), func(tx pgx.Tx) error {
		form := OrderForm{Key: c.Key, Proposal: c.Proposal, Version: c.Version, Event: plan.OrderEvent{Action: c.Action}}
		faults, err := s.report(ctx, tx, form, actor)
		if len(faults) > 0 {
			answer = faults[0].Reason + " Nothing was done."
		}
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return "This order does not exist any more.", s.settle(ctx, c.Key, "no such order")
	}
	return answer, err
}

// SubmitOrder writes what a form says about an order, or returns what is wrong
// with it: then nothing is written and the form stays open. The same submission
// counts once. Errors for people are *UserError.
func (s *Service) SubmitOrder(ctx context.Context, f OrderForm) (faults []*plan.OrderFault, err error) {
	actor, err := s.notify.Person(ctx, f.Team, f.User)
	if err != nil {
		return nil, fmt.Errorf("look up who reports: %w", err)
	}
	var denied string
	err = s.submit(ctx, f.Key, inboxOrder, string(f.Event.Action), f, func(tx pgx.Tx) error {
		faults, err = s.report(ctx, tx, f, actor)
		switch {
		case err != nil || len(faults) == 0:
			return err
		case slices.ContainsFunc(faults, func(f *plan.OrderFault) bool { return f.Field != plan.FieldOrder }):
			return errFormWrong // the gesture does not count: it comes again, corrected
		}
		denied = faults[0].Reason
		return nil
	})
	switch {
	case errors.Is(err, errFormWrong):
		return faults, nil
	case errors.Is(err, store.ErrNotFound):
		return nil, &UserError{"This order does not exist any more."}
	case err == nil && denied != "":
		return nil, &UserError{denied + " Nothing was done."}
	}
	return nil, err
}

// report decides on one report about an order and carries it out, in the
// transaction of its gesture.
func (s *Service) report(ctx context.Context, tx pgx.Tx, f OrderForm, actor plan.Actor) ([]*plan.OrderFault, error) {
	row, err := store.Proposal(ctx, tx, f.Proposal)
	if err != nil {
		return nil, err
	}
	o, err := store.LockOrder(ctx, tx, f.Proposal)
	if err != nil {
		return nil, err
	}
	e := f.Event
	policy, err := s.rules(ctx, tx)
	if err != nil {
		return nil, err
	}
	may := e.Action
	if len(e.Less) > 0 {
		may = plan.OrderCancel // to give units up is to cancel them
	}
	verdict := plan.DecideOrder(actor, may, policy)
	if verdict.Outcome == plan.Deny {
		if err := store.AddDecision(ctx, tx, f.Key, actor, e.Action, row.Proposal, verdict); err != nil {
			return nil, err
		}
		return []*plan.OrderFault{{Reason: verdict.Reason}}, store.Audit(ctx, tx, actor.User, "denied "+string(e.Action), o.Number, verdict)
	}
	if f.Version != o.Version {
		return []*plan.OrderFault{{Reason: fmt.Sprintf("Order %s has changed since you saw it; it is %s now. Please look again.", o.Number, o.State.Word())}},
			s.touchOrder(ctx, tx, o)
	}
	today := core.DayOf(s.cfg().Now(), s.cfg().Shop.Zone)
	if e.Day == 0 {
		e.Day = today
	}
	next, faults := o.Apply(e, today)
	if len(faults) > 0 {
		return faults, nil
	}
	if err := store.AddDecision(ctx, tx, f.Key, actor, e.Action, row.Proposal, verdict); err != nil {
		return nil, err
	}
	d := store.Delivery{Source: store.ReceiptSlack, Ref: f.Key, By: actor.User}
	return nil, s.moved(ctx, tx, o, next, e, d, actor.Name)
}

// moved writes an order that has moved, and everything that follows: receipts,
// card, thread and audit. Stock that is expected or there has changed, so checks
// that are running look again.
func (s *Service) moved(ctx context.Context, tx pgx.Tx, old, next plan.Order, e plan.OrderEvent, d store.Delivery, who string) error {
	if err := store.SaveOrder(ctx, tx, next); err != nil {
		return err
	}
	if len(e.Prices) > 0 {
		if err := store.SavePrices(ctx, tx, next); err != nil {
			return err
		}
	}
	if e.Action == plan.OrderReceive {
		d.Happened = store.Happened(e.Day, s.cfg().Shop.Zone, s.cfg().Now())
		if err := store.AddReceipt(ctx, tx, next.ID, e, d); err != nil {
			return err
		}
	}
	if err := s.touchOrder(ctx, tx, next); err != nil {
		return err
	}
	text := e.Tell(old, next)
	if err := s.inTime(ctx, tx, next, text); err != nil {
		return err
	}
	line := who + " " + text + "."
	unsent := []plan.OrderState{plan.OrderApproved, plan.OrderDryRun, plan.OrderSendFailed}
	if e.Action == plan.OrderCancel && !slices.Contains(unsent, old.State) {
		line += " The supplier does not know yet: /stock letter cancel " + next.Number + " writes the letter."
	}
	if err := s.say(ctx, tx, restockKey(next.ProposalID), fmt.Sprintf("order-v%d", next.Version), line); err != nil {
		return err
	}
	if err := store.NextEpoch(ctx, tx); err != nil {
		return err
	}
	return store.Audit(ctx, tx, d.By, string(e.Action), next.Number, map[string]any{
		"text": text, "from": old.State, "to": next.State, "event": e, "source": d.Source})
}

// inTime ends the incident of a late order of which nothing is overdue any more.
func (s *Service) inTime(ctx context.Context, tx pgx.Tx, o plan.Order, why string) error {
	if due, ok := o.Due(); ok && due < core.DayOf(s.cfg().Now(), s.cfg().Shop.Zone) {
		return nil
	}
	i, err := store.IncidentByKey(ctx, tx, risk.LateOrderKey(o.Supplier.ID, o.Number))
	if errors.Is(err, store.ErrNotFound) || err == nil && i.Resolved {
		return nil
	}
	if err != nil {
		return err
	}
	i.View.Resolved, i.View.ResolvedWhy, i.View.Reason = true, why, why
	if err := store.SaveIncident(ctx, tx, i.View); err != nil || !i.View.Card {
		return err
	}
	return s.touch(ctx, tx, riskKey(i.View.Finding.Key), plan.RiskCard, i.View.Finding.Key, struct{}{})
}

// Order returns one purchase order with its history, by its number or the digits
// at the end of it.
func (s *Service) Order(ctx context.Context, number string) (v plan.OrderView, err error) {
	v = plan.OrderView{Shop: s.cfg().Shop, Today: core.DayOf(s.cfg().Now(), s.cfg().Shop.Zone)}
	v.Order, err = store.FindOrder(ctx, s.st.Pool(), number)
	if errors.Is(err, store.ErrNotFound) {
		filed, err := store.FiledOrders(ctx, s.st.Pool(), strings.TrimSpace(number))
		switch {
		case err != nil:
			return v, err
		case len(filed) == 0:
			return v, &UserError{fmt.Sprintf("There is no purchase order %q. /stock orders lists them.", number)}
		}
		o := filed[0]
		return v, &UserError{fmt.Sprintf("Order %s from %s comes from the file open_orders.csv: %d units are outstanding, the first due on %s. It was not made here, so no letter is written and no delivery recorded for it here. A new day, or that it came, is told by the next file.",
			o.Number, o.Supplier, o.Units, o.Due)}
	}
	if err != nil {
		return v, err
	}
	v.History, err = store.OrderHistory(ctx, s.st.Pool(), v.Order)
	return v, err
}

// OrderOf returns the purchase order that was made from a proposal.
func (s *Service) OrderOf(ctx context.Context, proposal int64) (plan.OrderView, error) {
	o, err := store.OrderOfProposal(ctx, s.st.Pool(), proposal)
	if errors.Is(err, store.ErrNotFound) {
		return plan.OrderView{}, &UserError{"This order does not exist any more."}
	}
	if err != nil {
		return plan.OrderView{}, err
	}
	return s.Order(ctx, o.Number)
}
