package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// Kinds of gestures in the inbox.
const (
	inboxClick = "click"
	inboxEdit  = "edit"
)

// Click stores the click and its job in one short transaction.
func (s *Service) Click(ctx context.Context, c Click) error { return s.ClickAll(ctx, []Click{c}) }

// ClickAll stores one press for several proposals as a click on each, all or none.
func (s *Service) ClickAll(ctx context.Context, list []Click) error {
	for _, c := range list {
		if c.Key == "" || c.User == "" || c.User == plan.ByRule {
			return errors.New("click without key or user")
		}
	}
	defer s.killPoint("click.stored")
	return s.st.InTx(ctx, func(tx pgx.Tx) error {
		for _, c := range list {
			isNew, err := store.Receive(ctx, tx, c.Key, inboxClick, c)
			if err != nil {
				return err
			}
			if !isNew {
				continue
			}
			if err := s.enqueue(ctx, tx, clickArgs{c.Key}, 0); err != nil {
				return err
			}
		}
		return nil
	})
}

// act carries out a stored click and tells the person how it ended.
func (s *Service) act(ctx context.Context, key string, attempt int) error {
	body, err := store.Waiting(ctx, s.st.Pool(), key)
	if errors.Is(err, store.ErrNotFound) {
		return nil // acted on already
	}
	if err != nil {
		return err
	}
	var c Click
	if err := json.Unmarshal(body, &c); err != nil {
		return err
	}
	answer, err := s.decide(ctx, c)
	switch {
	case errors.Is(err, errSettled):
		return nil
	case err != nil && attempt < clickAttempts:
		return err // tried again by the queue, or by the sweeper
	case err != nil:
		s.log.Error("click could not be carried out", "key", key, "error", err)
		answer = "This could not be carried out now and nothing was ordered. Please try again in a minute."
		if err := s.settle(ctx, key, "error: "+err.Error()); err != nil {
			return err
		}
	}
	s.killPoint("click.decided")
	if answer != "" && c.User != plan.ByRule {
		if err := s.notify.Answer(ctx, c, answer); err != nil {
			s.log.Warn("answer to a click was not delivered", "key", key, "error", err)
		}
	}
	if len(c.Listed) > 0 {
		if err := s.relist(ctx, c); err != nil {
			s.log.Warn("the list of what waits was not shown anew", "key", key, "error", err)
		}
	}
	return nil
}

// relist tells on a list what became of a press there, when all of it is decided.
func (s *Service) relist(ctx context.Context, c Click) error {
	done, left, err := store.Pressed(ctx, s.st.Pool(), c.Listed)
	if err != nil || left > 0 {
		return err
	}
	return s.notify.Relist(ctx, c, done)
}

// decide acts on a click and returns what to tell the person; empty when the card
// itself says it.
func (s *Service) decide(ctx context.Context, c Click) (string, error) {
	if err := s.refresh(ctx, s.st.Pool()); err != nil {
		return "", err
	}
	actor, err := s.actor(ctx, c)
	if err != nil {
		return "", fmt.Errorf("look up who clicked: %w", err)
	}
	if c.Finding != "" {
		return s.snoozeFinding(ctx, c, actor)
	}
	if c.Action == plan.MailAgain || c.Action == plan.MailSent {
		return s.settleMail(ctx, c, actor)
	}
	if c.Action == plan.Undo {
		return s.undo(ctx, c, actor)
	}
	if c.Action == plan.ChooseSource {
		return s.chooseSource(ctx, c, actor)
	}
	if c.Action == plan.TakeBack {
		return s.takeBack(ctx, c, actor)
	}
	if c.Action == plan.SetTone {
		return s.setTone(ctx, c, actor)
	}
	if slices.Contains(plan.OrderActions, c.Action) {
		return s.reportClick(ctx, c, actor)
	}
	if c.Effect != "" {
		return s.settleLetter(ctx, c, actor)
	}
	if c.Action == plan.RetryDead || c.Action == plan.DiscardDead {
		return s.settleDead(ctx, c, actor)
	}
	if c.Change != 0 {
		return s.decideChange(ctx, c, actor)
	}
	if c.Reply != 0 {
		return s.decideReply(ctx, c, actor)
	}
	row, err := store.Proposal(ctx, s.st.Pool(), c.Proposal)
	if errors.Is(err, store.ErrNotFound) {
		return "This proposal does not exist any more.", s.settle(ctx, c.Key, "no such proposal")
	}
	if err != nil {
		return "", err
	}
	var fresh recomputed
	if c.Action == plan.Approve && row.State.Decidable() {
		if fresh, err = s.recompute(ctx, row.Proposal); err != nil {
			return "", err
		}
	}
	if fresh.instead, err = s.standsIn(ctx, actor); err != nil {
		return "", err
	}
	var answer string
	var faster *plan.Proposal
	err = s.once(ctx, c.Key, string(c.Action), func(tx pgx.Tx) (err error) {
		answer, faster, err = s.decideTx(ctx, tx, c, actor, fresh)
		return err
	})
	if err == nil && faster != nil {
		answer = s.alreadyDecided(ctx, *faster)
	}
	// ErrStale here means a race lost between reading and writing: nothing was
	// written, and the next attempt looks again.
	return answer, err
}

