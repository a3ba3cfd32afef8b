package cards

import (
	"quartermaster/core/simulate"
)

// studyWords are the sentences around replays and stress tests.
type studyWords struct {
	replay, begun, days, scope, beyond, rule, stock, lost, cost, served safe // ; ; from, to, days ; places ; n
	policies                                                            map[string]safe
	story, rules                                                        safe // share, stock, cost, share of sales ; by rule, routine, orders
	assumed, command                                                    safe

	stress, side, unserved, breaks, none, notPlayed, breakLine, breakNow safe
	shocks                                                               map[string]safe
	surge, demand, gone, main                                            safe // per cent ; per cent ; supplier ; shock, supplier
}

var englishStudy = studyWords{
	replay: "🧪 The past year, replayed", begun: "This takes seconds, in a large shop minutes. The answer comes here, for you only.",
	days:  "From %s to %s; the first %s days, in which stock settles, do not count.",
	scope: "Products at places: %s. Lead times are drawn at random, the same for all rules; demand that finds no stock is lost.", beyond: "%s more with little margin are left out.",
	rule: "Rule", served: "Demand served", stock: "Stock, average", lost: "Margin lost", cost: "Cost in all",
	policies: map[string]safe{simulate.Ours: "this program, your settings", simulate.PlainTiers: "cover tiers: below 30 days, up to 45",
		simulate.Normal: "a level by the normal formula", simulate.MinMaxTool: "min and max of common tools"},
	story:   "With your settings %s of demand is served from %s of stock on average, and lost margin, holding and dearer purchases cost %s, %s of sales.",
	rules:   "By rule %s of %s routine orders would have been approved, of %s in all.",
	assumed: "Every proposal counts as approved. Cost in all: margin lost, holding stock, and what was paid above the usual price.",
	command: "More rules, curves and files: quartermaster simulate --help",

	stress: "🧪 What shocks would do", side: "RED %s → %s, running out before goods can come %s → %s, at risk %s → %s, orders now %s → %s",
	unserved: "%s units ordered that day cannot be served from stock.", breaks: "Hurt first, of %s: ", none: "Nothing runs out because of it.",
	notPlayed: "Not played: %s.", breakLine: "%s at %s on %s instead of %s", breakNow: "%s at %s on %s",
	shocks: map[string]safe{"orders of one day +500 %": "Six times the orders on one day", "main supplier gone": "The main supplier gone",
		"ads stopped by a change of policy": "All ads stopped", "bad press halves demand": "Bad press halves demand"},
	surge: "%s %% more orders on one day", demand: "Demand changed by %s %%", gone: "%s gone", main: "%s (%s)",
}

var chineseStudy = studyWords{
	replay: "🧪 重演过去一年", begun: "需要几秒钟，商品多的店铺需要几分钟。结果会发到这里，只有您能看到。",
	days:  "从 %s 到 %s；开头 %s 天库存尚未稳定，不计入。",
	scope: "参与的商品与地点：%s。交期随机抽取，各规则相同；没有库存的需求即失去。", beyond: "另有 %s 个毛利很小的未参与。",
	rule: "规则", served: "满足的需求", stock: "平均库存", lost: "损失的毛利", cost: "总成本",
	policies: map[string]safe{simulate.Ours: "本程序，您的设置", simulate.PlainTiers: "按可售天数：低于 30 天补到 45 天",
		simulate.Normal: "按正态公式的目标库存", simulate.MinMaxTool: "常见工具的最低和最高库存"},
	story:   "按您的设置，满足 %s 的需求，平均库存 %s；损失的毛利、持有成本和高价采购共 %s，占销售额 %s。",
	rules:   "按规则可自动批准常规订单 %s 张（常规共 %s 张），订单总数 %s。",
	assumed: "假定每个提案都获批准。总成本：损失的毛利、库存持有成本，以及高于平常价格的采购支出。",
	command: "更多规则、曲线和文件：quartermaster simulate --help",

	stress: "🧪 各种冲击的后果", side: "红色 %s → %s，到货前断货 %s → %s，风险金额 %s → %s，现在的订单 %s → %s",
	unserved: "当天有 %s 件订单无法由库存满足。", breaks: "最先受影响的（共 %s 个）：", none: "没有商品因此断货。",
	notPlayed: "未模拟：%s。", breakLine: "%s（%s）在 %s 断货，原为 %s", breakNow: "%s（%s）在 %s 断货",
	shocks: map[string]safe{"orders of one day +500 %": "一天的订单增至六倍", "main supplier gone": "主要供应商停供",
		"ads stopped by a change of policy": "广告全部停止", "bad press halves demand": "负面报道使需求减半"},
	surge: "一天的订单增加 %s%%", demand: "需求变动 %s%%", gone: "%s停供", main: "%s（%s）",
}

