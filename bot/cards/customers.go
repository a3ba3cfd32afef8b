package cards

import (
	"math"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/repurchase"
)

// shownClasses bounds the cycles by channel in an answer about one product.
const shownClasses = 6

// CustomersAnswer answers /stock repurchase: the table, or one product of it.
// Customers appear by pseudonym, and only those the view names.
func CustomersAnswer(v plan.CustomersView) Message {
	b := lay(v.Shop, 0)
	if v.SKU != "" && len(v.Report.Products) == 1 {
		return b.customersOf(v, v.Report.Products[0])
	}
	r := v.Report
	b.header(say(b.w.cu.title, clean(v.Shop.Name, 80)))
	story := say(b.w.cu.text, whole(r.Expected), qty(int64(r.Days)), whole(r.Active), qty(int64(r.Customers)))
	b.line(text(story))
	b.line(bold(b.w.cu.segments))
	for _, s := range r.Segments {
		b.line(text(join("", say(b.w.cu.segment, b.told(string(s.Segment), 40), qty(int64(s.Customers)), whole(s.Expected)), b.worth(v, s.WorthRow))))
	}
	if len(r.Products) == 0 {
		b.paragraph(b.w.cu.none)
	} else {
		rows := [][]safe{{b.w.cSKU, b.w.cName, b.w.cu.cAgain, b.w.cu.cShare, b.w.cu.cDue, b.w.cu.cUnits, b.w.cu.cNext}}
		for _, p := range r.Products[:min(len(r.Products), maxListed)] {
			var next safe
			if p.Link != nil {
				next = say("%s %s", clean(string(p.Link.To), 40), b.percent(p.Link.Probability))
			}
			rows = append(rows, []safe{clean(string(p.SKU), 40), clean(v.Names[p.SKU], 40), whole(p.Again), b.percent(p.Probability), b.dueDay(p.Due), whole(p.Units), next})
		}
		b.table(rows, 2, 3, 5)
	}
	notes := []safe{say(b.w.cu.known, b.date(r.AsOf)), b.told(r.Why, 400)}
	if d := r.Demand; d != nil && d.Weight > 0 {
		notes = append(notes, say(b.w.cu.blend, num(d.Weight, 1), b.percent(d.Error), b.percent(d.With), qty(int64(d.Windows)), qty(int64(d.Days))))
	} else if d != nil {
		notes = append(notes, say(b.w.cu.noBlend, qty(int64(d.Windows)), qty(int64(d.Days))))
	}
	b.footer("", nil, notes...)
	return b.message(story)
}

// worth says what a customer of a group is worth; nothing where values are not
// known or the group is empty.
func (b *builder) worth(v plan.CustomersView, w repurchase.WorthRow) safe {
	if !v.Report.Money || w.Customers == 0 {
		return ""
	}
	of := func(minor float64) safe {
		return money(core.Money{Minor: int64(math.Round(minor)), Currency: v.Shop.Currency})
	}
	return say(b.w.cu.worth, of(w.Mean), qty(int64(v.Report.Horizon)), of(w.Low), of(w.High))
}

// customersOf shows one product.
func (b *builder) customersOf(v plan.CustomersView, p repurchase.ProductRow) Message {
	sku := clean(string(p.SKU), 60)
	b.header(say(b.w.cu.one, sku))
	b.paragraph(clean(v.Names[p.SKU], 200))
	facts := []fact{
		{b.w.cu.fBuyers, qty(int64(p.Buyers))},
		{b.w.cu.fShare, say(b.w.cu.again, whole(p.Again), b.percent(p.Probability), say(b.w.cu.whoFirst, whole(p.First)))},
		{b.w.cu.fDue, b.dueDay(p.Due)},
		{b.w.cu.fUnits, whole(p.Units)},
	}
	if p.Median > 0 {
		facts = append(facts, fact{b.w.cu.fCycle, say(b.w.cu.cycleDays, whole(p.Median))})
	}
	if len(p.Within) == len(repurchase.CycleDays) {
		facts = append(facts, fact{b.w.cu.fWithin, say(b.w.cu.withinDays, b.percent(p.Within[0]), b.percent(p.Within[1]), b.percent(p.Within[2]), b.percent(p.Within[3]))})
	}
	facts = append(facts, fact{b.w.cu.fPolicy, join(b.w.colon, b.told(string(p.Policy), 40), b.told(p.PolicyWhy, 200))})
	b.facts(facts...)
	for _, c := range p.Classes[:min(len(p.Classes), shownClasses)] {
		b.line(bold(clean(c.Class, 60)+b.w.colon), text(say(b.w.cu.class, qty(int64(c.Buyers)), b.percent(c.Half.Share), whole(c.Half.Days), b.percent(c.Half.Low), b.percent(c.Half.High), whole(c.Median))))
	}
	if l := p.Link; l != nil {
		b.line(bold(b.w.cu.fNext+b.w.colon), text(say(b.w.cu.link, b.percent(l.Probability), clean(string(l.To), 60), qty(int64(l.Days)),
			b.percent(l.Lo), b.percent(l.Hi), num(l.Lift, 1), qty(int64(l.Support)))))
	}
	b.line(text(say(b.w.cu.behind, qty(int64(v.Behind)))))
	if len(v.List) > 0 {
		rows := [][]safe{{b.w.cu.cCustomer, b.w.cu.cChance, b.w.cu.cAbout, b.w.cu.cBought}}
		for _, c := range v.List {
			bought := b.w.cu.before
			if !c.Again {
				bought = b.w.cu.never
			}
			rows = append(rows, []safe{clean(c.Customer, 40), b.percent(c.Probability), b.date(c.Due), bought})
		}
		b.table(rows, 1)
	}
	if len(v.List) == 0 && v.Behind > 0 {
		b.line(text(say(b.w.cu.ask, sku)))
	}
	b.footer("", nil, say(b.w.cu.known, b.date(v.Report.AsOf)))
	return b.message(say(b.w.cu.oneText, sku, whole(p.Again), qty(int64(v.Report.Days)), b.percent(p.Probability)))
}

