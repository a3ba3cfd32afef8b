package cards

import (
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/risk"
)

// Ids of the form that asks until when something is to be silent.
const (
	ActionRiskSnooze = "risk_snooze"
	CallbackSnooze   = "snooze"
	FieldUntil       = "until"
	FieldEvent       = "event"
	NoEventValue     = "none"
)

// quietWords are the phrases about silence.
type quietWords struct {
	title, intro, save, until, day, dayHint, event safe
	events, or                                     map[plan.SnoozeEvent]safe
	head, never                                    safe // never: no check yet
	silent, orders, muted, mutedBy, none           safe
	lastTold, lastSilent, lastNothing              safe // in "why": reason
	reminders, arrivals, till                      safe
	changes                                        map[string]safe // supplier
	kinds                                          map[risk.Kind]safe
}

var englishQuiet = quietWords{
	title: "Snooze until…", intro: "Nothing is told of it until the day, or until the event, whichever comes first; 90 days at most. Should it turn RED or its money at risk double, it is told of before that.", save: "Snooze", until: "Snooze until…",
	day: "Day", dayHint: "From this day on it is told of again", event: "Or until",
	events: map[plan.SnoozeEvent]safe{plan.NoEvent: "the day only", plan.UntilReceived: "goods are received", plan.UntilPrice: "a price changes"},
	or:     map[plan.SnoozeEvent]safe{plan.UntilReceived: ", or until goods are received", plan.UntilPrice: ", or until a price changes"},
	head:   "🔕 Kept quiet at the last check", never: "No check has run yet.", silent: "Not told", orders: "Orders left as they are", muted: "Muted",
	mutedBy: "%s since %s, by ", none: "Nothing was kept quiet.",
	lastTold: "Last check: told, %s", lastSilent: "Last check: not told, %s", lastNothing: "Last check: nothing to tell of it.",
	reminders: "Reminders of orders that wait", arrivals: "Announcing what arrives", till: "until %s", changes: map[string]safe{"held": "%s (not proposed)", "unchanged": "%s"},
	kinds: map[risk.Kind]safe{risk.StockOut: "runs out", risk.NoSource: "no supplier", risk.Overstock: "overstock", risk.DeadStock: "dead stock", risk.LowStock: "few units left",
		risk.Transfer: "transfer", risk.SeasonPlan: "season plan", risk.Waiting: "order due", risk.StaleFeed: "old data", risk.LateOrder: "late order",
		risk.BadData: "doubtful data", risk.LateSupplier: "late supplier", risk.ForecastOff: "forecast off", risk.Anomaly: "anomaly", risk.Restored: "restored"},
}

var chineseQuiet = quietWords{
	title: "推迟至…", intro: "在该日期或该事件之前（以先到者为准）不再提示；最长 90 天。若变为红色或风险金额翻倍，则提前提示。", save: "推迟", until: "推迟至…",
	day: "日期", dayHint: "从这一天起恢复提示", event: "或直到",
	events: map[plan.SnoozeEvent]safe{plan.NoEvent: "仅按日期", plan.UntilReceived: "到货", plan.UntilPrice: "价格变动"},
	or:     map[plan.SnoozeEvent]safe{plan.UntilReceived: "，或直到到货", plan.UntilPrice: "，或直到价格变动"},
	head:   "🔕 上次检查未提示的事项", never: "尚未进行过检查。", silent: "未提示", orders: "保持不变的订单建议", muted: "已静音",
	mutedBy: "%s 自 %s 起，由 ", none: "没有未提示的事项。",
	lastTold: "上次检查：已提示，%s", lastSilent: "上次检查：未提示，%s", lastNothing: "上次检查：没有需要提示的事项。",
	reminders: "待决订单的催促", arrivals: "到货通知", till: "至 %s", changes: map[string]safe{"held": "%s（未提出）", "unchanged": "%s"},
	kinds: map[risk.Kind]safe{risk.StockOut: "断货", risk.NoSource: "无供应商", risk.Overstock: "库存过多", risk.DeadStock: "滞销", risk.LowStock: "所剩不多",
		risk.Transfer: "调拨", risk.SeasonPlan: "季节计划", risk.Waiting: "应下订单", risk.StaleFeed: "数据过时", risk.LateOrder: "订单逾期",
		risk.BadData: "数据存疑", risk.LateSupplier: "供应商延迟", risk.ForecastOff: "预测偏差", risk.Anomaly: "异常", risk.Restored: "已恢复"},
}

// SnoozeTitle is the title of the form, for Loading and Sorry.
func SnoozeTitle(w *phrases) safe { return w.quiet.title }

// SnoozeMeta is what the form carries: a proposal or a finding, and the channel in which
// the person is answered.
func SnoozeMeta(r Ref, finding, channel string) string {
	if finding != "" {
		return channel + " " + findingPrefix + finding
	}
	return channel + " " + r.String()
}

