package core

import "time"

// Shop is the identity of the shop whose data a Snapshot holds.
type Shop struct {
	Name     string         `json:"name"`
	Zone     *time.Location `json:"-"`        // business days are counted here
	Currency Currency       `json:"currency"` // reports and limits are in it
	Language string         `json:"language"` // of cards and reports: "en" or "zh"
}

// Snapshot is everything a decision may look at, as of one instant. It is
// loaded whole, by the store or from a folder of files, and never changed.
type Snapshot struct {
	Shop      Shop           `json:"shop"`
	Products  []Product      `json:"products"`
	Locations []Location     `json:"locations"` // exactly one is the default
	Suppliers []Supplier     `json:"suppliers"`
	Items     []SupplierItem `json:"supplier_items"`
	Stock     []StockLevel   `json:"stock"`
	Inbound   []Inbound      `json:"inbound"`
	Demand    []Series       `json:"demand"` // per SKU and channel
	Rates     []FXRate       `json:"rates,omitempty"`
	Feeds     []Feed         `json:"feeds"`
	Events    []Event        `json:"events,omitempty"`
	Ads       []AdDay        `json:"ads,omitempty"`
	Signals   []Signal       `json:"signals,omitempty"` // what moves demand from outside
	// Supply is the past of purchase orders, two years back: of every SKU, because a
	// supplier is known by all of them.
	Supply    []SupplyLine     `json:"supply,omitempty"`
	Links     []Link           `json:"links,omitempty"`  // which product follows which
	Wanted    []CustomerDemand `json:"wanted,omitempty"` // by known customers
	Kits      []KitPart        `json:"kits,omitempty"`
	Overrides []Override       `json:"overrides,omitempty"`
	Quotes    []Quote          `json:"quotes,omitempty"` // the newest of each supplier and SKU
	Cycles    []Cycle          `json:"cycles,omitempty"`
	Bought    []Bought         `json:"bought,omitempty"` // in the month of the snapshot
	// Classes, when given, are used in place of classes computed from Demand: a
	// snapshot of a few SKUs cannot rank them within the shop.
	Classes map[SKU]Class `json:"classes,omitempty"`
}

// StockLevel is the stock of a SKU at a location.
type StockLevel struct {
	SKU        SKU        `json:"sku"`
	Location   LocationID `json:"location"`
	OnHand     int64      `json:"on_hand"`
	Committed  int64      `json:"committed"`          // sold, not yet shipped
	Backorders int64      `json:"backorders"`         // owed to customers beyond stock
	Received   int64      `json:"received,omitempty"` // arrived since OnHand was counted, not in it
	AsOf       time.Time  `json:"as_of"`
}

// InboundState says how far a quantity on its way has come.
type InboundState string

// States of inbound quantities. All of them count in the inventory position.
const (
	InboundOrdered   InboundState = "ordered"   // approved or sent, not confirmed
	InboundConfirmed InboundState = "confirmed" // confirmed by the supplier
	InboundShipped   InboundState = "shipped"
)

// Inbound is one line of an open purchase order: units still to arrive.
type Inbound struct {
	Order    string       `json:"order"`
	Supplier SupplierID   `json:"supplier"`
	SKU      SKU          `json:"sku"`
	Location LocationID   `json:"location"`
	Qty      int64        `json:"qty"`
	Due      Day          `json:"due"`
	State    InboundState `json:"state"`
}

// FXRate is the price of one unit of Currency in the shop's currency on a day;
// it holds until the next one.
type FXRate struct {
	Currency Currency `json:"currency"`
	Day      Day      `json:"day"`
	Rate     Rate     `json:"rate"`
}

// Feed is one flow of data and when it last succeeded.
type Feed struct {
	Name string    `json:"name"` // "stock", "orders", ...
	AsOf time.Time `json:"as_of"`
	Rows int       `json:"rows,omitempty"` // in its last delivery; 0: not known
}

// Event is a dated happening that may move demand: holiday, fair, campaign.
type Event struct {
	From     Day    `json:"from"`
	To       Day    `json:"to"`
	Name     string `json:"name"`
	Kind     string `json:"kind"` // "holiday", "promotion", "outside", "season"
	SKU      SKU    `json:"sku,omitempty"`
	Category string `json:"category,omitempty"`
}

// AdDay is what one campaign cost and brought on one day for one SKU.
type AdDay struct {
	Day         Day    `json:"day"`
	Platform    string `json:"platform"`
	Campaign    string `json:"campaign"`
	SKU         SKU    `json:"sku,omitempty"`
	Spend       Money  `json:"spend"`
	Impressions int64  `json:"impressions"`
	Clicks      int64  `json:"clicks"`
	Orders      int64  `json:"orders"`
	Revenue     Money  `json:"revenue"`
}

// CustomerDemand is what the known customers are expected to do with a SKU: how
// many of them want it in the Days after AsOf. It comes from core/repurchase.
type CustomerDemand struct {
	SKU       SKU     `json:"sku"`
	AsOf      Day     `json:"as_of"`
	Days      int     `json:"days"`
	Customers float64 `json:"customers"`
	Units     float64 `json:"units"`
	// Lift is the fraction by which the customers move the forecast of the sales from
	// AsOf+1 on for LiftDays; 0 unless that was shown to make earlier forecasts better.
	Lift     float64 `json:"lift,omitempty"`
	LiftDays int     `json:"lift_days,omitempty"`
}

// Link says that buyers of one SKU go on to buy another within some days, beyond
// what their popularity explains. Learned links come from core/repurchase.
type Link struct {
	From        SKU     `json:"from"`
	To          SKU     `json:"to"`
	Probability float64 `json:"probability"` // that a buyer of From buys To within Days
	Lo          float64 `json:"lo"`          // 95 % bounds of Probability
	Hi          float64 `json:"hi"`
	Days        int     `json:"days"`    // length of the window after the purchase of From
	Support     int     `json:"support"` // buyers of From behind it; 0 for a link set by hand
	Lift        float64 `json:"lift"`    // buyers of To against the number chance explains
}

// ToShop converts m into the shop's currency at the last rate on or before day.
// It reports false when no such rate is known.
func (s *Snapshot) ToShop(m Money, day Day) (Money, bool) {
	if m.Currency == s.Shop.Currency || m == (Money{}) {
		return Money{m.Minor, s.Shop.Currency}, true
	}
	var best *FXRate
	for i := range s.Rates {
		r := &s.Rates[i]
		if r.Currency == m.Currency && r.Day <= day && (best == nil || r.Day > best.Day) {
			best = r
		}
	}
	if best == nil {
		return Money{}, false
	}
	out, err := m.Convert(s.Shop.Currency, best.Rate)
	return out, err == nil
}
