package jobs

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/risk"
)

// acceptData is the switch by which a person says that the data is right.
const acceptData = "accept-data"

// deliveries is what a check saw of the feeds before it believed them.
type deliveries struct {
	at     map[string]time.Time // by feed
	vitals risk.Vitals
	wrong  []risk.Cause
}

// feeds are those that are not believed.
func (d deliveries) feeds() (out []string) {
	for _, c := range d.wrong {
		out = append(out, c.Feed)
	}
	return out
}

// believed reads the shop as delivered; where a feed hardly can be true beside the last
// data that was good, with what was kept of it instead.
func (s *Service) believed(ctx context.Context, last runSummary, accept bool, now time.Time) (snap core.Snapshot, seen deliveries, err error) {
	db := s.st.Pool()
	if seen.at, err = store.Delivered(ctx, db); err != nil {
		return snap, seen, err
	}
	if snap, err = s.st.LoadDelivered(ctx, s.cfg().Shop, now); err != nil {
		return snap, seen, err
	}
	seen.vitals = risk.VitalsOf(snap)
	// The first check has nothing to compare with.
	if accept || last.Good == (risk.Vitals{}) {
		return snap, seen, nil
	}
	if seen.wrong = risk.Implausible(last.Good, seen.vitals); len(seen.wrong) == 0 {
		return snap, seen, nil
	}
	kept, err := store.Kept(ctx, db)
	if err != nil {
		return snap, seen, err
	}
	var instead []string
	for i, c := range seen.wrong {
		if at, ok := kept[c.Feed]; ok {
			seen.wrong[i] = c.StandIn(at.In(s.cfg().Shop.Zone))
			instead = append(instead, c.Feed)
		}
	}
	if len(instead) > 0 {
		snap, err = s.st.LoadDelivered(ctx, s.cfg().Shop, now, instead...)
	}
	return snap, seen, err
}

// judge decides about conservative mode: what the report found itself (old feeds),
// and what the data looks like beside the last good one.
// lock is the cause of a restore that nobody has reconciled; nil in normal times.
func judge(last runSummary, report plan.Report, seen deliveries, accept bool, lock []risk.Cause) (mode risk.Mode, good risk.Vitals) {
	// The lock ends when a person says so, not after good checks.
	last.Mode.Causes = slices.DeleteFunc(slices.Clone(last.Mode.Causes), func(c risk.Cause) bool { return c.Kind == risk.Restored })
	defer func() { mode.Causes = append(slices.Clone(lock), mode.Causes...) }()
	causes := slices.Clone(report.Conservative)
	if accept {
		return risk.Mode{Causes: causes}, seen.vitals
	}
	if len(seen.wrong) > 0 {
		return last.Mode.Next(append(causes, seen.wrong...)), last.Good
	}
	return last.Mode.Next(causes), seen.vitals
}

// AcceptData says that the data is right, whatever the last check found in it. The
// next check takes it as the measure of what is plausible.
func (s *Service) AcceptData(ctx context.Context, who string) error {
	return s.st.InTx(ctx, func(tx pgx.Tx) error {
		if err := store.SwitchOn(ctx, tx, acceptData, who, ""); err != nil {
			return err
		}
		return store.Audit(ctx, tx, who, "accept data", "feeds", struct{}{})
	})
}
