package cards

import (
	"quartermaster/core/plan"
)

// askWords are the sentences around the answer to a question.
type askWords struct {
	by, byModel, which, whichHint, many safe // command ; command ; name ; ; n
}

var englishAsk = askWords{
	by: "Answered with /stock %s", byModel: "Answered with /stock %s, as the language model understood the question",
	which: "Which product is meant by %s?", whichHint: "Please ask again with its code.", many: "%s more places below",
}

var chineseAsk = askWords{
	by: "由 /stock %s 回答", byModel: "由 /stock %s 回答（语言模型对问题的理解）",
	which: "“%s”指的是哪种商品？", whichHint: "请用商品代码再问一次。", many: "另有 %s 个地点见下",
}

// AskedAnswer is the answer m of a command as the answer to a question: the facts that
// the question was for come first, what it was taken for last. items or status are what
// those facts are of.
func AskedAnswer(language string, a plan.Asked, items []plan.Item, status *plan.StatusView, m Message) Message {
	b := lay(in(language).shop, 1) // m has version 0, and block ids are unique
	var story safe
	tell := func(name safe, facts []safe) {
		if line := join(" · ", facts...); line != "" {
			b.line(bold(name+b.w.colon), text(line))
			story = join(b.w.semicolon, story, name+b.w.colon+line)
		}
	}
	if status != nil {
		tell(clean(status.Shop.Name, 80), b.factsOf(a.Facts, func(f plan.Fact) safe { return b.shopFact(f, *status) }))
	}
	for i, it := range items {
		if i == 5 && len(a.Facts) > 0 {
			b.line(text(say(b.w.ask.many, qty(int64(len(items)-i)))))
			break
		}
		tell(join(" · ", clean(string(it.SKU), 60), clean(it.Name, 60), clean(string(it.Location), 40)),
			b.factsOf(a.Facts, func(f plan.Fact) safe { return b.itemFact(f, it) }))
	}
	first := len(b.blocks)
	by := b.w.ask.by
	if a.Model {
		by = b.w.ask.byModel
	}
	b.footer("", nil, say(by, clean(a.Text(), 100)))
	out := b.message(story)
	if story == "" {
		out.Text = m.Text
	}
	out.Blocks = append(append(b.blocks[:first:first], m.Blocks...), b.blocks[first:]...)
	return out
}

// factsOf puts the facts into words, label and value.
func (b *builder) factsOf(list []plan.Fact, value func(plan.Fact) safe) (out []safe) {
	label := map[plan.Fact]safe{plan.FactOut: b.w.fRunsOut, plan.FactOrderBy: b.w.fOrderBy, plan.FactCover: b.w.fCover, plan.FactStock: b.w.fStock,
		plan.FactTier: b.w.cTier, plan.FactRisk: b.w.fRisk, plan.FactWaiting: b.w.fOpen}
	for _, f := range list {
		if v := value(f); v != "" && label[f] != "" {
			out = append(out, say(b.w.pair, label[f], v))
		} else if v != "" {
			out = append(out, v)
		}
	}
	return out
}

func (b *builder) itemFact(f plan.Fact, it plan.Item) safe {
	switch f {
	case plan.FactOut:
		return b.out(it)
	case plan.FactOrderBy:
		if it.HasStockOut {
			return b.date(it.OrderBy)
		}
	case plan.FactCover:
		return b.cover(it)
	case plan.FactStock:
		return say(b.w.stock, qty(it.Position.OnHand), qty(it.Position.OnOrder))
	case plan.FactTier:
		return join(b.w.colon, b.tierOf(it), b.told(it.TierWhy, 300))
	case plan.FactRisk:
		return money(it.MoneyAtRisk)
	}
	return ""
}

func (b *builder) shopFact(f plan.Fact, v plan.StatusView) safe {
	switch f {
	case plan.FactShort:
		return join(" · ", say(b.w.pair, b.w.fRed, qty(int64(v.Red))), say(b.w.pair, b.w.fYellow, qty(int64(v.Yellow))))
	case plan.FactRisk:
		return money(v.MoneyAtRisk)
	case plan.FactWaiting:
		return qty(int64(v.Open))
	}
	return ""
}

// WhichAnswer asks which of several products a question means.
func WhichAnswer(language string, a plan.Asked) Message {
	b := in(language)
	head := say(b.w.ask.which, clean(a.About, 80))
	b.line(bold(head), text(" "+b.w.ask.whichHint))
	var names []safe
	for _, n := range a.Which {
		names = append(names, join(" · ", clean(string(n.SKU), 60), clean(n.Name, 80)))
	}
	b.paragraph(join("\n", names...))
	return b.message(join(" ", head, b.w.ask.whichHint, join(b.w.semicolon, names...)))
}