// ParseSnoozeMeta reads it back; errors wrap ErrValue. The channel is not checked.
func ParseSnoozeMeta(s string) (r Ref, finding, channel string, err error) {
	channel, what, _ := strings.Cut(s, " ")
	if strings.HasPrefix(what, findingPrefix) {
		finding, err = ParseFinding(what)
		return r, finding, channel, err
	}
	r, err = ParseRef(what)
	return r, "", channel, err
}

// SnoozeModal asks until when.
func SnoozeModal(meta string, today core.Day, language string) slack.ModalViewRequest {
	b := in(language)
	w := &b.w.quiet
	b.paragraph(w.intro)
	day := slack.NewDatePickerBlockElement(FieldUntil)
	day.InitialDate = (today + 3).String()
	b.add(slack.NewInputBlock(FieldUntil, plain(w.day, 300), plain(w.dayHint, 500), day).WithOptional(true))
	var options []*slack.OptionBlockObject
	for _, e := range []plan.SnoozeEvent{plan.NoEvent, plan.UntilReceived, plan.UntilPrice} {
		value := string(e)
		if value == "" {
			value = NoEventValue
		}
		options = append(options, option(value, w.events[e]))
	}
	event := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, FieldEvent, options...)
	event.InitialOption = options[0]
	b.add(slack.NewInputBlock(FieldEvent, plain(w.event, 300), nil, event))
	return b.modal(CallbackSnooze, w.title, w.save, meta)
}

// QuietAnswer answers /stock quiet: what the last check did not tell, and why.
func QuietAnswer(v plan.QuietView) Message {
	b := lay(v.Shop, 0)
	w := &b.w.quiet
	head := w.head
	if v.SKU != "" {
		head = join(" · ", head, clean(string(v.SKU), 60))
	}
	b.header(head)
	if v.CheckedAt.IsZero() {
		b.paragraph(w.never)
		return b.message(join(" · ", head, w.never))
	}
	if v.SKU != "" {
		b.lastCheck(v)
	} else {
		b.reasoned(w.silent, v.Silent)
		b.reasoned(w.orders, v.Orders)
		b.reasoned(w.reminders, v.Reminders)
		b.reasoned(w.arrivals, v.Arrivals)
	}
	if len(v.Muted) > 0 {
		b.line(bold(w.muted))
		for _, m := range v.Muted {
			b.line(text(say(w.mutedBy, clean(string(m.SKU), 60), b.instant(m.At))), person(m.By))
		}
	}
	if len(v.Silent)+len(v.Orders)+len(v.Reminders)+len(v.Arrivals)+len(v.Muted) == 0 && v.SKU == "" {
		b.paragraph(w.none)
	}
	b.footer("", nil, b.age(plan.Card{AsOf: v.CheckedAt})...)
	return b.message(join(b.w.colon, head, qty(int64(len(v.Silent)))))
}

// namesInLine is how many matters of one reason stand in a line; a page of an answer
// has room for one of them.
const namesInLine = 15

// reasoned lists matters with the reason of each, the same reasons together.
func (b *builder) reasoned(head safe, list []plan.QuietLine) {
	if len(list) == 0 {
		return
	}
	by := map[string][]safe{}
	var order []string
	for _, l := range list {
		if by[l.Reason] == nil {
			order = append(order, l.Reason)
		}
		by[l.Reason] = append(by[l.Reason], b.matter(l.What))
	}
	b.line(bold(say("%s (%s)", head, qty(int64(len(list))))))
	for _, reason := range order {
		why := text(b.w.colon + b.told(reason, 300))
		for names := range slices.Chunk(by[reason], namesInLine) {
			b.line(bold(join(b.w.comma, names...)), why)
		}
	}
}

// matter names what a line is about: the key of a finding ("stock-out/SOLAR-01/LEEDS"),
// or what happened to a proposal ("unchanged Acme Ltd").
func (b *builder) matter(what string) safe {
	w := &b.w.quiet
	if verb, supplier, ok := strings.Cut(what, " "); ok && w.changes[verb] != "" {
		return say(w.changes[verb], clean(supplier, 60))
	}
	parts := strings.SplitN(what, "/", 3)
	kind, known := w.kinds[risk.Kind(parts[0])]
	if !known || len(parts) < 2 {
		return clean(what, 80)
	}
	about := []safe{kind}
	for _, p := range parts[1:] {
		about = append(about, clean(p, 60))
	}
	return join(" ", append(about[1:], about[0])...)
}

// lastCheck says what the last check told of one product, or why it did not.
func (b *builder) lastCheck(v plan.QuietView) {
	if v.CheckedAt.IsZero() || v.SKU == "" {
		return
	}
	w := &b.w.quiet
	for _, l := range v.Told {
		b.line(text(say(w.lastTold, b.told(l.Reason, 300))))
	}
	for _, l := range v.Silent {
		b.line(text(say(w.lastSilent, b.told(l.Reason, 300))))
	}
	if len(v.Told)+len(v.Silent) == 0 {
		b.line(text(w.lastNothing))
	}
	b.reasoned(w.reminders, v.Reminders)
	b.reasoned(w.arrivals, v.Arrivals)
}