// StudyBegun answers a command whose answer takes a while.
func StudyBegun(language string) Message { return Note(language, string(in(language).w.study.begun)) }

// ReplayAnswer answers /stock simulate.
func ReplayAnswer(v simulate.ReplayView) Message {
	b := lay(v.Shop, 0)
	w := &b.w.study
	b.header(w.replay)
	rows := [][]safe{{w.rule, w.served, w.stock, w.lost, w.cost}}
	story := w.replay
	for _, r := range v.Results {
		name := w.policies[r.Policy]
		if name == "" {
			name = clean(r.Policy, 40)
		}
		rows = append(rows, []safe{name, b.percent(r.FillRate), money(r.AverageStockValue), money(r.LostMargin), money(r.TotalCost)})
		if r.Policy == simulate.Ours {
			story = say(w.story, b.percent(r.FillRate), money(r.AverageStockValue), money(r.TotalCost), b.percent(r.CostShare))
			b.line(text(story))
			if a := r.Approvals; a != nil {
				b.line(text(say(w.rules, qty(int64(a.ByRule)), qty(int64(a.Routine)), qty(int64(a.Orders)))))
			}
		}
	}
	b.table(rows, 1, 2, 3, 4)
	scope := say(w.scope, qty(int64(v.Places)))
	if v.Beyond > 0 {
		scope = join(" ", scope, say(w.beyond, qty(int64(v.Beyond))))
	}
	b.line(text(join(" ", say(w.days, b.date(v.From), b.date(v.To-1), qty(int64(v.To-v.From)-int64(v.Scored))), scope, w.assumed)))
	b.footer("", nil, w.command)
	return b.message(story)
}

// hurt is how many products are named that a shock hurts.
const hurt = 5

// StressAnswer answers /stock stress.
func StressAnswer(v simulate.StressView) Message {
	b := lay(v.Shop, 0)
	w := &b.w.study
	b.header(w.stress)
	story := w.stress
	n := func(n int) safe { return qty(int64(n)) }
	for _, o := range v.Outcomes {
		name := b.shock(o, v)
		b.line(bold(name))
		if o.Note != "" {
			b.line(text(say(w.notPlayed, b.told(o.Note, 200))))
			continue
		}
		side := say(w.side, n(o.Before.Red), n(o.After.Red), n(o.Before.RunOut), n(o.After.RunOut),
			money(o.Before.AtRisk), money(o.After.AtRisk), money(o.Before.PlanCost), money(o.After.PlanCost))
		story = join("\n", story, join(b.w.colon, name, side))
		b.line(text(side))
		if o.Unserved > 0 {
			b.line(text(say(w.unserved, qty(o.Unserved))))
		}
		if len(o.Breaks) == 0 {
			b.line(text(w.none))
			continue
		}
		var first []safe
		for _, k := range o.Breaks[:min(hurt, len(o.Breaks))] {
			sku, place := clean(string(k.SKU), 40), clean(string(k.Location), 40)
			if k.Planned == 0 {
				first = append(first, say(w.breakNow, sku, place, b.date(k.RunsOut)))
			} else {
				first = append(first, say(w.breakLine, sku, place, b.date(k.RunsOut), b.date(k.Planned)))
			}
		}
		b.line(text(say(w.breaks, n(len(o.Breaks)))), text(join(b.w.semicolon, first...)))
	}
	return b.message(story)
}

// shock is what a shock is called.
func (b *builder) shock(o simulate.Outcome, v simulate.StressView) safe {
	w, gone := &b.w.study, clean(v.Names.Of(o.Gone), 60)
	known := w.shocks[o.Shock.Name]
	switch {
	case known != "" && o.Gone != "":
		return say(w.main, known, gone)
	case known != "":
		return known
	case o.Gone != "":
		return say(w.gone, gone)
	case o.Shock.Surge > 0:
		return say(w.surge, num(100*(o.Shock.Surge-1), 0))
	}
	return say(w.demand, num(100*(o.Shock.Level-1), 0))
}
