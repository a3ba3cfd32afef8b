package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/risk"
)

// card builds what a card shows now from the rows it is a view of.
func (s *Service) card(ctx context.Context, row store.CardRow) (plan.Card, error) {
	db := s.st.Pool()
	c := plan.Card{Key: row.Key, Kind: row.Kind, Version: row.Version, Shop: s.cfg().Shop}
	last, sum, err := lastCheck(ctx, db)
	if err != nil {
		return c, err
	}
	c.Run, c.AsOf = last.ID, last.FinishedAt
	c.Conservative = sum.Mode.Causes
	switch row.Kind {
	case plan.RestockCard:
		id, err := strconv.ParseInt(row.Subject, 10, 64)
		if err != nil {
			return c, fmt.Errorf("card %s: %w", row.Key, err)
		}
		c.Restock, err = s.restockView(ctx, db, id)
		if err != nil {
			return c, err
		}
		c.AsOf = c.Restock.Proposal.AsOf
		// A card that waited too long must not ask for what nobody can approve any
		// more. The next check writes it down.
		now, err := store.Now(ctx, db)
		if err != nil {
			return c, err
		}
		if p := &c.Restock.Proposal; p.State.Decidable() && !now.Before(p.ExpiresAt) {
			p.State = plan.Expired
		}
	case plan.RiskCard:
		i, err := store.IncidentByKey(ctx, db, row.Subject)
		if err != nil {
			return c, err
		}
		c.Risk = &i.View
		if of := i.View.Finding.Supplier; of != "" {
			names, err := store.SupplierNames(ctx, db)
			if err != nil {
				return c, err
			}
			c.Risk.SupplierName = names.Of(of)
		}
		if f := i.View.Finding; f.Kind == risk.LateOrder {
			filed, err := store.FiledOrders(ctx, db, f.Order)
			if err != nil {
				return c, err
			}
			c.Risk.Filed = len(filed) > 0
		}
		if c.Risk.Standing, err = s.standing(ctx, db, i.View.Finding); err != nil {
			return c, err
		}
	case plan.OverviewCard:
		c.Overview = new(plan.OverviewView)
		if err := json.Unmarshal(row.Body, c.Overview); err != nil {
			return c, err
		}
	case plan.AwayCard:
		c.Away = new(plan.AwayView)
		if err := json.Unmarshal(row.Body, c.Away); err != nil {
			return c, err
		}
	case plan.DigestCard:
		c.Digest = new(plan.DigestView)
		if err := json.Unmarshal(row.Body, c.Digest); err != nil {
			return c, err
		}
	case plan.WeekCard:
		c.Week = new(plan.Week)
		if err := json.Unmarshal(row.Body, c.Week); err != nil {
			return c, err
		}
	case plan.ReviewCard:
		c.Review = new(plan.Review)
		if err := json.Unmarshal(row.Body, c.Review); err != nil {
			return c, err
		}
	case plan.NoteCard:
		c.Note = new(plan.NoteView)
		if err := json.Unmarshal(row.Body, c.Note); err != nil {
			return c, err
		}
	case plan.ChangeCard:
		if c.Change, err = s.changeView(ctx, row.Subject); err != nil {
			return c, err
		}
	case plan.AnswerCard:
		if c.Answer, err = s.answerView(ctx, row.Subject); err != nil {
			return c, err
		}
	case plan.PlayCard:
		if c.Play, err = s.playView(ctx, row.Subject); err != nil {
			return c, err
		}
	case plan.RFQCard:
		if c.RFQ, err = s.rfqView(ctx, row.Subject); err != nil {
			return c, err
		}
	case plan.ArrivalCard:
		if c.Arrival, err = s.arrivalView(ctx, row.Subject); err != nil {
			return c, err
		}
	case plan.DeadCard:
		if c.Dead, err = s.deadView(ctx, row); err != nil {
			return c, err
		}
	default:
		return c, fmt.Errorf("no such card: %q", row.Kind)
	}
	c.Names = s.namesOf(ctx, c.Deciders())
	return c, nil
}

// standing is what has become of the order that answers a stock-out.
func (s *Service) standing(ctx context.Context, db store.DB, f risk.Finding) (v plan.Standing, err error) {
	if f.Kind != risk.StockOut {
		return v, nil
	}
	proposals, orders, err := store.Standing(ctx, db, f.SKU, f.Location, s.cfg().Now().AddDate(0, 0, -s.cfg().Policy.RejectDays))
	return plan.StandingOf(f.SKU, f.Location, proposals, orders, s.cfg().Shop.Zone), err
}

