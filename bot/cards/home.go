package cards

import (
	"cmp"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/risk"
)

// homeWords are the phrases of the home tab and of the answers that share its parts.
type homeWords struct {
	waiting, short, feeds, lately, runs   safe
	nothing, refresh                      safe
	wait                                  safe // supplier, amount, date
	feed, feedNever, fresh, old           safe // name, time, limit
	red, risk                             safe // sparkline, last value
	run, runLate, runFailed               safe // name, next, spec
	approveHead                           safe
	pressed                               safe // supplier, order
	pressedUndo, pressedFirst, pressedNot safe // until ; supplier
	allRoutine, allSure, allText          safe
	settings, settingsOf, settingsDefault safe // version
	sService, sReview, sAware, sStrict    safe // target, days
	sQuiet                                safe
	targets                               map[core.TargetRule]safe // what decides: holding rate, cost of a line, service level of cost; rate or level of the others
	sApprover, sSecond, sCap, sChange     safe
	sRule, sKey                           safe // limit, of seven days ; codes
	thanks                                safe
	forecast, week, confidence            safe
	fileSent                              safe // name, what is in it
	again, againLine                      safe // days ; product, units, day, chance
	kept                                  safe // silent, muted
	allWaiting, decideThere               safe // n ;
}

var englishHome = homeWords{
	waiting: "Waiting for a decision", short: "Runs short", feeds: "Data", lately: "The last days", runs: "Next runs",
	nothing: "Nothing.", refresh: "Refresh", wait: "%s · %s · order by %s",
	feed: "%s data: %s (may be %s old) %s", feedNever: "%s data has never arrived %s", fresh: "✅", old: "🔴",
	red: "RED items %s now %s", risk: "Money at risk %s now %s",
	run: "%s: next %s (%s)", runLate: ", last one caught up late", runFailed: ", last one failed: %s",
	allRoutine: "Approve all routine (%s, %s)", allSure: "Approve these orders?", allText: "Orders: %s, together %s. Each is decided by itself, with your limits.",
	approveHead: "Waiting for a decision: %s",
	pressed:     "✅ Approved: %s, order %s", pressedUndo: ". Its card offers Undo until %s", pressedFirst: "⏳ First approval given: %s. A second approver is needed.",
	pressedNot: "⚠️ Not approved: %s. A message of its own says why.",
	settings:   "Settings of %s", settingsOf: "Version %s", settingsDefault: "As the program was started.",
	sService: "%s; orders every %s days", targets: map[core.TargetRule]safe{
		core.TargetCost: "Target: least expected cost (holding %s %% a year, %s an order line; service level %s %% where price or cost is not known)",
		core.TargetFill: "Target: fill rate %s %%", core.TargetQuantile: "Target: service level %s %%, by what was sold", core.TargetNormal: "Target: service level %s %%, by formula"},
	sReview: "RED under %s days of cover, YELLOW up to %s",
	sAware:  "RED and YELLOW also when an order is due by its lead time, whatever the cover (tiers: aware)", sStrict: "By days of cover alone (tiers: strict)", sQuiet: "Quiet hours %s to %s", sApprover: "May approve up to %s: ", sSecond: "Second approver above %s",
	sRule: "Routine orders up to %s are approved by rule, %s in seven days", sKey: "Always a person's decision: orders from %s",
	sCap: "Daily cap %s", sChange: "To change them: /stock settings edit, approval or schedule, or edit the settings file; it takes effect at once.",
	fileSent: "%s is in your direct messages: %s.",
	again:    "Bought again within %s days (/stock repurchase)", againLine: "%s: %s units, about %s, chance of a buyer %s",
	kept:       "🔕 Kept quiet at the last check: %s; muted: %s (/stock quiet says why)",
	allWaiting: "All %s waiting", decideThere: "They are decided on their cards, or with /stock approve.",
	thanks:   "Thank you. Your suggestion is kept.",
	forecast: "%s at %s: %s", week: "week of %s: %s units", confidence: "confidence %s of 100",
}

