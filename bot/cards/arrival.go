package cards

import (
	"quartermaster/core"
	"quartermaster/core/plan"
)

// arrivalWords are the sentences about goods that come soon.
type arrivalWords struct {
	head, here, off              safe // order, supplier ; ;
	story, late, came, cancelled safe // units, order, supplier, day ; order, supplier, day ; order, supplier, units ; order, supplier
	ask, askLate                 safe
	fExpected, fOutstanding      safe
	cUnits, cLeft, cOwed         safe
	offers, rest                 safe // ; n, order
	likely, with                 safe // product, customers, of them, code ; share, product
	others                       safe // n
}

var englishArrivals = arrivalWords{
	head: "📦 Arrives soon · %s · %s", here: "RECEIVED", off: "CANCELLED",
	story: "%s units of order %s from %s arrive %s", late: "Order %s from %s was due on %s", came: "Order %s from %s is received: %s units", cancelled: "Order %s from %s was cancelled",
	ask: "make room, offer them to likely buyers first, and record what comes", askLate: "ask the supplier, or record what came",
	fExpected: "Expected", fOutstanding: "Outstanding",
	cUnits: "Comes", cLeft: "Left now", cOwed: "Owed",
	offers: "Before they stand in the shop", rest: "%s more lines: /stock order %s",
	likely: "%s: %s known customers are likely to buy it, %s of them again. Offer it to them first: /stock repurchase %s customers lists them for those who may see them.",
	with:   "%s of its buyers take %s, too: offer both together.",
	others: "%s more of these products have likely buyers: /stock repurchase CODE tells how many.",
}

var chineseArrivals = arrivalWords{
	head: "📦 即将到货 · %s · %s", here: "已收货", off: "已取消",
	story: "%[3]s 的订单 %[2]s 将有 %[1]s 件到货：%[4]s", late: "%[2]s 的订单 %[1]s 应于 %[3]s 到货", came: "%[2]s 的订单 %[1]s 已收货：%[3]s 件", cancelled: "%[2]s 的订单 %[1]s 已取消",
	ask: "请预留仓位、先向可能购买的顾客预售，并登记到货", askLate: "请询问供应商，或登记已到的货物",
	fExpected: "预计到货", fOutstanding: "未到数量",
	cUnits: "到货", cLeft: "现有", cOwed: "欠货",
	offers: "上架之前", rest: "另有 %s 行：/stock order %s",
	likely: "%s：%s 位已知顾客可能购买，其中 %s 位曾经买过。请先向他们预售：/stock repurchase %s customers 向有权限的人列出名单。",
	with:   "%s 的买家也会买 %s：可搭配出售。",
	others: "另有 %s 种商品有可能的买家：见 /stock repurchase CODE。",
}

// maxOffers is how many products a card says whom to offer first.
const maxOffers = 4

// arrival announces the goods of an order, and tells what became of them.
func (b *builder) arrival(c plan.Card, v plan.ArrivalView) Message {
	w, o := &b.w.arrivals, v.Order
	number, from := clean(o.Number, 30), clean(o.Supplier.Name, 60)
	head := say(w.head, number, from)
	due, open := o.Due()
	_, left, sum := o.Totals()
	switch {
	case o.State == plan.OrderCancelled:
		b.header(join(" · ", head, w.off))
		return b.message(say(w.cancelled, number, from))
	case !open:
		b.header(join(" · ", head, w.here))
		return b.message(say(w.came, number, from, qty(sum.Received)))
	}
	b.header(head)
	first := int64(0) // units of the day
	for _, l := range o.Arriving() {
		if l.Due == due {
			first += l.Qty
		}
	}
	story, ask := say(w.story, qty(first), number, from, b.when(due, v.Today.Time(b.zone()))), w.ask
	if due < v.Today {
		story, ask = say(w.late, number, from, b.date(due)), w.askLate
	}
	b.facts(fact{w.fExpected, b.dueOf(o, v.Today)}, fact{w.fOutstanding, say(b.w.units, qty(left))})
	rows := [][]safe{{b.w.cSKU, b.w.cName, b.w.cPlace, w.cUnits, b.w.po.cDue, w.cLeft, w.cOwed}}
	for _, l := range v.Lines[:min(len(v.Lines), maxLines)] {
		rows = append(rows, []safe{clean(string(l.SKU), 40), clean(l.Name, 60), clean(string(l.Location), 40), qty(l.Qty), b.date(l.Due), qty(l.Left), qty(l.Owed)})
	}
	b.table(rows, 3, 5, 6)
	if n := len(o.Arriving()) - maxLines; n > 0 {
		b.line(text(say(w.rest, qty(int64(n)), number)))
	}
	b.whoFirst(v)
	b.orderActions(o)
	b.footer("", nil, b.age(c)...)
	return b.message(join(b.w.semicolon, story, ask))
}

// whoFirst says to whom the goods should be offered before anybody else.
func (b *builder) whoFirst(v plan.ArrivalView) {
	w, n := &b.w.arrivals, 0
	told := map[core.SKU]bool{} // a product that comes by two ways is one
	for _, l := range v.Lines {
		if l.Likely == 0 || told[l.SKU] {
			continue
		}
		told[l.SKU] = true
		if n++; n > maxOffers {
			continue
		}
		if n == 1 {
			b.line(bold(w.offers))
		}
		sku := clean(string(l.SKU), 40)
		b.line(text(say(w.likely, product(l.SKU, l.Name), qty(int64(l.Likely)), qty(int64(l.Again)), sku)))
		if l.With != "" {
			b.line(text(say(w.with, b.percent(l.Share), clean(string(l.With), 40))))
		}
	}
	if n > maxOffers {
		b.line(text(say(w.others, qty(int64(n-maxOffers)))))
	}
}
