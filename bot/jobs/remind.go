package jobs

import (
	"context"
	"time"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// reminders decides which proposals that wait are brought to mind.
func (s *Service) reminders(ctx context.Context, c Checked, now time.Time) ([]plan.Reminder, error) {
	policy, err := s.rules(ctx, s.st.Pool())
	if err != nil {
		return nil, err
	}
	open := standing(c.Changes)
	var keys []string
	for _, o := range open {
		for _, key := range plan.ReminderKeys(o) {
			keys = append(keys, sayKey(restockKey(o.ID), key))
		}
	}
	told, err := store.KnownEffects(ctx, s.st.Pool(), keys)
	if err != nil {
		return nil, err
	}
	return plan.Remind(plan.Pending{Open: open, Risk: atRisk(c.Report), Conservative: len(c.Report.Conservative) > 0,
		Told: func(id int64, key string) bool { return told[sayKey(restockKey(id), key)] }}, policy, s.cfg().Shop, now), nil
}

// standing are the open proposals that a check leaves as they are.
func standing(changes []plan.Change) (open []plan.Proposal) {
	for _, ch := range changes {
		if ch.Kind == plan.ChangeUnchanged {
			open = append(open, ch.Proposal)
		}
	}
	return open
}

// atRisk is the money at risk of each fresh proposal.
func atRisk(r plan.Report) map[core.SupplierID]core.Money {
	out := map[core.SupplierID]core.Money{}
	for _, p := range r.Proposals {
		out[p.Supplier] = p.MoneyAtRisk
	}
	return out
}