// Home draws the home tab.
func Home(v plan.HomeView, now time.Time) slack.HomeTabViewRequest {
	shop := v.Status.Shop
	b := lay(shop, 0)
	w := &b.w.home
	count := func(n int) safe { return qty(int64(n)) }
	b.header(say(b.w.statusTitle, clean(shop.Name, 80)))
	b.causes(v.Status.Conservative, shownCauses)
	b.facts(
		fact{b.w.fRed, count(v.Status.Red)}, fact{b.w.fYellow, count(v.Status.Yellow)},
		fact{b.w.fRisk, money(v.Status.MoneyAtRisk)}, fact{b.w.fOpen, count(len(v.Waiting))},
	)
	b.actions(button(ActionHome, "v1:home", w.refresh), button(ActionShort, "v1:short", b.w.shortTitle))

	b.line(bold(w.waiting))
	const most = 8
	for _, p := range v.Waiting[:min(len(v.Waiting), most)] {
		b.line(text(say(w.wait, supplier(p), money(p.TotalShop), b.due(p.OrderBy, now))))
	}
	if n := len(v.Waiting); n > most {
		b.allWaiting(n)
	}
	if len(v.Waiting) == 0 {
		b.line(text(w.nothing))
	}
	b.line(bold(w.short))
	for _, it := range v.Status.Worst[:min(len(v.Status.Worst), 10)] {
		b.line(bold(product(it.SKU, it.Name)), text(" · "+b.shortage(it)))
	}
	if len(v.Status.Worst) == 0 {
		b.line(text(b.w.noneAt))
	}
	if len(v.History) > 1 {
		red, risk := make([]float64, len(v.History)), make([]float64, len(v.History))
		for i, d := range v.History {
			red[i], risk[i] = float64(d.Red), float64(d.MoneyAtRisk.Minor)
		}
		last := v.History[len(v.History)-1]
		b.line(bold(w.lately))
		b.line(text(say(w.red, bars(red), count(last.Red))))
		b.line(text(say(w.risk, bars(risk), money(last.MoneyAtRisk))))
	}
	b.indicators(v.Indicators)
	b.line(bold(w.feeds))
	for _, f := range v.Feeds {
		mark := w.fresh
		if f.Stale {
			mark = w.old
		}
		if f.AsOf.IsZero() {
			b.line(text(say(w.feedNever, b.told(f.Name, 40), mark)))
			continue
		}
		b.line(text(say(w.feed, b.told(f.Name, 40), b.instant(f.AsOf), b.told(risk.Span(f.Limit), 20), mark)))
	}
	b.again(v.Again)
	if n := len(v.Kept.Silent) + len(v.Kept.Muted); n > 0 {
		b.line(text(say(w.kept, count(len(v.Kept.Silent)), count(len(v.Kept.Muted)))))
	}
	b.runs(v.Runs)
	b.warnings(v.Status.Warnings, shownCauses)
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, CallbackID: "home", Blocks: slack.Blocks{BlockSet: b.blocks}}
}

// allWaiting adds the button that lists all that waits.
func (b *builder) allWaiting(n int) {
	b.actions(button(ActionWaiting, "v1:waiting", say(b.w.home.allWaiting, qty(int64(n)))))
}

// WaitingTitle is the title of the list of what waits.
func WaitingTitle(w *phrases) safe { return w.home.waiting }

// WaitingModal lists what waits for a decision, in the order given.
func WaitingModal(list []plan.Proposal, language string, now time.Time) slack.ModalViewRequest {
	b := in(language)
	w := &b.w.home
	for _, p := range list {
		b.line(bold(supplier(p)), text(" · "+join(" · ", money(p.TotalShop), b.w.cBy+" "+b.due(p.OrderBy, now), b.told(p.Reason, 200))))
	}
	if len(list) == 0 {
		b.paragraph(b.w.noneWaiting)
	} else {
		b.line(text(w.decideThere))
	}
	return b.modal("waiting", w.waiting, "", "")
}

// again lists what customers are expected to buy again.
func (b *builder) again(v plan.CustomersView) {
	products := v.Report.Products
	if v.MadeAt.IsZero() || len(products) == 0 {
		return
	}
	w := &b.w.home
	b.line(bold(say(w.again, qty(int64(v.Report.Days)))))
	for _, p := range products[:min(len(products), 5)] {
		due := nothing
		if p.Due > 0 {
			due = b.date(p.Due)
		}
		b.line(text(say(w.againLine, product(p.SKU, v.Names[p.SKU]), whole(p.Units), due, b.percent(p.Probability))))
	}
}

func (b *builder) runs(list []plan.RunView) {
	w := &b.w.home
	b.line(bold(w.runs))
	for _, r := range list {
		s := say(w.run, b.runName(r.Name), b.instant(r.Next), b.timetable(r.Spec))
		if r.Late {
			s += w.runLate
		}
		if r.Error != "" {
			s += say(w.runFailed, b.told(r.Error, 200))
		}
		b.line(text(s))
	}
}

// runName is the name of a run with what it does.
func (b *builder) runName(name string) safe {
	does := b.w.settings.runs[name]
	if does == "" {
		return b.told(name, 40)
	}
	return b.told(name, 40) + say(b.w.inBrackets, does)
}

