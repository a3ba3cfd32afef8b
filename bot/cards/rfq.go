package cards

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// Ids of requests for quotation. The buttons of a row have a number behind theirs,
// because ids in a row differ; the fields of the form have the names of
// plan.RFQField.
const (
	ActionRFQBox   = "rfq_box"
	ActionPasteBox = "paste_quote"
	CallbackRFQ    = "rfq"
	CallbackLoad   = "rfq_loading" // while the letters are written
	CallbackSend   = "rfq_send"
	CallbackPaste  = "paste_quote"
)

// rfqWords are the sentences about requests for quotation.
type rfqWords struct {
	ask, askFor                                                        safe // ; sku
	title, preview, next, send, intro, under                           safe
	suppliers, supplierHint, option, lists, other, now, onTime         safe
	qty, needBy, needHint, answerBy, answerHint                        safe
	exact, to, subject, text                                           safe
	head                                                               safe // state, what
	fQty, fPlace, fNeed, fAnswer, fAsked                               safe
	waits, answered, compare, chosen, closed, none                     safe
	price, onTimeCol                                                   safe
	paste, pasteTitle, pasteIntro, pasteText, pasteHint, read, notRead safe
	state                                                              map[plan.RFQState]safe
	mail                                                               map[plan.OrderState]safe
	storyWaits, storyCompared, storyClosed                             safe
	prepared                                                           safe
}

var englishRFQ = rfqWords{
	ask: "Ask others for a quote…", askFor: "Quotes for %s…",
	title: "Ask for quotes", preview: "Letters to suppliers", next: "Show the letters", send: "Send",
	intro:     "A request for quotation about %s. The next step shows each letter; nothing is sent before that, and nothing is ordered by it.",
	under:     "A request of %s is under way (answers by %s). A new one takes its place.",
	suppliers: "Whom to ask", supplierHint: "Up to three. Those with an address who list the product are chosen already.",
	option: "%s · %s · %s", lists: "lists it", other: "does not list it", now: "orders go there now", onTime: "%s, on time %s",
	qty: "Units", needBy: "Arrival wished", needHint: "Proposed: the day on which stock ends, or the earliest on which an order could be here.",
	answerBy: "Answer by", answerHint: "Then the card compares what there is, and you are told.",
	exact: "Each text below is exactly what is sent.", to: "To %s, %s", subject: "Subject", text: "Text",
	head: "%s · quotes for %s", fQty: "Units", fPlace: "Place", fNeed: "Arrival wished", fAnswer: "Answers by", fAsked: "Asked by ",
	waits: "no answer yet", answered: "%s a unit, minimum %s, %s days, until %s",
	compare: "Side by side, for %s units, cheapest first with what waiting loses:", chosen: "✅ %s was chosen by ", closed: "Closed by ", none: "Nobody chose in time.",
	price: "Price", onTimeCol: "On time",
	paste: "Paste an answer…", pasteTitle: "Answer of a supplier", pasteText: "The answer", read: "Read it",
	pasteIntro: "Price, minimum, lead time and last day are read out of the text about %s and shown in a form to be checked. Nothing else in the text has an effect.",
	pasteHint:  "The e-mail as it came, in English or Chinese.", notRead: "Please check: %s",
	state: map[plan.RFQState]safe{plan.RFQWaiting: "✉️ ASKED", plan.RFQCompared: "⚖️ TO CHOOSE", plan.RFQClosed: "☑️ CLOSED"},
	mail: map[plan.OrderState]safe{plan.OrderApproved: "e-mail on its way", plan.OrderSent: "e-mail sent", plan.OrderDryRun: "e-mail in the outbox folder (dry run)",
		plan.OrderSendUnknown: "e-mail: no answer from the server, please check", plan.OrderSendFailed: "e-mail failed"},
	storyWaits: "%s asked for %s × %s, answers by %s", storyCompared: "Quotes for %s × %s: %s of %s answered; choose whom to order from", storyClosed: "Request for quotes about %s closed",
	prepared: "Prepared: others can deliver it. Ask them for a quote, compare, choose.",
}

