package jobs

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// inboxDelegate is the kind of a submitted form of a delegation.
const inboxDelegate = "delegate"

// rules is the policy in force with those who stand in for approvers. Decisions about
// orders follow it; those about settings follow the policy alone.
func (s *Service) rules(ctx context.Context, db store.DB) (core.Policy, error) {
	list, err := store.Delegations(ctx, db)
	if err != nil || len(list) == 0 {
		return s.cfg().Policy, err
	}
	now, err := store.Now(ctx, db)
	return plan.WithDelegates(s.cfg().Policy, list, now), err
}

// DelegateForm says who stands in for the person that sent it. Without To it ends what
// there is.
type DelegateForm struct {
	Key  string   `json:"key"` // unique per gesture
	Team string   `json:"team"`
	User string   `json:"user"`
	To   string   `json:"to"`
	Last core.Day `json:"last"` // day on which it still holds
}

// Delegate hands the rights of an approver over until a day, or takes them back. The
// answer says what holds; what is refused is a *UserError.
func (s *Service) Delegate(ctx context.Context, f DelegateForm) (answer string, err error) {
	if err := s.refresh(ctx, s.st.Pool()); err != nil {
		return "", err
	}
	actor, err := s.notify.Person(ctx, f.Team, f.User)
	if err != nil {
		return "", fmt.Errorf("look up who hands over: %w", err)
	}
	var to plan.Actor
	if f.To != "" {
		if to, err = s.notify.Person(ctx, f.Team, f.To); err != nil {
			return "", fmt.Errorf("look up who stands in: %w", err)
		}
	}
	err = s.submit(ctx, f.Key, inboxDelegate, "delegate", f, func(tx pgx.Tx) error {
		if err := s.refresh(ctx, tx); err != nil { // rights withdrawn a moment ago are withdrawn
			return err
		}
		if f.To == "" {
			ended, err := store.EndDelegation(ctx, tx, actor.User)
			if err != nil || ended == "" {
				answer = "Nobody stands in for you."
				return err
			}
			answer = "Nobody stands in for you any more."
			if err := s.tellStandIn(ctx, tx, f.Key, ended, fmt.Sprintf("You no longer stand in for %s.", s.nameOf(ctx, actor.User))); err != nil {
				return err
			}
			return store.Audit(ctx, tx, actor.User, "end delegation", actor.User, struct{}{})
		}
		now, err := store.Now(ctx, tx)
		if err != nil {
			return err
		}
		d := plan.Delegation{From: actor.User, To: to.User, Until: (f.Last + 1).Time(s.cfg().Shop.Zone)}
		if v := plan.DecideDelegate(actor, to, s.cfg().Policy, now, d.Until); v.Outcome != plan.Allow {
			return &UserError{v.Reason}
		}
		if err := store.SetDelegation(ctx, tx, d); err != nil {
			return err
		}
		told := fmt.Sprintf("You stand in for %s until the end of %s: you decide on orders up to the same limit. /stock approve lists what waits.", s.nameOf(ctx, actor.User), f.Last)
		if err := s.tellStandIn(ctx, tx, f.Key, to.User, told); err != nil {
			return err
		}
		answer = fmt.Sprintf("%s stands in for you until the end of %s, with your limit. /stock delegate end takes it back.", to.Name, f.Last)
		return store.Audit(ctx, tx, actor.User, "delegate", to.User, map[string]any{"until": d.Until})
	})
	return answer, err
}

// tellStandIn tells a person, in a direct message, what was handed over or taken back.
func (s *Service) tellStandIn(ctx context.Context, tx pgx.Tx, key, user, text string) error {
	return s.touchIn(ctx, tx, user, "note/delegate/"+key, plan.NoteCard, user, plan.NoteView{Text: text})
}

// standsIn names those for whom a person decides now.
func (s *Service) standsIn(ctx context.Context, actor plan.Actor) (string, error) {
	list, err := store.Delegations(ctx, s.st.Pool())
	if err != nil || len(list) == 0 {
		return "", err
	}
	now, err := store.Now(ctx, s.st.Pool())
	var names []string
	for _, user := range plan.ActsFor(actor.User, list, now) {
		names = append(names, s.nameOf(ctx, user))
	}
	return strings.Join(names, ", "), err
}

// Standing lists who stands in for whom.
func (s *Service) Standing(ctx context.Context) ([]plan.Delegation, error) {
	return store.Delegations(ctx, s.st.Pool())
}
