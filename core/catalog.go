package core

// SKU is the shop's one code for a product; channels may know it by aliases.
type SKU string

// LocationID names a place that holds stock.
type LocationID string

// ChannelID names a place of sale: own shop, marketplace, region.
type ChannelID string

// SupplierID names a supplier.
type SupplierID string

// Mode is a way of shipping from a supplier: "sea", "air", "rush".
type Mode string

// The modes that supplier data may carry. Rush is air with the supplier's
// surcharge for urgent production.
const (
	Sea  Mode = "sea"
	Air  Mode = "air"
	Rush Mode = "rush"
)

// Modes lists every mode in the order of the data files.
var Modes = []Mode{Sea, Air, Rush}

// Product is one sellable item.
type Product struct {
	SKU      SKU    `json:"sku"`
	Name     string `json:"name"`
	Category string `json:"category,omitempty"`
	Price    Money  `json:"price"` // selling price of one unit, in its own currency
	Cost     Money  `json:"cost"`  // landed cost of one unit, used where no supplier price is known
	Active   bool   `json:"active"`
	// Aliases are the codes that channels use for this SKU. The empty channel
	// holds codes valid everywhere.
	Aliases []Alias `json:"aliases,omitempty"`
}

// Alias is a channel's own code of a SKU.
type Alias struct {
	Channel ChannelID `json:"channel,omitempty"`
	Code    string    `json:"code"`
}

// Location is a place that holds stock and serves channels.
type Location struct {
	ID      LocationID `json:"id"`
	Name    string     `json:"name"`
	Country string     `json:"country,omitempty"` // ISO 3166 alpha-2
	// Channels are served from here for every SKU stocked here. Channels that no
	// location claims, and SKUs not stocked where their channel is served, belong
	// to the default location.
	Channels []ChannelID `json:"channels,omitempty"`
	Default  bool        `json:"default"`
}

// Supplier is a source of goods.
type Supplier struct {
	ID       SupplierID `json:"id"`
	Name     string     `json:"name"`
	Email    string     `json:"email,omitempty"`
	Contact  string     `json:"contact,omitempty"`
	Language string     `json:"language"` // of letters to the supplier: "en" or "zh"
	Tone     Tone       `json:"tone,omitempty"`
	Currency Currency   `json:"currency"`
	// Closed are the days on which the supplier neither takes orders nor ships,
	// such as Chinese New Year. Lead time does not run on them.
	Closed []DayRange `json:"closed,omitempty"`
	Terms  Terms      `json:"terms,omitzero"`
}

// Tone is how letters speak to a supplier; empty: not said.
type Tone string

// The tones.
const (
	Formal   Tone = "formal"
	Friendly Tone = "friendly" // and direct
)

// SupplierItem is what one supplier offers for one SKU.
type SupplierItem struct {
	Supplier    SupplierID   `json:"supplier"`
	SKU         SKU          `json:"sku"`
	SupplierSKU string       `json:"supplier_sku,omitempty"` // the supplier's own code
	Price       Money        `json:"price"`                  // of one unit, below the first break
	Breaks      []PriceBreak `json:"breaks,omitempty"`       // ascending by Min
	MOQ         int64        `json:"moq"`                    // minimum order quantity in units; 0 means not known
	Pack        int64        `json:"pack"`                   // orders are multiples of it, at least 1
	Max         int64        `json:"max,omitempty"`          // largest order in units; 0 means no limit
	Lead        []Lead       `json:"lead"`                   // one per mode offered, at least one
	Preferred   bool         `json:"preferred,omitempty"`    // chosen first among several suppliers
	Volume      float64      `json:"volume,omitempty"`       // of one unit, in cubic metres; 0 means not known
	// Raw is how many units the supplier can make from the raw material it has now; nil
	// means not known.
	Raw *int64 `json:"raw_material,omitempty"`
	// MOQAssumed says that MOQ is the policy's, because the supplier's is not known.
	MOQAssumed bool `json:"moq_assumed,omitempty"`
	// Quoted is the last day of the quote that price, minimum and lead time come
	// from; 0 means that they are the list's.
	Quoted Day `json:"quoted,omitempty"`
}

// PriceBreak is a lower unit price from Min units on.
type PriceBreak struct {
	Min   int64 `json:"min"`
	Price Money `json:"price"`
}

// Lead is the lead time of one mode, order to shelf, in calendar days, with its
// standard deviation, and the freight it costs per unit.
type Lead struct {
	Mode    Mode    `json:"mode"`
	Days    float64 `json:"days"`
	SD      float64 `json:"sd"`
	Freight Money   `json:"freight"` // per unit, in the supplier's currency
	// Note says where Days and SD come from when they are not the stated ones.
	Note string `json:"note,omitempty"`
}

// UnitPrice returns the price of one unit in an order of qty units.
func (it SupplierItem) UnitPrice(qty int64) Money {
	p := it.Price
	for _, b := range it.Breaks {
		if qty >= b.Min {
			p = b.Price
		}
	}
	return p
}

// LeadOf returns the lead time of mode m.
func (it SupplierItem) LeadOf(m Mode) (Lead, bool) {
	for _, l := range it.Lead {
		if l.Mode == m {
			return l, true
		}
	}
	return Lead{}, false
}
