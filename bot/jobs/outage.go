package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/connectors"
	"quartermaster/core/plan"
)

// When the chat system cannot be reached, nothing is given up and decisions go on:
//
//   - the first failure opens an outage (a switch row, so that all processes know);
//   - an outage that lasts noticeAfter, and one that a person has to end at once, is
//     told by e-mail, once;
//   - the first message that gets through ends it; after a long one a card says
//     first what happened meanwhile, and the lines that waited for a thread come as
//     one;
//   - the letter of an order that the rule approved waits for its card (unseen.go);
//   - a card is drawn when it is posted: what can no longer be approved has no
//     button then.

const (
	slackAway    = "slack-away"
	kindNotice   = "mail.notice"
	noticeAfter  = 5 * time.Minute
	longOutage   = 10 * time.Minute
	deadCardKey  = "dead-letters"
	deadShown    = 10
	slackKinds   = "slack."
	mailKinds    = "mail."
	noticeBounds = 500
)

// away notes that the chat system cannot be reached, and why.
func (s *Service) away(ctx context.Context, cause error) {
	err := s.st.InTx(ctx, func(tx pgx.Tx) error {
		if errors.Is(cause, ErrClosed) { // it does not pass by itself
			return s.notice(ctx, tx, "closed", cause)
		}
		return store.BeginOutage(ctx, tx, slackAway, bounded(cause.Error()), false)
	})
	if err != nil {
		s.log.Warn("note that the chat system is away", "error", err)
	}
}

// watchOutage sends the notice of an outage that lasts. It holds the outage: one that
// ends at this instant would else be begun anew by its own notice.
func (s *Service) watchOutage(ctx context.Context) error {
	lasts := func(o store.Outage, err error) bool {
		return err == nil && !o.Since.IsZero() && o.Lasted >= s.cfg().NoticeAfter
	}
	o, err := store.OutageOf(ctx, s.st.Pool(), slackAway)
	if !lasts(o, err) {
		return err
	}
	return s.st.InTx(ctx, func(tx pgx.Tx) error {
		o, err := store.HoldOutage(ctx, tx, slackAway)
		if !lasts(o, err) {
			return err
		}
		return s.notice(ctx, tx, "away", errors.New(o.Reason))
	})
}

// notice asks for the e-mail about an outage, once for each outage and kind.
func (s *Service) notice(ctx context.Context, tx pgx.Tx, kind string, cause error) error {
	if err := store.BeginOutage(ctx, tx, slackAway, bounded(cause.Error()), true); err != nil {
		return err
	}
	o, err := store.OutageOf(ctx, tx, slackAway)
	if err != nil {
		return err
	}
	key := fmt.Sprintf("notice/%s/%d", kind, o.Since.UnixMilli())
	if known, err := store.KnownEffects(ctx, tx, []string{key}); err != nil || known[key] {
		return err
	}
	s.log.Error("the chat system cannot be reached", "since", o.Since, "cause", cause, "notice_to", s.cfg().NoticeTo)
	if s.cfg().NoticeTo == "" {
		return nil
	}
	return s.arm(ctx, tx, store.Effect{Key: key, Kind: kindNotice, Class: s.mail.Class()},
		noticePayload{Since: o.Since, Cause: bounded(cause.Error())}, false)
}

func bounded(s string) string {
	r := []rune(strings.ToValidUTF8(s, "?"))
	return string(r[:min(len(r), noticeBounds)])
}

type noticePayload struct {
	Since time.Time `json:"since"`
	Cause string    `json:"cause"`
}

// noticeDeed sends an e-mail to the people of the shop about trouble with the chat
// system.
type noticeDeed struct{ s *Service }

func (d noticeDeed) prepare(ctx context.Context, e store.Effect) (func(context.Context) (string, error), error) {
	var p noticePayload
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return nil, err
	}
	waiting, err := store.CountWaiting(ctx, d.s.st.Pool(), slackKinds)
	if err != nil {
		return nil, err
	}
	zone := d.s.cfg().Shop.Zone
	letter := connectors.Letter{Key: e.Key, To: d.s.cfg().NoticeTo, Subject: d.s.cfg().Shop.Name + ": Quartermaster cannot reach Slack",
		Text: fmt.Sprintf("Since %s Quartermaster cannot post to Slack.\n\nCause: %s\n\n%d messages wait. Nothing is lost: they follow by themselves, in order, as soon as Slack takes them again. Letters of orders that people approved go on; those of orders approved by rule wait until their card was shown.\n",
			p.Since.In(zone).Format("2 Jan 2006 15:04 MST"), p.Cause, waiting)}
	return func(ctx context.Context) (string, error) {
		r, err := d.s.mail.Send(ctx, letter)
		return r.Ref, err
	}, nil
}

func (noticeDeed) find(context.Context, store.Effect) (string, bool, error) { return "", false, nil }

func (noticeDeed) finish(context.Context, pgx.Tx, store.Effect, store.EffectState, string, error) error {
	return nil
}

// back ends an outage in the transaction that records the first success. After a
// long one it lets a card with the story go first.
func (s *Service) back(ctx context.Context, tx pgx.Tx, e store.Effect) error {
	o, err := store.EndOutage(ctx, tx, slackAway)
	if err != nil || o.Since.IsZero() || o.Lasted < s.cfg().LongOutage {
		return err
	}
	if err := store.MergeLines(ctx, tx, e.Lane, kindSay, s.cfg().Shop.Zone.String()); err != nil {
		return err
	}
	v := plan.AwayView{From: o.Since, To: o.Since.Add(o.Lasted), Cause: o.Reason}
	if v.Cards, v.Lines, v.Orders, v.Expired, err = store.Meanwhile(ctx, tx, o.Since, kindCard, kindSay); err != nil {
		return err
	}
	key := fmt.Sprintf("away/%d", o.Since.UnixMilli())
	if err := s.touch(ctx, tx, key, plan.AwayCard, key, v); err != nil {
		return err
	}
	return store.FirstInLane(ctx, tx, cardEffect+key)
}

// buried tells people about a message that was refused for good. If even that
// card is refused, an e-mail says so.
func (s *Service) buried(ctx context.Context, tx pgx.Tx, e store.Effect, cause error) error {
	if e.Key == cardEffect+deadCardKey {
		return s.notice(ctx, tx, "refused", cause)
	}
	return s.touch(ctx, tx, deadCardKey, plan.DeadCard, deadCardKey, struct{}{})
}
