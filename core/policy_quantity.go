package core

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// TransferRule says what surplus stock at another place means for an order.
type TransferRule string

// Transfer rules. Suggest leaves the order whole and names the transfer; First
// orders only what transfers cannot bring; Never looks at no other place.
const (
	TransferSuggest TransferRule = "suggest"
	TransferFirst   TransferRule = "first"
	TransferNever   TransferRule = "never"
)

// CategoryKind is how a product is bought again (requirement D12).
type CategoryKind string

// Kinds of products. Consumables are bought again every 30 to 90 days and kept
// with safety stock; upgrades are stocked with what is bought after them;
// durables are hardly bought again and can be made to order; seasonal goods are
// stocked by the season plan; the rest is regular.
const (
	Regular    CategoryKind = "regular"
	Consumable CategoryKind = "consumable"
	Upgrade    CategoryKind = "upgrade"
	Durable    CategoryKind = "durable"
	Seasonal   CategoryKind = "seasonal"
)

// CategoryKinds lists every kind.
var CategoryKinds = []CategoryKind{Regular, Consumable, Upgrade, Durable, Seasonal}

// CategoryPolicy overrides what would be assigned to the products of a category.
type CategoryPolicy struct {
	Kind         CategoryKind `json:"kind,omitempty"`          // empty: assigned from data
	ServiceLevel float64      `json:"service_level,omitempty"` // 0: as the class says
	// MakeToOrder orders only what customers are owed. Defaults to false.
	MakeToOrder bool `json:"make_to_order,omitempty"`
}

// Budget is the money that orders of a month may cost (open to buy). Empty fields
// stand for every month, supplier or category.
type Budget struct {
	Month    string     `json:"month,omitempty"` // "2026-11"
	Supplier SupplierID `json:"supplier,omitempty"`
	Category string     `json:"category,omitempty"`
	Amount   Money      `json:"amount"` // shop's currency
}

// Holds reports whether the budget counts an order of this month, supplier and
// category; month is "2026-11".
func (b Budget) Holds(month string, s SupplierID, category string) bool {
	return (b.Month == "" || b.Month == month) && (b.Supplier == "" || b.Supplier == s) && (b.Category == "" || b.Category == category)
}

// QuantityPolicy holds what turns a need into an order. Shares are fractions.
type QuantityPolicy struct {
	// HoldingRate is what it costs to hold stock for a year, as a share of its
	// landed cost: capital, space, loss. Defaults to 0.25; 0 to 10.
	HoldingRate float64 `json:"holding_rate"`
	// LineCost is what it costs to handle one line of an order, in major units of the
	// shop's currency: to enter, receive, check, put away and pay it. The target "cost"
	// orders nothing that is expected to save less. Defaults to DefaultLineCost, a
	// quarter of an hour of a person's time. 0 to 1e6.
	LineCost float64 `json:"line_cost"`
	// Substitution is the share of buyers who take another product of the shop
	// when one is out of stock. Defaults to 0; 0 to 1.
	Substitution float64 `json:"substitution"`
	// MaxCoverDays bounds what an order is raised to beyond its need, in days of
	// sales with all that is on order. The target "cost" orders nothing
	// while the position lasts longer. Defaults to 120; 1 to 730.
	MaxCoverDays int `json:"max_cover_days"`
	// OrderCap is how many times the usual sales an order may be at most, over the
	// time it must last: whatever the forecast says, more takes a person. Defaults to
	// 5; 0 is no cap.
	OrderCap float64 `json:"order_cap"`
	// LowUnits is the number of units below which a product that runs short has its ads
	// held back and its storefront say so. Defaults to 20; 0 is never.
	LowUnits int64 `json:"low_units"`
	// RushSurcharge is what goods cost more in a rush order. Defaults to 0.15.
	RushSurcharge float64 `json:"rush_surcharge"`
	// AgreementDiscount is what goods cost less under a quarterly agreement.
	// Defaults to 0.05.
	AgreementDiscount float64 `json:"agreement_discount"`
	// ContainerFill is how full the last container must be to ship it as it is.
	// Defaults to 0.85; 0 to 1.
	ContainerFill float64 `json:"container_fill"`
	// DefaultMOQ is the minimum order in units where the supplier's is not known.
	// Defaults to 1; 0 is as 1.
	DefaultMOQ int64 `json:"default_moq,omitempty"`
	// MinRun is the least first order of a new product. Defaults to 50.
	MinRun int64 `json:"min_run"`
	// NewDays is how many days of sales make a product no longer new. Defaults to 28.
	NewDays int `json:"new_days"`
	// Transfers defaults to "suggest".
	Transfers TransferRule `json:"transfers"`
	// OverseasShare of a product's safety stock is kept in places abroad that sell
	// it. Defaults to 0.15; 0 to 1.
	OverseasShare float64 `json:"overseas_share"`
	// OverstockDays of sales in stock are too many, unless the way from the
	// supplier needs more. Defaults to 50; 1 to 730.
	OverstockDays int `json:"overstock_days"`
	// DeadDays without a sale make stock dead. Defaults to 90.
	DeadDays int `json:"dead_days"`
	// SeasonDays before a peak the season plan is made. Defaults to 90.
	SeasonDays int `json:"season_days"`
	// SeasonPeak is the factor of a month against the year from which it is a
	// peak. Defaults to 1.5; above 1.
	SeasonPeak float64 `json:"season_peak"`
	// SeasonOver is how far sales in season may run over plan before a batch by
	// air is advised. Defaults to 0.15.
	SeasonOver float64 `json:"season_over"`
	// SeasonEndMonths of sales left at the end of a season are bundled. Defaults to 8.
	SeasonEndMonths int `json:"season_end_months"`
	// ClassA and ClassB are the shares of the year's margin that classes A, and A
	// and B together, bring. Default to 0.80 and 0.95.
	ClassA float64 `json:"class_a"`
	ClassB float64 `json:"class_b"`
	// ClassX and ClassY bound the coefficient of variation of weekly demand of
	// classes X and Y. Default to 0.5 and 1.
	ClassX float64 `json:"class_x"`
	ClassY float64 `json:"class_y"`
	// ServiceLevels is the service level per class; a class not named uses
	// Policy.ServiceLevel. Empty by default.
	ServiceLevels map[Class]float64 `json:"service_levels,omitempty"`
	// Categories overrides what is assigned to products, by name of category.
	Categories map[string]CategoryPolicy `json:"categories,omitempty"`
	// Budgets are the limits on what orders cost. None by default.
	Budgets []Budget `json:"budgets,omitempty"`
}

