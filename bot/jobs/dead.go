package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core/plan"
)

// What was given up is told on cards with two ways out: one card for all messages
// that the chat system refused, and one for each letter that could not be sent or
// whose answer was lost. The letter of an order has its buttons on the order's card.

// asksForLetter reports whether a letter that ended so gets a card of its own.
func asksForLetter(e store.Effect, state store.EffectState) bool {
	return strings.HasPrefix(e.Kind, mailKinds) && e.Kind != kindMail && e.Kind != kindNotice &&
		(state == store.EffectFailed || state == store.EffectUnknown)
}

// deadView shows what is given up at the moment.
func (s *Service) deadView(ctx context.Context, row store.CardRow) (*plan.DeadView, error) {
	v := new(plan.DeadView)
	if err := json.Unmarshal(row.Body, v); err != nil {
		return nil, err
	}
	if row.Subject != deadCardKey {
		e, err := store.GivenUp(ctx, s.st.Pool(), row.Subject, false)
		if errors.Is(err, store.ErrNotFound) {
			return v, nil
		}
		if err != nil {
			return nil, err
		}
		v.Effect, v.Doubt = e.Key, e.State == store.EffectUnknown
		v.Letters = []plan.DeadLetter{{Key: subjectOf(e), Reason: e.LastError, At: e.Created}}
		return v, nil
	}
	list, err := store.DeadEffects(ctx, s.st.Pool(), slackKinds)
	if err != nil {
		return nil, err
	}
	v.More = max(len(list)-deadShown, 0)
	for _, e := range list[:min(len(list), deadShown)] {
		v.Letters = append(v.Letters, plan.DeadLetter{Key: e.Key, Reason: e.LastError, At: e.Created})
	}
	return v, nil
}

// subjectOf names a letter as its reader knows it.
func subjectOf(e store.Effect) string {
	var p struct {
		To      string `json:"to"`
		Subject string `json:"subject"`
	}
	if err := json.Unmarshal(e.Payload, &p); err != nil || p.Subject == "" {
		return e.Key
	}
	return p.To + ": " + p.Subject
}

// settleLetter has one letter sent again, or lets it be. That it arrived is what a
// person says of a letter in doubt.
func (s *Service) settleLetter(ctx context.Context, c Click, actor plan.Actor) (answer string, err error) {
	err = s.once(ctx, c.Key, string(c.Action), func(tx pgx.Tx) error {
		if v := plan.DecideDead(actor, s.cfg().Policy); v.Outcome == plan.Deny {
			answer = v.Reason
			return store.Audit(ctx, tx, actor.User, "denied "+string(c.Action), c.Effect, v)
		}
		e, err := store.GivenUp(ctx, tx, c.Effect, true)
		if errors.Is(err, store.ErrNotFound) {
			answer = "This was settled already; nothing was done."
			return nil
		}
		if err != nil {
			return err
		}
		said := "discarded"
		switch {
		case c.Action == plan.RetryDead:
			said = "sent again"
			err = s.arm(ctx, tx, e, e.Payload, true)
		case e.State == store.EffectUnknown:
			said = "found to have arrived"
			if err = store.SettleEffect(ctx, tx, e.Key); err == nil {
				e.Rounds++ // its line in the thread is another one
				err = s.deeds[e.Kind].finish(ctx, tx, e, store.EffectDone, "arrived", nil)
			}
		default:
			err = store.SettleEffect(ctx, tx, e.Key)
		}
		if err != nil {
			return err
		}
		settled := plan.DeadView{Settled: fmt.Sprintf("The letter was %s by %s.", said, actor.Name)}
		if err := s.touch(ctx, tx, "trouble/"+e.Key, plan.DeadCard, e.Key, settled); err != nil {
			return err
		}
		return store.Audit(ctx, tx, actor.User, string(c.Action), e.Key, map[string]any{"from": e.State, "said": said})
	})
	return answer, err
}

// settleDead tries all that was refused again, or lets it be.
func (s *Service) settleDead(ctx context.Context, c Click, actor plan.Actor) (answer string, err error) {
	err = s.once(ctx, c.Key, string(c.Action), func(tx pgx.Tx) error {
		if v := plan.DecideDead(actor, s.cfg().Policy); v.Outcome == plan.Deny {
			answer = v.Reason
			return store.Audit(ctx, tx, actor.User, "denied "+string(c.Action), deadCardKey, v)
		}
		list, err := store.DeadEffects(ctx, tx, slackKinds)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			answer = "This was settled already; nothing was done."
			return nil
		}
		word := "discarded"
		for _, e := range list {
			if c.Action == plan.RetryDead {
				word = "sent again"
				err = s.arm(ctx, tx, e, e.Payload, true)
			} else {
				err = store.SettleEffect(ctx, tx, e.Key)
			}
			if err != nil {
				return err
			}
		}
		settled := plan.DeadView{Settled: fmt.Sprintf("%d messages %s by %s.", len(list), word, actor.Name)}
		if err := s.touch(ctx, tx, deadCardKey, plan.DeadCard, deadCardKey, settled); err != nil {
			return err
		}
		return store.Audit(ctx, tx, actor.User, string(c.Action), deadCardKey, map[string]int{"messages": len(list)})
	})
	return answer, err
}
