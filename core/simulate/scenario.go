package simulate

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
	"quartermaster/core/supply"
)

// Config says what is replayed. From and To are needed; for the rest the zero
// value means the default.
type Config struct {
	// From is the first simulated day, To the day after the last one.
	From, To core.Day
	// WarmUp is the number of days from From on that are not scored. Defaults to
	// the longest normal lead time plus 7, at most half of the days.
	WarmUp int
	// Seed is that of the lead times.
	Seed uint64
	// HoldingRate is the cost of holding stock for a year as a fraction of its
	// landed cost. Defaults to 0.25.
	HoldingRate float64
	// LeadCV, when not negative, replaces every deviation of a lead time by this
	// fraction of its mean, for the world and for what policies know. New takes 0
	// as given: lead times without spread. DataLeads keeps those of the data.
	LeadCV float64
	// OpeningDays: every node opens with its normal lead time plus so many days of
	// the average sales of the 56 days before From. Defaults to 14.
	OpeningDays int
	// MinHistory and MinUnits: a node takes part when it has so many days of
	// history before From and sold so many units in the last 90 of them. Default
	// to 90 and 3; negative means none are needed.
	MinHistory, MinUnits int
	// Most, when not 0, is how many nodes take part: those of most margin in the year
	// before From.
	Most int
	// Reveal shows policies the true demand in place of sales, and no stock-outs.
	Reveal bool
}

// DataLeads as Config.LeadCV keeps the deviations of the data.
const DataLeads = -1

func (c Config) withDefaults() Config {
	c.HoldingRate = cmp.Or(c.HoldingRate, 0.25)
	c.OpeningDays = cmp.Or(c.OpeningDays, 14)
	c.MinHistory = cmp.Or(c.MinHistory, 90)
	c.MinUnits = cmp.Or(c.MinUnits, 3)
	return c
}

// Scenario is a shop ready to be replayed. It is never changed: runs share it.
type Scenario struct {
	Config
	// LeftOut counts the nodes that take no part, by reason.
	LeftOut map[string]int

	shop   core.Snapshot // without stock, inbound goods and demand
	nodes  []node
	at     map[place]int
	offers map[offerKey]*core.SupplierItem
	closed map[core.SupplierID][]core.DayRange
}

type place struct {
	sku core.SKU
	loc core.LocationID
}

type offerKey struct {
	supplier core.SupplierID
	sku      core.SKU
}

// node is one SKU at one place.
type node struct {
	place
	class        string
	start        core.Day // of past
	past         []float32
	pastFlags    []core.DayFlag
	demand       []int64        // from Config.From on
	known        []core.DayFlag // flags of the data on those days
	missing      []bool         // days without data: no demand, and unknown to policies
	opening      int64
	offer        *core.SupplierItem
	normal       core.Lead
	closed       []core.DayRange
	price, cost  int64 // of one unit, minor units of the shop's currency
	seed         uint64
	yearlyMargin int64   // of the year before From, for its class
	ads          []int64 // spent on it on the days from Config.From on, minor units; nil: none
}

// New makes a scenario out of a snapshot whose demand reaches from before
// cfg.From to cfg.To. Stock and open orders of the snapshot are not used: they
// are of another day. It returns an error when the days do not fit the data, the
// snapshot contradicts itself or no node can take part. Lead times are those that its
// deliveries up to cfg.To teach.
func New(s core.Snapshot, cfg Config) (*Scenario, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	shop := s
	// What deliveries teach about lead times holds for the world and for every policy.
	learned := supply.Learn(s.Supply, s.Suppliers, cfg.To).Items(s.Items)
	shop.Items = withSpread(learned, cfg.LeadCV)
	// Orders, quotes, and numbers set by hand are of days that another shop lived.
	shop.Inbound, shop.Feeds, shop.Supply, shop.Bought, shop.Quotes, shop.Overrides = nil, nil, nil, nil, nil, nil
	shop.Stock = emptied(s.Stock)
	nodes, err := plan.Nodes(shop, cfg.From)
	if err != nil {
		return nil, err
	}
	sc := &Scenario{
		Config: cfg, LeftOut: map[string]int{}, at: map[place]int{},
		offers: map[offerKey]*core.SupplierItem{}, closed: map[core.SupplierID][]core.DayRange{},
	}
	for _, n := range nodes {
		v, why := newNode(n, cfg)
		if why != "" {
			sc.LeftOut[why]++
			continue
		}
		sc.nodes = append(sc.nodes, v)
	}
	if n := len(sc.nodes); cfg.Most > 0 && n > cfg.Most {
		slices.SortStableFunc(sc.nodes, func(a, b node) int { return cmp.Compare(b.yearlyMargin, a.yearlyMargin) })
		sc.nodes, sc.LeftOut[lessMargin] = sc.nodes[:cfg.Most:cfg.Most], n-cfg.Most
	}
	for i := range sc.nodes {
		sc.at[sc.nodes[i].place] = i
	}
	if len(sc.nodes) == 0 {
		return nil, fmt.Errorf("nothing to simulate from %s: %s", cfg.From, cmp.Or(sc.LeftOutText(), "no active product"))
	}
	// The demand of a node holds what kits pass on to it: nobody passes it on again.
	shop.Stock, shop.Demand, shop.Kits = nil, nil, nil
	sc.shop = sc.onlyMine(shop)
	for i := range sc.shop.Items {
		it := &sc.shop.Items[i]
		sc.offers[offerKey{it.Supplier, it.SKU}] = it
	}
	for _, sup := range sc.shop.Suppliers {
		sc.closed[sup.ID] = sup.Closed
	}
	sc.advertise()
	classify(sc.nodes)
	if sc.WarmUp == 0 {
		longest := 0.0
		for i := range sc.nodes {
			longest = max(longest, sc.nodes[i].normal.Days)
		}
		sc.WarmUp = min(int(math.Ceil(longest))+7, int(cfg.To-cfg.From)/2)
	}
	return sc, nil
}

