package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/plan"
)

// TrainSchedule is the schedule that trains the model of demand instead of running
// a check.
const TrainSchedule = "train"

// oldModel is the age in days, counted from the end of what it learned from, beyond
// which a model is not used any more.
const oldModel = 35

// learned is the model in use and the row it came from.
type learned struct {
	id    int64
	model *engine.Model
}

// planner evaluates with the newest trained model. A model that is missing, too old,
// damaged or of another version does not hold anything up: then each item is
// forecast from its own past, as before the first training.
func (s *Service) planner(ctx context.Context) plan.Planner {
	was := s.learned.Load()
	row, err := store.NewestModel(ctx, s.st.Pool(), was.id)
	if err == nil && row.ID > 0 {
		next := &learned{id: row.ID}
		if next.model, err = engine.Load(row.Body); err == nil {
			s.log.Info("model of demand is in use", "id", row.ID, "trained", row.Trained, "through", row.Through.String())
		}
		s.learned.CompareAndSwap(was, next)
	} else if err != nil && row.ID > 0 {
		s.learned.CompareAndSwap(was, &learned{id: row.ID})
	}
	if err != nil {
		s.log.Error("the model of demand cannot be used; items are forecast from their own past until the next training", "error", err)
	}
	m := s.learned.Load().model
	if m != nil && int(core.DayOf(s.cfg().Now(), s.cfg().Shop.Zone)-m.Through()) > oldModel {
		m = nil
	}
	return plan.Planner{Model: m}
}

// asChecked is the planner for a snapshot of some items only that finds what the last
// check found: its model, its closed days, and the classes that items have among all.
func (s *Service) asChecked(ctx context.Context, snap *core.Snapshot, items ...plan.Item) (p plan.Planner, err error) {
	p = s.planner(ctx)
	if p.Days, err = s.days(ctx); err != nil {
		return p, err
	}
	snap.Classes = map[core.SKU]core.Class{}
	for _, it := range items {
		snap.Classes[it.SKU] = it.Class
	}
	return p, nil
}

// Train learns a model of demand from the present data and keeps it. cfg says how
// hard to try.
func (s *Service) Train(ctx context.Context, cfg engine.Config) (*engine.Model, error) {
	started, c := time.Now(), s.cfg()
	now := c.Now()
	snap, err := s.st.LoadSnapshot(ctx, c.Shop, now)
	if err != nil {
		return nil, err
	}
	m, err := plan.Train(snap, c.Policy, now, cfg)
	if err != nil {
		return nil, err
	}
	body, err := m.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	err = s.st.InTx(ctx, func(tx pgx.Tx) error {
		id, err := store.SaveModel(ctx, tx, body, m.Through())
		if err != nil {
			return err
		}
		return store.Audit(ctx, tx, "quartermaster", "train", fmt.Sprintf("model/%d", id), map[string]any{
			"through": m.Through().String(), "bytes": len(body), "pooled": m.Pooled()})
	})
	if err == nil {
		s.log.Info("trained", "took", time.Since(started).Round(time.Millisecond), "bytes", len(body), "pooled", m.Pooled())
	}
	return m, err
}
