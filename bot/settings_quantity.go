package bot

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"quartermaster/core"
)

// quantitySettings mirrors the part of the settings file about what turns a need
// into an order. Amounts are in the shop's currency.
type quantitySettings struct {
	HoldingRate       *float64           `toml:"holding_rate"`
	LineCost          *float64           `toml:"line_cost"`
	Substitution      *float64           `toml:"substitution"`
	MaxCoverDays      *int               `toml:"max_cover_days"`
	OrderCap          *float64           `toml:"order_cap"`
	LowUnits          *int64             `toml:"low_units"`
	RushSurcharge     *float64           `toml:"rush_surcharge"`
	AgreementDiscount *float64           `toml:"agreement_discount"`
	ContainerFill     *float64           `toml:"container_fill"`
	DefaultMOQ        *int64             `toml:"default_moq"`
	MinRun            *int64             `toml:"min_run"`
	NewDays           *int               `toml:"new_days"`
	Transfers         *core.TransferRule `toml:"transfers"`
	OverseasShare     *float64           `toml:"overseas_share"`
	OverstockDays     *int               `toml:"overstock_days"`
	DeadDays          *int               `toml:"dead_days"`
	SeasonDays        *int               `toml:"season_days"`
	SeasonPeak        *float64           `toml:"season_peak"`
	SeasonOver        *float64           `toml:"season_over"`
	SeasonEndMonths   *int               `toml:"season_end_months"`
	ClassA            *float64           `toml:"class_a"`
	ClassB            *float64           `toml:"class_b"`
	ClassX            *float64           `toml:"class_x"`
	ClassY            *float64           `toml:"class_y"`
	ServiceLevels     map[string]float64 `toml:"service_levels"`
	Category          map[string]struct {
		Kind         core.CategoryKind `toml:"kind"`
		ServiceLevel float64           `toml:"service_level"`
		MakeToOrder  bool              `toml:"make_to_order"`
	} `toml:"category"`
	Budget []struct {
		Month    string          `toml:"month"`
		Supplier core.SupplierID `toml:"supplier"`
		Category string          `toml:"category"`
		Amount   string          `toml:"amount"`
	} `toml:"budget"`
}

// read overrides the defaults with what the file says.
func (in quantitySettings) read(q *core.QuantityPolicy, cur core.Currency) error {
	set(&q.HoldingRate, in.HoldingRate)
	q.LineCost = core.DefaultLineCost(cur)
	set(&q.LineCost, in.LineCost)
	set(&q.Substitution, in.Substitution)
	set(&q.MaxCoverDays, in.MaxCoverDays)
	set(&q.OrderCap, in.OrderCap)
	set(&q.LowUnits, in.LowUnits)
	set(&q.RushSurcharge, in.RushSurcharge)
	set(&q.AgreementDiscount, in.AgreementDiscount)
	set(&q.ContainerFill, in.ContainerFill)
	set(&q.DefaultMOQ, in.DefaultMOQ)
	set(&q.MinRun, in.MinRun)
	set(&q.NewDays, in.NewDays)
	set(&q.Transfers, in.Transfers)
	set(&q.OverseasShare, in.OverseasShare)
	set(&q.OverstockDays, in.OverstockDays)
	set(&q.DeadDays, in.DeadDays)
	set(&q.SeasonDays, in.SeasonDays)
	set(&q.SeasonPeak, in.SeasonPeak)
	set(&q.SeasonOver, in.SeasonOver)
	set(&q.SeasonEndMonths, in.SeasonEndMonths)
	set(&q.ClassA, in.ClassA)
	set(&q.ClassB, in.ClassB)
	set(&q.ClassX, in.ClassX)
	set(&q.ClassY, in.ClassY)
	for name, level := range in.ServiceLevels {
		if q.ServiceLevels == nil {
			q.ServiceLevels = map[core.Class]float64{}
		}
		q.ServiceLevels[core.Class(name)] = level
	}
	for _, name := range slices.Sorted(maps.Keys(in.Category)) {
		if q.Categories == nil {
			q.Categories = map[string]core.CategoryPolicy{}
		}
		q.Categories[name] = core.CategoryPolicy(in.Category[name])
	}
	var errs []error
	for i, b := range in.Budget {
		out := core.Budget{Month: b.Month, Supplier: b.Supplier, Category: b.Category}
		name := fmt.Sprintf("quantity.budget %d: amount", i+1)
		if b.Amount == "" {
			errs = append(errs, fmt.Errorf("%s is missing", name))
		}
		errs = append(errs, amount(&out.Amount, name, b.Amount, cur))
		q.Budgets = append(q.Budgets, out)
	}
	return errors.Join(errs...)
}
