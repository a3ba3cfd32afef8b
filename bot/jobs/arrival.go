package jobs

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

func arrivalKey(number string) string { return "arrival/" + number }

// announceArrivals posts a card for each order whose goods come within a week. It
// returns what was decided of each order, with the reason.
func (s *Service) announceArrivals(ctx context.Context, tx pgx.Tx) (told []announced, err error) {
	now := s.cfg().Now()
	orders, err := store.OpenOrders(ctx, tx)
	if err != nil {
		return nil, err
	}
	posted, err := store.CardSubjects(ctx, tx, plan.ArrivalCard)
	if err != nil {
		return nil, err
	}
	for _, a := range plan.Announce(orders, func(n string) bool { return posted[n] }, s.cfg().Policy, s.cfg().Shop, now) {
		told = append(told, announced{a.Order.Number, a.Order.SKUs(), a.Tell, a.Reason})
		if !a.Tell {
			continue
		}
		if err := s.touch(ctx, tx, arrivalKey(a.Order.Number), plan.ArrivalCard, a.Order.Number, struct{}{}); err != nil {
			return nil, err
		}
	}
	return told, nil
}

// touchOrder shows the cards of an order anew.
func (s *Service) touchOrder(ctx context.Context, tx pgx.Tx, o plan.Order) error {
	if err := s.touchRestock(ctx, tx, o.ProposalID); err != nil {
		return err
	}
	return s.touchArrival(ctx, tx, o.Number)
}

// touchArrival shows the card of an order's arrival anew, if there is one.
func (s *Service) touchArrival(ctx context.Context, tx pgx.Tx, number string) error {
	_, err := store.Card(ctx, tx, arrivalKey(number))
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.touch(ctx, tx, arrivalKey(number), plan.ArrivalCard, number, struct{}{})
}

// arrivalView is the order with what is known of each product that comes: how much is
// left of it, and who is likely to buy it.
func (s *Service) arrivalView(ctx context.Context, number string) (*plan.ArrivalView, error) {
	db := s.st.Pool()
	o, err := store.Order(ctx, db, number)
	if err != nil {
		return nil, err
	}
	v := &plan.ArrivalView{Order: o, Today: core.DayOf(s.cfg().Now(), s.cfg().Shop.Zone), Lines: o.Arriving()}
	v.Lines = v.Lines[:min(len(v.Lines), maxArriving)]
	if err := store.FillArrivals(ctx, db, v.Lines); err != nil {
		return nil, err
	}
	return v, nil
}

// maxArriving is how many lines of an order its announcement looks up.
const maxArriving = 20
