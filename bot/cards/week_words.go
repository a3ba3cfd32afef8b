package cards

import "quartermaster/core/plan"

// weekWords are the phrases of the weekly report.
type weekWords struct {
	title, text                               safe // shop, day ; red, before, money, waiting
	was, since, first                         safe // day's value ; day ;
	sold, soldOf                              safe // units, days, before, expected
	todo, todoLine                            safe // supplier, amount, day
	worse, better, move                       safe // product, place, from, to, money
	missed, missedNone, missedFirst           safe
	missedLine                                safe // product, days, sold, expected, money
	risks, decisions, nobody, anomalies, none safe
	decided                                   map[plan.Action]safe
	file, byModel, byTemplate, box            safe
}

var englishWeek = weekWords{
	title: "📈 Weekly report · %s · %s", text: "%s RED%s, %s at risk; waiting for a decision: %s",
	was: " (%s before)", since: "Compared with %s", first: "This is the first report: the next one says what changed.",
	sold: "Sold", soldOf: "%s units on %s known days; %s in the week before; %s expected",
	todo: "To decide", todoLine: "%s · %s · order by %s", worse: "Worse since then", better: "Better since then", move: "%s · %s · %s → %s · %s at risk",
	missed: "Where the forecast was most wrong", missedNone: "No product was off by half a unit or more.",
	missedFirst: "This is the first report: what it forecasts is compared with sales in the next one.",
	missedLine:  "%s: on %s days %s sold, %s expected, a difference of %s",
	risks:       "Open risks", decisions: "Decided in the last seven days", nobody: "Nobody decided anything.", anomalies: "Anomalies in the data", none: "None.",
	decided: map[plan.Action]safe{plan.Approve: "approved", plan.Reject: "rejected", plan.Edit: "changed the quantities", plan.Undo: "took the approval back"},
	box:     "Suggestion box",
	file:    "Send me the file", byModel: "Worded by a language model and checked against the facts", byTemplate: "Worded by a template",
}

var chineseWeek = weekWords{
	title: "📈 周报 · %s · %s", text: "红色 %s%s，风险金额 %s；等待决定 %s 项",
	was: "（之前 %s）", since: "与 %s比较", first: "这是第一份周报：下一份会说明变化。",
	sold: "销量", soldOf: "%[2]s 个已知日共 %[1]s 件；前一周 %[3]s 件；预计 %[4]s 件",
	todo: "待决定", todoLine: "%s · %s · 最迟下单 %s", worse: "此后变差", better: "此后好转", move: "%s · %s · %s → %s · 风险金额 %s",
	missed: "预测误差最大", missedNone: "没有商品的误差达到半件。",
	missedFirst: "这是第一份报告：其预测将在下一份报告中与销量比较。",
	missedLine:  "%s：%s 天售出 %s 件，预计 %s 件，差额 %s",
	risks:       "未解除的风险", decisions: "最近七天的决定", nobody: "没有人作过决定。", anomalies: "数据异常", none: "没有。",
	decided: map[plan.Action]safe{plan.Approve: "批准", plan.Reject: "拒绝", plan.Edit: "修改数量", plan.Undo: "撤销批准"},
	box:     "意见箱",
	file:    "把文件发给我", byModel: "由语言模型措辞，并已与事实核对", byTemplate: "由模板写成",
}
