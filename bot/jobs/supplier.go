package jobs

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

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
	v.Open, err = store.OpenOrdersOf(ctx, s.st.Pool(), id)
	return v, err
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
		return "", &UserError{fmt.Sprintf("%q fits %d suppliers; please type the code of one.", name, len(part))}
	}
	if near := core.Nearest(want, maps.Keys(ids), 1, max(1, len(want)/3)); len(near) > 0 {
		return "", &UserError{fmt.Sprintf("There is no supplier %q. Did you mean %s?", name, ids[near[0]])}
	}
	codes := make([]string, 0, len(list))
	for _, s := range list[:min(len(list), 20)] {
		codes = append(codes, string(s.ID))
	}
	slices.Sort(codes)
	return "", &UserError{fmt.Sprintf("There is no supplier %q. Known are: %s.", name, strings.Join(codes, ", "))}
}
