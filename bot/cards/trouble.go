package cards

import "quartermaster/core/plan"

// away tells what happened while Slack could not be reached.
func (b *builder) away(v plan.AwayView) Message {
	story := say(b.w.awayText, b.instant(v.From), b.instant(v.To))
	b.header(b.w.awayHead)
	b.paragraph(story)
	b.line(text(say(b.w.awayFollow, qty(int64(v.Cards)), qty(int64(v.Lines)))))
	if v.Orders > 0 {
		b.line(text(say(b.w.awayOrders, qty(int64(v.Orders)))))
	}
	if v.Expired > 0 {
		b.line(text(say(b.w.awayExpired, qty(int64(v.Expired)))))
		story = join(b.w.stop, story, say(b.w.awayExpired, qty(int64(v.Expired))))
	}
	if v.Cause != "" {
		b.footer("", nil, say(b.w.awayCause, b.told(v.Cause, 300)))
	}
	return b.message(story)
}

// dead lists messages that were refused for good, with the two ways out.
func (b *builder) dead(v plan.DeadView) Message {
	if len(v.Letters) == 0 {
		b.line(bold(b.w.deadSettled), text(b.told(v.Settled, 200)))
		return b.message(b.w.deadSettled + b.told(v.Settled, 200))
	}
	if v.Effect != "" {
		return b.deadLetter(v)
	}
	story := say(b.w.deadText, qty(int64(len(v.Letters)+v.More)))
	b.header(b.w.deadHead)
	b.paragraph(story)
	for _, l := range v.Letters {
		b.line(text(say(b.w.deadLine, clean(l.Key, 100), b.told(l.Reason, 300))))
	}
	if v.More > 0 {
		b.line(text(say(b.w.inExport, qty(int64(v.More)))))
	}
	b.line(text(b.w.deadAsk))
	b.actions(button(ActionRetryDead, deadValue, b.w.deadRetry), button(ActionDiscardDead, deadValue, b.w.deadDiscard))
	return b.message(story)
}

// deadLetter is about one letter that was given up, or that may have left.
func (b *builder) deadLetter(v plan.DeadView) Message {
	l := v.Letters[0]
	head, discard, ask := b.w.letterFailed, b.w.deadDiscard, b.w.asks.letterFailed
	if v.Doubt {
		head, discard, ask = b.w.letterDoubt, b.w.letterArrived, b.w.asks.letterDoubt
	}
	b.header(head)
	b.line(text(say(b.w.deadLine, clean(l.Key, 200), clean(l.Reason, 300))))
	if v.Doubt {
		b.line(text(b.w.letterDoubtAsk))
	}
	if value, ok := letterValue(v.Effect); ok {
		b.actions(button(ActionRetryDead, value, b.w.letterAgain), button(ActionDiscardDead, value, discard))
	}
	return b.message(join(b.w.semicolon, join(" · ", head, clean(l.Key, 200)), ask))
}

// deadValue is what both buttons carry: they are about all that is listed.
const deadValue = "v1:dead"