// CheckHome is Check for a home tab.
func CheckHome(v slack.HomeTabViewRequest) error {
	c := &checker{ids: map[string]bool{}}
	c.count("blocks", len(v.Blocks.BlockSet), 1, maxViewBlocks)
	c.blocks(v.Blocks.BlockSet, true)
	return c.err()
}

// ScheduleAnswer answers /stock schedule.
func ScheduleAnswer(list []plan.RunView, shop core.Shop) Message {
	b := lay(shop, 0)
	b.runs(list)
	if len(list) == 0 {
		b.line(text(b.w.home.nothing))
		return b.message(join(b.w.colon, b.w.home.runs, b.w.home.nothing))
	}
	return b.message(say(b.w.home.run, b.runName(list[0].Name), b.instant(list[0].Next), b.timetable(list[0].Spec)))
}

// ApproveAnswer answers /stock approve: what waits, by amount, each with its button.
// The click is decided as one on the card; done is what became of those on this list.
func ApproveAnswer(done []plan.Pressed, list []plan.Proposal, conservative []string, p core.Policy, shop core.Shop, now time.Time) Message {
	b := lay(shop, 0)
	w := &b.w.home
	story := say(w.approveHead, qty(int64(len(list))))
	b.header(story)
	for _, p := range done {
		b.line(text(b.pressed(p)))
	}
	if len(done) > 0 {
		story = join(b.w.semicolon, b.pressed(done[0]), story)
	}
	b.causes(conservative, shownCauses)
	if len(conservative) == 0 {
		b.approveAll(list, p, now)
	}
	for i, o := range list {
		b.line(bold(supplier(o)), text(" · "+join(" · ", money(o.TotalShop), b.w.cBy+" "+b.due(o.OrderBy, now), b.told(o.Reason, 200))))
		if i == 0 {
			story = join(b.w.semicolon, story, say(w.wait, supplier(o), money(o.TotalShop), b.due(o.OrderBy, now)))
		}
		v := plan.RestockView{Proposal: o, Digest: plan.Digest(o), ConfirmAbove: p.Approval.ConfirmAbove}
		ref := Ref{o.ID, o.Version, v.Digest}
		if len(conservative) > 0 || !ref.valid() {
			continue
		}
		b.actions(b.approveButton(v, ref), button(ActionWhy, ref.String(), b.w.whyButton))
	}
	if len(list) == 0 {
		b.paragraph(b.w.noneWaiting)
	}
	return b.message(story)
}

// pressed says what became of one proposal that was approved on a list.
func (b *builder) pressed(p plan.Pressed) safe {
	w, from := &b.w.home, clean(p.Supplier, 60)
	switch {
	case p.Outcome == plan.NeedSecond:
		return say(w.pressedFirst, from)
	case p.Outcome != plan.Allow:
		return say(w.pressedNot, from)
	case p.Undo.IsZero():
		return say(w.pressed, from, clean(p.Order, 40))
	}
	return say(w.pressed, from, clean(p.Order, 40)) + say(w.pressedUndo, b.instant(p.Undo))
}

// approveAll adds the button for the proposals that may be approved together.
func (b *builder) approveAll(list []plan.Proposal, p core.Policy, now time.Time) {
	var refs Refs
	sum := core.Money{Currency: p.Approval.RoutineLimit.Currency}
	for _, o := range list {
		ref := Ref{o.ID, o.Version, plan.Digest(o)}
		if plan.Routine(o, p, now) != "" || !ref.valid() || len(refs) == maxRefs {
			continue
		}
		next, err := sum.Add(o.TotalShop)
		if err != nil {
			continue
		}
		refs, sum = append(refs, ref), next
	}
	if len(refs) == 0 {
		return
	}
	n, w := qty(int64(len(refs))), &b.w.home
	btn := button(ActionApproveAll, refs.String(), say(w.allRoutine, n, money(sum)))
	btn.WithConfirm(slack.NewConfirmationBlockObject(plain(w.allSure, maxTitle), plain(say(w.allText, n, money(sum)), maxConfirm),
		plain(b.w.sureYes, maxConfirmText), plain(b.w.sureNo, maxConfirmText)))
	b.actions(btn)
}

