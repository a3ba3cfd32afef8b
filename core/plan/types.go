package plan

import (
	"time"

	"quartermaster/core"
	"quartermaster/core/forecast"
	"quartermaster/core/forecast/history"
	"quartermaster/core/forecast/signal"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// Report is the outcome of Evaluate: what stands where, what was found, and
// what is proposed. It is ordered: items by money at risk, then SKU, then
// location; findings by severity and money; proposals by money at risk.
type Report struct {
	Now       time.Time      `json:"now"`
	Today     core.Day       `json:"today"`
	Shop      core.Shop      `json:"shop"`
	Items     []Item         `json:"items"`
	Findings  []risk.Finding `json:"findings"`
	Proposals []Proposal     `json:"proposals"`
	Waiting   []Waiting      `json:"waiting,omitempty"` // orders that are due and not made yet
	// Anomalies are what is wrong in the demand data, newest first; the forecast
	// does not follow them.
	Anomalies []history.Anomaly `json:"anomalies,omitempty"`
	// Signals are those at work, to come, or just over, with what was measured.
	Signals []SignalReport `json:"signals,omitempty"`
	// Conservative lists why the report raises nothing; empty in normal times.
	Conservative []risk.Cause `json:"conservative,omitempty"`
	// Warnings are gaps in the data that limit the report, one sentence each.
	Warnings []string `json:"warnings,omitempty"`
	// Suppliers is what they are called.
	Suppliers core.SupplierNames `json:"-"`
	// Days are those on which the whole shop was closed or its data incomplete, for
	// Planner.Days.
	Days history.Days `json:"-"`
	// Trade are the last calendar weeks in sums, for the indicators; the present one is
	// the last.
	Trade []TradeWeek `json:"-"`
}

// Item is the state of one SKU at one location.
type Item struct {
	SKU      core.SKU           `json:"sku"`
	Location core.LocationID    `json:"location"`
	Name     string             `json:"name"`
	Category string             `json:"category,omitempty"`
	Tier     replenish.Tier     `json:"tier"`
	TierWhy  string             `json:"tier_why"`
	Cover    float64            `json:"cover_days"` // available stock in days of expected sales; 0 when Idle
	Position replenish.Position `json:"position"`
	Forecast forecast.Forecast  `json:"forecast"`
	Inbound  []core.Inbound     `json:"inbound,omitempty"` // what Position.OnOrder adds up
	// Class is ABC by margin and XYZ by regularity, Kind how it is bought again; each
	// with the reason.
	Class    core.Class        `json:"class,omitempty"`
	ClassWhy string            `json:"class_why,omitempty"`
	Kind     core.CategoryKind `json:"kind,omitempty"`
	KindWhy  string            `json:"kind_why,omitempty"`
	Supplier core.SupplierID   `json:"supplier,omitempty"`
	// Signals are the outside signals in the forecast, with their effect per day.
	Signals []signal.Line `json:"signals,omitempty"`
	// PausedUntil, when not zero, is until when nothing may be ordered for this item
	// without a person, because its forecast turned out wrong today.
	PausedUntil time.Time `json:"paused_until,omitzero"`
	// Rival is the next best of several suppliers; nil where none was weighed.
	Rival *Rival `json:"rival,omitempty"`
	// Calc is the calculation for the mode chosen; nil when no supplier offers the
	// SKU or it is idle.
	Calc *replenish.Calculation `json:"calc,omitempty"`
	// Rest is the later parts of an order that is split over several ways.
	Rest        []replenish.Part `json:"rest,omitempty"`
	Mode        core.Mode        `json:"mode,omitempty"`
	StockOut    core.Day         `json:"stock_out,omitzero"`
	HasStockOut bool             `json:"has_stock_out"`
	OrderBy     core.Day         `json:"order_by,omitzero"`
	Arrival     core.Day         `json:"arrival,omitzero"` // of goods ordered today
	Short       float64          `json:"short"`
	MoneyAtRisk core.Money       `json:"money_at_risk"`
	Notes       []string         `json:"notes,omitempty"` // what else a person should know, such as overdue goods
	// ByHand are those of Notes that tell of numbers set by a person.
	ByHand []string `json:"by_hand,omitempty"`
}

// Order returns the units that the item needs ordered now, by every way.
func (it *Item) Order() (n int64) {
	if it.Calc != nil {
		n = it.Calc.Qty
	}
	for i := range it.Rest {
		n += it.Rest[i].Calc.Qty
	}
	return n
}

// State is the state of a proposal. The table of allowed moves is in state.go.
type State string

// States of a proposal. Open ones can be decided; the rest is final.
const (
	Proposed       State = "proposed"        // open: waits for a decision
	AwaitingSecond State = "awaiting_second" // open: one approval given, a second one needed
	Snoozed        State = "snoozed"         // open again at SnoozedUntil
	Approved       State = "approved"        // an order exists
	Rejected       State = "rejected"
	Expired        State = "expired"
	Withdrawn      State = "withdrawn" // the need went away before anybody decided
)

// Proposal asks to order from one supplier. Version grows with every rewrite;
// Digest identifies exactly what was shown.
type Proposal struct {
	ID           int64           `json:"id,omitempty"` // 0 in a fresh report
	Version      int             `json:"version,omitempty"`
	State        State           `json:"state,omitempty"`
	Supplier     core.SupplierID `json:"supplier"`
	SupplierName string          `json:"supplier_name"`
	Lines        []Line          `json:"lines"`
	TakenOut     []Line          `json:"taken_out,omitempty"` // lines a person took out, as they were
	Total        core.Money      `json:"total"`               // goods and freight, supplier's currency
	TotalShop    core.Money      `json:"total_shop"`          // in the shop's currency; limits apply to it
	Rate         core.Rate       `json:"rate,omitempty"`      // that made TotalShop out of Total
	OrderBy      core.Day        `json:"order_by"`            // earliest of the lines
	MoneyAtRisk  core.Money      `json:"money_at_risk"`       // sum over the lines
	Reason       string          `json:"reason"`              // one sentence
	Terms        core.Terms      `json:"terms,omitzero"`      // what the supplier asks of the whole order
	Notes        []string        `json:"notes,omitempty"`     // what was raised or cut for the whole order, phrases
	AsOf         time.Time       `json:"as_of"`               // oldest stock data behind it
	CreatedAt    time.Time       `json:"created_at,omitzero"`
	ExpiresAt    time.Time       `json:"expires_at,omitzero"`
	SnoozedUntil time.Time       `json:"snoozed_until,omitzero"`
	SnoozeEvent  SnoozeEvent     `json:"snooze_event,omitempty"` // ends the snooze before its time
	SnoozeMark   string          `json:"snooze_mark,omitempty"`  // what it is told by, as it was when the snooze began
	Woken        string          `json:"-"`                      // why the snooze ended before its time
	EditedBy     string          `json:"edited_by,omitempty"`    // user id of the last editor
	FirstBy      string          `json:"first_by,omitempty"`     // user id of the first approver, when a second is needed
	DecidedBy    string          `json:"decided_by,omitempty"`
	DecidedAt    time.Time       `json:"decided_at,omitzero"`
	DecidedWhy   string          `json:"decided_why,omitempty"`
	Course       *Course         `json:"course,omitempty"` // of the line whose stock ends first, for a picture
	// AskedWhy is why the last check left it to a person, a phrase; empty where the rule
	// is off or has not looked yet.
	AskedWhy string `json:"-"`
}

// Line is one SKU on a proposal.
type Line struct {
	SKU         core.SKU        `json:"sku"`
	Location    core.LocationID `json:"location"`
	Name        string          `json:"name"`
	SupplierSKU string          `json:"supplier_sku,omitempty"`
	Mode        core.Mode       `json:"mode"`
	Qty         int64           `json:"qty"`
	UnitPrice   core.Money      `json:"unit_price"` // at Qty, supplier's currency
	Freight     core.Money      `json:"freight"`    // per unit, supplier's currency
	Cost        core.Money      `json:"cost"`       // Qty * (UnitPrice + Freight)
	Arrival     core.Day        `json:"arrival"`    // expected, when ordered today
	StockOut    core.Day        `json:"stock_out,omitzero"`
	HasStockOut bool            `json:"has_stock_out"`
	OrderBy     core.Day        `json:"order_by"`
	Short       float64         `json:"short"`      // units unmet until Arrival
	SellPrice   core.Money      `json:"sell_price"` // of one unit, shop's currency
	Landed      core.Money      `json:"landed"`     // UnitPrice + Freight as computed, shop's currency
	Margin      core.Money      `json:"margin"`     // SellPrice - Landed, at least 0
	MoneyAtRisk core.Money      `json:"money_at_risk"`
	Tier        replenish.Tier  `json:"tier"`
	// Calc is shared with the item and with earlier versions of the line: it is never
	// written to, a change makes a new one (replenish.Calculation.Changed).
	Calc *replenish.Calculation `json:"calc"`
	// With is what the proposal orders of the same SKU for the same place by another
	// way: minimum, maximum and price breaks look at the sum.
	With int64 `json:"with,omitempty"`
	// PriceClass says how Price differs from the supplier's list price; empty when it
	// does not (requirement E2).
	PriceClass string `json:"price_class,omitempty"`
	// Volume is of one unit, in cubic metres; 0 when not known.
	Volume float64 `json:"volume,omitempty"`
	// Raw is how many units the supplier has raw material for; nil when not known.
	Raw   *int64     `json:"raw_material,omitempty"`
	Class core.Class `json:"class,omitempty"` // ABC/XYZ
	Rival *Rival     `json:"rival,omitempty"` // as on the Item
	// Human says why a person must decide about this line; empty when none must.
	Human string `json:"human,omitempty"`
	// Ads says that ads still run for a product of which few are left; else empty.
	Ads string `json:"ads,omitempty"`
	// MOQ, Pack and Max bound an edit of Qty; Max 0 means no limit.
	MOQ  int64 `json:"moq"`
	Pack int64 `json:"pack"`
	Max  int64 `json:"max,omitempty"`
	// Price and Breaks reprice an edited quantity: Price holds below the first break.
	Price  core.Money        `json:"price"`
	Breaks []core.PriceBreak `json:"breaks,omitempty"`
	Quoted core.Day          `json:"quoted,omitzero"` // last day of the quote that price and minimum are of; 0: the list's
	Notes  []string          `json:"notes,omitempty"` // as on the Item
	ByHand []string          `json:"by_hand,omitempty"`
}

// Order is a purchase order made from an approved proposal.
type Order struct {
	ID         int64         `json:"id"`
	Number     string        `json:"number"` // "PO-2026-0001"
	ProposalID int64         `json:"proposal_id"`
	Supplier   core.Supplier `json:"supplier"`
	Shop       string        `json:"shop"` // name of the shop that orders
	Lines      []Line        `json:"lines"`
	Total      core.Money    `json:"total"`
	State      OrderState    `json:"state"`
	OrderedOn  core.Day      `json:"ordered_on"`
	ApprovedBy string        `json:"approved_by"`
	ApprovedAt time.Time     `json:"approved_at"`
	// UndoUntil is when the letter may leave: until then the approval can be taken
	// back. Zero: it could not.
	UndoUntil time.Time `json:"undo_until,omitzero"`
	// Unseen says that the rule approved it and no card has told of it yet: the letter
	// waits, and UndoUntil begins to count when the card is shown.
	Unseen bool `json:"-"`
	// UndoneBy and UndoneAt say who took it back, and when. Such an order is
	// cancelled and its letter never left.
	UndoneBy  string          `json:"undone_by,omitempty"`
	UndoneAt  time.Time       `json:"undone_at,omitzero"`
	Mail      *Mail           `json:"mail,omitempty"`
	Locations []core.Location `json:"locations,omitempty"` // delivery addresses named on the lines
	Version   int             `json:"version,omitempty"`   // grows with every report about the order
	Progress  []Progress      `json:"progress,omitempty"`  // by line; none: nothing has come yet
}

// OrderState is the state of a purchase order (requirement E3).
type OrderState string

// States of an order; lifecycle.go says how it moves. Mail trouble is a state of
// its own so that nobody mistakes an unsent order for a sent one.
const (
	OrderApproved    OrderState = "approved"     // written, e-mail not yet out
	OrderSent        OrderState = "sent"         // the supplier's mail server took the e-mail
	OrderDryRun      OrderState = "dry_run"      // the e-mail is in the outbox folder, not sent
	OrderSendUnknown OrderState = "send_unknown" // the answer was lost: a person must look
	OrderSendFailed  OrderState = "send_failed"  // given up; can be tried again

	OrderConfirmed      OrderState = "confirmed" // by the supplier
	OrderInProduction   OrderState = "in_production"
	OrderShipped        OrderState = "shipped"
	OrderPartlyReceived OrderState = "partly_received"
	OrderReceived       OrderState = "received"  // everything came, or the rest was cancelled
	OrderCancelled      OrderState = "cancelled" // before anything came
)

// MailInDoubt reports whether a person has to say what becomes of the letter.
func (s OrderState) MailInDoubt() bool { return s == OrderSendUnknown || s == OrderSendFailed }

// Who worded a text: values of Mail.Source and of a report's ProseSource.
const (
	FromModel    = "model"
	FromTemplate = "template"
)

// Mail is an e-mail to a supplier: exactly the text that is sent.
type Mail struct {
	To      string `json:"to"`
	Subject string `json:"subject"`
	Body    string `json:"body"`             // plain text
	Source  string `json:"source"`           // FromModel or FromTemplate
	Note    string `json:"note,omitempty"`   // why a template was used, for the audit
	Prompt  string `json:"prompt,omitempty"` // prompt version of a model draft
	// CSV is the order as a table, attached to the letter.
	CSV string `json:"csv,omitempty"`
}
