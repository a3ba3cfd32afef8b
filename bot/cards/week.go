package cards

import (
	"strings"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// ActionWeekFile asks for the weekly report as a file.
const ActionWeekFile = "week_file"

// How much of each list the card of a weekly report shows; the file has the rest.
const (
	weekTodo        = 5
	weekMoves       = 4
	weekRisks       = 5
	weekDecisions   = 5
	weekAnomalies   = 3
	weekSuggestions = 3
)

// week is the card of a weekly report: what it means in a few sentences, then what to
// do, what changed, what was missed, what is open and what was decided.
func (b *builder) week(c plan.Card, v plan.Week) Message {
	w := &b.w.week
	title := say(w.title, clean(c.Shop.Name, 60), b.date(v.Facts.Day))
	b.header(title)
	b.banner(c)
	b.paragraph(clean(v.Prose, 1500))
	b.facts(b.weekFacts(v)...)
	b.indicators(v.Indicators)
	story, by := b.success(v.Success)
	b.line(bold(b.w.indicators.success))
	told := []piece{text(story)}
	if by != "" {
		told = append(told, b.by(by))
	}
	b.line(told...)
	b.weekList(w.todo, b.w.noneWaiting, b.weekActions(v), weekTodo)
	b.weekList(w.worse, "", b.weekMoves(v.Worse), weekMoves)
	b.weekList(w.better, "", b.weekMoves(v.Better), weekMoves)
	if v.Before != nil {
		b.weekList(w.missed, w.missedNone, b.weekMissed(v), len(v.Missed))
	}
	b.weekList(w.risks, w.none, b.weekRisks(v), weekRisks)
	b.line(bold(w.decisions))
	b.ruleWeek(v.Rule)
	for _, d := range v.Decisions[:min(len(v.Decisions), weekDecisions)] {
		b.line(text(b.instant(d.At)+" · "), b.by(d.By), text(" · "+b.decided(d)))
	}
	switch n := len(v.Decisions) + v.More.Decisions - weekDecisions; {
	case len(v.Decisions) == 0:
		b.line(text(w.nobody))
	case n > 0:
		b.line(text(say(b.w.inFile, qty(int64(n)))))
	}
	if len(v.Suggestions) > 0 {
		box := []piece{bold(w.box)}
		for _, s := range v.Suggestions[:min(len(v.Suggestions), weekSuggestions)] {
			box = append(box, text("\n• "), person(s.By), text(" · "+clean(s.Text, 300)))
		}
		if n := len(v.Suggestions) - weekSuggestions; n > 0 {
			box = append(box, text("\n"+say(b.w.inFile, qty(int64(n)))))
		}
		b.line(box...)
	}
	if len(v.Anomalies) > 0 {
		b.weekList(w.anomalies, "", b.weekAnomalies(v), weekAnomalies)
	}
	b.actions(button(ActionWeekFile, "v1:week", w.file))
	b.footer("", nil, append([]safe{b.wordedBy(v.ProseSource), b.weekSince(v)}, b.age(c)...)...)
	return b.message(join(b.w.colon, title, b.weekStory(v)))
}

// ruleWeek says how much of a week's orders the rule approved.
func (b *builder) ruleWeek(r *plan.RuleWeek) {
	if r != nil {
		b.line(text(b.ruleSum(*r)))
	}
}

func (b *builder) ruleSum(r plan.RuleWeek) safe {
	return say(b.w.ruleWeek, qty(int64(r.ByRule)), qty(int64(r.Orders)), money(r.Spent), money(r.Limit))
}

// decided is what a person decided, and about what.
func (b *builder) decided(d plan.WeekDecision) safe {
	if o := d.Override; o != nil {
		return join(" · ", b.w.byHand.changed[o.What], say(b.w.pair, join(" · ", b.w.byHand.fields[o.Field], b.overrideOf(o.Override, d.Supplier)), clean(o.Shown(), 20)), note(o.Reason))
	}
	return join(" · ", b.w.week.decided[d.Action], clean(d.Supplier, 60), money(d.Amount), note(d.Note))
}

// note is what a person wrote, or nothing at all.
func note(s string) safe {
	if s == "" {
		return ""
	}
	return clean(s, 300)
}

// weekStory is the report in a sentence.
func (b *builder) weekStory(v plan.Week) safe {
	var before safe
	if v.Before != nil {
		before = say(b.w.week.was, qty(int64(v.Before.Red)))
	}
	return say(b.w.week.text, qty(int64(v.Facts.Red)), before, money(v.Facts.MoneyAtRisk), qty(int64(v.Waiting)))
}

func (b *builder) weekFacts(v plan.Week) []fact {
	w := &b.w.week
	with := func(now, before safe) safe {
		if v.Before == nil {
			return now
		}
		return now + say(w.was, before)
	}
	was := plan.WeekFacts{}
	if v.Before != nil {
		was = *v.Before
	}
	n := func(i int) safe { return qty(int64(i)) }
	facts := []fact{
		{b.w.fRed, with(n(v.Facts.Red), n(was.Red))}, {b.w.fYellow, with(n(v.Facts.Yellow), n(was.Yellow))},
		{b.w.fRisk, with(money(v.Facts.MoneyAtRisk), money(was.MoneyAtRisk))},
		{b.w.fOpen, join(" · ", n(v.Waiting), money(v.WaitingSum))},
	}
	if s := v.Sold; s.Known > 0 {
		facts = append(facts, fact{w.sold, say(w.soldOf, num(s.Units, 0), n(s.Known), num(s.UnitsBefore, 0), num(s.Expected, 0))})
	}
	return facts
}

// weekList adds a list under its head; what stands for an empty one may be empty, and
// then the head stays away too.
func (b *builder) weekList(head, empty safe, lines []safe, most int) {
	if len(lines) == 0 && empty == "" {
		return
	}
	b.line(bold(head))
	if len(lines) == 0 {
		b.line(text(empty))
	}
	for _, l := range lines[:min(len(lines), most)] {
		b.line(text("• " + l))
	}
	if n := len(lines) - most; n > 0 {
		b.line(text(say(b.w.inFile, qty(int64(n)))))
	}
}

func (b *builder) weekActions(v plan.Week) (out []safe) {
	for _, a := range v.Actions {
		out = append(out, say(b.w.week.todoLine, clean(a.Supplier, 60), money(a.Amount), b.due(a.OrderBy, v.Facts.Day.Time(b.zone()))))
	}
	return out
}

func (b *builder) weekMoves(list []plan.WeekMove) (out []safe) {
	for _, m := range list {
		out = append(out, say(b.w.week.move, product(m.Item.SKU, m.Item.Name), clean(string(m.Item.Location), 40), b.tierWord(m.From), b.tierWord(m.Item.Tier), money(m.Item.MoneyAtRisk)))
	}
	return out
}

func (b *builder) weekMissed(v plan.Week) (out []safe) {
	for _, m := range v.Missed {
		out = append(out, say(b.w.week.missedLine, product(m.SKU, m.Name), qty(int64(m.Days)), num(m.Sold, 0), num(m.Expected, 1), money(m.Worth)))
	}
	return out
}

func (b *builder) weekRisks(v plan.Week) (out []safe) {
	for _, r := range v.Risks {
		var name safe
		if r.SKU != "" {
			name = clean(r.Name, 60)
		}
		out = append(out, join(" · ", b.w.grave[r.Severity], name, atRisk(r.MoneyAtRisk), b.told(r.Reason, 400)))
	}
	return out
}

func (b *builder) weekAnomalies(v plan.Week) (out []safe) {
	for _, a := range v.Anomalies {
		where := b.told("Whole shop", 40)
		if a.SKU != "" {
			where = clean(string(a.SKU), 60)
		}
		out = append(out, join(" · ", b.date(a.From), where, b.told(a.Reason, 400)))
	}
	return out
}

// wordedBy says where the prose of a report comes from.
func (b *builder) wordedBy(source string) safe {
	if source == plan.FromModel {
		return b.w.week.byModel
	}
	return b.w.week.byTemplate
}

func (b *builder) weekSince(v plan.Week) safe {
	if v.Before == nil {
		return b.w.week.first
	}
	return say(b.w.week.since, b.date(v.Before.Day))
}

// WeekFile is the whole report in Markdown, for a meeting: everything on the card,
// unabridged. name tells what a person is called.
func WeekFile(v plan.Week, name func(user string) string) []byte {
	b := lay(v.Shop, 0)
	w := &b.w.week
	var md strings.Builder
	line := func(prefix string, s safe) { md.WriteString(prefix + markdown(s) + "\n") }
	list := func(head, empty safe, lines []safe, more int) {
		md.WriteString("\n")
		line("## ", head)
		md.WriteString("\n")
		if len(lines) == 0 {
			line("", empty)
		}
		for _, l := range lines {
			line("- ", l)
		}
		if more > 0 {
			line("- ", say(b.w.andMore, qty(int64(more))))
		}
	}
	line("# ", say(w.title, clean(v.Shop.Name, 60), b.date(v.Facts.Day)))
	md.WriteString("\n")
	line("", clean(v.Prose, 1500))
	md.WriteString("\n")
	for _, f := range b.weekFacts(v) {
		line("- ", join(b.w.colon, f.label, f.value))
	}
	line("- ", b.weekSince(v))
	actions := b.weekActions(v)
	for i := range actions {
		actions[i] = join(" · ", actions[i], b.told(v.Actions[i].Why, 300))
	}
	lines := []safe{b.indicatorSpan(v.Indicators)}
	for _, x := range v.Indicators.List {
		lines = append(lines, say(b.w.pair, b.w.indicators.labels[x.Kind], b.indicator(x)))
	}
	list(b.w.indicators.head, "", lines, 0)
	story, by := b.success(v.Success)
	if by != "" {
		story += b.byName(by, name)
	}
	list(b.w.indicators.success, "", []safe{story}, 0)
	list(w.todo, b.w.noneWaiting, actions, v.More.Actions)
	list(w.worse, w.none, b.weekMoves(v.Worse), v.More.Worse)
	list(w.better, w.none, b.weekMoves(v.Better), v.More.Better)
	none := w.missedNone
	if v.Before == nil {
		none = w.missedFirst
	}
	list(w.missed, none, b.weekMissed(v), 0)
	list(w.risks, w.none, b.weekRisks(v), v.More.Risks)
	var decisions []safe
	if v.Rule != nil {
		decisions = append(decisions, b.ruleSum(*v.Rule))
	}
	for _, d := range v.Decisions {
		decisions = append(decisions, join(" · ", b.instant(d.At), b.byName(d.By, name), b.decided(d)))
	}
	list(w.decisions, w.nobody, decisions, v.More.Decisions)
	var suggestions []safe
	for _, s := range v.Suggestions {
		suggestions = append(suggestions, join(" · ", b.instant(s.At), clean(name(s.By), 60), clean(s.Text, 2000)))
	}
	list(w.box, w.none, suggestions, 0)
	list(w.anomalies, w.none, b.weekAnomalies(v), 0)
	md.WriteString("\n")
	line("", b.wordedBy(v.ProseSource))
	return []byte(md.String())
}

// WeekFileName names the file of a report.
func WeekFileName(day core.Day) string { return "weekly-" + day.String() + ".md" }

// markdown keeps the signs of Markdown and HTML in data from meaning anything.
func markdown(s safe) string {
	return strings.NewReplacer("\\", "\\\\", "*", "\\*", "_", "\\_", "`", "\\`", "<", "&lt;", ">", "&gt;", "[", "\\[", "]", "\\]", "|", "\\|", "#", "\\#", "~", "\\~").Replace(string(s))
}
