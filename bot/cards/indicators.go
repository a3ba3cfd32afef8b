package cards

import "quartermaster/core/plan"

// indicatorWords are the phrases of the indicators.
type indicatorWords struct {
	head                                       safe
	accuracy, turnover, asProposed, onTime     safe // labels
	accuracyOf, turnoverOf, ofOrders, ofOnTime safe // value and of how many
}

var englishIndicators = indicatorWords{
	head: "Indicators", accuracy: "Forecast accuracy", turnover: "Turnover", asProposed: "Approved as proposed", onTime: "Order lines on time",
	accuracyOf: "%s (%s products, a week)", turnoverOf: "%s days of stock at cost", ofOrders: "%s (%s of %s orders in 28 days)", ofOnTime: "%s (%s of %s in 90 days)",
}

var chineseIndicators = indicatorWords{
	head: "指标", accuracy: "预测准确度", turnover: "周转", asProposed: "按提案批准", onTime: "订单行准时",
	accuracyOf: "%s（%s 种商品，一周）", turnoverOf: "按成本计 %s 天的库存", ofOrders: "%[1]s（28 天内 %[3]s 张订单中 %[2]s 张）", ofOnTime: "%[1]s（90 天内 %[3]s 行中 %[2]s 行）",
}

// indicator is one of them: its label, its value in words, and the same as a number for
// the bars; ok is false where it is not known.
type indicator struct {
	label, text safe
	short       safe // to stand beside the value of today
	value       float64
	ok          bool
}

func (b *builder) indicatorsOf(in plan.Indicators) []indicator {
	w := &b.w.indicators
	share := func(n, of int) float64 { return float64(n) / float64(max(of, 1)) }
	n := func(i int) safe { return qty(int64(i)) }
	return []indicator{
		{w.accuracy, say(w.accuracyOf, b.percent(in.Accuracy), n(in.Products)), b.percent(in.Accuracy), in.Accuracy, in.Products > 0},
		{w.turnover, say(w.turnoverOf, num(in.TurnoverDays, 0)), num(in.TurnoverDays, 0), in.TurnoverDays, in.TurnoverDays > 0},
		{w.asProposed, say(w.ofOrders, b.percent(share(in.AsProposed, in.Approved)), n(in.AsProposed), n(in.Approved)), b.percent(share(in.AsProposed, in.Approved)), share(in.AsProposed, in.Approved), in.Approved > 0},
		{w.onTime, say(w.ofOnTime, b.percent(share(in.OnTime, in.Delivered)), n(in.OnTime), n(in.Delivered)), b.percent(share(in.OnTime, in.Delivered)), share(in.OnTime, in.Delivered), in.Delivered > 0},
	}
}

// weekIndicators are those of a report, with those of the one before.
func (b *builder) weekIndicators(v plan.Week) (out []safe) {
	if v.Facts.Indicators == nil {
		return nil
	}
	var before []indicator
	if v.Before != nil && v.Before.Indicators != nil {
		before = b.indicatorsOf(*v.Before.Indicators)
	}
	for i, x := range b.indicatorsOf(*v.Facts.Indicators) {
		if !x.ok {
			continue
		}
		line := say(b.w.pair, x.label, x.text)
		if before != nil && before[i].ok {
			line += say(b.w.week.was, before[i].short)
		}
		out = append(out, line)
	}
	return out
}

// indicatorBars adds how they went from report to report.
func (b *builder) indicatorBars(weeks []plan.IndicatorDay) {
	if len(weeks) == 0 {
		return
	}
	lines := []safe(nil)
	for i, x := range b.indicatorsOf(weeks[len(weeks)-1].Indicators) {
		if !x.ok {
			continue
		}
		var course []float64
		for _, w := range weeks {
			if y := b.indicatorsOf(w.Indicators)[i]; y.ok {
				course = append(course, y.value)
			}
		}
		line := say(b.w.pair, x.label, x.text)
		if len(course) > 1 {
			line = join(" ", line, bars(course))
		}
		lines = append(lines, line)
	}
	if len(lines) > 0 {
		b.line(bold(b.w.indicators.head))
		b.paragraph(join("\n", lines...))
	}
}
