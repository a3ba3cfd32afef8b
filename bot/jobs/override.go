package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

const inboxOverride = "override"

// overrideHistory is how many entries of the history are listed.
const overrideHistory = 30

// OverrideForm is a submitted form with a number set by hand.
type OverrideForm struct {
	Key      string             `json:"key"` // unique per gesture
	Team     string             `json:"team"`
	User     string             `json:"user"`
	Override plan.OverrideEntry `json:"override"`
}

// Overrides lists the numbers set by hand that hold, and what was set and taken back
// before: of one SKU, or of all when code is empty. An unknown code is a *UserError.
func (s *Service) Overrides(ctx context.Context, code string) (v plan.OverrideView, err error) {
	cfg := s.cfg()
	v = plan.OverrideView{Shop: cfg.Shop, SKU: core.SKU(code), Today: s.today()}
	if code != "" {
		sku, err := store.CanonicalSKU(ctx, s.st.Pool(), code)
		if errors.Is(err, store.ErrNotFound) {
			_, err = s.Item(ctx, code) // names the nearest
		}
		if err != nil {
			return v, err
		}
		names, err := store.ProductNames(ctx, s.st.Pool(), sku)
		if err != nil {
			return v, err
		}
		v.SKU, v.Name = sku, names[sku]
	}
	if v.Lines, err = store.Overrides(ctx, s.st.Pool(), v.SKU, v.Today); err != nil {
		return v, err
	}
	if v.History, err = store.OverrideHistory(ctx, s.st.Pool(), v.SKU, overrideHistory); err != nil {
		return v, err
	}
	snap, err := s.st.LoadPlaces(ctx, s.cfg().Shop, s.cfg().Now())
	v.Locations, v.Suppliers = snap.Locations, snap.Suppliers
	return v, err
}

// OverrideBox returns what the form starts from; who may not set numbers gets a
// *UserError.
func (s *Service) OverrideBox(ctx context.Context, team, user, code string) (v plan.OverrideView, err error) {
	if _, err := s.mayOverride(ctx, team, user); err != nil {
		return v, err
	}
	return s.Overrides(ctx, code)
}

func (s *Service) mayOverride(ctx context.Context, team, user string) (plan.Actor, error) {
	actor, err := s.notify.Person(ctx, team, user)
	if err != nil {
		return actor, fmt.Errorf("look up who sets a number: %w", err)
	}
	if v := plan.DecideOverride(actor, s.cfg().Policy); v.Outcome == plan.Deny {
		return actor, &UserError{v.Reason}
	}
	return actor, nil
}

// SubmitOverride sets a number by hand, in force at once: the next check, which
// follows, plans with it. It returns what is wrong with the entry: then nothing is
// stored and the form stays open. The same submission counts once. Errors for people
// are *UserError.
func (s *Service) SubmitOverride(ctx context.Context, f OverrideForm) (faults map[plan.OverridePart]string, err error) {
	actor, err := s.mayOverride(ctx, f.Team, f.User)
	if err != nil {
		return nil, err
	}
	by := actor.Name
	if by == "" {
		by = actor.User
	}
	o, faults := f.Override.Override(by, s.today())
	if len(faults) > 0 {
		return faults, nil
	}
	if o.SKU != "" {
		names, err := store.ProductNames(ctx, s.st.Pool())
		if err != nil {
			return nil, err
		}
		if names[o.SKU] == "" {
			_, err := s.Item(ctx, string(o.SKU))
			var user *UserError
			if !errors.As(err, &user) {
				user = &UserError{"There is no such SKU."}
			}
			return map[plan.OverridePart]string{plan.OverrideSKU: user.Text}, nil
		}
	}
	snap, err := s.st.LoadPlaces(ctx, s.cfg().Shop, s.cfg().Now())
	switch {
	case err != nil:
		return nil, err
	case o.Supplier != "" && !slices.ContainsFunc(snap.Suppliers, func(v core.Supplier) bool { return v.ID == o.Supplier }):
		return map[plan.OverridePart]string{plan.OverrideSupplier: "This supplier is not known any more."}, nil
	case o.Location != "" && !slices.ContainsFunc(snap.Locations, func(v core.Location) bool { return v.ID == o.Location }):
		return nil, &UserError{fmt.Sprintf("There is no place %s any more. Nothing was set.", o.Location)}
	}
	return nil, s.submit(ctx, f.Key, inboxOverride, "override", f, func(tx pgx.Tx) error {
		if err := store.SetOverride(ctx, tx, o, actor.User); err != nil {
			return err
		}
		if err := s.planAnew(ctx, tx, "override"); err != nil {
			return err
		}
		return store.Audit(ctx, tx, actor.User, "override", overrideSubject(o), o)
	})
}

// planAnew has everything computed with what was just changed.
func (s *Service) planAnew(ctx context.Context, tx pgx.Tx, why string) error {
	if err := store.NextEpoch(ctx, tx); err != nil {
		return err
	}
	return s.enqueue(ctx, tx, checkArgs{why, s.cfg().Now()}, 0)
}

func overrideSubject(o core.Override) string {
	if o.SKU == "" {
		return "override/supplier/" + string(o.Supplier)
	}
	return "override/" + string(o.SKU)
}

// takeBack takes back a number set in chat; the check that follows plans without it.
func (s *Service) takeBack(ctx context.Context, c Click, actor plan.Actor) (answer string, err error) {
	if c.Override == nil {
		return "", errors.New("a click that names no override")
	}
	verdict := plan.DecideOverride(actor, s.cfg().Policy)
	err = s.once(ctx, c.Key, string(c.Action), func(tx pgx.Tx) error {
		subject := overrideSubject(core.Override{SKU: c.Override.SKU, Supplier: c.Override.Supplier})
		if verdict.Outcome == plan.Deny {
			answer = verdict.Reason
			return store.Audit(ctx, tx, actor.User, "denied "+string(c.Action), subject, verdict)
		}
		o, err := store.RemoveOverride(ctx, tx, *c.Override, actor.User)
		if err != nil {
			return err
		}
		if err := s.planAnew(ctx, tx, "override"); err != nil {
			return err
		}
		answer = fmt.Sprintf("Taken back: %s is no longer set to %s. Everything is planned anew with the computed number.", o.Field, o.Shown())
		return store.Audit(ctx, tx, actor.User, string(c.Action), subject, o)
	})
	if errors.Is(err, store.ErrNotFound) {
		return "It was taken back already, or something else was set meanwhile; nothing was changed.", s.settle(ctx, c.Key, "no such override")
	}
	return answer, err
}
