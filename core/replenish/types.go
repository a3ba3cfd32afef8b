package replenish

import (
	"slices"

	"quartermaster/core"
)

// Tier is a cover class (requirement D2).
type Tier string

// Tiers, from most urgent to none. Idle means no demand is expected.
const (
	Red    Tier = "RED"
	Yellow Tier = "YELLOW"
	Green  Tier = "GREEN"
	Idle   Tier = "IDLE"
)

// Position is the inventory position of a SKU at a location, in units:
//
//	Net = OnHand - Committed - Backorders + OnOrder
//
// OnOrder counts every approved, sent, confirmed and shipped order. Proposed is
// what open cards already ask for; it is shown beside the position, and because
// a supplier has one open card at most, it is never asked for twice.
type Position struct {
	OnHand     int64 `json:"on_hand"`
	Committed  int64 `json:"committed"`
	Backorders int64 `json:"backorders"`
	OnOrder    int64 `json:"on_order"`
	Proposed   int64 `json:"proposed"`
}

// Net returns the inventory position.
func (p Position) Net() int64 { return p.OnHand - p.Committed - p.Backorders + p.OnOrder }

// Available returns what can be sold today: on hand less what is promised.
func (p Position) Available() int64 { return p.OnHand - p.Committed - p.Backorders }

// Calculation is the way from demand to quantity with every number on it, so
// that a person can do the sum again. Quantities are in units, times in days.
//
//	SafetyStock  = max(Z * sqrt(LeadDays*DemandSD² + DemandPerDay²*LeadSD²), FloorDays*DemandPerDay)
//	ReorderPoint = DemandPerDay*LeadDays + SafetyStock
//	OrderUpTo    = DemandPerDay*CoverDays + the same safety term over CoverDays, CoverSD,
//	               and no less than the ReorderPoint of the normal and the fast mode
//	Need         = OrderUpTo - Position.Net(), when the position is at or below Trigger
//
// With Courses, the safety stock is what demand stays at or below with the service
// level, in so many equally likely courses over the same time (package window), less
// the expected demand: SafetyStock = max(quantile - DemandPerDay*LeadDays, floor).
//
// (Silver, Pyke and Thomas, Inventory and Production Management in Supply
// Chains, 4th ed., (R,s,S) control with lead-time variance.)
//
// CoverDays is the time an order must last: until goods ordered at the next
// review would arrive by the normal mode. Without closed days and in the normal
// mode that is LeadDays + ReviewDays. An order by the fast mode lasts as long:
// if it only lasted its own short lead time, the next order would have to be
// fast again, for ever.
//
// Demand, deviation, z and times are rounded to four decimals before they are
// used and every result to two, so that the printed numbers are the numbers.
type Calculation struct {
	DemandPerDay float64 `json:"demand_per_day"`         // mean over CoverDays
	DemandSD     float64 `json:"demand_sd"`              // of one day
	Courses      int     `json:"courses,omitempty"`      // of demand that quantiles are of; 0 with the normal formula
	CoursesFrom  string  `json:"courses_from,omitempty"` // what they are made of: empty, LevelSet or NoPast
	LeadDays     float64 `json:"lead_days"`              // including the supplier's closed days
	LeadSD       float64 `json:"lead_sd"`
	ReviewDays   int     `json:"review_days"`
	CoverDays    float64 `json:"cover_days"`
	CoverSD      float64 `json:"cover_sd"`   // lead time deviation of the normal mode
	FloorDays    float64 `json:"floor_days"` // least safety stock in days of sales
	ServiceLevel float64 `json:"service_level"`
	// FillRate is aimed at in place of the service level by the target "fill", 0 with
	// the others: MayShort units may be short between two reviews,
	// (1 - FillRate) * DemandPerDay * ReviewDays, and the quantile is the least level at
	// which so many are (the measure P2 of Silver, Pyke and Thomas, 4th ed., section
	// 6.7, with what is short in a whole cycle).
	FillRate float64 `json:"fill_rate,omitempty"`
	MayShort float64 `json:"may_short,omitempty"`
	// ServiceWhy says whose service level it is; empty for the shop's own.
	ServiceWhy string `json:"service_why,omitempty"`
	// CostWhy says why the target "cost" could not weigh the item's costs, so that its
	// service level holds; empty when it could, and with other targets.
	CostWhy         string   `json:"cost_why,omitempty"`
	Z               float64  `json:"z"` // standard normal quantile of ServiceLevel
	SafetyStock     float64  `json:"safety_stock"`
	SafetyStockLong float64  `json:"safety_stock_long"` // over CoverDays
	ReorderPoint    float64  `json:"reorder_point"`
	OrderUpTo       float64  `json:"order_up_to"`
	Position        Position `json:"position"`
	// Trigger is the position at or below which an order is due: the highest
	// reorder point of the modes considered or, when the tier is RED, that tier's
	// days of sales if they are more. TriggerWhy names it; for a reorder point the
	// three figures after it are those of its mode, else 0.
	Trigger         float64 `json:"trigger"`
	TriggerWhy      string  `json:"trigger_why"`
	TriggerLeadDays float64 `json:"trigger_lead_days"`
	TriggerLeadSD   float64 `json:"trigger_lead_sd"`
	TriggerSafety   float64 `json:"trigger_safety"`
	Need            float64 `json:"need"`
	Steps           []Step  `json:"steps,omitempty"`
	Qty             int64   `json:"qty"`
	// SafetySet says that a person set the safety stock.
	SafetySet bool `json:"safety_set,omitempty"`
	// ReorderSet says that a person set the reorder point: an order is due at or below
	// it, under every target and whatever the tier.
	ReorderSet bool `json:"reorder_set,omitempty"`
	// QtySet says that a person set the quantity: no other rule changes it but a budget.
	QtySet bool `json:"qty_set,omitempty"`
	// AtArrival is how the target "cost" found Need; nil with the others. OrderUpTo is
	// then Position.Net() + AtArrival.Need, and Trigger the same: there is an order at
	// every review at which something is needed. SafetyStock and ReorderPoint still
	// say how urgent it is.
	AtArrival *AtArrival `json:"at_arrival,omitempty"`
	// Gap says that this part of an order fills the gap of Choice, with AtArrival:
	// Need is then Choice.Need.
	Gap bool `json:"gap,omitempty"`
	// Whole is, with AtArrival, what all parts of a split order need; 0 when it is not
	// split. OrderUpTo is then Position.Net() + Whole.
	Whole float64 `json:"whole,omitempty"`
	// Cap bounds Qty by what usually sells; nil when nothing is known of that.
	Cap *Cap `json:"cap,omitempty"`
	// Choice weighs the ways of shipping; nil when no faster way would help.
	Choice *Choice `json:"choice,omitempty"`
	// Joint is set where a linked RED product raised the need.
	Joint *Joint `json:"joint,omitempty"`
	// NormalMode is the mode of orders that are not urgent.
	NormalMode core.Mode `json:"normal_mode"`
	// Basis says where the demand comes from, ModeWhy why this mode was chosen.
	Basis   string `json:"basis,omitempty"`
	ModeWhy string `json:"mode_why,omitempty"`
}

