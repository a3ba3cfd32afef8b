package cards

import (
	"strconv"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/supply"
)

// scoreWords are the sentences about suppliers.
type scoreWords struct {
	none, orders, onTime, fill, damage, lateRisk, lead, leadLine safe
	year, settled, open                                          safe
	letters                                                      safe
	tones, makeTone                                              map[core.Tone]safe
	toneFrom                                                     map[plan.ToneSource]safe
	toneSet                                                      safe // tone, instant
}

var englishScores = scoreWords{
	none:   "Nothing is known yet of how this supplier delivers: there is no past order. Planning uses the lead times as stated.",
	orders: "Orders", onTime: "On time", fill: "Fill rate", damage: "Damaged", lateRisk: "Risk of the next one being late",
	lead: "Lead time", leadLine: "%s: %s of the stated time ± %s, from %s deliveries of %s orders",
	year: "Year", settled: "%s, %s settled, %s of them late", open: "Open orders: ",
	letters: "Letters", tones: map[core.Tone]safe{core.Formal: "formal", core.Friendly: "friendly and direct"},
	makeTone: map[core.Tone]safe{core.Formal: "Make letters formal", core.Friendly: "Make letters friendly"},
	toneFrom: map[plan.ToneSource]safe{plan.ToneByPerson: "set here", plan.ToneByFile: "from suppliers.csv", plan.ToneByRule: "from the settings", plan.ToneDefault: "nothing else is set"},
	toneSet:  "%s since %s, by ",
}

// SupplierAnswer answers /stock supplier NAME: the score card.
func SupplierAnswer(v plan.SupplierView) Message {
	b := lay(v.Shop, 0)
	w := &b.w.scores
	name := join(" · ", clean(v.Supplier.Name, 60), clean(string(v.Supplier.ID), 40))
	b.header(name)
	s := v.Score
	if s.Orders == 0 {
		b.paragraph(w.none)
		b.tone(v)
		return b.message(join(" · ", name, w.none))
	}
	b.facts(
		fact{w.orders, say(w.settled, qty(int64(s.Orders)), qty(int64(s.Settled)), qty(int64(s.Late)))},
		fact{w.onTime, b.rate(s.OnTimeRate, s)},
		fact{w.fill, b.rate(s.FillRate, s)},
		fact{w.damage, b.rate(s.DamageRate, s)},
		fact{w.lateRisk, b.percent(s.LateRisk)},
	)
	for _, m := range s.Modes {
		b.line(bold(w.lead), text(" "+say(w.leadLine, b.told(string(m.Mode), 20), b.percent(m.Multiple), b.percent(m.SD), qty(int64(m.Deliveries)), qty(int64(m.Orders)))))
	}
	if len(v.Years) > 0 {
		rows := [][]safe{{w.year, w.orders, w.onTime, w.fill, w.damage}}
		for _, y := range v.Years {
			rows = append(rows, []safe{clean(strconv.Itoa(y.Year), 8), qty(int64(y.Score.Orders)),
				b.rate(y.Score.OnTimeRate, y.Score), b.rate(y.Score.FillRate, y.Score), b.rate(y.Score.DamageRate, y.Score)})
		}
		b.table(rows, 1, 2, 3, 4)
	}
	for _, o := range v.Open {
		b.line(bold(w.open), text(join(" · ", clean(o.Number, 30), b.stateOf(o), money(o.Total), b.dueOf(o, v.Today))))
	}
	b.tone(v)
	return b.message(join(" · ", name, say("%s %s", w.onTime, b.rate(s.OnTimeRate, s)), say("%s %s", w.fill, b.rate(s.FillRate, s)), say("%s %s", w.damage, b.rate(s.DamageRate, s))))
}

// tone tells how letters speak to the supplier, who set it, and offers the other way.
func (b *builder) tone(v plan.SupplierView) {
	w := &b.w.scores
	b.line(bold(w.letters), text(join("", b.w.colon, w.tones[v.Tone.Tone], say(b.w.inBrackets, w.toneFrom[v.Tone.Source]))))
	for _, h := range v.Tone.History {
		b.line(text(say(w.toneSet, w.tones[h.Tone], b.instant(h.At))), person(h.By))
	}
	other := core.Friendly
	if v.Tone.Tone == core.Friendly {
		other = core.Formal
	}
	b.actions(button(ActionTone, ToneValue(v.Supplier.ID, other), w.makeTone[other]))
}

// rate is a share in percent, or a dash while too little is settled to say.
func (b *builder) rate(v float64, s supply.Score) safe {
	if !s.Rated() {
		return nothing
	}
	return b.percent(v)
}
