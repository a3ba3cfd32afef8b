package jobs

import (
	"context"
	"errors"

	"quartermaster/core"
	"quartermaster/core/simulate"
)

// replayed is how many products at places a replay takes: the rest hardly changes what
// comes of it, and an answer should not take an hour.
const replayed = 300

// Replay replays the past year under the shop's policy and under what it is compared
// with. It takes seconds to minutes. Too short a past, and another study that is running,
// is a *UserError.
func (s *Service) Replay(ctx context.Context) (v simulate.ReplayView, err error) {
	err = s.study(ctx, func(snap core.Snapshot) error {
		v, err = simulate.Replay(ctx, snap, s.cfg().Policy, replayed)
		if errors.Is(err, simulate.ErrShort) {
			err = &UserError{"Sales are not known long enough for a replay. It takes more than half a year: what is known before the first day, and the days to replay."}
		}
		return err
	})
	return v, err
}

// Stress plays shocks on a copy of the present data. A supplier may be given by name; an
// unknown one, and another study that is running, is a *UserError.
func (s *Service) Stress(ctx context.Context, shocks []simulate.Shock) (v simulate.StressView, err error) {
	err = s.study(ctx, func(snap core.Snapshot) (err error) {
		v.Shop, v.Names = snap.Shop, core.NamesOf(snap.Suppliers)
		for i := range shocks {
			if gone := &shocks[i].Gone; *gone != "" {
				if *gone, err = findSupplier(snap.Suppliers, string(*gone)); err != nil {
					return err
				}
			}
		}
		v.Outcomes, err = simulate.StressBy(s.planner(ctx), snap, s.cfg().Policy, s.cfg().Now(), shocks...)
		return err
	})
	return v, err
}

// study does with the present data something that takes long, one at a time.
func (s *Service) study(ctx context.Context, f func(core.Snapshot) error) error {
	if !s.studying.CompareAndSwap(false, true) {
		return &UserError{"Another simulation is running. Please ask again in a few minutes."}
	}
	defer s.studying.Store(false)
	snap, err := s.st.LoadSnapshot(ctx, s.cfg().Shop, s.cfg().Now())
	if err != nil {
		return err
	}
	return f(snap)
}