// What courses of demand are made of, where it is not windows of the past year moved to
// today's level: the same windows moved to the demand that a person set, or a negative
// binomial distribution where there is no past to look at.
const (
	LevelSet = "by-hand"
	NoPast   = "no-past"
)

// Changed returns the calculation with another quantity, reached by steps and then
// more. Neither c nor steps is written to.
func (c *Calculation) Changed(qty int64, steps []Step, more ...Step) *Calculation {
	out := *c
	out.Qty, out.Steps = qty, slices.Concat(steps, more)
	return &out
}

// Joint is what buyers of a RED product are expected to want of this one
// (requirement D7), in units and days:
//
//	Expected = Probability * DemandPerDay * Days
//	Extra    = max(0, Expected - Own)
//	Need     = OrderUpTo + Extra - Position.Net()
type Joint struct {
	With         core.SKU `json:"with"`                // the product that runs short
	WithTier     Tier     `json:"with_tier,omitempty"` // its tier; empty: RED
	Probability  float64  `json:"probability"`
	DemandPerDay float64  `json:"demand_per_day"` // of that product
	Days         float64  `json:"days"`           // the link's window, at most CoverDays
	Expected     float64  `json:"expected"`
	Own          float64  `json:"own"` // in this product's own forecast of these days
	Extra        float64  `json:"extra"`
	Need         float64  `json:"need"`
}

// Step is one rule that changed the quantity: "MOQ 500" from 356 to 500.
type Step struct {
	Rule string  `json:"rule"` // "round up", "MOQ", "pack", "price break", "maximum", "split", "override", "make to order", "minimum run", "order cap", "order line", "supplier minimum", "container", "joint order", "budget", "edited"
	From float64 `json:"from"`
	To   int64   `json:"to"`
	Note string  `json:"note"`
}

// Short is the tier of the product that an order is joined to.
func (j *Joint) Short() Tier {
	if j.WithTier == "" {
		return Red
	}
	return j.WithTier
}
