package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/forecast/history"
	"quartermaster/core/plan"
	"quartermaster/core/risk"
)

// WeeklySchedule is the schedule that posts the weekly report instead of running a
// check.
const WeeklySchedule = "weekly"

const (
	// weekItems is how many items a report keeps for the next one: those with most
	// money at risk, in a shop of usual size all.
	weekItems = 2000
	// weekDecisions bounds what is read of a week's decisions.
	weekDecisions = 200
)

// Weekly posts the report of the week, once a day at most, and keeps its facts for
// the next one. It is posted at once; when the model's words come and hold, they take
// the place of the template's.
func (s *Service) Weekly(ctx context.Context) error {
	w, err := s.Week(ctx)
	if err != nil {
		return err
	}
	key := fmt.Sprintf("weekly/%s", w.Facts.Day)
	facts := w.Facts
	w.Facts.Items = nil // the card does not list them
	if w.Before != nil {
		before := *w.Before
		before.Items = nil
		w.Before = &before
	}
	show := func(tx pgx.Tx) error { return s.touch(ctx, tx, key, plan.WeekCard, key, w) }
	err = s.st.InTx(ctx, func(tx pgx.Tx) error { return errors.Join(store.SaveWeek(ctx, tx, facts), show(tx)) })
	if err != nil {
		return err
	}
	return s.reword(ctx, plan.Briefing{Shop: w.Shop, Week: &w}, &w.Prose, &w.ProseSource, show)
}

// reword asks the model for the words of a card that was posted with a template's, and
// shows them when they hold. The card does not wait for it, and nothing is lost when
// they never come.
func (s *Service) reword(ctx context.Context, b plan.Briefing, prose, source *string, show func(pgx.Tx) error) error {
	if *source == plan.FromModel {
		return nil
	}
	words := s.draft.Word(ctx, b)
	if words == "" {
		return nil
	}
	*prose, *source = words, plan.FromModel
	return s.st.InTx(ctx, show)
}

// Week is the weekly report as of now, compared with the last one that is at least
// six days old, so that one asked for during the week is of use.
func (s *Service) Week(ctx context.Context) (w plan.Week, err error) {
	db, c := s.st.Pool(), s.cfg()
	now := c.Now()
	day := core.DayOf(now, c.Shop.Zone)
	in := plan.WeekInput{Shop: c.Shop, Facts: plan.WeekFacts{Day: day}}
	status, err := s.Status(ctx)
	if err != nil {
		return w, err
	}
	f := &in.Facts
	f.Red, f.Yellow, f.Green, f.Idle, f.MoneyAtRisk = status.Red, status.Yellow, status.Green, status.Idle, status.MoneyAtRisk
	f.MoneyAtRisk.Currency = cmp.Or(f.MoneyAtRisk.Currency, c.Shop.Currency)
	if in.Indicators, err = s.indicators(ctx, now); err != nil {
		return w, err
	}
	if in.Came, err = store.CameBetween(ctx, db, core.DayRange{From: day - 7, To: day - 1}); err != nil {
		return w, err
	}
	items, err := store.WeekItems(ctx, db, weekItems)
	if err != nil {
		return w, err
	}
	for _, it := range items {
		f.Items = append(f.Items, plan.NewWeekItem(it, day))
	}
	if in.Before, err = store.WeekBefore(ctx, db, day-6); err != nil {
		return w, err
	}
	if in.Waiting, err = s.Waiting(ctx); err != nil {
		return w, err
	}
	if in.Risks, err = s.openRisks(ctx); err != nil {
		return w, err
	}
	if in.Decisions, err = store.DecisionsSince(ctx, db, now.AddDate(0, 0, -7), weekDecisions); err != nil {
		return w, err
	}
	if in.Rule, err = s.ruleWeek(ctx); err != nil {
		return w, err
	}
	if in.Suggestions, err = store.SuggestionsSince(ctx, db, now.AddDate(0, 0, -7), weekDecisions); err != nil {
		return w, err
	}
	changes, err := store.OverrideHistory(ctx, db, "", weekDecisions)
	if err != nil {
		return w, err
	}
	called, err := store.SupplierNames(ctx, db)
	if err != nil {
		return w, err
	}
	for i, o := range changes {
		if o.Actor != "" && o.At.After(now.AddDate(0, 0, -7)) { // the file's have no person
			in.Decisions = append(in.Decisions, plan.WeekDecision{At: o.At, By: o.Actor, Supplier: called.Of(o.Supplier), Override: &changes[i]})
		}
	}
	if in.Anomalies, err = s.weekAnomalies(ctx, day); err != nil {
		return w, err
	}
	if in.Before != nil {
		skus := make([]core.SKU, 0, len(in.Before.Items))
		for _, it := range in.Before.Items {
			skus = append(skus, it.SKU)
		}
		if in.Sold, err = store.SoldDays(ctx, db, skus, in.Before.Day-7, day); err != nil {
			return w, err
		}
		if in.Prices, err = store.Prices(ctx, db, skus, c.Shop.Currency); err != nil {
			return w, err
		}
	}
	w = plan.NewWeek(in)
	w.Prose, w.ProseSource = s.draft.Brief(plan.Briefing{Shop: w.Shop, Week: &w})
	return w, nil
}

// indicators reads what the indicators are made of.
func (s *Service) indicators(ctx context.Context, now time.Time) (plan.IndicatorInput, error) {
	in, err := store.Indicators(ctx, s.st.Pool(), now, s.cfg().Shop.Zone)
	in.HoldingRate = s.cfg().Policy.Quantity.HoldingRate
	return in, err
}

// openRisks are the findings that were told and are not over.
func (s *Service) openRisks(ctx context.Context) ([]risk.Finding, error) {
	open, err := store.Incidents(ctx, s.st.Pool())
	if err != nil {
		return nil, err
	}
	var out []risk.Finding
	for _, i := range open {
		if !i.View.Resolved {
			out = append(out, i.View.Finding)
		}
	}
	return out, nil
}

// weekAnomalies are those that the last check found in the data of the last week.
func (s *Service) weekAnomalies(ctx context.Context, day core.Day) (out []history.Anomaly, err error) {
	body, err := store.LastRunField(ctx, s.st.Pool(), "anomalies")
	if err != nil || len(body) == 0 {
		return nil, err
	}
	var list []history.Anomaly
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, fmt.Errorf("read the anomalies of the last run: %w", err)
	}
	for _, a := range list {
		if a.To >= day-7 {
			out = append(out, a)
		}
	}
	return out, nil
}
