package cards

import (
	"math"
	"slices"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// indicatorWords are the phrases of the indicators.
type indicatorWords struct {
	head                     safe
	after, first, none       safe // from, to, day ; from, to, day ; from, to
	labels                   map[plan.IndicatorKind]safe
	turns, week              safe                        // days, times ; money
	of                       map[plan.IndicatorKind]safe // share, n, of
	before, naive            safe                        // value
	points                   safe                        // signed number
	unknown                  safe                        // why
	gaps                     map[plan.Gap]safe
	success, saved, came     safe // product, place, from, to, money ; order, day, units
	lost, asProposed, noneOf safe // money, money ; n, of
}

var englishIndicators = indicatorWords{
	head:  "Indicators",
	after: "%s to %s, beside the eight weeks before the week of the first check (%s).",
	first: "%s to %s, beside the eight weeks before. The first check was on %s: both are from before the bot, out of the data imported.",
	none:  "%s to %s, beside the eight weeks before. No check has run yet.",
	labels: map[plan.IndicatorKind]safe{plan.Repurchase: "Repurchase rate", plan.Turnover: "Turnover", plan.LostSales: "Lost to empty shelves", plan.Storage: "Storage cost share",
		plan.ROAS: "Return on ad spend", plan.Promise: "Suppliers' promises kept", plan.Accuracy: "Forecast accuracy", plan.Automation: "Orders as proposed"},
	turns: "%s days, %s times a year", week: "%s a week",
	of:     map[plan.IndicatorKind]safe{plan.Repurchase: "%s (%s of %s purchases)", plan.Promise: "%s (%s of %s order lines)", plan.Automation: "%s (%s of %s orders)"},
	before: "before %s", naive: "before, by repeating the last week, %s",
	points: "%s points", unknown: "not known (%s)",
	gaps: map[plan.Gap]safe{
		plan.GapCustomers: "no customers: orders.csv needs customer_id", plan.GapPast: "the orders do not reach back far enough", plan.GapSales: "no known sales",
		plan.GapStock: "no stock at a known cost", plan.GapDelivered: "no stock on record, too few deliveries to reckon it back",
		plan.GapRate: "holding_rate is 0", plan.GapAds: "no ad data: import ads.csv", plan.GapBrought: "ads.csv names no revenue",
		plan.GapDue: "no order line was due", plan.GapForecast: "two weekly reports are needed", plan.GapOrders: "no order was placed"},
	success: "Success of the week", saved: "%s at %s is out of danger: %s → %s, %s less at risk than a week ago.", came: " Order %s came on %s (%s units), approved by ",
	lost:       "Empty shelves cost %s last week by estimate, %s less than in an average one of the four weeks before.",
	asProposed: "Orders approved last week as they were proposed: %s of %s.", noneOf: "None this week that the records prove.",
}

var chineseIndicators = indicatorWords{
	head:  "指标",
	after: "%s至 %s，与首次检查（%s）所在周之前的八周比较。",
	first: "%s至 %s，与此前八周比较。首次检查在 %s：两段时间都在使用机器人之前，取自导入的数据。",
	none:  "%s至 %s，与此前八周比较。尚未运行过检查。",
	labels: map[plan.IndicatorKind]safe{plan.Repurchase: "复购率", plan.Turnover: "库存周转", plan.LostSales: "缺货损失", plan.Storage: "仓储成本占比",
		plan.ROAS: "广告支出回报", plan.Promise: "供应商履约率", plan.Accuracy: "预测准确度", plan.Automation: "按提案下单"},
	turns: "%s 天，一年 %s 次", week: "每周 %s",
	of:     map[plan.IndicatorKind]safe{plan.Repurchase: "%[1]s（%[3]s 次购买中 %[2]s 次）", plan.Promise: "%[1]s（%[3]s 个订单行中 %[2]s 个）", plan.Automation: "%[1]s（%[3]s 张订单中 %[2]s 张）"},
	before: "之前：%s", naive: "之前照搬上周可达 %s",
	points: "%s 个百分点", unknown: "未知（%s）",
	gaps: map[plan.Gap]safe{
		plan.GapCustomers: "没有客户：orders.csv 需要 customer_id", plan.GapPast: "订单历史不够长", plan.GapSales: "没有已知销量",
		plan.GapStock: "没有已知成本的库存", plan.GapDelivered: "没有当时的库存记录，到货记录不足以推算",
		plan.GapRate: "holding_rate 为 0", plan.GapAds: "没有广告数据：请导入 ads.csv", plan.GapBrought: "ads.csv 没有收入",
		plan.GapDue: "没有到期的订单行", plan.GapForecast: "需要两份周报", plan.GapOrders: "没有下过订单"},
	success: "本周成功案例", saved: "%s（%s）脱离险境：%s → %s，风险金额比一周前减少 %s。", came: "订单 %s 于 %s 到货（%s 件），批准人 ",
	lost:       "上周缺货损失约 %s，比之前四周的平均每周少 %s。",
	asProposed: "上周按提案批准的订单：%[2]s 张中 %[1]s 张。", noneOf: "本周没有可由记录证实的成功案例。",
}

// figure is a value in words.
func (b *builder) figure(k plan.IndicatorKind, f plan.Figure) safe {
	w := &b.w.indicators
	switch {
	case !f.Known():
		return say(w.unknown, w.gaps[f.Gap])
	case k == plan.Turnover:
		if f.Value <= 0 {
			return say(w.turns, num(f.Value, 0), nothing)
		}
		return say(w.turns, num(f.Value, 0), num(365/f.Value, 1))
	case k == plan.LostSales:
		return say(w.week, money(core.Money{Minor: int64(math.Round(f.Value)), Currency: b.shop.Currency}))
	case k == plan.ROAS:
		return num(f.Value, 2)
	case f.Of > 0:
		return say(w.of[k], b.fine(f.Value), qty(int64(f.N)), qty(int64(f.Of)))
	}
	return b.fine(f.Value)
}

// fine is a share with a decimal where it is small.
func (b *builder) fine(v float64) safe {
	if v < 0.1 {
		return say(b.w.percent, num(100*v, 1))
	}
	return say(b.w.percent, num(100*v, 0))
}

// indicator is one of them in words: its value, the one before, and how far it moved.
func (b *builder) indicator(x plan.Indicator) safe {
	w := &b.w.indicators
	line := b.figure(x.Kind, x.Now)
	if !x.Now.Known() && !x.Before.Known() && x.Now.Gap == x.Before.Gap {
		return line
	}
	form := w.before
	if x.Kind == plan.Accuracy {
		form = w.naive
	}
	line = join(" · ", line, say(form, b.figure(x.Kind, x.Before)))
	if !x.Now.Known() || !x.Before.Known() {
		return line
	}
	if !x.Kind.Share() && x.Before.Value == 0 {
		return line // no fraction of nothing
	}
	moved, decimals := w.points, 1
	if !x.Kind.Share() {
		moved, decimals = b.w.percent, 0
	}
	by := num(100*x.Change, decimals)
	if x.Change > 0 {
		by = "+" + by
	}
	line = join(" · ", line, say(moved, by))
	switch {
	case x.Moved && x.Good:
		line += " ✅"
	case x.Moved:
		line += " ⚠️"
	}
	return line
}

// indicatorSpan says which weeks are compared.
func (b *builder) indicatorSpan(v plan.Indicators) safe {
	w := &b.w.indicators
	from, to := b.date(v.Now.From), b.date(v.Now.To)
	switch {
	case v.Since == 0:
		return say(w.none, from, to)
	case v.After:
		return say(w.after, from, to, b.date(v.Since))
	}
	return say(w.first, from, to, b.date(v.Since))
}

// indicators adds them with their course of the last weeks.
func (b *builder) indicators(v plan.Indicators) {
	if len(v.List) == 0 {
		return
	}
	w := &b.w.indicators
	pieces := []piece{bold(w.head), text(b.w.colon + b.indicatorSpan(v))}
	for _, x := range v.List {
		line := b.indicator(x)
		if len(x.Course) > 1 && slices.Max(x.Course) > 0 {
			line = join(" ", line, bars(x.Course))
		}
		pieces = append(pieces, text("\n"), bold(w.labels[x.Kind]), text(b.w.colon+line))
	}
	b.line(pieces...) // one block: a message has few
}

// success tells the story of the week, up to the name of who approved the order.
func (b *builder) success(s *plan.Success) (story safe, by string) {
	w := &b.w.indicators
	switch {
	case s == nil:
		return w.noneOf, ""
	case s.Kind == plan.SuccessOrder:
		return say(w.asProposed, qty(int64(s.N)), qty(int64(s.Of))), ""
	case s.Kind == plan.SuccessLost:
		return say(w.lost, money(s.Lost), money(s.Money)), ""
	}
	story = say(w.saved, product(s.Item.SKU, s.Item.Name), clean(string(s.Item.Location), 40), b.tierWord(s.From), b.tierWord(s.Item.Tier), money(s.Money))
	if c := s.Came; c != nil {
		return story + say(w.came, clean(c.Order, 60), b.date(c.Day), qty(c.Units)), c.By
	}
	return story, ""
}