var chineseRFQ = rfqWords{
	ask: "向其他供应商询价…", askFor: "%s 询价…",
	title: "询价", preview: "询价函", next: "查看信函", send: "发送",
	intro:     "关于 %s 的询价。下一步显示每封信函的全文；在此之前不发送任何内容，也不会因此下单。",
	under:     "%s 发起的询价尚在进行（答复截止 %s）。新询价将取代它。",
	suppliers: "询价对象", supplierHint: "最多三家。已预选有邮箱且供应该商品的供应商。",
	option: "%s · %s · %s", lists: "有供货目录", other: "目录中没有", now: "目前的供应商", onTime: "%s，准时率 %s",
	qty: "数量", needBy: "期望到货日", needHint: "建议：库存用尽之日，或新订单最早可到之日。",
	answerBy: "答复截止日", answerHint: "届时卡片将比较已有报价，并通知您。",
	exact: "以下每段文字即为实际发送的内容。", to: "收件人：%s，%s", subject: "主题", text: "正文",
	head: "%s · %s 询价", fQty: "数量", fPlace: "地点", fNeed: "期望到货", fAnswer: "答复截止", fAsked: "询价人：",
	waits: "尚未答复", answered: "单价 %s，起订量 %s，%s 天，有效至 %s",
	compare: "按 %s 件比较，含等待损失，价低者在前：", chosen: "✅ 已选择 %s，选择人：", closed: "关闭人：", none: "逾期无人选择。",
	price: "单价", onTimeCol: "准时率",
	paste: "粘贴答复…", pasteTitle: "供应商答复", pasteText: "答复内容", read: "读取",
	pasteIntro: "从文字中读取 %s 的单价、起订量、交货周期和有效期，并显示在表单中供核对。其余文字不产生任何作用。",
	pasteHint:  "原样粘贴邮件，英文或中文。", notRead: "请核对：%s",
	state: map[plan.RFQState]safe{plan.RFQWaiting: "✉️ 已询价", plan.RFQCompared: "⚖️ 待选择", plan.RFQClosed: "☑️ 已关闭"},
	mail: map[plan.OrderState]safe{plan.OrderApproved: "邮件待发", plan.OrderSent: "邮件已发送", plan.OrderDryRun: "邮件在发件箱文件夹（演练）",
		plan.OrderSendUnknown: "邮件：未收到服务器答复，请核实", plan.OrderSendFailed: "邮件发送失败"},
	storyWaits: "已向 %s 询价 %s × %s，答复截止 %s", storyCompared: "%s × %s 的报价：%s/%s 家已答复，请选择供应商", storyClosed: "%s 的询价已关闭",
	prepared: "已备方案：其他供应商也能供货，可询价、比较、选择。",
}

// rfq draws the card of a request: whom it went to and what came back; from the last
// day for answers on the suppliers side by side.
func (b *builder) rfq(c plan.Card, v plan.RFQCardView) Message {
	r, w := v.RFQ, &b.w.rfq
	what := product(r.SKU, r.Name)
	b.header(say(w.head, w.state[r.State], what))
	b.facts(fact{w.fQty, qty(r.Qty)}, fact{w.fPlace, clean(string(r.Location), 60)}, fact{w.fNeed, b.date(r.NeedBy)}, fact{w.fAnswer, b.date(r.AnswerBy)})
	var names []safe
	answers := 0
	for _, a := range r.Letters {
		name := clean(a.Supplier.Name, 60)
		names = append(names, name)
		said := w.waits
		if q := a.Quote; q != nil {
			answers++
			said = say(w.answered, money(q.Price), qty(q.MOQ), qty(int64(q.LeadDays)), b.date(q.ValidUntil))
		}
		b.line(bold(name), text(" · "+join(" · ", w.mail[a.Mail], said)))
	}
	story := say(w.storyWaits, join(", ", names...), qty(r.Qty), what, b.date(r.AnswerBy))
	switch r.State {
	case plan.RFQClosed:
		story = say(w.storyClosed, what)
		switch {
		case r.Chosen != "":
			chosen := clean(cmp.Or(v.Chosen, string(r.Chosen)), 60)
			b.line(text(say(w.chosen, chosen)), person(r.ClosedBy))
			story = join(" · ", story, chosen)
		case r.ClosedBy != "":
			b.line(text(w.closed), person(r.ClosedBy))
		default:
			b.line(text(w.none))
		}
		return b.message(join(" · ", story, b.byWhom(r.ClosedBy, time.Time{})))
	case plan.RFQCompared:
		story = say(w.storyCompared, qty(r.Qty), what, qty(int64(answers)), qty(int64(len(r.Letters))))
	}
	buttons := []slack.BlockElement{button(ActionQuoteBox, SKUValue(r.SKU), b.w.sources.enter), button(ActionPasteBox, SKUValue(r.SKU), w.paste)}
	if r.State == plan.RFQCompared && len(v.Sources) > 0 {
		b.line(bold(say(w.compare, qty(r.Qty))))
		b.table(b.sourceRows(v.Sources), sourceNumbers...)
		buttons = append(b.chooseButtons(r.SKU, v.Sources), buttons...)
	}
	b.actions(buttons...)
	b.footer(w.fAsked, []string{r.AskedBy}, b.age(c)...)
	return b.message(story)
}

