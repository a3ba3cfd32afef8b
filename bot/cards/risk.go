package cards

import (
	"cmp"
	"time"

	"quartermaster/core/plan"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

func (b *builder) risk(c plan.Card, v plan.RiskView) Message {
	f := v.Finding
	what := b.riskWhat(c, f)
	snoozed := !v.SnoozedUntil.IsZero() && !v.Resolved
	word := b.w.grave[f.Severity]
	switch {
	case v.Resolved:
		word = b.w.resolved
	case snoozed:
		word = b.w.state[plan.Snoozed]
	case word == "":
		word = b.w.state[plan.Proposed]
	}
	b.header(say(b.w.headDone, word, what))
	b.banner(c)
	b.riskFacts(c, v)
	if !v.Resolved {
		b.picture(c.Picture)
	}
	if v.Resolved {
		b.line(text(b.w.resolvedWhy), text(b.told(v.ResolvedWhy, 500)))
	} else {
		b.line(bold(b.w.why), text(b.told(f.Reason, 1000)))
	}
	for _, note := range v.Item.ByHand[:min(len(v.Item.ByHand), maxRemarks)] {
		if !v.Resolved {
			b.line(text("✋ " + b.told(note, 300)))
		}
	}
	if f.Play != "" && !v.Resolved {
		b.line(bold(b.w.cu.play), text(b.told(f.Play, 1000)))
	}
	if len(f.Ask) > 0 && !v.Resolved {
		b.line(text(b.w.rfq.prepared))
	}
	if snoozed {
		b.snoozedLine(v.SnoozedBy, v.SnoozedUntil, v.SnoozeEvent)
	}
	if f.Kind == risk.LateOrder && !v.Resolved {
		help := b.w.lateHelp
		if v.Filed {
			help = b.w.lateFiled
		}
		b.line(text(help))
	} else if f.Kind == risk.StockOut && !v.Resolved {
		b.line(text(b.orderNow(c).line))
	}
	if value, ok := findingValue(f.Key); ok && !v.Resolved {
		why := button(ActionRiskWhy, value, b.w.whyButton)
		if snoozed {
			b.actions(why)
		} else {
			els := append(b.rfqButtons(f.Ask), why, button(ActionRiskSnooze1, value, b.w.snooze1), button(ActionRiskSnooze7, value, b.w.snooze7),
				button(ActionRiskSnooze, value, b.w.quiet.until))
			b.actions(els...)
		}
	}
	b.footer("", nil, b.age(c)...)

	story := join(" · ", word, what)
	if v.Resolved && v.ResolvedWhy != "" {
		return b.message(story + b.w.colon + b.told(v.ResolvedWhy, 500))
	}
	if f.MoneyAtRisk.Minor > 0 {
		story += say(b.w.asks.money, money(f.MoneyAtRisk))
	}
	if snoozed {
		story = join(" · ", story, b.snoozedUntil(v.SnoozedUntil, v.SnoozeEvent), b.byWhom(v.SnoozedBy, time.Time{}))
	} else {
		story = join(b.w.semicolon, story, b.riskAsk(c, f))
	}
	if f.Kind != risk.StaleFeed { // which has its reason in the first line
		story = join("\n", story, b.told(f.Reason, 500))
	}
	return b.message(story)
}

// findingSupplier is the supplier of a risk card by name, by code where none is known.
func findingSupplier(c plan.Card) safe {
	return clean(cmp.Or(c.Risk.SupplierName, string(c.Risk.Finding.Supplier)), 60)
}

// riskAsk is what a finding asks of people, for the first line.
func (b *builder) riskAsk(c plan.Card, f risk.Finding) safe {
	w := &b.w.asks
	switch f.Kind {
	case risk.StockOut:
		switch {
		case len(f.Ask) > 0 || f.Supplier == "":
			return w.quotes
		}
		return b.orderNow(c).ask
	case risk.NoSource:
		return w.source
	case risk.Overstock:
		return w.sell
	case risk.LateOrder:
		return w.late
	case risk.LateSupplier:
		return w.compare
	case risk.StaleFeed, risk.BadData:
		return w.feed
	case risk.Restored:
		return w.reconcile
	}
	return w.look
}

// orderAsk is what can be said about the order that answers a stock-out: in the first line
// and in one of its own.
type orderAsk struct{ ask, line safe }

// orderNow says what has become of that order, and what it asks of people.
func (b *builder) orderNow(c plan.Card) orderAsk {
	w, f, s := &b.w.asks, c.Risk.Finding, c.Risk.Standing
	from := clean(cmp.Or(s.Supplier, string(findingSupplier(c))), 60)
	on := say(w.restock, from)
	switch s.State {
	case plan.AwaitingSecond:
		return orderAsk{say(w.second, from), on}
	case plan.Snoozed:
		return orderAsk{say(w.later, from, b.date(s.Day)), on}
	case plan.Approved:
		order := clean(s.Order, 40)
		return orderAsk{say(w.ordered, order, from, b.date(s.Day)), say(w.hurry, order)}
	case plan.Rejected:
		return orderAsk{say(w.refused, from, b.date(s.Day)), say(w.others, clean(string(f.SKU), 40))}
	case "":
		return orderAsk{w.nothing, w.nothingWhy}
	}
	switch {
	case b.late(f.OrderBy, c.AsOf):
		return orderAsk{say(w.orderNow, from), on}
	case f.OrderBy > 0:
		return orderAsk{say(w.orderBy, from, b.date(f.OrderBy)), on}
	}
	return orderAsk{say(w.order, from), on}
}

// riskWhat names the matter in a few words.
func (b *builder) riskWhat(c plan.Card, f risk.Finding) safe {
	sku := product(f.SKU, f.Name)
	if f.SKU == "" {
		sku = clean(f.Name, 60)
	}
	if c.Risk.Resolved {
		switch f.Kind {
		case risk.LateOrder:
			return clean(f.Order, 40)
		case risk.LateSupplier:
			return findingSupplier(c)
		}
		return sku
	}
	switch f.Kind {
	case risk.StockOut:
		if f.HasStockOut {
			return say(b.w.textOut, sku, b.when(f.StockOut, c.AsOf))
		}
		return say(b.w.textLow, sku)
	case risk.NoSource:
		return say(b.w.riskNoSource, sku)
	case risk.Overstock:
		return say(b.w.riskOver, sku)
	case risk.SeasonPlan:
		return say(b.w.riskSeason, sku)
	case risk.StaleFeed:
		return cmp.Or(b.told(f.Reason, 200), say(b.w.riskStale, b.told(f.Name, 60)))
	case risk.LateSupplier:
		return say(b.w.riskSupplier, findingSupplier(c))
	case risk.LateOrder:
		return say(b.w.riskLate, clean(f.Order, 40), findingSupplier(c), qty(int64(f.DaysLate)))
	case risk.BadData:
		return say(b.w.riskBad, b.told(f.Name, 60))
	case risk.Restored:
		return b.w.riskRestored
	}
	return say(b.w.riskOther, sku)
}

func (b *builder) riskFacts(c plan.Card, v plan.RiskView) {
	f, it := v.Finding, v.Item
	if f.SKU == "" {
		return
	}
	b.paragraph(join(" · ", clean(string(f.SKU), 60), clean(f.Name, 200), clean(string(f.Location), 60)))
	out := b.w.notSoon
	var orderBy, short safe
	if f.HasStockOut {
		out, orderBy = b.when(f.StockOut, c.AsOf), b.due(f.OrderBy, c.AsOf)
	}
	if f.Short > 0 {
		short = say(b.w.units, num(f.Short, 0))
	}
	if v.Resolved {
		b.facts(fact{b.w.fCover, b.cover(it)}, fact{b.w.fStock, say(b.w.stock, qty(it.Position.OnHand), qty(it.Position.OnOrder))})
		return
	}
	runsOut := b.w.fRunsOut
	if f.Kind == risk.LateOrder { // while the chart counts on them
		runsOut = b.w.fOutWithout
	}
	b.facts(
		fact{runsOut, out},
		fact{b.w.fCover, b.cover(it)},
		fact{b.w.fStock, say(b.w.stock, qty(it.Position.OnHand), qty(it.Position.OnOrder))},
		fact{b.w.fRisk, atRisk(f.MoneyAtRisk)},
		fact{b.w.fOrderBy, orderBy},
		fact{b.w.fShort, short},
	)
}

func (b *builder) cover(it plan.Item) safe {
	if it.Tier == replenish.Idle || it.Tier == "" {
		return nothing
	}
	return say(b.w.days, num(it.Cover, 1))
}

func (b *builder) overview(c plan.Card, v plan.OverviewView) Message {
	count := func(n int) safe { return qty(int64(n)) }
	b.header(say(b.w.overview, clean(c.Shop.Name, 80)))
	b.banner(c)
	b.facts(
		fact{b.w.fRed, count(v.Red)},
		fact{b.w.fYellow, count(v.Yellow)},
		fact{b.w.fGreen, count(v.Green)},
		fact{b.w.fIdle, count(v.Idle)},
		fact{b.w.fRisk, money(v.MoneyAtRisk)},
		fact{b.w.fOpen, count(v.OpenProposals)},
	)
	if v.More > 0 {
		b.line(text(say(b.w.overMore, count(v.More))))
	}
	b.warnings(v.Warnings, shownCauses)
	b.footer("", nil, b.age(c)...)
	story := say(b.w.overviewText, count(v.Red), count(v.Yellow), count(v.Green), count(v.Idle), money(v.MoneyAtRisk), count(v.OpenProposals))
	if len(c.Conservative) > 0 {
		story = b.w.conservative + b.told(c.Conservative[0].Reason, 200) + b.w.stop + story
	}
	return b.message(story)
}

// warnings lists gaps in the data; those beyond most are in /stock status.
func (b *builder) warnings(list []string, most int) {
	for i, w := range list {
		if i == most {
			b.line(text(b.w.warning), text(say(b.w.inStatus, qty(int64(len(list)-i)))))
			return
		}
		b.line(text(b.w.warning), text(b.told(w, 300)))
	}
}
