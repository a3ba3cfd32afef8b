package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// homeDays is how many days the home tab looks back.
const homeDays = 14

// Home gathers what the home tab shows.
func (s *Service) Home(ctx context.Context) (v plan.HomeView, err error) {
	db, c := s.st.Pool(), s.cfg()
	if v.Status, err = s.Status(ctx); err != nil {
		return v, err
	}
	if v.Waiting, err = s.Waiting(ctx); err != nil {
		return v, err
	}
	feeds, err := store.FeedTimes(ctx, db)
	if err != nil {
		return v, err
	}
	for _, f := range feeds {
		limit := c.Policy.StaleLimit(f.Name)
		v.Feeds = append(v.Feeds, plan.FeedAge{Name: f.Name, AsOf: f.AsOf, Limit: limit, Stale: f.AsOf.IsZero() || c.Now().Sub(f.AsOf) > limit})
	}
	if v.History, err = store.DayFigures(ctx, db, c.Shop.Zone.String(), homeDays); err != nil {
		return v, err
	}
	in, err := s.indicators(ctx, c.Now())
	if err != nil {
		return v, err
	}
	v.Indicators = plan.Measure(in)
	if v.Kept, err = s.Quiet(ctx, ""); err != nil {
		return v, err
	}
	if v.Again, err = s.again(ctx); err != nil {
		return v, err
	}
	v.Runs, err = s.Runs(ctx)
	return v, err
}

// homeAgain is how many products that are bought again the home tab shows.
const homeAgain = 5

// again is the head of the repurchase table as the last look at the customers left it;
// empty when there was none.
func (s *Service) again(ctx context.Context) (v plan.CustomersView, err error) {
	v.Shop = s.cfg().Shop
	v.Report, v.MadeAt, err = store.CustomerReport(ctx, s.st.Pool())
	if errors.Is(err, store.ErrNotFound) {
		return plan.CustomersView{}, nil
	}
	if err != nil {
		return v, err
	}
	var shown []core.SKU
	for _, p := range v.Report.Products[:min(len(v.Report.Products), homeAgain)] {
		shown = append(shown, p.SKU)
	}
	if v.Report.Products = v.Report.Products[:len(shown)]; len(shown) > 0 {
		v.Names, err = store.ProductNames(ctx, s.st.Pool(), shown...)
	}
	return v, err
}

// Waiting lists the proposals that can be decided, largest amount first.
func (s *Service) Waiting(ctx context.Context) ([]plan.Proposal, error) {
	open, err := store.OpenProposals(ctx, s.st.Pool())
	if err != nil {
		return nil, err
	}
	open = slices.DeleteFunc(open, func(p plan.Proposal) bool { return !p.State.Decidable() })
	slices.SortStableFunc(open, func(a, b plan.Proposal) int {
		return cmp.Or(cmp.Compare(b.TotalShop.Minor, a.TotalShop.Minor), cmp.Compare(a.ID, b.ID))
	})
	return open, nil
}

// Runs lists the schedules in force, the next to run first.
func (s *Service) Runs(ctx context.Context) ([]plan.RunView, error) {
	list, err := store.Schedules(ctx, s.st.Pool())
	if err != nil {
		return nil, err
	}
	last, err := store.LastSlots(ctx, s.st.Pool())
	if err != nil {
		return nil, err
	}
	var out []plan.RunView
	for _, sch := range list {
		if !sch.Enabled {
			continue
		}
		t, err := ParseTimetable(sch.Spec, s.cfg().Shop.Zone)
		if err != nil {
			return nil, err
		}
		r := last[sch.Name]
		r.Name, r.Spec, r.Next = sch.Name, sch.Spec, t.Next(s.cfg().Now())
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b plan.RunView) int { return a.Next.Compare(b.Next) })
	return out, nil
}

// Settings tells what is in force.
func (s *Service) Settings(ctx context.Context) (plan.SettingsView, error) {
	if err := s.refresh(ctx, s.st.Pool()); err != nil {
		return plan.SettingsView{}, err
	}
	now := s.settled.Load()
	called, err := store.SupplierNames(ctx, s.st.Pool())
	if err != nil {
		return plan.SettingsView{}, err
	}
	v := plan.SettingsView{Suppliers: called, Version: now.version, Shop: now.Shop, Policy: now.Policy, Channel: now.Channel, Schedules: now.Schedules}
	if v.Standing, err = s.Standing(ctx); err != nil {
		return v, err
	}
	if now.version > 0 {
		row, err := store.NewestSettings(ctx, s.st.Pool(), now.version-1)
		if err != nil {
			return v, err
		}
		v.At, v.By, v.Source = row.At, row.By, string(row.Source)
	}
	return v, nil
}

// maxSuggestion bounds a suggestion, in bytes.
const maxSuggestion = 2000

// Suggest keeps what a person suggests.
func (s *Service) Suggest(ctx context.Context, key, user, text string) error {
	if text = strings.TrimSpace(text); text == "" || len(text) > maxSuggestion {
		return &UserError{fmt.Sprintf("Please write your suggestion after the word, up to %d characters: /stock suggest …", maxSuggestion)}
	}
	return s.st.InTx(ctx, func(tx pgx.Tx) error {
		if err := store.AddSuggestion(ctx, tx, key, user, text); err != nil {
			return err
		}
		return store.Audit(ctx, tx, user, "suggest", "suggestion", map[string]string{"text": text})
	})
}

// SnoozeItem silences the findings of a SKU for some days, as the buttons of its
// risk cards do. It says what will happen; who may not is told as for a button.
func (s *Service) SnoozeItem(ctx context.Context, c Click, code string) (string, error) {
	today := core.DayOf(s.cfg().Now(), s.cfg().Shop.Zone)
	switch ahead := int(c.Until - today); {
	case c.Until != 0 && (ahead < 1 || ahead > plan.MaxSnoozeDays), c.Until == 0 && c.Event == plan.NoEvent && (c.Days < 1 || c.Days > plan.MaxSnoozeDays):
		return "", &UserError{"Please say for how many days, from 1 to 90, until which day, or until what: /stock snooze SOLAR-01 3, 2026-12-24, received or price"}
	}
	if _, err := s.Item(ctx, code); err != nil { // names the nearest code
		return "", err
	}
	keys, err := store.FindingsOf(ctx, s.st.Pool(), strings.TrimSpace(code))
	if err != nil {
		return "", err
	}
	if len(keys) == 0 {
		return fmt.Sprintf("There is no open finding for %s, so there is nothing to snooze.", code), nil
	}
	var errs []error
	for i, key := range keys {
		one := c
		one.Key, one.Finding, one.Action = fmt.Sprintf("%s/%d", c.Key, i), key, plan.Snooze
		errs = append(errs, s.Click(ctx, one))
	}
	return "", errors.Join(errs...)
}