// rfqButtons offer to ask others about products: one button each, at most three.
func (b *builder) rfqButtons(skus []core.SKU) (els []slack.BlockElement) {
	for i, sku := range skus[:min(len(skus), plan.MaxAsked)] {
		label := b.w.rfq.ask
		if len(skus) > 1 {
			label = say(b.w.rfq.askFor, clean(string(sku), 40))
		}
		els = append(els, button(ActionRFQBox+"_"+strconv.Itoa(i+1), SKUValue(sku), label))
	}
	return els
}

// RFQModal is the form of a request: whom to ask, how many units, and the days.
func RFQModal(v plan.RFQView) slack.ModalViewRequest {
	b := lay(v.Shop, 0)
	w := &b.w.rfq
	b.paragraph(say(w.intro, product(v.Ask.SKU, v.Name)))
	if v.Trouble != "" {
		b.line(text("⚠️ " + b.told(v.Trouble, 300)))
	}
	if v.Open != nil {
		b.line(text(say(w.under, b.date(v.Open.AskedOn), b.date(v.Open.AnswerBy))))
	}
	var options, chosen []*slack.OptionBlockObject
	for _, s := range v.Suppliers[:min(len(v.Suppliers), maxChoices)] {
		how := w.other
		switch {
		case s.Now:
			how = w.now
		case s.Item != nil:
			how = w.lists
		}
		if s.OnTime >= 0 {
			how = say(w.onTime, how, b.percent(s.OnTime))
		}
		if s.Email == "" || len(s.ID) > 75 {
			continue
		}
		o := slack.NewOptionBlockObject(string(s.ID), plain(say(w.option, clean(s.Name, 30), clean(string(s.ID), 15), how), maxOption), nil)
		options = append(options, o)
		for _, id := range v.Ask.Suppliers {
			if id == s.ID {
				chosen = append(chosen, o)
			}
		}
	}
	if len(options) == 0 {
		return Sorry(v.Shop.Language, RFQTitle, "No supplier with an e-mail address is known.")
	}
	who := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, nil, string(plan.RFQSuppliers), options...)
	most := plan.MaxAsked
	who.InitialOptions, who.MaxSelectedItems = chosen, &most
	b.add(slack.NewInputBlock(string(plan.RFQSuppliers), plain(w.suppliers, 300), plain(w.supplierHint, 500), who))
	b.add(slack.NewInputBlock(string(plan.RFQQty), plain(w.qty, 300), nil,
		slack.NewNumberInputBlockElement(nil, string(plan.RFQQty), false).WithMinValue("1").WithInitialValue(strconv.FormatInt(v.Ask.Qty, 10))))
	b.dayField(string(plan.RFQNeedBy), w.needBy, w.needHint, v.Ask.NeedBy)
	b.dayField(string(plan.RFQAnswerBy), w.answerBy, w.answerHint, v.Ask.AnswerBy)
	return b.modal(CallbackRFQ, w.title, w.next, rfqMeta(v.Ask.SKU, v.Ask.Location))
}

// RFQLoading stands in the place of the form while the letters are written; external
// names the view, so that it is filled after it was shown and not before.
func RFQLoading(language, external string) slack.ModalViewRequest {
	v := Loading(language, RFQTitle)
	v.CallbackID, v.ExternalID = CallbackLoad, external
	return v
}

// RFQPreviewModal shows every letter of a request with its exact text, to be changed
// and sent.
func RFQPreviewModal(v plan.RFQPreview) slack.ModalViewRequest {
	b := lay(v.Shop, 0)
	w := &b.w.rfq
	meta := rfqSend{Ask: v.Ask}
	b.paragraph(w.exact)
	for i, l := range v.Letters {
		meta.Digests = append(meta.Digests, l.Mail.Digest())
		b.line(bold(say(w.to, clean(l.Supplier.Name, 60), clean(l.Mail.To, 100))))
		subject := slack.NewPlainTextInputBlockElement(nil, RFQSubject(i)).WithMaxLength(150).WithInitialValue(l.Mail.Subject)
		b.add(slack.NewInputBlock(RFQSubject(i), plain(w.subject, 300), nil, subject))
		body := slack.NewPlainTextInputBlockElement(nil, RFQText(i)).WithMultiline(true).WithMaxLength(maxInput).WithInitialValue(l.Mail.Body)
		b.add(slack.NewInputBlock(RFQText(i), plain(w.text, 300), nil, body))
	}
	raw, err := json.Marshal(meta)
	if err != nil || len(raw) > maxMetadata {
		return Sorry(v.Shop.Language, RFQTitle, "The codes of this product and its suppliers are too long for a form in Slack.")
	}
	return b.modal(CallbackSend, w.preview, w.send, string(raw))
}

// rfqSend is what the form with the letters carries.
type rfqSend struct {
	Ask     plan.RFQAsk `json:"ask"`
	Digests []string    `json:"digests"`
}

