package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// snoozeOf is what a click asks for at now: for days, until a day, until an event.
func (s *Service) snoozeOf(ctx context.Context, tx pgx.Tx, c Click, skus []core.SKU, now time.Time) (z store.Snooze, err error) {
	zone := s.cfg().Shop.Zone
	last := now.AddDate(0, 0, plan.MaxSnoozeDays)
	z = store.Snooze{Until: now.AddDate(0, 0, max(c.Days, 1)), Event: c.Event, By: c.User}
	switch {
	case c.Until > 0:
		z.Until = c.Until.Time(zone)
	case c.Event != plan.NoEvent:
		z.Until = last
	}
	switch {
	case z.Until.After(last):
		z.Until = last
	case !z.Until.After(now):
		z.Until = now.AddDate(0, 0, 1)
	}
	z.Mark, err = store.SnoozeMark(ctx, tx, c.Event, skus)
	return z, err
}

// snoozedText says until when something is silent.
func (s *Service) snoozedText(who string, z store.Snooze) string {
	return fmt.Sprintf("%s snoozed this until %s%s.", who, z.Until.In(s.cfg().Shop.Zone).Format(minute), z.Event.Or())
}

// wake notes the snoozes whose event has come.
func (s *Service) wake(ctx context.Context, known map[string]plan.RiskView, now time.Time) error {
	for key, v := range known {
		if v.SnoozeEvent == plan.NoEvent || !now.Before(v.SnoozedUntil) {
			continue
		}
		mark, err := store.SnoozeMark(ctx, s.st.Pool(), v.SnoozeEvent, []core.SKU{v.Finding.SKU})
		if err != nil {
			return err
		}
		v.Woken = v.SnoozeEvent.Woken(v.SnoozeMark, mark)
		known[key] = v
	}
	return nil
}

func (s *Service) wakeProposal(ctx context.Context, p *plan.Proposal, now time.Time) error {
	if p.State != plan.Snoozed || p.SnoozeEvent == plan.NoEvent || !now.Before(p.SnoozedUntil) {
		return nil
	}
	mark, err := store.SnoozeMark(ctx, s.st.Pool(), p.SnoozeEvent, skusOf(*p))
	p.Woken = p.SnoozeEvent.Woken(p.SnoozeMark, mark)
	return err
}

func skusOf(p plan.Proposal) (skus []core.SKU) {
	for _, l := range p.Lines {
		skus = append(skus, l.SKU)
	}
	return skus
}

func (s *Service) muted(ctx context.Context) (map[core.SKU]plan.Mute, error) {
	list, err := store.Mutes(ctx, s.st.Pool())
	out := make(map[core.SKU]plan.Mute, len(list))
	for _, m := range list {
		out[m.SKU] = m
	}
	return out, err
}

// Mute silences a product for good, or lets it be told of again. Who is no approver
// gets a *UserError, as for an unknown code.
func (s *Service) Mute(ctx context.Context, m MuteRequest) (string, error) {
	actor, err := s.notify.Person(ctx, m.Team, m.User)
	if err != nil {
		return "", fmt.Errorf("look up who mutes: %w", err)
	}
	if err := s.refresh(ctx, s.st.Pool()); err != nil {
		return "", err
	}
	if v := plan.DecideSettings(actor, s.cfg().Policy); v.Outcome != plan.Allow {
		return "", &UserError{v.Reason}
	}
	sku, err := store.CanonicalSKU(ctx, s.st.Pool(), strings.TrimSpace(m.Code))
	if errors.Is(err, store.ErrNotFound) {
		_, err = s.Item(ctx, m.Code) // names the nearest code
		if err == nil {
			err = &UserError{fmt.Sprintf("There is no SKU %q.", m.Code)}
		}
	}
	if err != nil {
		return "", err
	}
	answer := fmt.Sprintf("%s is muted: no risk card tells of it until /stock unmute %s. Orders are proposed as before.", sku, sku)
	if !m.On {
		answer = fmt.Sprintf("%s is told of again from the next check on.", sku)
	}
	return answer, s.st.InTx(ctx, func(tx pgx.Tx) error {
		changed, err := store.SetMute(ctx, tx, sku, actor.User, m.On)
		switch {
		case err != nil:
			return err
		case !changed && m.On:
			answer = fmt.Sprintf("%s was muted already.", sku)
			return nil
		case !changed:
			answer = fmt.Sprintf("%s was not muted.", sku)
			return nil
		}
		if err := store.NextEpoch(ctx, tx); err != nil {
			return err
		}
		return store.Audit(ctx, tx, actor.User, map[bool]string{true: "mute", false: "unmute"}[m.On], string(sku), struct{}{})
	})
}

// MuteRequest asks for silence about a product, or for the end of it.
type MuteRequest struct {
	Team, User, Code string
	On               bool
}
