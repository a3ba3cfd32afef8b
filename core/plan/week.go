package plan

import (
	"cmp"
	"math"
	"slices"
	"time"

	"quartermaster/core"
	"quartermaster/core/forecast/history"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// WeekFacts is what a weekly report found. It is kept, and the report of the next
// week says what changed since.
type WeekFacts struct {
	Day         core.Day   `json:"day"`
	Red         int        `json:"red"`
	Yellow      int        `json:"yellow"`
	Green       int        `json:"green"`
	Idle        int        `json:"idle"`
	MoneyAtRisk core.Money `json:"money_at_risk"`
	Items       []WeekItem `json:"items"` // by SKU and place
	// Accuracy is how right the forecast of the report before was; nil without one.
	Accuracy *WeekAccuracy `json:"accuracy,omitempty"`
}

// WeekAccuracy adds up what the forecast of a week missed: Σ|sold − expected| and
// Σ sold, in units, over Products.
type WeekAccuracy struct {
	From     core.Day `json:"from"` // first of the days forecast
	Off      float64  `json:"off"`
	Sold     float64  `json:"sold"`
	Products int      `json:"products"`
}

// add adds a product whose sales are known.
func (a *WeekAccuracy) add(m WeekMiss) {
	if m.Days > 0 {
		a.Off, a.Sold, a.Products = a.Off+math.Abs(m.Sold-m.Expected), a.Sold+m.Sold, a.Products+1
	}
}

// WeekItem is an item as a week keeps it.
type WeekItem struct {
	SKU         core.SKU        `json:"sku"`
	Location    core.LocationID `json:"location"`
	Name        string          `json:"name"`
	Tier        replenish.Tier  `json:"tier"`
	Cover       float64         `json:"cover_days"`
	MoneyAtRisk core.Money      `json:"money_at_risk"`
	// Expected is the forecast of the seven days from the day of the report, units a
	// day.
	Expected []float64 `json:"expected"`
}

// weekDays is the length of the span a weekly report looks at.
const weekDays = 7

// NewWeekItem keeps of an item what the next week is compared with.
func NewWeekItem(it Item, day core.Day) WeekItem {
	w := WeekItem{SKU: it.SKU, Location: it.Location, Name: it.Name, Tier: it.Tier, Cover: it.Cover, MoneyAtRisk: it.MoneyAtRisk}
	if skip := int(day - it.Forecast.Start); skip >= 0 && skip+weekDays <= len(it.Forecast.Mean) {
		for _, v := range it.Forecast.Mean[skip : skip+weekDays] {
			w.Expected = append(w.Expected, math.Round(v*1000)/1000)
		}
	}
	return w
}

// Week is the weekly report: how things stand, what changed since the last one, what
// to do, what the forecast missed, and what was decided. NewWeek makes it.
type Week struct {
	Shop       core.Shop
	Facts      WeekFacts
	Before     *WeekFacts // nil: there was no report to compare with
	Waiting    int        // proposals that wait for a decision
	WaitingSum core.Money
	Actions    []WeekAction   // what waits, largest amount first
	Worse      []WeekMove     // items whose tier fell since, most money first
	Better     []WeekMove     // and those whose tier rose
	Sold       WeekSales      // of the seven days before the report
	Missed     []WeekMiss     // the largest errors of the forecast, by money
	Risks      []risk.Finding // open, most money first
	Decisions  []WeekDecision // of the seven days, newest first
	Anomalies  []history.Anomaly
	Indicators Indicators
	Success    *Success  // nil: there is none to tell
	Rule       *RuleWeek // what the rule approved; nil while it is off
	// Suggestions are what people put into the box in the seven days, newest first.
	Suggestions []Suggestion
	More        WeekMore
	Prose       string // in plain language, in the shop's language
	ProseSource string // FromModel or FromTemplate
}

// Suggestion is what a person put into the suggestion box.
type Suggestion struct {
	At   time.Time
	By   string // user id
	Text string
}

// WeekMore counts what a report leaves out.
type WeekMore struct{ Actions, Worse, Better, Risks, Decisions int }

// WeekAction is an order that waits for a decision.
type WeekAction struct {
	Supplier string
	Amount   core.Money
	OrderBy  core.Day
	Why      string
}

// WeekMove is an item whose tier changed.
type WeekMove struct {
	Item WeekItem
	From replenish.Tier
}

// WeekSales are units sold by the products that the last report knew: on the known
// days of the week, on those of the week before, and what was expected for the former.
type WeekSales struct {
	Units, UnitsBefore, Expected float64
	Known                        int // days
}

// WeekMiss is how far the forecast of the last report was off for a product, on the
// days of which the sales are known.
type WeekMiss struct {
	SKU            core.SKU
	Name           string
	Days           int
	Sold, Expected float64
	Worth          core.Money // of the difference, at the selling price
}

// WeekDecision is something a person decided.
type WeekDecision struct {
	At       time.Time
	By       string // user id
	Action   Action
	Supplier string
	Amount   core.Money
	Note     string // what the person wrote
	// Override is the number that was set by hand or taken back; the fields from Action
	// on are then empty, but for Supplier where it is of one.
	Override *OverrideChange
}

// WeekInput is what NewWeek makes a report of.
type WeekInput struct {
	Shop        core.Shop
	Facts       WeekFacts
	Before      *WeekFacts
	Waiting     []Proposal // decidable ones
	Risks       []risk.Finding
	Decisions   []WeekDecision
	Anomalies   []history.Anomaly
	Indicators  IndicatorInput // without Forecasts of this report
	Suggestions []Suggestion
	Rule        *RuleWeek
	Came        []WeekCame // goods of orders made here that came in the seven days
	// Sold are the units of a product by day; a day that is not known is not there.
	Sold   map[core.SKU]map[core.Day]float64
	Prices map[core.SKU]core.Money // in the shop's currency
}

// How much of each list a report keeps: more than a shop of usual size has. The card
// shows the first few, the file all.
const (
	weekList   = 100
	weekMisses = 3 // the meeting looks at three (requirement L2)
)

// NewWeek compares the facts of today with those of the last report.
func NewWeek(in WeekInput) Week {
	w := Week{Shop: in.Shop, Facts: in.Facts, Before: in.Before, Waiting: len(in.Waiting), WaitingSum: core.Money{Currency: in.Shop.Currency}}
	slices.SortStableFunc(in.Waiting, func(a, b Proposal) int { return cmp.Compare(b.TotalShop.Minor, a.TotalShop.Minor) })
	for i, p := range in.Waiting {
		if sum, err := w.WaitingSum.Add(p.TotalShop); err == nil {
			w.WaitingSum = sum
		}
		if i < weekList {
			w.Actions = append(w.Actions, WeekAction{p.SupplierName, p.TotalShop, p.OrderBy, p.Reason})
		}
	}
	w.Risks = slices.Clone(in.Risks)
	slices.SortStableFunc(w.Risks, func(a, b risk.Finding) int {
		return cmp.Or(cmp.Compare(b.MoneyAtRisk.Minor, a.MoneyAtRisk.Minor), cmp.Compare(a.Key, b.Key))
	})
	w.Decisions = slices.Clone(in.Decisions)
	slices.SortStableFunc(w.Decisions, func(a, b WeekDecision) int { return b.At.Compare(a.At) })
	w.Anomalies = slices.Clone(in.Anomalies[:min(len(in.Anomalies), weekList)])
	w.compare()
	w.missed(in)
	if a := w.Facts.Accuracy; a != nil && !slices.ContainsFunc(in.Indicators.Forecasts, func(b WeekAccuracy) bool { return a.From == b.From }) {
		in.Indicators.Forecasts = append(slices.Clone(in.Indicators.Forecasts), *a)
	}
	w.Indicators = Measure(in.Indicators)
	w.Success, w.Suggestions, w.Rule = success(w, in), in.Suggestions, in.Rule
	w.More = WeekMore{Actions: max(0, len(in.Waiting)-weekList)}
	w.Worse, w.More.Worse = first(w.Worse, weekList)
	w.Better, w.More.Better = first(w.Better, weekList)
	w.Risks, w.More.Risks = first(w.Risks, weekList)
	w.Decisions, w.More.Decisions = first(w.Decisions, weekList)
	return w
}

// first returns at most n of a list, and how many it leaves out.
func first[T any](list []T, n int) ([]T, int) {
	return list[:min(len(list), n)], max(0, len(list)-n)
}

// tierRank orders tiers from the worst; an idle item neither rose nor fell.
var tierRank = map[replenish.Tier]int{replenish.Red: 1, replenish.Yellow: 2, replenish.Green: 3}

// compare finds the items whose tier is another one than in the last report.
func (w *Week) compare() {
	if w.Before == nil {
		return
	}
	was := map[nodeKey]replenish.Tier{}
	for _, it := range w.Before.Items {
		was[nodeKey{it.SKU, it.Location}] = it.Tier
	}
	for _, it := range w.Facts.Items {
		from, known := was[nodeKey{it.SKU, it.Location}]
		a, b := tierRank[from], tierRank[it.Tier]
		switch {
		case !known || a == 0 || b == 0 || a == b:
		case b < a:
			w.Worse = append(w.Worse, WeekMove{it, from})
		default:
			w.Better = append(w.Better, WeekMove{it, from})
		}
	}
	byMoney := func(a, b WeekMove) int {
		return cmp.Or(cmp.Compare(b.Item.MoneyAtRisk.Minor, a.Item.MoneyAtRisk.Minor), cmp.Compare(a.Item.SKU, b.Item.SKU), cmp.Compare(a.Item.Location, b.Item.Location))
	}
	slices.SortFunc(w.Worse, byMoney)
	slices.SortFunc(w.Better, byMoney)
}

// missed compares what the last report expected with what was sold since, product by
// product over all places.
func (w *Week) missed(in WeekInput) {
	if w.Before == nil {
		return
	}
	type total struct {
		name string
		mean []float64
	}
	expected := map[core.SKU]*total{}
	var order []core.SKU
	for _, it := range w.Before.Items {
		if len(it.Expected) != weekDays {
			continue
		}
		t := expected[it.SKU]
		if t == nil {
			t = &total{it.Name, make([]float64, weekDays)}
			expected[it.SKU] = t
			order = append(order, it.SKU)
		}
		for i, v := range it.Expected {
			t.mean[i] += v
		}
	}
	days := map[core.Day]bool{}
	right := WeekAccuracy{From: w.Before.Day}
	for _, sku := range order {
		t, m := expected[sku], WeekMiss{SKU: sku, Name: expected[sku].name}
		for i, v := range t.mean {
			day := w.Before.Day + core.Day(i)
			if sold, known := in.Sold[sku][day]; known && day < w.Facts.Day {
				m.Days, m.Sold, m.Expected = m.Days+1, m.Sold+sold, m.Expected+v
				days[day] = true
			}
			w.Sold.UnitsBefore += in.Sold[sku][day-weekDays]
		}
		w.Sold.Units, w.Sold.Expected = w.Sold.Units+m.Sold, w.Sold.Expected+m.Expected
		right.add(m)
		off := math.Abs(m.Sold - m.Expected)
		if price, ok := in.Prices[sku]; ok && m.Days > 0 && off >= 0.5 && off*float64(price.Minor) < math.MaxInt64/2 {
			m.Worth = core.Money{Minor: int64(math.Round(off * float64(price.Minor))), Currency: price.Currency}
			w.Missed = append(w.Missed, m)
		}
	}
	w.Sold.Known = len(days)
	if right.Sold > 0 {
		w.Facts.Accuracy = &right
	}
	slices.SortStableFunc(w.Missed, func(a, b WeekMiss) int {
		return cmp.Or(cmp.Compare(b.Worth.Minor, a.Worth.Minor), cmp.Compare(a.SKU, b.SKU))
	})
	w.Missed = w.Missed[:min(len(w.Missed), weekMisses)]
}
