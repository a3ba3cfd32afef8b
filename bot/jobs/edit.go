package jobs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// SubmitEdit writes new quantities into a proposal. It answers at once: the form
// stays open while something is wrong.
func (s *Service) SubmitEdit(ctx context.Context, r EditRequest) ([]LineError, error) {
	actor, err := s.notify.Person(ctx, r.Team, r.User)
	if err != nil {
		return nil, fmt.Errorf("look up who edits: %w", err)
	}
	var bad []LineError
	var denied string
	err = s.submit(ctx, r.Key, inboxEdit, "edit", r, func(tx pgx.Tx) error {
		history, err := store.History(ctx, tx, actor.User)
		if err != nil {
			return err
		}
		cur, err := store.Proposal(ctx, tx, r.Proposal)
		if err != nil {
			return err
		}
		now, err := store.Now(ctx, tx)
		if err != nil {
			return err
		}
		if cur.Version != r.Version || !cur.State.Decidable() {
			return &UserError{"Somebody changed this proposal while the form was open. Please close it and look at the card again."}
		}
		policy, err := s.rules(ctx, tx)
		if err != nil {
			return err
		}
		v := plan.Decide(actor, plan.Edit, cur.Proposal, history, policy, nil, now)
		if err := store.AddDecision(ctx, tx, r.Key, actor, plan.Edit, cur.Proposal, v); err != nil {
			return err
		}
		if v.Outcome == plan.Deny {
			denied = v.Reason // recorded, so this transaction commits
			return store.Audit(ctx, tx, actor.User, "denied edit", restockKey(cur.ID), v)
		}
		next, wrong := cur.Revise(r.Qty, actor.User, s.cfg().Policy, now)
		if len(wrong) > 0 {
			for _, i := range slices.Sorted(maps.Keys(wrong)) {
				bad = append(bad, LineError{i, wrong[i].Error()})
			}
			return errFormWrong
		}
		if next.Version == cur.Version {
			return nil // nothing was changed
		}
		note := "edited: " + changedLines(cur.Proposal, next)
		if err := store.SaveProposal(ctx, tx, next, note, ""); err != nil {
			return err
		}
		key := restockKey(cur.ID)
		if err := s.touchRestock(ctx, tx, cur.ID); err != nil {
			return err
		}
		if err := s.say(ctx, tx, key, fmt.Sprintf("v%d", next.Version), actor.Name+" "+note); err != nil {
			return err
		}
		if err := store.NextEpoch(ctx, tx); err != nil {
			return err
		}
		return store.Audit(ctx, tx, actor.User, "edit", key, map[string]any{"version": next.Version, "note": note, "total": next.Total})
	})
	if errors.Is(err, errFormWrong) {
		return bad, nil
	}
	if errors.Is(err, store.ErrStale) {
		return nil, &UserError{"Somebody changed this proposal at the same moment. Please close the form and look at the card again."}
	}
	if err == nil && denied != "" {
		return nil, &UserError{denied}
	}
	return nil, err
}

// errFormWrong rolls an edit back whose quantities were refused: the form stays
// open, and the gesture does not count as received.
var errFormWrong = errors.New("quantities refused")

// changedLines says what an edit changed, line by line: "SOLAR-01 (sea) 504 to 528".
func changedLines(old, next plan.Proposal) string {
	type line struct {
		sku   core.SKU
		place core.LocationID
		way   core.Mode
	}
	after := map[line]int64{}
	for _, l := range next.Lines {
		after[line{l.SKU, l.Location, l.Mode}] = l.Qty
	}
	var parts []string
	for i, l := range old.Lines {
		if q := after[line{l.SKU, l.Location, l.Mode}]; q != l.Qty {
			parts = append(parts, fmt.Sprintf("%s %d to %d", plan.LineName(old.Lines, i), l.Qty, q))
		}
	}
	if len(parts) == 0 {
		return "nothing changed"
	}
	return strings.Join(parts, ", ")
}
