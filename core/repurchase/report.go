package repurchase

import (
	"cmp"
	"slices"

	"quartermaster/core"
)

// Report is everything a shop is told about its customers, by codes instead of
// numbers, so that it can be stored. Nothing in it is about one person but the
// pseudonyms in ProductRow.Behind.
type Report struct {
	AsOf      core.Day     `json:"as_of"` // the last day that is known
	Days      int          `json:"days"`  // the window after it
	Why       string       `json:"why"`
	Customers int          `json:"customers"`
	Expected  float64      `json:"expected"` // orders in the window
	Active    float64      `json:"active"`   // customers with at least one
	Horizon   int          `json:"horizon"`  // days of the lifetime value
	Money     bool         `json:"money"`    // lifetime values are money; else discounted orders
	Segments  []SegmentRow `json:"segments"`
	Channels  []WorthRow   `json:"channels,omitempty"` // by channel of the first order
	Services  []WorthRow   `json:"services"`           // by how the next order is best served
	Products  []ProductRow `json:"products"`           // most expected units first
	Links     []core.Link  `json:"links"`              // strongest first
	// Demand says whether the customers improve a forecast of the sales; nil when not asked.
	Demand *DemandNote `json:"demand,omitempty"`
	// Repeats are the purchases week by week, oldest first.
	Repeats []RepeatWeek `json:"repeats,omitempty"`
}

// SegmentRow is a segment with its size and worth.
type SegmentRow struct {
	Segment  Segment `json:"segment"`
	Orders   int     `json:"orders"` // so far
	Value    int64   `json:"value"`  // of those, minor units
	WorthRow         // Group is the segment again
}

// WorthRow is the lifetime value of a group of customers, in minor units.
type WorthRow struct {
	Group     string  `json:"group"`
	Customers int     `json:"customers"`
	Expected  float64 `json:"expected"` // orders in the window
	Mean      float64 `json:"mean"`     // per customer
	Low       float64 `json:"low"`      // 95 % interval of Mean
	High      float64 `json:"high"`
}

// ProductRow is one line of the repurchase table.
type ProductRow struct {
	SKU         core.SKU         `json:"sku"`
	Buyers      int              `json:"buyers"`
	Probability float64          `json:"probability"` // that a buyer buys it again in the window
	Again       float64          `json:"again"`       // buyers expected to
	First       float64          `json:"first"`       // other customers expected to buy it
	Units       float64          `json:"units"`       // expected of both
	Due         core.Day         `json:"due,omitzero"`
	Within      []float64        `json:"within"`           // share of purchases followed by another within CycleDays
	Year        float64          `json:"year"`             // the same within a year, or as long as is known
	Median      float64          `json:"median,omitempty"` // days, of those that are followed
	Policy      Stocking         `json:"policy"`
	PolicyWhy   string           `json:"policy_why"`
	Link        *core.Link       `json:"link,omitempty"` // the strongest one
	Lift        float64          `json:"lift,omitempty"` // fraction by which the customers move the forecast, see DemandNote
	Curve       []CyclePoint     `json:"curve,omitempty"`
	Classes     []ClassRow       `json:"classes,omitempty"` // the cycle by the channel of a buyer's first order
	Behind      []LikelyCustomer `json:"-"`                 // likeliest first
}

// CycleDays are the days of ProductRow.Within.
var CycleDays = [...]float64{30, 60, 90, 180}

// ClassRow is the repurchase cycle of a product among the buyers of one class.
type ClassRow struct {
	Class  string     `json:"class"`
	Buyers int        `json:"buyers"`
	Half   CyclePoint `json:"half"`             // share followed by another within 180 days
	Median float64    `json:"median,omitempty"` // days, of those that are followed
}

