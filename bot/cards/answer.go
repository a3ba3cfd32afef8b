package cards

import (
	"quartermaster/core/plan"
)

// Answers to /stock. They are messages without metadata, shown to one person.

// StatusAnswer answers /stock status.
func StatusAnswer(v plan.StatusView) Message {
	b := lay(v.Shop, 0)
	count := func(n int) safe { return qty(int64(n)) }
	name := clean(v.Shop.Name, 80)
	b.header(say(b.w.statusTitle, name))
	if v.CheckedAt.IsZero() {
		b.paragraph(b.w.statusNever)
		return b.message(join(" · ", name, b.w.statusNever))
	}
	b.causes(v.Conservative, maxListed)
	b.facts(
		fact{b.w.fRed, count(v.Red)}, fact{b.w.fYellow, count(v.Yellow)},
		fact{b.w.fGreen, count(v.Green)}, fact{b.w.fIdle, count(v.Idle)},
		fact{b.w.fRisk, money(v.MoneyAtRisk)}, fact{b.w.fOpen, count(v.Open)},
	)
	if len(v.Worst) > 0 {
		b.line(bold(b.w.worst))
		rows := [][]safe{{b.w.cSKU, b.w.cName, b.w.cPlace, b.w.cTier, b.w.cCover, b.w.cRunsOut, b.w.cRisk}}
		for _, it := range v.Worst {
			rows = append(rows, []safe{
				clean(string(it.SKU), 40), clean(it.Name, 40), clean(string(it.Location), 20), b.tierOf(it), b.cover(it), b.out(it), cell(atRisk(it.MoneyAtRisk)),
			})
		}
		b.table(rows, 4, 6)
	}
	b.warnings(v.Warnings, maxListed)
	b.footer("", nil, b.age(plan.Card{AsOf: v.CheckedAt, Run: v.Run})...)
	return b.message(say(b.w.statusText, name, count(v.Red), count(v.Yellow), count(v.Green), count(v.Idle), money(v.MoneyAtRisk), count(v.Open)))
}

func (b *builder) tierOf(it plan.Item) safe {
	if w, ok := b.w.tier[it.Tier]; ok {
		return w
	}
	return nothing
}

func (b *builder) out(it plan.Item) safe {
	if !it.HasStockOut {
		return b.w.notSoon
	}
	return b.date(it.StockOut)
}

// ItemAnswer answers /stock sku CODE with the state of one SKU, place by place.
func ItemAnswer(language string, items []plan.Item) Message {
	b := in(language)
	var story safe
	for _, it := range items {
		b.header(join(" · ", b.tierOf(it), clean(string(it.SKU), 60), clean(string(it.Location), 40)))
		b.paragraph(join("\n", clean(it.Name, 200), b.told(it.TierWhy, 300)))
		var orderBy safe
		if it.HasStockOut {
			orderBy = b.date(it.OrderBy)
		}
		b.facts(
			fact{b.w.fCover, b.cover(it)},
			fact{b.w.fRunsOut, b.out(it)},
			fact{b.w.fStock, say(b.w.stock, qty(it.Position.OnHand), qty(it.Position.OnOrder))},
			fact{b.w.fOrderBy, orderBy},
			fact{b.w.fRisk, atRisk(it.MoneyAtRisk)},
		)
		story = join(b.w.semicolon, story, say(b.w.itemText, clean(string(it.SKU), 60), clean(string(it.Location), 40), b.tierOf(it), num(it.Cover, 1), b.out(it)))
	}
	if story == "" {
		b.paragraph(nothing)
		story = nothing
	}
	return b.message(story)
}

// WhyAnswer answers /stock why CODE with the calculation, place by place, and with what
// the last check told of the product, or why it did not.
func WhyAnswer(language string, items []plan.Item, kept plan.QuietView) Message {
	b := in(language)
	story := b.w.whyTitle
	for _, it := range items {
		b.reasons(it)
		story = join(" · ", story, say(b.w.whyTier, b.tierWord(it.Tier), b.told(it.TierWhy, 300)))
	}
	if len(items) == 0 {
		b.paragraph(b.w.noCalc)
	}
	b.lastCheck(kept)
	return b.message(story)
}

// OrdersAnswer answers /stock orders: what waits, and the newest orders.
func OrdersAnswer(language string, v plan.OrdersView) Message {
	b := in(language)
	b.header(b.w.ordersTitle)
	b.line(bold(b.w.waiting))
	story := say(b.w.pair, b.w.waiting, qty(int64(len(v.Open))))
	if len(v.Open) == 0 {
		b.line(text(b.w.noneWaiting))
	}
	for _, p := range v.Open {
		b.line(text(join(" · ", b.stateWord(p.State), b.subject(p), b.amount(p), say("%s %s", b.w.fOrderBy, b.date(p.OrderBy)))))
	}
	b.line(bold(b.w.ordered))
	if len(v.Orders) == 0 {
		b.line(text(b.w.noneOrdered))
		b.filed(v.Filed)
		return b.message(story)
	}
	rows := [][]safe{{b.w.cNumber, b.w.cSupplier, b.w.cAmount, b.w.cDate, b.w.cState, b.w.po.cLeft, b.w.po.cDue}}
	for _, o := range v.Orders {
		_, left, _ := o.Totals()
		due := nothing
		if d, ok := o.Due(); ok {
			due = b.date(d)
		}
		rows = append(rows, []safe{clean(o.Number, 30), clean(o.Supplier.Name, 40), money(o.Total), b.date(o.OrderedOn), b.stateOf(o), qty(left), due})
	}
	b.table(rows, 2, 5)
	b.filed(v.Filed)
	return b.message(join(b.w.semicolon, story, say(b.w.pair, b.w.ordered, qty(int64(len(v.Orders))))))
}

// filed lists the open orders of the file of orders.
func (b *builder) filed(list []plan.FiledOrder) {
	if len(list) == 0 {
		return
	}
	b.line(bold(b.w.filed))
	rows := [][]safe{{b.w.cNumber, b.w.cSupplier, b.w.po.cLeft, b.w.po.cDue, b.w.cState}}
	for _, o := range list {
		rows = append(rows, []safe{clean(o.Number, 30), clean(o.Supplier, 40), qty(o.Units), b.date(o.Due), b.told(string(o.State), 20)})
	}
	b.table(rows, 2)
}

// HelpAnswer answers /stock help. unknown is the subcommand that was typed and
// does not exist, nearest the one that comes closest; both may be empty. When one
// is close the list is left out.
func HelpAnswer(language, unknown, nearest string) Message {
	b := in(language)
	s := b.w.help
	if unknown != "" {
		told := say(b.w.unknown, clean(unknown, 60))
		if nearest != "" {
			s = told + say(b.w.nearest, clean(nearest, 20))
		} else {
			s = join("\n", told, s)
		}
	}
	b.paragraph(s)
	return b.message(s)
}

// FileSent answers a command that was answered with a file.
func FileSent(name, note, language string) Message {
	b := in(language)
	told := say(b.w.home.fileSent, clean(name, 80), b.told(note, 200))
	b.paragraph(told)
	return b.message(told)
}
