package cards

import (
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
)

// maxLines is how many lines of an order a card or an answer shows.
const maxLines = 12

// maxRemarks is how many remarks a restock card shows.
const maxRemarks = 4

func (b *builder) restock(c plan.Card, v plan.RestockView) Message {
	p := v.Proposal
	story := b.restockText(c, v)
	b.header(b.restockHead(v))
	if p.State.Decidable() {
		b.banner(c)
	}
	if v.Note != "" && p.State.Decidable() {
		b.line(bold(b.w.note), text(b.told(v.Note, 500)))
	}
	if p.EditedBy != "" {
		b.line(text(b.w.edited), person(p.EditedBy))
	}
	if p.State == plan.AwaitingSecond {
		b.line(text(b.w.first), person(p.FirstBy), text(b.w.firstRest))
	}
	b.restockFacts(c, p)
	if p.State.Open() {
		b.picture(c.Picture)
	}
	b.outcome(v)
	if p.Reason != "" && (p.State.Decidable() || p.State == plan.Snoozed) {
		b.line(bold(b.w.why), text(b.told(p.Reason, 1000)))
	}
	if p.State.Decidable() {
		remarks := p.Remarks()
		for _, r := range remarks[:min(len(remarks), maxRemarks)] {
			b.line(text(b.told(r, 400)))
		}
		if n := len(remarks) - maxRemarks; n > 0 {
			b.line(text(say(b.w.moreRemarks, qty(int64(n)))))
		}
	}
	b.restockActions(c, v)
	b.restockFooter(c, v)
	return b.message(story)
}

// subject is what is ordered: "504 × SOLAR-01 from Acme" or "5 products from Acme".
func (b *builder) subject(p plan.Proposal) safe {
	if products(p.Lines) == 1 {
		return say(b.w.orderOne, qty(total(p.Lines)), clean(string(p.Lines[0].SKU), 40), supplier(p))
	}
	return say(b.w.orderMany, qty(products(p.Lines)), supplier(p))
}

func supplier(p plan.Proposal) safe {
	if s := clean(p.SupplierName, 60); s != nothing {
		return s
	}
	return clean(string(p.Supplier), 60)
}

func (b *builder) restockHead(v plan.RestockView) safe {
	p := v.Proposal
	if !p.State.Decidable() {
		what := b.subject(p)
		if v.Order != nil {
			what = clean(v.Order.Number, 30) + " · " + what
			if v.Order.UndoneBy != "" {
				return say(b.w.headDone, b.w.po.takenBack, what)
			}
		}
		state := b.stateWord(p.State)
		if p.State == plan.Approved && p.DecidedBy == plan.ByRule {
			state = b.w.byRuleHead
		}
		return say(b.w.headDone, state, what)
	}
	return say(b.w.head, b.tierWord(worst(p.Lines)), b.subject(p))
}

func (b *builder) tierWord(t replenish.Tier) safe {
	if w, ok := b.w.tier[t]; ok {
		return w
	}
	return b.w.state[plan.Proposed]
}

func (b *builder) stateWord(s plan.State) safe {
	if s == "" {
		s = plan.Proposed
	}
	if w, ok := b.w.state[s]; ok {
		return w
	}
	return clean(string(s), 30)
}

// worst returns the most urgent tier among the lines.
func worst(lines []plan.Line) replenish.Tier {
	for _, t := range []replenish.Tier{replenish.Red, replenish.Yellow, replenish.Green, replenish.Idle} {
		for _, l := range lines {
			if l.Tier == t {
				return t
			}
		}
	}
	return ""
}

// restockText is the story in one line.
func (b *builder) restockText(c plan.Card, v plan.RestockView) safe {
	p := v.Proposal
	if !p.State.Decidable() {
		return b.outcomeText(v)
	}
	first, has := plan.FirstOut(p.Lines)
	var what, amount safe
	switch {
	case products(p.Lines) == 1 && has:
		what = say(b.w.textOut, product(first.SKU, first.Name), b.when(first.StockOut, c.AsOf))
	case products(p.Lines) == 1:
		what = say(b.w.textLow, product(p.Lines[0].SKU, p.Lines[0].Name))
	case has:
		what = say(b.w.textManyOut, qty(products(p.Lines)), product(first.SKU, first.Name), b.when(first.StockOut, c.AsOf))
	default:
		what = say(b.w.textManyLow, qty(products(p.Lines)))
	}
	amount = say(b.w.textUnits, qty(total(p.Lines)))
	if products(p.Lines) > 1 {
		amount = say(b.w.units, qty(total(p.Lines)))
	}
	format := b.w.textOrder
	if b.late(p.OrderBy, c.AsOf) {
		format = b.w.textOrderLate
	}
	if len(c.Conservative) > 0 { // nothing can be ordered, so nothing is asked for
		format = b.w.textOrderHeld
	}
	story := what + b.w.semicolon + say(format, amount, supplier(p), b.date(p.OrderBy), money(p.Total))
	if p.State == plan.AwaitingSecond {
		story = b.w.textSecond + story
	}
	if len(c.Conservative) > 0 {
		story = b.w.conservative + b.told(c.Conservative[0].Reason, 200) + b.w.stop + story
	}
	return story
}

