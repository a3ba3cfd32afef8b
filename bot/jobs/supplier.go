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

// Supplier returns the score card of a supplier, by code or name. An unknown one
// is a *UserError that names the nearest.
func (s *Service) Supplier(ctx context.Context, name string) (plan.SupplierView, error) {
	now := s.cfg().Now()
	snap, err := s.st.LoadSupply(ctx, s.cfg().Shop, now)
	if err != nil {
		return plan.SupplierView{}, err
	}
	id, err := findSupplier(snap.Suppliers, name)
	if err != nil {
		return plan.SupplierView{}, err
	}
	v := plan.ScoreCard(snap, id, core.DayOf(now, s.cfg().Shop.Zone))
	if v.Open, err = store.OpenOrdersOf(ctx, s.st.Pool(), id); err != nil {
		return v, err
	}
	v.Tone, err = s.toneOf(ctx, id)
	return v, err
}

// Sources compares the suppliers of a product side by side. An unknown code is a
// *UserError that names the nearest.
func (s *Service) Sources(ctx context.Context, code string) (v plan.SourcesView, err error) {
	items, err := s.Item(ctx, code)
	if err != nil {
		return v, err
	}
	cfg := s.cfg()
	v = plan.SourcesView{Shop: cfg.Shop, SKU: items[0].SKU, Name: items[0].Name}
	snap, err := s.st.LoadSnapshot(ctx, cfg.Shop, cfg.Now(), v.SKU)
	if err != nil {
		return v, err
	}
	planner, err := s.asChecked(ctx, &snap, items...)
	if err != nil {
		return v, err
	}
	for _, it := range items {
		list, err := planner.Sources(snap, cfg.Policy, cfg.Now(), it.SKU, it.Location, 0)
		if err != nil {
			return v, err
		}
		v.Places = append(v.Places, plan.SourcesAt{Location: it.Location, Sources: list})
	}
	return v, nil
}

// chooseSource lets a product be ordered from another supplier from now on, and
// has the open proposals written anew: what is asked for there needs an approval
// of its own.
func (s *Service) chooseSource(ctx context.Context, c Click, actor plan.Actor) (answer string, err error) {
	cfg := s.cfg()
	verdict := plan.DecideSource(actor, cfg.Policy)
	today := core.DayOf(cfg.Now(), cfg.Shop.Zone)
	called, err := store.SupplierNames(ctx, s.st.Pool())
	if err != nil {
		return "", err
	}
	name := called.Of(c.Supplier)
	err = s.once(ctx, c.Key, string(c.Action), func(tx pgx.Tx) error {
		if verdict.Outcome == plan.Deny {
			answer = verdict.Reason
			return store.Audit(ctx, tx, actor.User, "denied "+string(c.Action), "sourcing/"+string(c.SKU), verdict)
		}
		until, err := store.ChooseSource(ctx, tx, c.SKU, c.Supplier, c.Quoted, today, today+plan.SourceDays, actor.User)
		if err != nil {
			return err
		}
		if err := store.NextEpoch(ctx, tx); err != nil {
			return err
		}
		if err := s.enqueue(ctx, tx, checkArgs{"sourcing", cfg.Now()}, 0); err != nil {
			return err
		}
		how := ""
		if c.Quoted {
			how = " at its quote"
		}
		line := fmt.Sprintf("%s chose %s%s. The restock cards are written anew and ask for approval.", actor.Name, name, how)
		if err := s.closeRFQ(ctx, tx, c.SKU, c.Supplier, actor, c.Key, line); err != nil {
			return err
		}
		answer = fmt.Sprintf("%s is ordered from %s%s until %s. The restock cards are written anew; nothing is ordered without an approval.", c.SKU, name, how, until)
		return store.Audit(ctx, tx, actor.User, string(c.Action), "sourcing/"+string(c.SKU), map[string]any{"supplier": c.Supplier, "quoted": c.Quoted, "until": until})
	})
	if errors.Is(err, store.ErrNotFound) {
		if c.Quoted {
			return fmt.Sprintf("The quote of %s for %s has ended; nothing was changed.", name, c.SKU), s.settle(ctx, c.Key, "no such quote")
		}
		return fmt.Sprintf("%s does not sell %s any more; nothing was changed.", name, c.SKU), s.settle(ctx, c.Key, "no such offer")
	}
	return answer, err
}

// findSupplier finds a supplier by its code, its name or the only part of a name
// that fits.
func findSupplier(list []core.Supplier, name string) (core.SupplierID, error) {
	want := strings.ToLower(strings.TrimSpace(name))
	ids := map[string]core.SupplierID{} // what people may type, in lower case
	var part []core.SupplierID
	for _, s := range list {
		if want != "" && strings.Contains(strings.ToLower(s.Name), want) {
			part = append(part, s.ID)
		}
		ids[strings.ToLower(s.Name)] = s.ID
	}
	for _, s := range list { // codes win over names
		ids[strings.ToLower(string(s.ID))] = s.ID
	}
	if id, ok := ids[want]; ok {
		return id, nil
	}
	if len(part) == 1 {
		return part[0], nil
	}
	if len(part) > 1 {
		fits := make([]string, 0, len(part))
		for _, id := range part[:min(len(part), 20)] {
			fits = append(fits, string(id))
		}
		slices.Sort(fits)
		return "", &UserError{fmt.Sprintf("%q fits %d suppliers; please type the code of one: %s", name, len(part), strings.Join(fits, ", "))}
	}
	if near := core.Nearest(want, maps.Keys(ids), 1); len(near) > 0 {
		return "", &UserError{fmt.Sprintf("There is no supplier %q. Did you mean %s?", name, ids[near[0]])}
	}
	codes := make([]string, 0, len(list))
	for _, s := range list[:min(len(list), 20)] {
		codes = append(codes, string(s.ID))
	}
	slices.Sort(codes)
	return "", &UserError{fmt.Sprintf("There is no supplier %q. Known are: %s.", name, strings.Join(codes, ", "))}
}
