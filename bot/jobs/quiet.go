package jobs

import (
	"context"
	"slices"
	"strings"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/risk"
)

// Quiet tells what the last check did not speak of, and why; with a code, all that it
// decided about that product. An unknown code is a *UserError.
func (s *Service) Quiet(ctx context.Context, code string) (v plan.QuietView, err error) {
	db := s.st.Pool()
	v.Shop = s.cfg().Shop
	if v.Muted, err = store.Mutes(ctx, db); err != nil {
		return v, err
	}
	if code = strings.TrimSpace(code); code != "" {
		items, err := s.Item(ctx, code)
		if err != nil {
			return v, err
		}
		v.SKU = items[0].SKU
		v.Muted = slices.DeleteFunc(v.Muted, func(m plan.Mute) bool { return m.SKU != v.SKU })
	}
	last, sum, err := lastCheck(ctx, db)
	if err != nil || last.ID == "" {
		return v, err
	}
	v.CheckedAt = last.FinishedAt
	k := kept{sku: v.SKU}
	if k.names, err = store.SupplierNames(ctx, db); err != nil {
		return v, err
	}
	v.Silent = k.lines(sum.Silent, k.about)
	if v.SKU != "" {
		v.Told = k.lines(sum.Told, k.about)
	} else {
		v.Orders = k.lines(sum.Changes, leftAsIs)
	}
	for _, r := range sum.Reminders {
		v.Reminders = append(v.Reminders, k.decision(k.names.Of(r.Supplier), r.SKUs, r.Told, "reminded now", r.Reason)...)
	}
	for _, a := range sum.Coming {
		v.Arrivals = append(v.Arrivals, k.decision(a.Order, a.SKUs, a.Told, "announced now", a.Reason)...)
	}
	return v, nil
}

// kept reads what a check kept of its decisions: of one product, or of all.
type kept struct {
	sku   core.SKU // empty: all
	names core.SupplierNames
}

// lines are those of "what: reason" that are wanted, with suppliers by name.
func (k kept) lines(list []string, wanted func(what string) bool) (out []plan.QuietLine) {
	for _, line := range list {
		if what, reason, ok := strings.Cut(line, ": "); ok && wanted(what) {
			out = append(out, plan.QuietLine{What: k.named(what), Reason: reason})
		}
	}
	return out
}

// decision is a line about an order, when the product is on it.
func (k kept) decision(what string, on []core.SKU, told bool, now, reason string) []plan.QuietLine {
	if k.sku != "" && !slices.Contains(on, k.sku) {
		return nil
	}
	if told {
		reason = now + ": " + reason
	}
	return []plan.QuietLine{{What: what, Reason: reason}}
}

// about reports whether the key of a finding ("stock-out/SOLAR-01/MAIN") is wanted.
func (k kept) about(key string) bool {
	parts := strings.Split(key, "/")
	return k.sku == "" || len(parts) > 1 && parts[1] == string(k.sku)
}

// What was not done to a proposal, before the supplier's code.
const (
	wasHeld      = string(plan.ChangeHeld) + " "
	wasUnchanged = string(plan.ChangeUnchanged) + " "
)

func leftAsIs(what string) bool {
	return strings.HasPrefix(what, wasHeld) || strings.HasPrefix(what, wasUnchanged)
}

// named puts the name of a supplier in the place of its code: in what was done to a
// proposal, and in the key of a finding about a supplier ("late-order/ACME/PO-1").
func (k kept) named(what string) string {
	for _, before := range []string{wasHeld, wasUnchanged, string(risk.LateSupplier) + "/", string(risk.LateOrder) + "/"} {
		if of, ok := strings.CutPrefix(what, before); ok {
			id, order, _ := strings.Cut(of, "/")
			return strings.TrimSuffix(before+k.names.Of(core.SupplierID(id))+"/"+order, "/")
		}
	}
	return what
}