// products counts the SKUs; an order split over two ways has one.
func products(lines []plan.Line) int64 {
	skus := map[core.SKU]bool{}
	for _, l := range lines {
		skus[l.SKU] = true
	}
	return int64(len(skus))
}

// total adds up the units; absurd sums saturate instead of turning negative.
func total(lines []plan.Line) (n int64) {
	const most = 1 << 60
	for _, l := range lines {
		if n += min(max(l.Qty, 0), most); n > most {
			return most
		}
	}
	return n
}

// amount is the order's total, with the shop's currency where that differs.
func (b *builder) amount(p plan.Proposal) safe {
	if p.TotalShop != (core.Money{}) && p.TotalShop.Currency != p.Total.Currency {
		return say(b.w.inShop, money(p.Total), money(p.TotalShop))
	}
	return money(p.Total)
}

func (b *builder) restockFacts(c plan.Card, p plan.Proposal) {
	first, has := plan.FirstOut(p.Lines)
	out := b.w.notSoon
	if has {
		out = b.when(first.StockOut, c.AsOf)
	}
	if len(p.Lines) == 1 {
		l := p.Lines[0]
		b.paragraph(join(" · ", clean(string(l.SKU), 60), clean(l.Name, 200), clean(string(l.Location), 60)))
		b.facts(
			fact{b.w.fOrder, join(" · ", say(b.w.units, qty(l.Qty)), b.amount(p))},
			fact{b.w.fRunsOut, out},
			fact{b.w.fOrderBy, b.due(p.OrderBy, c.AsOf)},
			fact{b.w.fArrives, say(b.w.by, b.date(l.Arrival), b.told(string(l.Mode), 20))},
			fact{b.w.fStock, say(b.w.stock, qty(l.Calc.Position.OnHand), qty(l.Calc.Position.OnOrder))},
			fact{b.w.fRisk, atRisk(p.MoneyAtRisk)},
		)
		return
	}
	b.lines(p.Lines)
	if n := len(p.Lines) - maxLines; n > 0 {
		b.line(text(say(b.w.more, qty(int64(n)))))
	}
	what := say(b.w.productsUnits, qty(products(p.Lines)), qty(total(p.Lines)))
	if products(p.Lines) == 1 {
		what = say(b.w.units, qty(total(p.Lines)))
	}
	b.facts(
		fact{b.w.fOrder, what},
		fact{b.w.fAmount, b.amount(p)},
		fact{b.w.fOrderBy, b.due(p.OrderBy, c.AsOf)},
		fact{b.w.fFirstOut, out},
		fact{b.w.fRisk, atRisk(p.MoneyAtRisk)},
	)
}

// lines adds the table of an order's lines, with the place of delivery when
// there is more than one.
func (b *builder) lines(lines []plan.Line) {
	if len(lines) == 0 {
		return
	}
	places := false
	for _, l := range lines {
		places = places || l.Location != lines[0].Location
	}
	head := []safe{b.w.cSKU, b.w.cName, b.w.cQty, b.w.cCost, b.w.cRunsOut, b.w.cArrives}
	if places {
		head = append(head, b.w.cPlace)
	}
	rows := [][]safe{head}
	for _, l := range lines[:min(len(lines), maxLines)] {
		out := b.w.notSoon
		if l.HasStockOut {
			out = b.date(l.StockOut)
		}
		row := []safe{
			clean(string(l.SKU), 40), clean(l.Name, 40), qty(l.Qty), money(l.Cost), out,
			say(b.w.by, b.date(l.Arrival), b.told(string(l.Mode), 20)),
		}
		if places {
			row = append(row, clean(string(l.Location), 40))
		}
		rows = append(rows, row)
	}
	b.table(rows, 2, 3)
}

func (b *builder) restockFooter(c plan.Card, v plan.RestockView) {
	p := v.Proposal
	texts := b.age(c)
	if !p.State.Decidable() {
		b.footer("", nil, texts...)
		return
	}
	if !p.ExpiresAt.IsZero() {
		texts = append(texts, say(b.w.expires, b.instant(p.ExpiresAt)))
	}
	if above(p.TotalShop, v.SecondAbove) && p.State != plan.AwaitingSecond {
		texts = append(texts, b.w.second)
	}
	if len(v.Approvers) == 0 {
		b.footer("", nil, append(texts, b.w.nobody)...)
		return
	}
	b.footer(b.w.mayApprove, v.Approvers, texts...)
}
