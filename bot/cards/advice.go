package cards

import (
	"quartermaster/core/plan"
	"quartermaster/core/risk"
)

// adviceWords are the sentences around what else should be done about stock.
type adviceWords struct {
	head, headOf, none, never, more safe // ; what ; ; ; n, kind
	moreOf                          safe // n
	kinds                           map[risk.Kind]safe
}

var englishAdvice = adviceWords{
	head: "What else to do about stock", headOf: "What else to do about stock: %s", none: "The last check found nothing else.", never: "There was no check yet.",
	more: "and %s more: /stock advice %s", moreOf: "and %s more: /stock export advice",
	kinds: map[risk.Kind]safe{
		risk.StockOut: "Running low", risk.NoSource: "Nobody to order from", risk.Overstock: "Too much in stock", risk.DeadStock: "Stock that nobody buys",
		risk.LowStock: "Few units left",
		risk.Transfer: "To be moved between places", risk.SeasonPlan: "For the season", risk.Waiting: "Orders that wait", risk.LateOrder: "Late goods",
		risk.ForecastOff: "Forecasts far off", risk.Anomaly: "Implausible values in the data",
	},
}

var chineseAdvice = adviceWords{
	head: "库存方面还应做什么", headOf: "库存方面还应做什么：%s", none: "上次检查没有发现其他事项。", never: "尚未进行过检查。",
	more: "另有 %s 项：/stock advice %s", moreOf: "另有 %s 项：/stock export advice",
	kinds: map[risk.Kind]safe{
		risk.StockOut: "库存偏低", risk.NoSource: "没有供应商", risk.Overstock: "库存过多", risk.DeadStock: "呆滞库存",
		risk.LowStock: "所剩不多",
		risk.Transfer: "应在地点间调拨", risk.SeasonPlan: "旺季计划", risk.Waiting: "暂缓的订单", risk.LateOrder: "逾期货物",
		risk.ForecastOff: "预测偏差大", risk.Anomaly: "数据中不可信的值",
	},
}

// AdviceAnswer answers /stock advice: by kind, most urgent first within it.
func AdviceAnswer(v plan.AdviceView) Message {
	b := lay(v.Shop, 0)
	w := &b.w.advice
	head := w.head
	if v.What != "" {
		head = say(w.headOf, clean(v.What, 60))
	}
	b.header(head)
	var empty safe
	switch {
	case v.CheckedAt.IsZero():
		empty = w.never
	case len(v.Groups) == 0:
		empty = w.none
	}
	if empty != "" {
		b.line(text(empty))
	}
	story := join(b.w.colon, head, empty)
	for _, g := range v.Groups {
		kind := w.kinds[g.Kind]
		if kind == "" {
			kind = clean(string(g.Kind), 40)
		}
		title := say(b.w.pair, kind, qty(int64(g.Count)))
		story = join(" · ", story, title)
		b.line(bold(title))
		var reasons []safe
		for _, f := range g.Findings {
			reasons = append(reasons, b.told(f.Reason, 500))
		}
		if v.What == "" { // few blocks, for there may be many kinds
			b.paragraph(join("\n", reasons...))
			reasons = nil
		}
		for _, r := range reasons {
			b.line(text(r))
		}
		switch n := g.Count - len(g.Findings); {
		case n > 0 && v.What != "":
			b.line(text(say(w.moreOf, qty(int64(n)))))
		case n > 0:
			b.line(text(say(w.more, qty(int64(n)), clean(string(g.Kind), 20))))
		}
	}
	return b.message(story)
}