// LastYear are the days to replay of a shop's data: up to a year at its end, after half
// a year that the policies know.
func LastYear(s *core.Snapshot) (from, to core.Day, err error) {
	first, last := core.MaxDay, core.MinDay
	for _, d := range s.Demand {
		for i := range d.Qty.Len() {
			if d.Qty.At(i) >= 0 {
				first, last = min(first, d.Start+core.Day(i)), max(last, d.Start+core.Day(i)+1)
			}
		}
	}
	if from = max(last-365, first+leastHistory); first > last || from >= last {
		return 0, 0, fmt.Errorf("%w than %d days of sales", ErrShort, leastHistory)
	}
	return from, last, nil
}

// lessMargin is why a node beyond Config.Most takes no part.
const lessMargin = "of less margin"

// leastHistory is how many days policies know before a replay.
const leastHistory = 182

// ErrShort says that a shop's data is too short to be replayed.
var ErrShort = errors.New("the data holds no more")

// advertise gives each place its part of what was spent on ads for its product: ads do
// not know where goods lie, so all places have the same. Amounts without an exchange
// rate are left out.
func (s *Scenario) advertise() {
	places := map[core.SKU][]*node{}
	for i := range s.nodes {
		places[s.nodes[i].sku] = append(places[s.nodes[i].sku], &s.nodes[i])
	}
	for _, a := range s.shop.Ads {
		at := places[a.SKU]
		if a.Day < s.From || a.Day >= s.To || len(at) == 0 {
			continue
		}
		m, ok := s.shop.ToShop(a.Spend, a.Day)
		if !ok || m.Minor <= 0 {
			continue
		}
		for i, n := range at {
			if n.ads == nil {
				n.ads = make([]int64, s.To-s.From)
			}
			rest := int64(0) // minor units that cannot be shared go to the first place
			if i == 0 {
				rest = m.Minor % int64(len(at))
			}
			n.ads[a.Day-s.From] += m.Minor/int64(len(at)) + rest
		}
	}
}

func (c Config) validate() error {
	bad := func(name string, v float64, lo, hi float64) error {
		if !(lo <= v && v <= hi) {
			return fmt.Errorf("%s is %v, must be between %v and %v", name, v, lo, hi)
		}
		return nil
	}
	days := int(c.To - c.From)
	if days < 1 || days > 3653 {
		return fmt.Errorf("%s to %s are %d days, must be 1 to 3653", c.From, c.To, days)
	}
	return errors.Join(
		bad("warm-up", float64(c.WarmUp), 0, float64(days-1)),
		bad("holding rate", c.HoldingRate, 0, 10),
		bad("spread of lead times", c.LeadCV, -1, 3),
		bad("opening days", float64(c.OpeningDays), 0, 730),
	)
}

// LeftOutText says in words who takes no part; "" when all do.
func (s *Scenario) LeftOutText() string {
	text := ""
	for _, why := range slices.Sorted(maps.Keys(s.LeftOut)) {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf("%d %s", s.LeftOut[why], why)
	}
	return text
}

// Nodes returns how many SKU-places take part.
func (s *Scenario) Nodes() int { return len(s.nodes) }

// Scored returns the number of scored days.
func (s *Scenario) Scored() int { return int(s.To-s.From) - s.WarmUp }

// Currency is that of all amounts of results.
func (s *Scenario) Currency() core.Currency { return s.shop.Shop.Currency }

// emptied says where what is kept, and no stock: a kit that lies somewhere today was not
// there then.
func emptied(stock []core.StockLevel) []core.StockLevel {
	out := slices.Clone(stock)
	for i := range out {
		out[i].OnHand, out[i].Committed, out[i].Backorders, out[i].Received = 0, 0, 0, 0
	}
	return out
}

