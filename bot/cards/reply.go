package cards

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"quartermaster/core/plan"
)

// Ids of suppliers' answers about orders.
const (
	ActionReplyTake = "reply_take" // as plan.TakeReply
	ActionReplyDrop = "reply_drop" // as plan.DropReply
	CallbackReply   = "reply"
)

// replyWords are the sentences about suppliers' answers.
type replyWords struct {
	head, story, from, pasted                              safe
	asExpected, otherDay, firstDay, manyDays               safe
	waySame, wayDay, whichWay, byWay                       safe
	order, here, price, priceHere, loose, looseQty, unsure safe
	records, expected, leaves, nothing, prices             safe
	costs, comesTo                                         safe
	take, drop, by                                         safe
	title, intro, text, hint, read                         safe
	state                                                  map[plan.ReplyState]safe
}

var englishReply = replyWords{
	head: "%s · %s · %s", story: "%s answered about order %s", from: "E-mail from %s, %s", pasted: "Pasted by ",
	asExpected: "Arrival named: %s, as expected.", otherDay: "Arrival named: %s. Expected until now: %s (%s days).", firstDay: "Arrival named: %s.",
	manyDays: "Several days are named, %s to %s: a person has to say which is the arrival.",
	waySame:  "By %s: arrival on %s, as expected.", wayDay: "By %s: arrival on %s. Expected until now: %s (%s days).", byWay: "what goes by %s is expected on %s",
	whichWay: "Arrival named: %s, but not by which way, and the order goes by several. Shipped on the order's card takes a day for each.",
	order:    "Ordered", here: "In the answer", price: "Price", priceHere: "Price in the answer",
	loose: "An amount beside no code of the order: %s.", looseQty: "A number of units beside no code of the order: %s.", unsure: "Not clear: %s",
	records: "Recording it:", expected: "the order is confirmed as expected on %s", leaves: "%s of %s are given up, because the supplier leaves them out",
	nothing: "Nothing of it can be recorded by a button. What is agreed goes through Shipped, Receive or Cancel on the order's card.",
	costs:   "%s costs %s a unit (ordered at %s)", comesTo: "the order comes to %s in place of %s, which takes an approver whose limit covers it",
	prices: "More units than ordered, and prices that are far off or not clear, are never recorded from here: they need an order of their own. /stock letter price %s asks about prices.",
	take:   "Record it", drop: "It changes nothing", by: "Settled by ",
	title: "Answer of a supplier", text: "The answer", read: "Read it",
	intro: "What %s wrote about order %s. Days, quantities and prices are read out of it and shown on a card; nothing else in it has an effect, and nothing changes before somebody says so.",
	hint:  "The e-mail as it came, in English or Chinese.",
	state: map[plan.ReplyState]safe{plan.ReplyOpen: "✉️ ANSWERED", plan.ReplyTaken: "✅ RECORDED", plan.ReplyDropped: "☑️ NO CHANGE", plan.ReplyNoted: "✉️ ANSWERED"},
}

var chineseReply = replyWords{
	head: "%s · %s · %s", story: "%s 已就订单 %s 答复", from: "邮件来自 %s，%s", pasted: "粘贴人：",
	asExpected: "所述到货日：%s，与预期一致。", otherDay: "所述到货日：%s。此前预期：%s（%s 天）。", firstDay: "所述到货日：%s。",
	manyDays: "提到多个日期，%s 至 %s：须由人确认哪一个是到货日。",
	waySame:  "%s：%s 到货，与预期一致。", wayDay: "%s：%s 到货。此前预期：%s（%s 天）。", byWay: "%s部分预计 %s 到货",
	whichWay: "所述到货日：%s，但未说明是哪种运输方式，而该订单分几种方式发货。请在订单卡片的“已发货”中分别填写。",
	order:    "订购", here: "答复中", price: "单价", priceHere: "答复中的单价",
	loose: "有一笔金额未对应订单中的编码：%s。", looseQty: "有一个数量未对应订单中的编码：%s。", unsure: "不明确：%s",
	records: "记录后：", expected: "订单确认，预计 %s 到货", leaves: "%s 件 %s 供应商不供，将放弃",
	nothing: "其中没有可用按钮记录的内容。商定的事项请在订单卡片上用“已发货”“收货”或“取消”处理。",
	costs:   "%s 单价为 %s（订购时 %s）", comesTo: "订单总额由 %[2]s 变为 %[1]s，须由额度足够的审批人同意",
	prices: "超出订购数量，或相差过大、不明确的价格不会在此记录，须另行下单。/stock letter price %s 可致函议价。",
	take:   "记录", drop: "无变化", by: "处理人：",
	title: "供应商答复", text: "答复内容", read: "读取",
	intro: "%s 就订单 %s 所写的内容。从中读取日期、数量和单价并显示在卡片上；其余文字不产生任何作用，未经确认不会更改。",
	hint:  "原样粘贴邮件，英文或中文。",
	state: map[plan.ReplyState]safe{plan.ReplyOpen: "✉️ 已答复", plan.ReplyTaken: "✅ 已记录", plan.ReplyDropped: "☑️ 无变化", plan.ReplyNoted: "✉️ 已答复"},
}