// whole rounds an expected number; what rounds to nothing keeps a digit.
func whole(f float64) safe {
	if f > 0 && f < 9.5 {
		return num(f, 1)
	}
	return num(f, 0)
}

func (b *builder) percent(f float64) safe {
	if f > 0 && f < 0.0095 {
		return say(b.w.percent, num(100*f, 1))
	}
	return say(b.w.percent, num(100*f, 0))
}

func (b *builder) dueDay(d core.Day) safe {
	if d == 0 {
		return ""
	}
	return b.date(d)
}

// customerWords are the sentences about customers.
type customerWords struct {
	title, text, known, none                        safe // shop ; orders, days, customers, all ; day
	segments, segment, worth                        safe // ; name, customers, orders ; amount, days, low, high
	blend, noBlend                                  safe // weight, error, with, windows, days ; windows, days
	one, oneText                                    safe // sku ; sku, customers, days, share
	behind, ask                                     safe // customers ; sku
	link                                            safe // share, sku, days, low, high, lift, buyers
	cCustomer, cChance, cAbout, cBought             safe
	before, never                                   safe
	class                                           safe // buyers, share, days, low, high, median
	play                                            safe
	cAgain, cShare, cDue, cUnits, cNext, again      safe
	fBuyers, fShare, fDue, fUnits, fCycle, fWithin  safe
	fPolicy, fNext, cycleDays, withinDays, whoFirst safe // days ; shares within 30, 60, 90, 180 days ; customers
}

var englishCustomers = customerWords{
	title: "👥 Repurchase · %s", text: "%s orders expected in the next %s days, from %s of %s customers",
	known: "Known up to %s", none: "No product is expected to be bought again.",
	segments: "Customers", segment: "%s: %s customers, %s orders expected", worth: ", each orders for %s in %s days (%s to %s)",
	blend:   "The forecast takes %s of what the customers say: error %s, with them %s, in %s earlier windows of %s days",
	noBlend: "What the customers say has weight 0 in the forecast: it did not make it better in %s earlier windows of %s days",
	one:     "🔁 %s", oneText: "%s: %s of its buyers are expected to buy it again within %s days (%s)",
	behind: "Likely customers: %s", ask: "The list, for those who may see it: /stock repurchase %s customers",
	link:      "%s of its buyers take %s within %s days (%s to %s; %s times as many as chance explains; %s buyers looked at)",
	cCustomer: "Customer", cChance: "Chance", cAbout: "About", cBought: "Bought it", before: "before", never: "never yet",
	class: "%s buyers who came by it; %s of purchases are followed by another within %s days (%s to %s), half of those within %s days",
	play:  "Joint play: ", again: "%s (%s), %s",
	cAgain: "Again", cShare: "Of buyers", cDue: "Half by", cUnits: "Units", cNext: "Then",
	fBuyers: "Buyers so far", fShare: "Buy again", fDue: "Half of them by", fUnits: "Units expected", fCycle: "Cycle", fWithin: "Followed by another",
	fPolicy: "Stocking", fNext: "Then they buy", cycleDays: "median %s days", withinDays: "within 30 d %s, 60 d %s, 90 d %s, 180 d %s",
	whoFirst: "and %s customers for the first time",
}
