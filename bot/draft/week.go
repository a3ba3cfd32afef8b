package draft

import (
	"cmp"
	"context"
	"maps"
	"math"
	"strconv"
	"strings"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/risk"
	"quartermaster/prompts"
)

// weekKind is the kind of the prose of a weekly report. It goes the way of a letter:
// the same rules, check, budget and time-out; greeting and closing are left away.
const weekKind plan.LetterKind = "weekly"

// weekRules are what that prose may say. The slots hold every number with its words
// and say themselves which way it moved.
var weekRules = kind{
	slots: []slot{
		{"red", "how many products are short, and how many a week ago", inBodyOnly, inBodyOnly},
		{"risk", "how much money is at risk, and how much a week ago", inBodyOnly, inBodyOnly},
		{"waiting", "what waits for a decision", inBodyOnly, inBodyOnly},
		{"sold", "what was sold, before that, and what was expected", inBodyOnly, nil},
		{"worst", "the most urgent risk", inBodyOnly, nil},
		{"missed", "the largest error of the forecast", inBodyOnly, nil},
		{"odd", "what was wrong in the data", inBodyOnly, nil},
	},
	against: against(`(?:let|go) (?:\w+ )?(?:orders|it|them) through|lower|wait with|later|(?:has|have|had|was|were) (?:(?:all|already|now|been) )*(?:decided|placed|told|approved|solved|settled)|should be (?:raised|lowered|changed|corrected)|(?:is|are|was|were) right|(?:is|are|all|everything) in (?:order|stock)|all products|no (?:decision|order|risk)s?`,
		`下订单|改善|好转|恶化|上升|下降|增加|减少|更多|更少|更高|更低|良好|正常|安全|严重|推迟|稍后|批准|拒绝|无视|没有(?:什么|任何)?(?:要|待|需|必|订单|决)|无需|不用|不必`),
}

// digestRules are those of the digest of a day, which is a short report.
var digestRules = kind{
	slots: []slot{
		{"short", "how many products are short", inBodyOnly, inBodyOnly},
		{"risk", "how much money is at risk", inBodyOnly, inBodyOnly},
		{"worst", "the most urgent product", inBodyOnly, nil},
		{"waiting", "what waits for a decision, and until when", inBodyOnly, inBodyOnly},
		{"news", "what is new and what is over since yesterday", inBodyOnly, inBodyOnly},
	},
	against: weekRules.against,
}

// rules are those of the facts' kind.
func (f facts) rules() kind {
	switch {
	case f.daily:
		return digestRules
	case f.kind == weekKind:
		return weekRules
	}
	return kinds[f.kind]
}

// name is that of the facts' texts: the kind, and of a digest its own.
func (f facts) name() string {
	if f.daily {
		return "digest"
	}
	return string(f.kind)
}

// prompt is the instruction for the facts' kind and language.
func (f facts) prompt() prompts.Prompt { return prompts.For(f.name(), f.language) }

// Brief says in a few sentences what a report or digest means, in the shop's language,
// without asking: in words of the model that were kept, else by a template.
func (d *Drafter) Brief(b plan.Briefing) (prose, source string) {
	f := briefFacts(b)
	if d.model != nil {
		if l, ok := d.model.kept.find(f); ok {
			return flat(l.fill(f.slots).Body), plan.FromModel
		}
	}
	l, err := f.template()
	if err != nil {
		return "", plan.FromTemplate // a template that TestWeekTemplate fills cannot fail
	}
	return flat(l.Body), plan.FromTemplate
}

// Word asks the model to say it; "" when there is none, or its words do not hold.
func (d *Drafter) Word(ctx context.Context, b plan.Briefing) (prose string) {
	if d.model == nil {
		return ""
	}
	f := briefFacts(b)
	l, err := d.model.write(ctx, f)
	if err != nil {
		d.model.c.Logger.Info("the words of a report stay those of the template", "why", err.Error())
		return ""
	}
	return flat(l.fill(f.slots).Body)
}

// briefFacts are the facts of a report or digest as phrases.
func briefFacts(b plan.Briefing) facts {
	if b.Digest != nil {
		return digestFacts(b.Shop, *b.Digest)
	}
	return weekFacts(*b.Week)
}

// digestFacts are the facts of a digest as phrases.
func digestFacts(shop core.Shop, v plan.DigestView) facts {
	f := aboutShop(shop)
	f.daily = true
	n := strconv.Itoa
	f.slots["short"] = f.count(int64(v.Red), "product", "products", " 种商品") + f.say(" RED and ", "为红色，") + n(v.Yellow) + f.say(" YELLOW", " 种为黄色")
	f.slots["risk"] = f.say(v.MoneyAtRisk.String()+" at risk", "风险金额 "+v.MoneyAtRisk.String())
	f.slots["news"] = f.say("", "自昨天以来 ") + f.count(int64(v.New), "new finding", "new findings", " 项新发现") + f.say(" since yesterday, ", "，") + n(v.Over) + f.say(" over", " 项已结束")
	if waiting := len(v.Waiting) + v.MoreWaiting; waiting > 0 {
		f.slots["waiting"] = f.count(int64(waiting), "order", "orders", " 张订单") + f.firstBy(v.OrderBy, v.Day)
	}
	f.slots["worst"] = ""
	if i := first(v.Worst, func(it plan.DigestItem) (core.Day, bool) {
		return it.StockOut, it.HasStockOut && it.MoneyAtRisk.Minor > 0
	}); i >= 0 {
		w := v.Worst[i]
		f.slots["worst"] = f.worst(productName(w.SKU, w.Name), w.HasStockOut, w.StockOut, w.MoneyAtRisk)
	}
	for _, it := range v.Worst {
		f.codes = append(f.codes, string(it.SKU), it.Name)
	}
	return f
}