// decideTx is the part of a decision inside its transaction. faster is the
// proposal when somebody else had decided it before.
func (s *Service) decideTx(ctx context.Context, tx pgx.Tx, c Click, actor plan.Actor, fresh recomputed) (answer string, faster *plan.Proposal, err error) {
	// The cap is locked first, so that what is read after it is final for this
	// person until the commit.
	history, err := store.History(ctx, tx, actor.User)
	if err != nil {
		return "", nil, err
	}
	// Rights withdrawn a moment ago are withdrawn.
	if err := s.refresh(ctx, tx); err != nil {
		return "", nil, err
	}
	row, err := store.Proposal(ctx, tx, c.Proposal)
	if err != nil {
		return "", nil, err
	}
	p := row.Proposal
	now, err := store.Now(ctx, tx)
	if err != nil {
		return "", nil, err
	}
	if !p.State.Decidable() {
		return "", &p, nil
	}
	if c.Version != p.Version || c.Digest != plan.Digest(p) {
		return "This card was rewritten since you saw it. Please look at it again; nothing was done.", nil, s.touchRestock(ctx, tx, p.ID)
	}
	policy, err := s.rules(ctx, tx)
	if err != nil {
		return "", nil, err
	}
	verdict, err := s.verdict(ctx, tx, c, actor, p, history, fresh, policy, now)
	if err != nil {
		return "", nil, err
	}
	if verdict.Outcome != plan.Deny && c.Action == plan.Approve && fresh.change != nil {
		answer, err = s.askAgain(ctx, tx, p, *fresh.change)
		return answer, nil, err
	}
	if err := store.AddNotedDecision(ctx, tx, c.Key, actor, c.Action, p, verdict, c.Note); err != nil {
		return "", nil, err
	}
	from, version := p.State, p.Version
	var log string
	switch {
	case verdict.Outcome == plan.Deny:
		return verdict.Reason, nil, store.Audit(ctx, tx, actor.User, "denied "+string(c.Action), restockKey(p.ID), verdict)
	case verdict.Outcome == plan.NeedSecond:
		p.State, p.FirstBy = plan.AwaitingSecond, actor.User
		log = fmt.Sprintf("%s approved; a second approval is needed.", actor.Name)
	case c.Action == plan.Approve:
		p.State, p.DecidedBy, p.DecidedAt = plan.Approved, actor.User, now
		if actor.User == plan.ByRule {
			p.DecidedWhy = verdict.Reason
		}
	case c.Action == plan.Reject:
		p.State, p.DecidedBy, p.DecidedAt = plan.Rejected, actor.User, now
		p.DecidedWhy = c.Note
		log = fmt.Sprintf("%s rejected this proposal%s. The same lines are not proposed again for %d days unless their need grows.", actor.Name, because(c.Note), s.cfg().Policy.RejectDays)
	case c.Action == plan.Snooze:
		z, err := s.snoozeOf(ctx, tx, c, skusOf(p), now)
		if err != nil {
			return "", nil, err
		}
		p.State, p.DecidedBy, p.DecidedAt = plan.Snoozed, actor.User, now
		p.SnoozedUntil, p.SnoozeEvent, p.SnoozeMark = z.Until, z.Event, z.Mark
		log = s.snoozedText(actor.Name, z)
	default:
		return "", nil, fmt.Errorf("no such action: %q", c.Action)
	}
	if err := plan.Move(from, p.State); err != nil {
		return "", nil, err
	}
	p.Version = version + 1
	if err := store.SaveProposal(ctx, tx, p, "", ""); err != nil {
		return "", nil, err
	}
	var o plan.Order
	if p.State == plan.Approved {
		if o, log, err = s.order(ctx, tx, p, actor, verdict, fresh); err != nil {
			return "", nil, err
		}
	}
	if err := s.touchDecided(ctx, tx, p); err != nil {
		return "", nil, err
	}
	if err := s.holdUnseen(ctx, tx, o); err != nil {
		return "", nil, err
	}
	if fresh.instead != "" {
		log += fmt.Sprintf(" %s stands in for %s.", actor.Name, fresh.instead)
	}
	if err := s.say(ctx, tx, restockKey(p.ID), fmt.Sprintf("v%d", p.Version), log); err != nil {
		return "", nil, err
	}
	if err := store.NextEpoch(ctx, tx); err != nil {
		return "", nil, err
	}
	what := map[string]any{
		"version": version, "state": p.State, "total": p.Total, "digest": c.Digest, "reason": verdict.Reason, "note": c.Note, "stands_in_for": fresh.instead}
	if actor.User == plan.ByRule {
		what["settings"] = s.settled.Load().version // whose limits they were
	}
	return "", nil, store.Audit(ctx, tx, actor.User, string(c.Action), restockKey(p.ID), what)
}