// ParseRFQSend reads it back; errors wrap ErrValue. The request itself is checked
// where it is sent.
func ParseRFQSend(s string) (ask plan.RFQAsk, digests []string, err error) {
	var v rfqSend
	if len(s) > maxMetadata || json.Unmarshal([]byte(s), &v) != nil || len(v.Digests) != len(v.Ask.Suppliers) || len(v.Digests) == 0 ||
		len(v.Digests) > plan.MaxAsked || !codeText(string(v.Ask.SKU)) || !codeText(string(v.Ask.Location)) {
		return ask, nil, fmt.Errorf("metadata of a request for quotation: %w", ErrValue)
	}
	return v.Ask, v.Digests, nil
}

// RFQSubject and RFQText are the ids of the fields of a letter, by its place.
func RFQSubject(i int) string { return "subject-" + strconv.Itoa(i) }

// RFQText is the id of the field with the text.
func RFQText(i int) string { return "text-" + strconv.Itoa(i) }

const rfqPrefix = "r1:"

func rfqMeta(sku core.SKU, loc core.LocationID) string {
	return rfqPrefix + url.QueryEscape(string(sku)) + ":" + url.QueryEscape(string(loc))
}

// ParseRFQMeta reads product and place from the form of a request; errors wrap
// ErrValue.
func ParseRFQMeta(s string) (sku core.SKU, loc core.LocationID, err error) {
	a, b, _ := strings.Cut(strings.TrimPrefix(s, rfqPrefix), ":")
	first, err1 := url.QueryUnescape(a)
	second, err2 := url.QueryUnescape(b)
	sku, loc = core.SKU(first), core.LocationID(second)
	if err1 != nil || err2 != nil || !codeText(first) || !codeText(second) || len(s) > 1000 || rfqMeta(sku, loc) != s {
		return "", "", fmt.Errorf("metadata of a request for quotation: %w", ErrValue)
	}
	return sku, loc, nil
}

// PasteModal takes the answer of a supplier about a SKU as text.
func PasteModal(language string, v plan.QuoteView) slack.ModalViewRequest {
	b := in(language)
	w := &b.w.rfq
	b.paragraph(say(w.pasteIntro, product(v.SKU, v.Name)))
	if !b.supplierField(v) {
		return Sorry(language, PasteTitle, "No supplier is known yet.")
	}
	answer := slack.NewPlainTextInputBlockElement(nil, FieldLetter).WithMultiline(true).WithMaxLength(maxInput)
	b.add(slack.NewInputBlock(FieldLetter, plain(w.pasteText, 300), plain(w.pasteHint, 500), answer))
	return b.modal(CallbackPaste, w.pasteTitle, w.read, SKUValue(v.SKU))
}

// sourceRows are the suppliers side by side, below the head of the table.
func (b *builder) sourceRows(list []plan.Source) [][]safe {
	w, rw := &b.w.sources, &b.w.rfq
	rows := [][]safe{{b.w.cSupplier, b.w.cQty, rw.price, w.unit, w.moq, w.lead, b.w.cArrives, rw.onTimeCol, w.late, w.short, w.total, w.each}}
	for _, s := range list[:min(len(list), maxSources)] {
		name := sourceName(s)
		if s.Quote != nil {
			name = say(w.quoted, name, b.date(s.Quote.ValidUntil))
		}
		if s.Now {
			name = say(w.here, name)
		}
		risk, onTime := nothing, nothing
		if s.Score.Rated() {
			risk, onTime = b.percent(s.Score.LateRisk), b.percent(s.Score.OnTimeRate)
		}
		rows = append(rows, []safe{name, qty(s.Qty), money(s.Price), money(s.Unit), qty(s.MOQ),
			say(w.days, num(s.LeadDays, 1), num(s.LeadSD, 1), b.told(string(s.Mode), 20)), b.date(s.Arrival), onTime, risk,
			money(s.Shortage), money(s.Total), money(s.PerUnit())})
	}
	return rows
}

// sourceNumbers are the columns of sourceRows that hold numbers.
var sourceNumbers = []int{1, 2, 3, 4, 7, 8, 9, 10, 11}

// chooseButtons order a product from one of the others.
func (b *builder) chooseButtons(sku core.SKU, list []plan.Source) (els []slack.BlockElement) {
	for _, s := range list[:min(len(list), maxSources)] {
		if !s.Now {
			els = append(els, b.chooseButton(len(els)+1, sku, s, SourceValue(sku, s.Supplier, s.Quote != nil)))
		}
	}
	return els
}

// RFQTitle is the title of the form of a request.
func RFQTitle(w *phrases) safe { return w.rfq.title }

// PasteTitle is the title of the form for a pasted answer.
func PasteTitle(w *phrases) safe { return w.rfq.pasteTitle }
