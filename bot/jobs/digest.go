package jobs

import (
	"cmp"
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// DigestSchedule is the schedule that posts the digest instead of running a check.
const DigestSchedule = "digest"

// How much a digest shows.
const (
	digestItems  = 8
	digestOrders = 5
)

// Digest posts the overview of a day, once: what waits for a decision, by value,
// and what runs short, by money at risk, as the last check found it. As with the weekly
// report, the model's words come after it.
func (s *Service) Digest(ctx context.Context) error {
	v, err := s.digest(ctx, core.DayOf(s.cfg().Now(), s.cfg().Shop.Zone))
	if err != nil {
		return err
	}
	key := fmt.Sprintf("digest/%s", v.Day)
	b := plan.Briefing{Shop: s.cfg().Shop, Digest: &v}
	v.Prose, v.ProseSource = s.draft.Brief(b)
	show := func(tx pgx.Tx) error { return s.touch(ctx, tx, key, plan.DigestCard, key, v) }
	if err := s.st.InTx(ctx, show); err != nil {
		return err
	}
	return s.reword(ctx, b, &v.Prose, &v.ProseSource, show)
}

func (s *Service) digest(ctx context.Context, day core.Day) (v plan.DigestView, err error) {
	status, err := s.Status(ctx)
	if err != nil {
		return v, err
	}
	v = plan.DigestView{Day: day, Red: status.Red, Yellow: status.Yellow, MoneyAtRisk: status.MoneyAtRisk}
	v.MoneyAtRisk.Currency = cmp.Or(v.MoneyAtRisk.Currency, s.cfg().Shop.Currency)
	if v.New, v.Over, err = store.IncidentsOfDay(ctx, s.st.Pool()); err != nil {
		return v, err
	}
	if v.Rule, err = s.ruleWeek(ctx); err != nil {
		return v, err
	}
	open, err := s.Waiting(ctx)
	if err != nil {
		return v, err
	}
	v.MoreWaiting = max(len(open)-digestOrders, 0)
	for _, p := range open[:min(len(open), digestOrders)] {
		v.Waiting = append(v.Waiting, plan.DigestOrder{Name: p.SupplierName, Amount: p.TotalShop, OrderBy: p.OrderBy})
	}
	for i, p := range open {
		if i == 0 || p.OrderBy < v.OrderBy {
			v.OrderBy = p.OrderBy
		}
	}
	worst, err := store.WorstItems(ctx, s.st.Pool(), digestItems)
	if err != nil {
		return v, err
	}
	for _, it := range worst {
		v.Worst = append(v.Worst, plan.DigestItem{SKU: it.SKU, Name: it.Name, Location: it.Location, Tier: it.Tier,
			StockOut: it.StockOut, HasStockOut: it.HasStockOut, MoneyAtRisk: it.MoneyAtRisk})
	}
	v.More = max(v.Red+v.Yellow-len(worst), 0)
	return v, nil
}

// Short lists the items that run short, most money at risk first.
func (s *Service) Short(ctx context.Context, limit int) ([]plan.Item, error) {
	return store.WorstItems(ctx, s.st.Pool(), limit)
}
