package cards

import (
	"time"

	"quartermaster/core/plan"
)

// outcomeWords are what a card says of a decision, beside who and when on their own line.
type outcomeWords struct {
	byOn, by, on safe // who, when ; who ; when: in a first line
	rests, again safe // day ; : what comes of it next
}

var englishOutcome = outcomeWords{
	byOn: "by %s on %s", by: "by %s", on: "on %s",
	rests: "Not asked again before %s unless the need grows.", again: "The next check asks again if the need is still there.",
}

var chineseOutcome = outcomeWords{
	byOn: "经手人 %s，%s", by: "经手人 %s", on: "%s",
	rests: "除非需求增长，%s前不再提出。", again: "如仍有需要，下次检查会再次提出。",
}

// outcomeText is the first line of a restock card that asks for nothing now: what became
// of it, by whom and when, why, and what comes next.
func (b *builder) outcomeText(v plan.RestockView) safe {
	p := v.Proposal
	out := join(" · ", b.restockHead(v), money(p.Total))
	switch {
	case v.Order != nil && v.Order.UndoneBy != "":
		return join(b.w.stop, join(" · ", out, b.byWhom(v.Order.UndoneBy, v.Order.UndoneAt)), phrase(b.orderState(*v.Order)), b.w.done.again)
	case p.State == plan.Approved:
		out = join(" · ", out, b.byWhom(p.DecidedBy, p.DecidedAt))
		if v.Order != nil {
			out = join(b.w.stop, out, b.orderState(*v.Order))
		}
		return out
	case p.State == plan.Rejected:
		out = join(" · ", out, b.byWhom(p.DecidedBy, p.DecidedAt))
		if p.DecidedWhy != "" {
			out = join(b.w.colon, out, phrase(clean(p.DecidedWhy, 500)))
		}
		return join(b.w.stop, out, b.rests(v))
	case p.State == plan.Snoozed:
		return join(" · ", out, b.snoozedUntil(p.SnoozedUntil, p.SnoozeEvent), b.byWhom(p.DecidedBy, p.DecidedAt))
	case p.State == plan.Expired:
		return join(b.w.stop, join(" · ", out, b.byWhom("", p.ExpiresAt)), b.w.done.again)
	case p.State == plan.Withdrawn:
		return join(b.w.colon, join(" · ", out, b.byWhom("", p.DecidedAt)), b.told(p.DecidedWhy, 500))
	}
	return out
}

// byWhom says in plain text who did something and when, as far as both are known: a
// user id tells nobody anything.
func (b *builder) byWhom(who string, at time.Time) safe {
	name := b.names[who]
	switch {
	case name == "" && at.IsZero():
		return ""
	case name == "":
		return say(b.w.done.on, b.instant(at))
	case at.IsZero():
		return say(b.w.done.by, clean(name, 60))
	}
	return say(b.w.done.byOn, clean(name, 60), b.instant(at))
}

// rests says when the lines of a rejected proposal may be asked for again.
func (b *builder) rests(v plan.RestockView) safe {
	if v.RestsUntil == 0 {
		return b.w.done.again
	}
	return say(b.w.done.rests, b.date(v.RestsUntil))
}

// outcome says who decided, when, and what became of it.
func (b *builder) outcome(v plan.RestockView) {
	p := v.Proposal
	at := text(" · " + b.instant(p.DecidedAt))
	switch p.State {
	case plan.Approved:
		if p.FirstBy != "" && p.FirstBy != p.DecidedBy {
			b.line(text(b.w.first), person(p.FirstBy))
		}
		if p.DecidedBy == plan.ByRule {
			b.line(text(say(b.w.byRule, b.told(p.DecidedWhy, 500))), at)
		} else {
			b.line(text(b.w.approvedBy), person(p.DecidedBy), at)
		}
		if o := v.Order; o != nil {
			b.line(bold(say(b.w.order, clean(o.Number, 30), money(o.Total))), text(b.orderState(*o)))
			if o.UndoneBy != "" {
				b.line(text(b.w.po.undone), person(o.UndoneBy), text(" · "+b.instant(o.UndoneAt)+b.w.po.undoneRest))
				b.line(text(b.w.done.again))
			}
		}
	case plan.Rejected:
		b.line(text(b.w.rejectedBy), person(p.DecidedBy), at, reason(p.DecidedWhy))
		b.line(text(b.rests(v)))
	case plan.Snoozed:
		b.snoozedLine(p.DecidedBy, p.SnoozedUntil, p.SnoozeEvent)
	case plan.Expired:
		b.line(text(say(b.w.expired, b.instant(p.ExpiresAt))))
		b.line(text(b.w.done.again))
	case plan.Withdrawn:
		b.line(text(b.w.withdrawn), text(b.told(p.DecidedWhy, 500)), at)
	}
}

// snoozedLine says until when, and by whom where that is known.
func (b *builder) snoozedLine(who string, until time.Time, event plan.SnoozeEvent) {
	at := text(say(b.w.snoozed, b.instant(until)) + b.w.quiet.or[event])
	if who == "" {
		b.line(text(b.w.snoozedAt), at)
		return
	}
	b.line(text(b.w.snoozedBy), person(who), at)
}

// snoozedUntil is snoozedLine without who, for the first line.
func (b *builder) snoozedUntil(until time.Time, event plan.SnoozeEvent) safe {
	return say(b.w.quiet.till, b.instant(until)) + b.w.quiet.or[event]
}

func reason(why string) piece {
	if why == "" {
		return piece{}
	}
	return text(" · " + clean(why, 500))
}