// firstBy says until when the first of several orders is to be placed.
func (f facts) firstBy(by, today core.Day) string {
	if by < today {
		return f.say(", the first was due on ", "，最早一张本应于 ") + f.date(by) + f.say("", "下单")
	}
	return f.say(", the first by ", "，最早须于 ") + f.date(by) + f.say("", "下单")
}

// first is the index of what strikes first; the first of the list, which is the one with
// most money at risk, where nothing is dated, and -1 for an empty list.
func first[T any](list []T, when func(T) (core.Day, bool)) int {
	at := -1
	var day core.Day
	for i, v := range list {
		if d, ok := when(v); ok && (at < 0 || d < day) {
			at, day = i, d
		}
	}
	if at < 0 && len(list) > 0 {
		return 0
	}
	return at
}

// productName names a product by name and code.
func productName(sku core.SKU, name string) string {
	if name = plain(cut(name, 60)); name == "" || name == plain(string(sku)) {
		return plain(string(sku))
	}
	return name + " " + plain(string(sku))
}

// aboutShop begins the facts of a report for the shop's own team.
func aboutShop(shop core.Shop) facts {
	f := facts{kind: weekKind, language: "en", plain: true}
	if shop.Language == "zh" {
		f.language = "zh"
	}
	f.slots = map[string]string{"recipient": f.say("team", "各位"), "shop": plain(shop.Name), "waiting": f.say("nothing", "无")}
	return f
}

// worst names the most urgent risk, when it strikes and what it costs.
func (f facts) worst(name string, dated bool, day core.Day, money core.Money) string {
	s := plain(name) + f.say(", ", "，")
	if dated {
		s += f.say("out of stock on ", "断货日 ") + f.date(day) + f.say(", ", "，")
	}
	return s + f.say(money.String()+" at risk", "风险金额 "+money.String())
}

// flat puts the prose on one line.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// weekFacts are the facts of a report as phrases.
func weekFacts(w plan.Week) facts {
	f := aboutShop(w.Shop)
	was := func(now, before string) string { // with the value of the last report
		if w.Before == nil {
			return now
		}
		return now + f.say(" ("+before+" on "+f.date(w.Before.Day)+")", "（"+f.date(w.Before.Day)+"为 "+before+"）")
	}
	n := strconv.Itoa
	before := plan.WeekFacts{}
	if w.Before != nil {
		before = *w.Before
	}
	red := n(w.Facts.Red) + f.say(" products RED", " 种商品为红色")
	if w.Facts.Red == 1 {
		red = f.say("1 product RED", red)
	}
	maps.Copy(f.slots, map[string]string{
		"red":  was(red, n(before.Red)),
		"risk": was(f.say(w.Facts.MoneyAtRisk.String()+" at risk", "风险金额 "+w.Facts.MoneyAtRisk.String()), before.MoneyAtRisk.String()),
		"sold": "", "worst": "", "missed": "", "odd": "",
	})
	if w.Waiting > 0 {
		f.slots["waiting"] = f.count(int64(w.Waiting), "order", "orders", " 张订单") + f.say(", together ", "，合计 ") + w.WaitingSum.String()
	}
	units := func(v float64) string { return f.units(int64(math.Round(v))) }
	if s := w.Sold; s.Known > 0 {
		days := strconv.Itoa(s.Known)
		f.slots["sold"] = f.say(units(s.Units)+" sold in "+f.count(int64(s.Known), "known day", "known days", "")+", "+units(s.UnitsBefore)+" in the week before, "+units(s.Expected)+" expected",
			days+" 个已知日内售出 "+units(s.Units)+"，前一周 "+units(s.UnitsBefore)+"，预计 "+units(s.Expected))
	}
	if i := first(w.Risks, func(r risk.Finding) (core.Day, bool) { return r.StockOut, r.HasStockOut && r.MoneyAtRisk.Minor > 0 }); i >= 0 {
		r := w.Risks[i]
		name := productName(r.SKU, r.Name)
		if r.SKU == "" {
			name = cmp.Or(r.Order, r.Name)
		}
		f.slots["worst"] = f.worst(name, r.HasStockOut, r.StockOut, r.MoneyAtRisk)
	}
	if len(w.Missed) > 0 {
		m := w.Missed[0]
		f.slots["missed"] = productName(m.SKU, m.Name) + f.say(", of which ", "，售出 ") + units(m.Sold) + f.say(" were sold and ", "，预计 ") + units(m.Expected) + f.say(" expected", "")
	}
	if len(w.Anomalies) > 0 {
		f.slots["odd"] = f.count(int64(len(w.Anomalies)), "anomaly", "anomalies", " 处异常") + f.say(", replaced for the forecast or left out", "，预测已替换或排除")
	}
	for _, m := range w.Missed {
		f.codes = append(f.codes, string(m.SKU), m.Name)
	}
	for _, r := range w.Risks {
		f.codes = append(f.codes, string(r.SKU), r.Name)
	}
	return f
}