// DefaultQuantity returns the documented defaults.
func DefaultQuantity() QuantityPolicy {
	return QuantityPolicy{
		HoldingRate: 0.25, LineCost: 5, MaxCoverDays: 120, OrderCap: 5, LowUnits: 20, RushSurcharge: 0.15, AgreementDiscount: 0.05, ContainerFill: 0.85,
		DefaultMOQ: 1, MinRun: 50, NewDays: 28, Transfers: TransferSuggest, OverseasShare: 0.15, OverstockDays: 50, DeadDays: 90,
		SeasonDays: 90, SeasonPeak: 1.5, SeasonOver: 0.15, SeasonEndMonths: 8,
		ClassA: 0.80, ClassB: 0.95, ClassX: 0.5, ClassY: 1,
	}
}

// lineCosts are about five euros in currencies of small units, at rounded rates of
// 2025. A rule of thumb: a shop sets its own.
var lineCosts = map[Currency]float64{
	"AED": 20, "BRL": 30, "CNY": 40, "CZK": 120, "DKK": 35, "HKD": 45, "HUF": 2000, "IDR": 90_000, "ILS": 20, "INR": 500,
	"JPY": 800, "KRW": 8000, "MXN": 100, "MYR": 25, "NOK": 60, "PHP": 300, "PLN": 20, "RUB": 450, "SAR": 20, "SEK": 55,
	"THB": 180, "TRY": 200, "TWD": 170, "UAH": 240, "VND": 140_000, "ZAR": 100,
}

// DefaultLineCost returns what handling a line of an order costs where a shop does not
// say, in major units of its currency: 5, or about as much in currencies of small units.
func DefaultLineCost(c Currency) float64 {
	if v, ok := lineCosts[c]; ok {
		return v
	}
	return 5
}

func (q QuantityPolicy) validate() error {
	var errs []error
	bad := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("quantity."+format, args...))
		}
	}
	between := func(name string, v, lo, hi float64) {
		bad(lo <= v && v <= hi, "%s must be between %v and %v, is %v", name, lo, hi, v)
	}
	between("holding_rate", q.HoldingRate, 0, 10)
	between("line_cost", q.LineCost, 0, 1e6)
	between("substitution", q.Substitution, 0, 1)
	between("max_cover_days", float64(q.MaxCoverDays), 1, 730)
	between("order_cap", q.OrderCap, 0, 1000)
	between("low_units", float64(q.LowUnits), 0, 1e6)
	between("rush_surcharge", q.RushSurcharge, 0, 2)
	between("agreement_discount", q.AgreementDiscount, 0, 0.9)
	between("container_fill", q.ContainerFill, 0, 1)
	between("default_moq", float64(q.DefaultMOQ), 0, 1e6)
	between("min_run", float64(q.MinRun), 0, 1e6)
	between("new_days", float64(q.NewDays), 0, 365)
	bad(slices.Contains([]TransferRule{TransferSuggest, TransferFirst, TransferNever}, q.Transfers),
		"transfers must be %q, %q or %q, is %q", TransferSuggest, TransferFirst, TransferNever, q.Transfers)
	between("overseas_share", q.OverseasShare, 0, 1)
	between("overstock_days", float64(q.OverstockDays), 1, 730)
	between("dead_days", float64(q.DeadDays), 1, 730)
	between("season_days", float64(q.SeasonDays), 1, 365)
	between("season_peak", q.SeasonPeak, 1.01, 100)
	between("season_over", q.SeasonOver, 0, 10)
	between("season_end_months", float64(q.SeasonEndMonths), 1, 60)
	between("class_a", q.ClassA, 0, 1)
	between("class_b", q.ClassB, q.ClassA, 1)
	between("class_x", q.ClassX, 0, 100)
	between("class_y", q.ClassY, q.ClassX, 100)
	for _, c := range slices.Sorted(maps.Keys(q.ServiceLevels)) {
		bad(slices.Contains(Classes, c), "service_levels: there is no class %q", c)
		between("service_levels."+string(c), q.ServiceLevels[c], 0.5, 0.999)
	}
	for _, name := range slices.Sorted(maps.Keys(q.Categories)) {
		c := q.Categories[name]
		bad(c.Kind == "" || slices.Contains(CategoryKinds, c.Kind), "category %q: there is no kind %q", name, c.Kind)
		bad(c.ServiceLevel == 0 || 0.5 <= c.ServiceLevel && c.ServiceLevel <= 0.999, "category %q: service_level must be between 0.5 and 0.999, is %v", name, c.ServiceLevel)
	}
	for i, b := range q.Budgets {
		_, err := time.Parse("2006-01", b.Month)
		bad(b.Month == "" || err == nil, "budget %d: month %q is not of the form 2026-11", i+1, b.Month)
		bad(b.Amount.Minor >= 0 && b.Amount.Currency.Valid(), "budget %d: amount must not be negative and needs a currency", i+1)
	}
	return errors.Join(errs...)
}
