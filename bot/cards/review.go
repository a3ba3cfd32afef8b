package cards

import (
	"quartermaster/core/plan"
)

// reviewWords are the sentences of the monthly and quarterly review.
type reviewWords struct {
	month, quarter             safe // shop, from, to
	story, some, none          safe // proposals, money ; n ;
	fAsked, fAsAsked, fChanged safe
	fRejected, fExpired        safe
	changed                    safe // lowered, raised
	byRule                     safe // by people, by rule
	suppliers, supplier        safe // ; name, orders, share on time, share that came
	more                       safe // n
	changes, change, how       safe // ; setting, now, then, why ;
	few, fine                  safe // least ;
}

var englishReview = reviewWords{
	month: "Review of the month · %s · %s to %s", quarter: "Review of the quarter · %s · %s to %s",
	story: "%s proposals, %s spent", some: "look at %s settings", none: "no setting needs another value",
	fAsked: "Proposals", fAsAsked: "Approved as asked", fChanged: "Changed first", fRejected: "Rejected", fExpired: "Ran out",
	changed:   "%s lowered, %s raised",
	byRule:    "%s by people, %s by rule",
	suppliers: "Suppliers", supplier: "%s: %s orders, %s on time, %s of the units came sound",
	more:    "and %s more: /stock export suppliers",
	changes: "Settings to look at", change: "%s: %s → %s. %s.", how: "Nothing is changed by itself: /stock settings edit and approval have the forms.",
	few: "Fewer than %s orders were approved; their edits say nothing about quantities yet.", fine: "What was decided gives no reason to change a setting.",
}

var chineseReview = reviewWords{
	month: "月度回顾 · %s · %s 至 %s", quarter: "季度回顾 · %s · %s 至 %s",
	story: "共 %s 个提案，支出 %s", some: "请检查 %s 项设置", none: "无需修改设置",
	fAsked: "提案", fAsAsked: "按提案批准", fChanged: "修改后批准", fRejected: "拒绝", fExpired: "过期",
	changed:   "%s 个下调，%s 个上调",
	byRule:    "人工 %s 个，按规则 %s 个",
	suppliers: "供应商", supplier: "%s：%s 张订单，准时 %s，完好到货 %s",
	more:    "另有 %s 家：/stock export suppliers",
	changes: "值得检查的设置", change: "%s：%s → %s。%s。", how: "不会自动修改：请用 /stock settings edit 和 approval 的表单。",
	few: "批准的订单少于 %s 张，尚不足以判断数量。", fine: "已有决定没有给出修改设置的理由。",
}

// reviewSuppliers is how many suppliers a review lists.
const reviewSuppliers = 10

// review is the card of a month or a quarter: what became of the proposals, how the
// suppliers did, the indicators, and which settings should have other values.
func (b *builder) review(c plan.Card, v plan.Review) Message {
	w, n := &b.w.review, func(i int) safe { return qty(int64(i)) }
	title := w.month
	if v.Period.Quarter {
		title = w.quarter
	}
	title = say(title, clean(c.Shop.Name, 60), b.date(v.Period.From), b.date(v.Period.To))
	b.header(title)
	asAsked := n(v.AsAsked)
	if v.ByRule > 0 {
		asAsked = say(w.byRule, asAsked, n(v.ByRule))
	}
	b.facts(
		fact{w.fAsked, n(v.Asked)}, fact{w.fAsAsked, asAsked}, fact{w.fChanged, say(w.changed, n(v.Lowered), n(v.Raised))},
		fact{w.fRejected, n(v.Rejected)}, fact{w.fExpired, n(v.Expired)}, fact{b.w.fAmount, money(v.Spent)},
	)
	b.line(bold(w.changes))
	for _, ch := range v.Changes {
		b.line(text("• " + say(w.change, b.told(ch.Setting, 100), b.told(ch.Now, 60), b.told(ch.Then, 60), b.told(ch.Why, 400))))
	}
	verdict := w.none
	switch {
	case len(v.Changes) > 0:
		verdict = say(w.some, n(len(v.Changes)))
		b.use(v.Changes)
		b.line(text(w.how))
	case !v.Few:
		b.line(text(w.fine))
	}
	if v.Few {
		b.line(text(say(w.few, n(plan.ReviewLeast))))
	}
	b.indicators(v.Indicators)
	var rated []safe
	for _, s := range v.Scores {
		if s.Rated() {
			rated = append(rated, say(w.supplier, clean(v.Names.Of(s.Supplier), 60), n(s.Orders), b.percent(s.OnTimeRate), b.percent(s.FillRate)))
		}
	}
	if len(rated) > 0 {
		b.line(bold(w.suppliers))
	}
	for _, s := range rated[:min(len(rated), reviewSuppliers)] {
		b.line(text("• " + s))
	}
	if left := len(rated) - reviewSuppliers; left > 0 {
		b.line(text(say(w.more, n(left))))
	}
	b.footer("", nil, b.age(c)...)
	return b.message(join(b.w.colon, title, join(b.w.semicolon, say(w.story, n(v.Asked), money(v.Spent)), verdict)))
}
