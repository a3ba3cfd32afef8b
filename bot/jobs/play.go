package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/repurchase"
)

// StartPlay begins a joint play on a product: it draws who of the customers behind
// it gets the offer, stores both sides with the margin now at risk, and returns
// the play with the customers to write to. That list is audited.
func (s *Service) StartPlay(ctx context.Context, who string, sku, linked core.SKU, discount float64, days int) (p plan.JointPlay, offered []string, err error) {
	switch {
	case discount < 0 || discount >= 1:
		return p, nil, &UserError{fmt.Sprintf("The discount is %v; it must be at least 0 and below 1 (0.1 is ten percent).", discount)}
	case days < 1 || days > 365:
		return p, nil, &UserError{fmt.Sprintf("The play runs for %d days; it must be 1 to 365.", days)}
	case sku == linked:
		return p, nil, &UserError{"A bundle needs another product than the one that runs out."}
	}
	names, err := store.ProductNames(ctx, s.st.Pool())
	if err != nil {
		return p, nil, err
	}
	for _, code := range []core.SKU{sku, linked} {
		if _, ok := names[code]; !ok {
			return p, nil, &UserError{fmt.Sprintf("There is no SKU %q.", code)}
		}
	}
	today := core.DayOf(s.cfg().Now(), s.cfg().Shop.Zone)
	risk, err := s.atRisk(ctx, sku)
	if err != nil {
		return p, nil, err
	}
	p = plan.JointPlay{SKU: sku, Linked: linked, Start: today, Until: today + core.Day(days), Discount: discount, AtRisk: risk, By: who}
	err = s.st.InTx(ctx, func(tx pgx.Tx) error {
		if p, offered, err = store.StartPlay(ctx, tx, p); err != nil {
			return err
		}
		if err := s.touchPlay(ctx, tx, p.ID); err != nil {
			return err
		}
		return store.Audit(ctx, tx, who, "start joint play", strconv.FormatInt(p.ID, 10), map[string]any{"sku": sku, "linked": linked, "offered": p.Offered, "held": p.Held})
	})
	if errors.Is(err, store.ErrNoCustomers) {
		return p, nil, &UserError{fmt.Sprintf("Too few customers are likely to buy %s: some must get the offer and some not.", sku)}
	}
	return p, offered, err
}

// BookPlay compares what both sides of a play bought so far and what is still at
// risk, and stores it.
func (s *Service) BookPlay(ctx context.Context, who string, id int64) (p plan.JointPlay, err error) {
	today := core.DayOf(s.cfg().Now(), s.cfg().Shop.Zone)
	h, err := s.st.Purchases(ctx, s.cfg().Shop.Currency, today)
	if err != nil {
		return p, err
	}
	p, play, err := store.Play(ctx, s.st.Pool(), id, h)
	if errors.Is(err, store.ErrNotFound) {
		return p, &UserError{fmt.Sprintf("There is no play %d.", id)}
	}
	if err != nil {
		return p, err
	}
	still, err := s.atRisk(ctx, p.SKU)
	if err != nil {
		return p, err
	}
	play.StillAtRisk = still.Minor
	r := repurchase.Book(h, play)
	p.Result, p.BookedOn = &r, today
	return p, s.st.InTx(ctx, func(tx pgx.Tx) error {
		if err := store.BookPlay(ctx, tx, id, today, r); err != nil {
			return err
		}
		if err := s.touchPlay(ctx, tx, id); err != nil {
			return err
		}
		return store.Audit(ctx, tx, who, "book joint play", strconv.FormatInt(id, 10), r)
	})
}

// bookOver books the plays whose time is over by the end of a day and that nobody has
// booked since.
func (s *Service) bookOver(ctx context.Context, asOf core.Day) error {
	list, err := s.Plays(ctx)
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.Until <= asOf && p.BookedOn <= p.Until {
			if _, err := s.BookPlay(ctx, "quartermaster", p.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// touchPlay shows the card of a play, or what is new on it.
func (s *Service) touchPlay(ctx context.Context, tx pgx.Tx, id int64) error {
	return s.touch(ctx, tx, fmt.Sprintf("play/%d", id), plan.PlayCard, strconv.FormatInt(id, 10), struct{}{})
}

// playView gathers what the card of a play shows.
func (s *Service) playView(ctx context.Context, subject string) (*plan.PlayView, error) {
	list, err := s.Plays(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(p plan.JointPlay) bool { return strconv.FormatInt(p.ID, 10) == subject })
	if i < 0 {
		return nil, fmt.Errorf("play %s: %w", subject, store.ErrNotFound)
	}
	names, err := store.ProductNames(ctx, s.st.Pool())
	if err != nil {
		return nil, err
	}
	return &plan.PlayView{JointPlay: list[i], Name: names[list[i].SKU], LinkedName: names[list[i].Linked]}, nil
}

// Plays returns all joint plays, newest first.
func (s *Service) Plays(ctx context.Context) ([]plan.JointPlay, error) {
	return store.Plays(ctx, s.st.Pool())
}

// atRisk is the margin at risk with a SKU at all places, by the last check.
func (s *Service) atRisk(ctx context.Context, sku core.SKU) (core.Money, error) {
	sum := core.Money{Currency: s.cfg().Shop.Currency}
	items, err := store.ItemStates(ctx, s.st.Pool(), string(sku))
	if err != nil {
		return sum, err
	}
	for _, it := range items {
		if more, err := sum.Add(it.MoneyAtRisk); err == nil {
			sum = more
		}
	}
	return sum, nil
}
