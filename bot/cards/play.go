package cards

import (
	"quartermaster/core"
	"quartermaster/core/plan"
)

// playWords are the sentences about joint plays.
type playWords struct {
	head, runs, over, story, told safe // product, product ; ; ; products, day ; products, share, amount, amount
	fOffered, fHeld, fUntil, fOff safe
	fSales, fExtra, fAvoided      safe
	bought, between, ofRisk, by   safe // customers, all, share, product ; amount, low, high ; amount, all ;
	points                        safe // points, low, high
	none                          safe
}

var englishPlay = playWords{
	head: "🤝 Joint play · %s with %s", runs: "RUNNING", over: "BOOKED",
	story:    "Joint play on %s with %s runs until %s: %s customers have the offer, %s do not, by chance, for comparison",
	told:     "Joint play on %s with %s booked: loss avoided %s; linked sales that the offer explains %s",
	fOffered: "With the offer", fHeld: "Without the offer", fUntil: "Purchases count until", fOff: "Bundle",
	fSales: "Linked sales", fExtra: "Explained by the offer", fAvoided: "Loss avoided",
	bought: "%s of %s bought %s (%s)", between: "%s (%s to %s)", ofRisk: "%s of %s at risk", by: "Begun by ",
	points: "Difference: %s points (95 %% interval %s to %s).",
	none:   "%s customers",
}

var chinesePlay = playWords{
	head: "🤝 联合方案 · %s 搭配 %s", runs: "进行中", over: "已结算",
	story:    "%s 搭配 %s 的联合方案进行至 %s：%s 位顾客得到优惠，%s 位随机留作对照",
	told:     "%s 搭配 %s 的联合方案已结算：避免损失 %s；由优惠带来的关联销售 %s",
	fOffered: "得到优惠", fHeld: "对照组", fUntil: "计入购买截至", fOff: "组合优惠",
	fSales: "关联销售", fExtra: "由优惠带来", fAvoided: "避免的损失",
	bought: "%[2]s 位中 %[1]s 位购买了 %[3]s（%[4]s）", between: "%s（%s 至 %s）", ofRisk: "%s（原风险金额 %s）", by: "发起人：",
	points: "差异：%s 个百分点（95 %% 区间 %s 至 %s）。",
	none:   "%s 位顾客",
}

// jointPlay draws the card of a joint play: who takes part while it runs; then the
// linked sales of those with the offer against those without, and the loss avoided.
func (b *builder) jointPlay(c plan.Card, v plan.PlayView) Message {
	w := &b.w.plays
	count := func(n int) safe { return qty(int64(n)) }
	amount := func(minor int64) safe { return money(core.Money{Minor: minor, Currency: v.AtRisk.Currency}) }
	what, with := product(v.SKU, v.Name), product(v.Linked, v.LinkedName)
	state := w.runs
	if v.Result != nil {
		state = w.over
	}
	b.header(join(" · ", say(w.head, what, with), state))
	off := fact{w.fOff, say(b.w.percent, num(-100*v.Discount, 0))}
	if v.Result == nil {
		story := say(w.story, what, with, b.date(v.Until), count(v.Offered), count(v.Held))
		b.paragraph(story)
		b.facts(fact{w.fOffered, say(w.none, count(v.Offered))}, fact{w.fHeld, say(w.none, count(v.Held))}, fact{w.fUntil, b.date(v.Until)}, off)
		b.footer(w.by, []string{v.By}, b.age(c)...)
		return b.message(story)
	}
	r := v.Result
	side := func(bought, all int) safe {
		return say(w.bought, count(bought), count(all), clean(string(v.Linked), 40), b.percent(float64(bought)/float64(max(all, 1))))
	}
	b.facts(
		fact{w.fOffered, side(r.OfferedBought, r.Offered)}, fact{w.fHeld, side(r.HeldBought, r.Held)},
		fact{w.fSales, amount(r.Sales)}, fact{w.fExtra, say(w.between, amount(r.Extra), amount(r.ExtraLow), amount(r.ExtraHigh))},
		fact{w.fAvoided, say(w.ofRisk, amount(r.Avoided), money(v.AtRisk))}, off,
	)
	b.line(text(say(w.points, num(100*r.Lift, 1), num(100*r.Low, 1), num(100*r.High, 1))))
	b.line(text(b.told(r.Why, 200)))
	b.footer(w.by, []string{v.By}, b.age(c)...)
	return b.message(say(w.told, what, with, amount(r.Avoided), amount(r.Extra)))
}