// ReplyTitle is the title of the form, for Loading and Sorry.
func ReplyTitle(w *phrases) safe { return w.reply.title }

const replyPrefix = "y1:"

// ReplyValue is the value of the buttons of an answer: its id, and the version of the
// order that it was compared with.
func ReplyValue(v plan.AnswerView) string {
	return replyPrefix + strconv.FormatInt(v.ID, 10) + ":" + strconv.Itoa(v.Of.Version)
}

// ParseReply reads it back; errors wrap ErrValue.
func ParseReply(s string) (id int64, version int, err error) {
	first, second, _ := strings.Cut(strings.TrimPrefix(s, replyPrefix), ":")
	id, bad := strconv.ParseInt(first, 10, 64)
	version, worse := strconv.Atoi(second)
	if bad != nil || worse != nil || id <= 0 || version < 0 || ReplyValue(plan.AnswerView{Answer: plan.Answer{ID: id}, Of: plan.Order{Version: version}}) != s {
		return 0, 0, fmt.Errorf("value of an answer: %w", ErrValue)
	}
	return id, version, nil
}

// answered draws the card of an answer: what came, what it says beside the order, and
// what recording it would do.
func (b *builder) answered(v plan.AnswerView) Message {
	w := &b.w.reply
	name, number := clean(v.Of.Supplier.Name, 60), clean(v.Of.Number, 30)
	b.header(say(w.head, w.state[v.State], number, name))
	if v.Pasted != "" {
		b.line(text(w.pasted), person(v.Pasted))
	} else {
		b.line(text(say(w.from, clean(v.From, 100), b.instant(v.At))))
	}
	b.paragraph(cleanLines(v.Excerpt(), 800))
	first := say(w.story, name, number)
	var rest safe
	for i, s := range b.said(w, v) {
		b.line(text(s))
		if i == 0 {
			first = join(" · ", first, phrase(s))
		} else {
			rest = join(" ", rest, s)
		}
	}
	b.replyTable(w, v)
	for _, u := range v.Read.Unsure[:min(len(v.Read.Unsure), 5)] {
		b.line(text(say(w.unsure, b.told(u, 200))))
	}
	if v.State != plan.ReplyOpen {
		b.line(text(w.by), person(v.By))
		return b.message(join("\n", join(" · ", w.state[v.State], first, b.byWhom(v.By, time.Time{})), rest))
	}
	drop := button(ActionReplyDrop, ReplyValue(v), w.drop)
	if v.Event == nil {
		b.line(text(w.nothing))
		b.actions(drop)
		return b.message(join("\n", join(b.w.semicolon, first, b.w.asks.replyNone), rest))
	}
	var does []safe
	if v.Event.ETA != 0 {
		does = append(does, say(w.expected, b.date(v.Event.ETA)))
	}
	for _, r := range v.Event.Ways {
		does = append(does, say(w.byWay, b.told(string(v.Of.Lines[r.Line].Mode), 20), b.date(r.ETA)))
	}
	for _, s := range v.Event.Less {
		does = append(does, say(w.leaves, qty(s.Units), clean(string(v.Of.Lines[s.Line].SKU), 40)))
	}
	for _, p := range v.Event.Prices {
		l := v.Of.Lines[p.Line]
		does = append(does, say(w.costs, clean(string(l.SKU), 40), money(p.Unit), money(l.UnitPrice)))
	}
	if len(v.Event.Prices) > 0 {
		does = append(does, say(w.comesTo, money(v.Total), money(v.Of.Total)))
	}
	b.line(bold(w.records), text(" "+join("; ", does...)+"."))
	take := button(ActionReplyTake, ReplyValue(v), w.take)
	take.Style = slack.StylePrimary
	b.actions(take, drop)
	return b.message(join("\n", join(b.w.semicolon, first, b.w.asks.reply), rest))
}

