package cards

import (
	"cmp"

	"github.com/slack-go/slack"

	"quartermaster/core/plan"
)

// digest is the overview of a day: first what asks for a decision, then what runs
// short.
func (b *builder) digest(c plan.Card, v plan.DigestView) Message {
	count := func(n int) safe { return qty(int64(n)) }
	story := say(b.w.digestText, count(v.Red), count(v.Yellow), money(v.MoneyAtRisk), count(len(v.Waiting)+v.MoreWaiting))
	if v.OrderBy > 0 {
		story = join(b.w.comma, story, say(b.w.digestBy, b.due(v.OrderBy, c.AsOf)))
	}
	b.header(say(b.w.digestHead, join(" · ", clean(c.Shop.Name, 60), b.date(v.Day))))
	b.banner(c)
	b.paragraph(cmp.Or(clean(v.Prose, 1500), story))
	if len(v.Waiting) > 0 {
		b.line(bold(b.w.digestWaiting))
		for _, o := range v.Waiting {
			b.line(text(join(" · ", clean(o.Name, 60), money(o.Amount), b.w.cBy+" "+b.due(o.OrderBy, c.AsOf))))
		}
		if v.MoreWaiting > 0 {
			b.allWaiting(len(v.Waiting) + v.MoreWaiting)
		}
	}
	b.ruleWeek(v.Rule)
	if len(v.Worst) > 0 {
		b.line(bold(b.w.digestShort))
		rows := [][]safe{{b.w.cSKU, b.w.cName, b.w.cTier, b.w.cRunsOut, b.w.cRisk}}
		for _, it := range v.Worst {
			out := b.w.notSoon
			if it.HasStockOut {
				out = b.date(it.StockOut)
			}
			rows = append(rows, []safe{clean(string(it.SKU), 40), clean(it.Name, 40), b.tierWord(it.Tier), out, cell(atRisk(it.MoneyAtRisk))})
		}
		b.table(rows, 4)
	}
	if v.More > 0 {
		b.actions(button(ActionShort, "v1:short", say(b.w.digestMore, count(v.More))))
	}
	b.footer("", nil, append([]safe{b.wordedBy(v.ProseSource)}, b.age(c)...)...)
	return b.message(join(b.w.colon, say(b.w.digestHead, clean(c.Shop.Name, 60)), story))
}

// ShortModal lists what runs short, most money at risk first.
func ShortModal(items []plan.Item, language string) slack.ModalViewRequest {
	b := in(language)
	for _, it := range items {
		b.line(bold(product(it.SKU, it.Name)), text(" · "+b.shortage(it)))
	}
	if len(items) == 0 {
		b.paragraph(b.w.noneAt)
	}
	return b.modal("short", b.w.shortTitle, "", "")
}