// CyclePoint is the share of purchases followed by another within so many days,
// with its 95 % bounds.
type CyclePoint struct {
	Days  float64 `json:"days"`
	Share float64 `json:"share"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// LikelyCustomer is a customer behind a product, by pseudonym.
type LikelyCustomer struct {
	Customer    string   `json:"customer"`
	Probability float64  `json:"probability"`
	Due         core.Day `json:"due"`
	Again       bool     `json:"again"`
}

// Options of a report. Zero values take the defaults.
type Options struct {
	Days     int     // window; defaults to 60
	Horizon  int     // of the lifetime value; defaults to 365
	Yearly   float64 // discount of later orders; defaults to 0.1
	Policies map[core.SKU]Stocking
	Seed     uint64
	// Sales returns the units a forecast made at the end of a day expects of every
	// product in the days after, by number; nil: no comparison with the customers.
	Sales func(day core.Day, days int) []float64
}

// curveDays is how far the curve of a cycle reaches, and curvePoints its points.
const (
	curveDays   = 360
	curvePoints = 24
)

// Evaluate makes the report of a shop as of the end of a day.
func Evaluate(h *History, asOf core.Day, o Options) (*Report, error) {
	o.Days, o.Horizon = cmp.Or(max(o.Days, 0), 60), cmp.Or(max(o.Horizon, 0), 365)
	o.Yearly = cmp.Or(max(o.Yearly, 0), 0.1)
	customers, err := Customers(h, asOf, o.Days)
	if err != nil {
		return nil, err
	}
	r := &Report{AsOf: asOf, Days: o.Days, Why: customers.Why, Customers: len(customers.Customers), Horizon: o.Horizon, Repeats: Repeats(h, asOf)}
	for _, c := range customers.Customers {
		r.Expected += c.Expected
		r.Active += c.Active
	}
	worth := Worths(h, customers, o.Horizon, o.Yearly, o.Seed)
	r.Money, r.Services, r.Channels = !worth.NoValue, rows(worth.Services), rows(worth.Channels)
	_, totals := SegmentCustomers(h, customers)
	for _, t := range totals {
		s := SegmentRow{Segment: t.Segment, Orders: t.Orders, Value: t.Value, WorthRow: WorthRow{Group: string(t.Segment)}}
		if k := slices.IndexFunc(worth.Segments, func(w Worth) bool { return w.Group == s.Group }); k >= 0 {
			s.WorthRow = row(worth.Segments[k])
		}
		r.Segments = append(r.Segments, s)
	}
	if len(h.Products) == 0 {
		return r, nil
	}
	if err := r.products(h, asOf, o); err != nil || o.Sales == nil {
		return r, err
	}
	return r, r.demand(h, asOf, o)
}

// demand compares the customers with the forecast of the sales, and says how far
// they move it for each product.
func (r *Report) demand(h *History, asOf core.Day, o Options) error {
	b, err := BlendDemand(h, asOf, DemandDays, o.Sales)
	if err != nil {
		return err
	}
	r.Demand = &DemandNote{Days: DemandDays, Weight: b.Weight, Error: b.Error, With: b.With, Windows: b.Windows, Why: b.Why}
	if b.Weight == 0 {
		return nil
	}
	sales := o.Sales(asOf, DemandDays)
	at := map[core.SKU]int{}
	for p, code := range h.Products {
		at[core.SKU(code)] = p
	}
	for i := range r.Products {
		p := at[r.Products[i].SKU]
		if f := sales[p]; f > 0 {
			r.Products[i].Lift = min(maxLift, max(-maxLift, b.Weight*(b.Units[p]-f)/f))
		}
	}
	return nil
}

// products adds what is known by product.
func (r *Report) products(h *History, asOf core.Day, o Options) error {
	rules := LinkRules{Window: o.Days}.withDefaults()
	links := Links(h, asOf, rules)
	for _, l := range links {
		r.Links = append(r.Links, core.Link{From: core.SKU(h.Products[l.From]), To: core.SKU(h.Products[l.To]),
			Probability: l.Share, Lo: l.Low, Hi: l.High, Days: rules.Window, Support: l.Buyers, Lift: l.Lift})
	}
	override := map[int]Stocking{}
	for p, code := range h.Products {
		if s, ok := o.Policies[core.SKU(code)]; ok {
			override[p] = s
		}
	}
	cycles := Cycles(h, asOf)
	policies := Stockings(h, asOf, cycles, override)
	at := map[int]int{}
	for i := range cycles {
		at[cycles[i].Product] = i
	}
	classes := map[int][]ClassRow{}
	for _, class := range CyclesByChannel(h, asOf) {
		for i := range class.Cycles {
			c := &class.Cycles[i]
			row := ClassRow{Class: class.Class, Buyers: c.Buyers, Half: c.point(durableHorizon)}
			row.Median, _ = c.Median()
			classes[c.Product] = append(classes[c.Product], row)
		}
	}
	outlooks, err := Outlooks(h, asOf, o.Days, cycles)
	if err != nil {
		return err
	}
	for _, p := range outlooks {
		row := ProductRow{SKU: core.SKU(h.Products[p.Product]), Buyers: p.Buyers, Probability: p.Probability, Again: p.Again,
			First: p.First, Units: p.Units, Due: p.Due, Policy: Unknown}
		if i, ok := at[p.Product]; ok {
			c := &cycles[i]
			for _, d := range CycleDays {
				share, _, _ := c.Within(d)
				row.Within = append(row.Within, share)
			}
			row.Year, _, _ = c.Within(365)
			row.Median, _ = c.Median()
			row.Policy, row.PolicyWhy = policies[i].Policy, policies[i].Why
			row.Curve, row.Classes = c.curve(), classes[p.Product]
		}
		if k := slices.IndexFunc(r.Links, func(l core.Link) bool { return l.From == row.SKU }); k >= 0 {
			row.Link = &r.Links[k]
		}
		for _, b := range p.Behind {
			row.Behind = append(row.Behind, LikelyCustomer{h.Customers[b.Customer], b.Probability, b.Due, b.Again})
		}
		r.Products = append(r.Products, row)
	}
	return nil
}

// curve samples the distribution up to a year or the longest interval seen.
func (c *Cycle) curve() []CyclePoint {
	if len(c.steps) == 0 {
		return nil
	}
	last := min(curveDays, c.steps[len(c.steps)-1].day)
	out := make([]CyclePoint, curvePoints)
	for i := range out {
		d := last * float64(i+1) / curvePoints
		out[i] = c.point(d)
	}
	return out
}

// point is the distribution at a day.
func (c *Cycle) point(days float64) CyclePoint {
	p, low, high := c.Within(days)
	return CyclePoint{days, p, low, high}
}

func rows(in []Worth) []WorthRow {
	out := make([]WorthRow, len(in))
	for i, w := range in {
		out[i] = row(w)
	}
	return out
}

func row(w Worth) WorthRow {
	return WorthRow{w.Group, w.Customers, w.Expected, w.Mean, w.Interval.Low, w.Interval.High}
}