// said are the days of an answer and what stands beside no line, in sentences.
func (b *builder) said(w *replyWords, v plan.AnswerView) (out []safe) {
	coming := v.Read.Coming(v.Today)
	due, open := v.Of.Due()
	settled := v.State != plan.ReplyOpen // what was expected before it is not known any more
	if !settled {
		for _, a := range v.Read.ByWay(v.Of, v.Today) {
			mode := b.told(string(a.Mode), 20)
			if a.Day == a.Due {
				out = append(out, say(w.waySame, mode, b.date(a.Day)))
			} else {
				out = append(out, say(w.wayDay, mode, b.date(a.Day), b.date(a.Due), clean(fmt.Sprintf("%+d", int64(a.Day-a.Due)), 10)))
			}
		}
	}
	switch {
	case len(out) > 0:
	case len(coming) == 1 && settled:
		out = append(out, say(w.firstDay, b.date(coming[0])))
	case len(coming) == 1 && len(v.Of.OpenWays()) > 1:
		out = append(out, say(w.whichWay, b.date(coming[0])))
	case len(coming) > 1:
		out = append(out, say(w.manyDays, b.date(coming[0]), b.date(coming[len(coming)-1])))
	case len(coming) == 1 && !open:
		out = append(out, say(w.firstDay, b.date(coming[0])))
	case len(coming) == 1 && coming[0] == due:
		out = append(out, say(w.asExpected, b.date(due)))
	case len(coming) == 1:
		out = append(out, say(w.otherDay, b.date(coming[0]), b.date(due), clean(fmt.Sprintf("%+d", int64(coming[0]-due)), 10)))
	}
	if q, ok := v.Read.Qty[-1]; ok {
		out = append(out, say(w.looseQty, qty(q)))
	}
	for _, p := range v.Read.Prices {
		if p.Line < 0 {
			out = append(out, say(w.loose, money(p.Amount)))
		}
	}
	return out
}

// replyTable puts quantities and prices of an answer beside those of the order.
func (b *builder) replyTable(w *replyWords, v plan.AnswerView) {
	rows := [][]safe{{b.w.cSKU, w.order, w.here, w.price, w.priceHere}}
	dearer := false
	for i, l := range v.Of.Lines {
		q, named := v.Read.Qty[i]
		p := slices.IndexFunc(v.Read.Prices, func(p plan.ReplyPrice) bool { return p.Line == i })
		if !named && p < 0 || len(rows) > maxLines {
			continue
		}
		row := []safe{clean(string(l.SKU), 40), qty(l.Qty), nothing, money(l.UnitPrice), nothing}
		if v.State == plan.ReplyTaken { // the order has the new ones
			row[1], row[3] = nothing, nothing
		}
		if named {
			row[2], dearer = qty(q), dearer || q > l.Qty
		}
		if p >= 0 {
			row[4], dearer = money(v.Read.Prices[p].Amount), dearer || v.Read.Prices[p].Amount != l.UnitPrice && !recorded(v, i)
		}
		rows = append(rows, row)
	}
	if len(rows) > 1 {
		b.table(rows, 1, 2, 3, 4)
	}
	if dearer && v.State == plan.ReplyOpen {
		b.line(text(say(w.prices, clean(v.Of.Number, 30))))
	}
}

// recorded reports whether recording the answer would set the price of a line.
func recorded(v plan.AnswerView, line int) bool {
	return v.Event != nil && slices.ContainsFunc(v.Event.Prices, func(p plan.Repriced) bool { return p.Line == line })
}

// ReplyModal is the form that takes a supplier's answer about an order as text.
func ReplyModal(v plan.OrderView) slack.ModalViewRequest {
	if !OrderRef(v.Order).valid() {
		return Sorry(v.Shop.Language, ReplyTitle, "This order is not one that letters can be written about.")
	}
	b := lay(v.Shop, 0)
	w := b.w.reply
	b.paragraph(say(w.intro, clean(v.Order.Supplier.Name, 60), clean(v.Order.Number, 30)))
	answer := slack.NewPlainTextInputBlockElement(nil, FieldLetter).WithMultiline(true).WithMaxLength(maxInput)
	b.add(slack.NewInputBlock(FieldLetter, plain(w.text, 300), plain(w.hint, 500), answer))
	return b.modal(CallbackReply, w.title, w.read, OrderRef(v.Order).String())
}
