package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// overview counts the report for the overview card.
func overview(r plan.Report, open, cards int) plan.OverviewView {
	v := plan.OverviewView{OpenProposals: open, Warnings: r.Warnings}
	v.MoneyAtRisk.Currency = r.Shop.Currency
	for _, it := range r.Items {
		switch it.Tier {
		case replenish.Red:
			v.Red++
		case replenish.Yellow:
			v.Yellow++
		case replenish.Green:
			v.Green++
		default:
			v.Idle++
		}
	}
	for _, f := range r.Findings {
		if f.Kind == risk.LateOrder || f.Kind == risk.LateSupplier {
			f.MoneyAtRisk.Minor = 0 // is counted with the products, or comes on top if the goods do not
		}
		if sum, err := v.MoneyAtRisk.Add(f.MoneyAtRisk); err == nil {
			v.MoneyAtRisk = sum
		}
		if f.Severity == risk.High || f.Severity == risk.Medium {
			v.More++
		}
	}
	v.More = max(v.More-cards, 0)
	return v
}

// touchOverview rewrites the overview card if it says something else now.
func (s *Service) touchOverview(ctx context.Context, tx pgx.Tx, v plan.OverviewView) error {
	const key = "overview"
	row, err := store.Card(ctx, tx, key)
	if err == nil {
		var old plan.OverviewView
		if err := json.Unmarshal(row.Body, &old); err == nil && sameOverview(old, v) {
			return nil
		}
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return s.touch(ctx, tx, key, plan.OverviewCard, key, v)
}

func sameOverview(a, b plan.OverviewView) bool {
	return a.Red == b.Red && a.Yellow == b.Yellow && a.Green == b.Green && a.Idle == b.Idle && a.More == b.More &&
		a.OpenProposals == b.OpenProposals && a.MoneyAtRisk == b.MoneyAtRisk && slices.Equal(a.Warnings, b.Warnings)
}