// verdict is what the rules say about a click: those for people, or the one by which
// routine orders need none.
func (s *Service) verdict(ctx context.Context, tx pgx.Tx, c Click, actor plan.Actor, p plan.Proposal, history []plan.Past, fresh recomputed, policy core.Policy, now time.Time) (plan.Verdict, error) {
	if actor.User == plan.ByRule {
		return s.ruleSays(ctx, tx, p, history, fresh, policy, now)
	}
	v := plan.Decide(actor, c.Action, p, history, policy, fresh.conservative, now)
	if c.Routine && v.Outcome != plan.Deny {
		if why := plan.Routine(p, s.cfg().Policy, now); why != "" {
			v = plan.Verdict{Outcome: plan.Deny, Reason: fmt.Sprintf("The order to %s was not approved with the others: %s. Its card asks for it alone.", p.SupplierName, why)}
		}
	}
	return v, nil
}

// because adds what a person wrote to a sentence.
func because(note string) string {
	if note == "" {
		return ""
	}
	return ": \u201c" + note + "\u201d"
}

// alreadyDecided names who was faster.
func (s *Service) alreadyDecided(ctx context.Context, p plan.Proposal) string {
	if p.DecidedBy == "" {
		return fmt.Sprintf("This proposal is %s; nothing was done.", p.State)
	}
	return fmt.Sprintf("This was already %s by %s at %s; nothing was done twice.", p.State, s.nameOf(ctx, p.DecidedBy), p.DecidedAt.In(s.cfg().Shop.Zone).Format("15:04 on 2 Jan 2006"))
}

// nameOf is what a person is called; the id when that cannot be known now.
func (s *Service) nameOf(ctx context.Context, user string) string {
	if user == plan.ByRule {
		return user
	}
	if who, err := s.notify.Person(ctx, "", user); err == nil && who.Name != "" {
		return who.Name
	}
	return user
}

// namesOf is what people are called, by id, without those of whom that cannot be known
// now.
func (s *Service) namesOf(ctx context.Context, users []string) map[string]string {
	out := map[string]string{}
	for _, user := range users {
		if name := s.nameOf(ctx, user); name != user {
			out[user] = name
		}
	}
	return out
}

// snoozeFinding silences a risk card.
func (s *Service) snoozeFinding(ctx context.Context, c Click, actor plan.Actor) (answer string, err error) {
	policy, err := s.rules(ctx, s.st.Pool())
	if err != nil {
		return "", err
	}
	if v := plan.Decide(actor, plan.Snooze, plan.Proposal{State: plan.Proposed, ExpiresAt: s.cfg().Now().Add(time.Hour)}, nil, policy, nil, s.cfg().Now()); v.Outcome == plan.Deny {
		return v.Reason, s.settle(ctx, c.Key, "denied")
	}
	err = s.once(ctx, c.Key, "snooze", func(tx pgx.Tx) error {
		now, err := store.Now(ctx, tx)
		if err != nil {
			return err
		}
		i, err := store.IncidentByKey(ctx, tx, c.Finding)
		if errors.Is(err, store.ErrNotFound) || err == nil && i.Resolved {
			answer = "This risk is resolved already."
			return nil
		}
		if err != nil {
			return err
		}
		z, err := s.snoozeOf(ctx, tx, c, []core.SKU{i.View.Finding.SKU}, now)
		if err != nil {
			return err
		}
		if err := store.SnoozeIncident(ctx, tx, c.Finding, z); err != nil {
			return err
		}
		key, told := riskKey(c.Finding), s.snoozedText(actor.Name, z)
		if i.View.Card { // silence needs no card of its own
			if err := s.touch(ctx, tx, key, plan.RiskCard, c.Finding, struct{}{}); err != nil {
				return err
			}
			if err := s.say(ctx, tx, key, c.Key, told); err != nil {
				return err
			}
		}
		if c.Message.TS == "" { // asked for by a command: the person does not see the card
			answer = told
		}
		if err := store.NextEpoch(ctx, tx); err != nil {
			return err
		}
		return store.Audit(ctx, tx, actor.User, "snooze", key, map[string]any{"until": z.Until, "event": z.Event})
	})
	return answer, err
}

func riskKey(finding string) string { return "risk/" + finding }