// SettingsAnswer answers /stock settings.
func SettingsAnswer(v plan.SettingsView) Message {
	b := lay(v.Shop, 0)
	w := &b.w.home
	head := say(w.settings, clean(v.Shop.Name, 80))
	b.header(head)
	of := w.settingsDefault
	if v.Version > 0 {
		version, since := say(w.settingsOf, qty(v.Version)), join(" · ", b.told(v.Source, 20), b.instant(v.At))
		of = join(" · ", version, since)
		if userID.MatchString(v.By) { // else the source says it
			b.line(text(version+" · "), person(v.By), text(" · "+since))
		} else {
			b.paragraph(of)
		}
	} else {
		b.paragraph(of)
	}
	p := v.Policy
	b.line(text(say(w.sService, b.target(v), qty(int64(p.ReviewDays)))))
	b.line(text(say(w.sReview, qty(int64(p.RedDays)), qty(int64(p.YellowDays)))))
	tiers := w.sAware
	if p.Tiers == core.Strict {
		tiers = w.sStrict
	}
	b.line(text(tiers))
	if q := p.Quiet; q.On() {
		clock := func(m int) safe { return clean(fmt.Sprintf("%02d:%02d", m/60, m%60), 5) }
		b.line(text(say(w.sQuiet, clock(q.From), clock(q.To))))
	}
	for _, a := range p.Approval.Approvers {
		b.line(text(say(w.sApprover, money(a.Limit))), person(a.User))
	}
	if len(p.Approval.Approvers) == 0 {
		b.line(text(b.w.nobody))
	}
	b.standing(v.Standing)
	if !p.Approval.SecondAbove.IsZero() {
		b.line(text(say(w.sSecond, money(p.Approval.SecondAbove))))
	}
	if !p.Approval.DailyCap.IsZero() {
		b.line(text(say(w.sCap, money(p.Approval.DailyCap))))
	}
	if a := p.Approval; a.AutoLimit.Minor > 0 {
		b.line(text(say(w.sRule, money(a.AutoLimit), money(a.WeeklyAutoCap()))))
		var keys []safe
		for _, id := range a.KeySuppliers {
			keys = append(keys, clean(v.Suppliers.Of(id), 60))
		}
		if len(keys) > 0 {
			b.line(text(say(w.sKey, cut(join(b.w.comma, keys...), 300))))
		}
	}
	b.line(text(w.sChange))
	if sw := &b.w.settings; v.Version > 0 {
		b.actions(button(ActionSettings+"_1", CallbackSettings, sw.edit), button(ActionSettings+"_2", CallbackApproval, sw.editApproval),
			button(ActionSettings+"_3", CallbackSchedules, sw.editSchedule), button(ActionSettingsFile, "v1:file", sw.file),
			button(ActionSettings+"_4", CallbackImport, sw.putIn))
	}
	return b.message(join(b.w.colon, head, of))
}

// target is what decides how much is enough, with its own numbers.
func (b *builder) target(v plan.SettingsView) safe {
	p, w := v.Policy, &b.w.home
	level := num(100*p.ServiceLevel, 1)
	switch rule := cmp.Or(p.Target, core.TargetNormal); rule {
	case core.TargetCost:
		return say(w.targets[rule], num(100*p.Quantity.HoldingRate, 1), join(" ", clean(string(v.Shop.Currency), 3), num(p.Quantity.LineCost, 2)), level)
	case core.TargetFill:
		return say(w.targets[rule], num(100*p.FillRate, 1))
	default:
		return say(w.targets[rule], level)
	}
}

// ThanksAnswer answers /stock suggest.
func ThanksAnswer(language string) Message {
	b := in(language)
	b.paragraph(b.w.home.thanks)
	return b.message(b.w.home.thanks)
}

// ForecastAnswer answers /stock forecast CODE: what is expected, week by week.
func ForecastAnswer(language string, items []plan.Item) Message {
	b := in(language)
	w := &b.w.home
	var story safe
	for _, it := range items {
		f := it.Forecast
		head := say(w.forecast, product(it.SKU, it.Name), clean(string(it.Location), 40), say(w.confidence, qty(int64(f.Confidence))))
		if f.Why == "" && f.Method != "" { // else it names the method, at length
			head = join(b.w.comma, head, b.told(f.Method, 60))
		}
		if story == "" {
			story = head
		}
		b.line(bold(head))
		for i := 0; i+7 <= len(f.Mean) && i < 28; i += 7 {
			sum := 0.0
			for _, m := range f.Mean[i : i+7] {
				sum += m
			}
			week := say(w.week, b.date(f.Start+core.Day(i)), num(sum, decimals(sum)))
			if b.line(text(week)); story == head {
				story = join(b.w.semicolon, story, week)
			}
		}
		if f.Why != "" {
			b.line(text(b.told(f.Why, 600)))
		}
		for i, r := range f.Reasons {
			if i < 5 {
				b.line(text("– " + b.told(r, 200)))
			}
		}
	}
	return b.message(story)
}

// decimals is how many a number of units needs: none from ten on.
func decimals(units float64) int {
	if units >= 10 {
		return 0
	}
	return 1
}
