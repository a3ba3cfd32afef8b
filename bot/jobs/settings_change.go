package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core/plan"
)

// changeWait is how long a change of the approval rules waits for a second person.
const changeWait = 24 * time.Hour

func changeKey(id int64) string { return fmt.Sprintf("settings/%d", id) }

// askSecond writes a change down and asks for another approver.
func (s *Service) askSecond(ctx context.Context, tx pgx.Tx, c store.SettingsChange, actor plan.Actor, why string) error {
	who := plan.Confirmers(actor.User, s.cfg().Policy.Approval)
	if len(who) == 0 {
		return &UserError{why + " Another approver must confirm that, and there is none. Please change the settings file, or use the command quartermaster settings import."}
	}
	c, err := store.AddSettingsChange(ctx, tx, c, changeWait)
	if err != nil {
		return err
	}
	if err := s.touchChange(ctx, tx, c.ID); err != nil {
		return err
	}
	return store.Audit(ctx, tx, actor.User, "ask to change approval rules", changeKey(c.ID), map[string]any{"changes": c.Changes, "base": c.Base, "why": why})
}

func (s *Service) touchChange(ctx context.Context, tx pgx.Tx, id int64) error {
	return s.touch(ctx, tx, changeKey(id), plan.ChangeCard, strconv.FormatInt(id, 10), struct{}{})
}

// changeView is what the card of a change shows.
func (s *Service) changeView(ctx context.Context, subject string) (*plan.SettingsChange, error) {
	id, err := strconv.ParseInt(subject, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("card of a change: %w", err)
	}
	c, err := store.ReadSettingsChange(ctx, s.st.Pool(), id, false)
	c.Confirm = plan.Confirmers(c.By, s.cfg().Policy.Approval)
	return &c.SettingsChange, err
}

// decideChange confirms or refuses a change of the approval rules. Confirmed, it is in
// force with the commit.
func (s *Service) decideChange(ctx context.Context, c Click, actor plan.Actor) (answer string, err error) {
	err = s.once(ctx, c.Key, string(c.Action), func(tx pgx.Tx) error {
		newest, err := store.LockSettings(ctx, tx)
		if err != nil {
			return err
		}
		// Rights withdrawn a moment ago are withdrawn.
		if err := s.refresh(ctx, tx); err != nil {
			return err
		}
		row, err := store.ReadSettingsChange(ctx, tx, c.Change, true)
		if err != nil {
			return err
		}
		now, err := store.Now(ctx, tx)
		if err != nil {
			return err
		}
		v := plan.DecideChange(actor, c.Action, row.SettingsChange, s.cfg().Policy, now)
		if v.Outcome == plan.Deny {
			answer = v.Reason
			return store.Audit(ctx, tx, actor.User, "denied "+string(c.Action), changeKey(row.ID), v)
		}
		state := plan.SettingsRefused
		if c.Action == plan.ConfirmSettings {
			state = plan.SettingsConfirmed
			if newest.Version != row.Base {
				state, answer = plan.SettingsOvertaken, plan.Overtaken
			}
		}
		if err := store.EndSettingsChange(ctx, tx, row.ID, state, actor.User); err != nil {
			return err
		}
		if state == plan.SettingsConfirmed {
			next := store.SettingsVersion{By: row.By, Source: store.FromSlack, Body: row.Body, Reason: confirmedText(row, actor)}
			if err := s.addSettings(ctx, tx, next); err != nil {
				return err
			}
		}
		if err := s.touchChange(ctx, tx, row.ID); err != nil {
			return err
		}
		return store.Audit(ctx, tx, actor.User, string(c.Action), changeKey(row.ID), map[string]any{"state": state, "changes": row.Changes, "asked_by": row.By})
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "This change does not exist any more.", s.settle(ctx, c.Key, "no such change")
	case err != nil:
		return "", err
	}
	return answer, s.inForce(ctx)
}

// confirmedText is the line of the history of a confirmed change.
func confirmedText(c store.SettingsChange, by plan.Actor) string {
	return strings.Join(append(slices.Clone(c.Changes), "confirmed by "+by.User), "; ")
}

// lapseChanges ends the changes that nobody confirmed in time, and those of settings
// that are not in force any more.
func (s *Service) lapseChanges(ctx context.Context, tx pgx.Tx) error {
	ids, err := store.LapseSettingsChanges(ctx, tx)
	for _, id := range ids {
		if err == nil {
			err = s.touchChange(ctx, tx, id)
		}
	}
	return err
}