// withSpread returns the offers with deviations of cv times the lead time.
func withSpread(items []core.SupplierItem, cv float64) []core.SupplierItem {
	if cv < 0 {
		return items
	}
	items = slices.Clone(items)
	for i := range items {
		items[i].Lead = slices.Clone(items[i].Lead)
		for j := range items[i].Lead {
			items[i].Lead[j].SD = math.Min(365, cv*items[i].Lead[j].Days)
		}
	}
	return items
}

// onlyMine drops products and offers of no node, and gives every place one
// channel: what it sells is one series.
func (s *Scenario) onlyMine(shop core.Snapshot) core.Snapshot {
	mine := map[core.SKU]bool{}
	for i := range s.nodes {
		mine[s.nodes[i].sku] = true
	}
	shop.Products = slices.DeleteFunc(slices.Clone(shop.Products), func(p core.Product) bool { return !mine[p.SKU] })
	shop.Items = slices.DeleteFunc(slices.Clone(shop.Items), func(it core.SupplierItem) bool { return !mine[it.SKU] })
	shop.Locations = slices.Clone(shop.Locations)
	for i := range shop.Locations {
		shop.Locations[i].Channels = []core.ChannelID{channelOf(shop.Locations[i].ID)}
	}
	return shop
}

func channelOf(loc core.LocationID) core.ChannelID { return core.ChannelID(loc) }

// newNode cuts the demand of a node at From and sets its opening stock; why says
// why it takes no part.
func newNode(n plan.Node, cfg Config) (v node, why string) {
	switch {
	case n.Offer == nil:
		return v, "without a supplier"
	case !n.Rated:
		return v, "without a known price or exchange rate"
	}
	first := cfg.To
	for _, s := range n.Series {
		if s.Qty.Len() > 0 {
			first = min(first, s.Start)
		}
	}
	if int(cfg.From-first) < cfg.MinHistory {
		return v, fmt.Sprintf("with less than %d days of history", cfg.MinHistory)
	}
	all := sum(n.Series, first, cfg.To)
	cut := max(0, int(cfg.From-first))
	v = node{
		place: place{n.Product.SKU, n.Location}, start: first, offer: n.Offer, closed: n.Supplier.Closed,
		price: n.Price.Minor, cost: n.Landed.Minor,
		past: all.qty[:min(cut, len(all.qty))], pastFlags: all.flags[:min(cut, len(all.flags))],
	}
	if first > cfg.From { // begins later: until then there is no demand
		v.start = cfg.From
		pad := int(first - cfg.From)
		all = days{append(make([]float32, pad), all.qty...), append(make([]core.DayFlag, pad), all.flags...)}
	}
	v.normal, _ = replenish.Ways(n.Offer.Lead)
	v.seed = seedOf(v.place)
	tail := func(k int) (units float64) {
		for _, q := range v.past[max(0, len(v.past)-k):] {
			units += float64(max(0, q))
		}
		return units
	}
	if tail(90) < float64(cfg.MinUnits) {
		return v, fmt.Sprintf("with less than %d units sold in the 90 days before", cfg.MinUnits)
	}
	v.yearlyMargin = int64(tail(365)) * max(0, v.price-v.cost)
	v.opening = int64(math.Ceil(tail(56)/56*(v.normal.Days+float64(cfg.OpeningDays)) - 1e-9))
	for i := cut; i < len(all.qty); i++ {
		q := all.qty[i]
		v.missing = append(v.missing, q < 0)
		v.demand = append(v.demand, int64(math.Round(float64(max(0, q)))))
		v.known = append(v.known, all.flags[i])
	}
	return v, ""
}

// days is the demand of one node, day by day; core.Missing where unknown.
type days struct {
	qty   []float32
	flags []core.DayFlag
}

// sum adds the channels of a node over [first, to). A day is unknown when a
// channel that covers it does not know it, or none covers it.
func sum(series []core.Series, first, to core.Day) days {
	n := max(0, int(to-first))
	out := days{make([]float32, n), make([]core.DayFlag, n)}
	covered := make([]bool, n)
	for _, s := range series {
		for d := max(s.Start, first); d < min(s.End(), to); d++ {
			i, at := int(d-first), int(d-s.Start)
			covered[i] = true
			if at < len(s.Flags) {
				out.flags[i] |= s.Flags[at]
			}
			if q := s.Qty.At(at); q < 0 || out.qty[i] < 0 {
				out.qty[i] = core.Missing
			} else {
				out.qty[i] += q
			}
		}
	}
	for i, ok := range covered {
		if !ok {
			out.qty[i] = core.Missing
		}
	}
	return out
}
