package jobs

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/supply"
)

// MonthlySchedule is the schedule that posts the review of the last month, and after a
// quarter's last month that of the quarter, instead of running a check.
const MonthlySchedule = "monthly"

// Monthly posts the reviews that are due, each once.
func (s *Service) Monthly(ctx context.Context) error {
	today := core.DayOf(s.cfg().Now(), s.cfg().Shop.Zone)
	month, quarter := plan.LastPeriod(today, false), plan.LastPeriod(today, true)
	periods := []plan.Period{month}
	if month.To == quarter.To {
		periods = append(periods, quarter)
	}
	for _, p := range periods {
		r, err := s.Review(ctx, p.Quarter)
		if err != nil {
			return err
		}
		key := fmt.Sprintf("review/%s/%s", r.Period.From, r.Period.To)
		err = s.st.InTx(ctx, func(tx pgx.Tx) error { return s.touch(ctx, tx, key, plan.ReviewCard, key, r) })
		if err != nil {
			return err
		}
	}
	return nil
}

// Review looks back at the last month, or the last quarter, that is over.
func (s *Service) Review(ctx context.Context, quarter bool) (r plan.Review, err error) {
	db, c := s.st.Pool(), s.cfg()
	now, zone := c.Now(), c.Shop.Zone
	today := core.DayOf(now, zone)
	in := plan.ReviewInput{Shop: c.Shop, Period: plan.LastPeriod(today, quarter)}
	span := in.Period.DayRange
	if in.Policy, err = s.rules(ctx, db); err != nil {
		return r, err
	}
	if in.Decided, err = store.DecidedBetween(ctx, db, span.From.Time(zone), (span.To + 1).Time(zone)); err != nil {
		return r, err
	}
	snap, err := s.st.LoadSupply(ctx, c.Shop, now)
	if err != nil {
		return r, err
	}
	in.Scores = supply.Evaluate(snap.Supply, snap.Suppliers, span.From, span.To, today)
	in.Leads = supply.Evaluate(snap.Supply, snap.Suppliers, 0, today, today)
	indicators, err := s.indicators(ctx, now)
	if err != nil {
		return r, err
	}
	in.Indicators = plan.Measure(indicators)
	in.Names = core.NamesOf(snap.Suppliers)
	r = plan.NewReview(in)
	return r, nil
}