func (s *Service) restockView(ctx context.Context, db store.DB, id int64) (*plan.RestockView, error) {
	row, err := store.Proposal(ctx, db, id)
	if err != nil {
		return nil, err
	}
	policy, err := s.rules(ctx, db)
	if err != nil {
		return nil, err
	}
	a := policy.Approval
	v := &plan.RestockView{Proposal: row.Proposal, Digest: plan.Digest(row.Proposal), ConfirmAbove: a.ConfirmAbove, SecondAbove: a.SecondAbove}
	if row.Version > 1 {
		v.Note = row.Note
	}
	for _, p := range a.Approvers {
		if p.Limit.Minor >= row.TotalShop.Minor && (p.User != row.EditedBy || a.Solo) && (row.State != plan.AwaitingSecond || p.User != row.FirstBy) {
			v.Approvers = append(v.Approvers, p.User)
		}
	}
	if days := policy.RejectDays; row.State == plan.Rejected && days > 0 {
		v.RestsUntil = core.DayOf(row.DecidedAt, s.cfg().Shop.Zone) + core.Day(days)
	}
	if row.State == plan.Approved {
		o, err := store.OrderOfProposal(ctx, db, id)
		if err != nil {
			return nil, err
		}
		if o.Unseen { // until now: its time begins with this card
			now, err := store.Now(ctx, db)
			if err != nil {
				return nil, err
			}
			o.Unseen, o.UndoUntil = false, now.Add(a.Undo)
		}
		v.Order = &o
	}
	return v, nil
}

// CardAt returns what the card at a message shows now.
func (s *Service) CardAt(ctx context.Context, ref MessageRef) (plan.Card, error) {
	row, err := store.CardAt(ctx, s.st.Pool(), ref.Channel, ref.TS)
	if errors.Is(err, store.ErrNotFound) {
		return plan.Card{}, &UserError{"This message is no card of this shop."}
	}
	if err != nil {
		return plan.Card{}, err
	}
	return s.card(ctx, row)
}

// Proposal returns a proposal for its form or its "Why?".
func (s *Service) Proposal(ctx context.Context, id int64) (plan.Proposal, error) {
	row, err := store.Proposal(ctx, s.st.Pool(), id)
	if errors.Is(err, store.ErrNotFound) {
		return plan.Proposal{}, &UserError{"This proposal does not exist any more."}
	}
	if s.cfg().Policy.Approval.AutoLimit.Minor <= 0 { // what an earlier check said is of no use
		row.AskedWhy = ""
	}
	return row.Proposal, err
}

// Finding returns what is behind a risk card.
func (s *Service) Finding(ctx context.Context, key string) (plan.RiskView, error) {
	i, err := store.IncidentByKey(ctx, s.st.Pool(), key)
	if errors.Is(err, store.ErrNotFound) {
		return plan.RiskView{}, &UserError{"This risk is not known any more."}
	}
	return i.View, err
}

// listed is how many things a list in chat has at most, over all its pages; an export
// has all.
const listed = 200

// Status returns the state of all items after the last check.
func (s *Service) Status(ctx context.Context) (StatusView, error) {
	db := s.st.Pool()
	v := StatusView{Shop: s.cfg().Shop}
	last, sum, err := lastCheck(ctx, db)
	if err != nil || last.ID == "" {
		return v, err
	}
	o := sum.Overview
	v.CheckedAt, v.Run = last.FinishedAt, last.ID
	v.Red, v.Yellow, v.Green, v.Idle, v.MoneyAtRisk, v.Warnings = o.Red, o.Yellow, o.Green, o.Idle, o.MoneyAtRisk, o.Warnings
	for _, c := range sum.Mode.Causes {
		v.Conservative = append(v.Conservative, c.Reason)
	}
	if v.Worst, err = store.WorstItems(ctx, db, listed); err != nil {
		return v, err
	}
	open, err := store.OpenProposals(ctx, db)
	v.Open = len(open)
	return v, err
}

// Orders returns what waits for a decision and the newest orders.
func (s *Service) Orders(ctx context.Context) (v OrdersView, err error) {
	if v.Open, err = store.OpenProposals(ctx, s.st.Pool()); err != nil {
		return v, err
	}
	if v.Orders, err = store.Orders(ctx, s.st.Pool(), listed); err != nil {
		return v, err
	}
	v.Filed, err = store.FiledOrders(ctx, s.st.Pool(), "")
	return v, err
}

// Item returns one SKU at every location, or names the nearest codes.
func (s *Service) Item(ctx context.Context, code string) ([]plan.Item, error) {
	code = strings.TrimSpace(code)
	items, err := store.ItemStates(ctx, s.st.Pool(), code)
	if err != nil || len(items) > 0 {
		return items, err
	}
	all, err := store.SKUs(ctx, s.st.Pool())
	if err != nil {
		return nil, err
	}
	near := core.Nearest(code, slices.Values(all), 3)
	switch {
	case slices.ContainsFunc(all, func(s string) bool { return strings.EqualFold(s, code) }):
		return nil, &UserError{fmt.Sprintf("%s is in the catalogue, but the last check did not look at it (not active, or no check yet).", code)}
	case len(near) == 0:
		return nil, &UserError{fmt.Sprintf("There is no SKU %q. /stock status lists the ones that need attention.", code)}
	}
	return nil, &UserError{fmt.Sprintf("There is no SKU %q. Did you mean %s?", code, strings.Join(near, ", "))}
}
