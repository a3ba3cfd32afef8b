package cards

import (
	"github.com/slack-go/slack"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// Ids of the form by which an approver hands over.
const (
	CallbackDelegate = "delegate"
	FieldDelegate    = "delegate_to"
	FieldLastDay     = "delegate_until"
)

type delegateWords struct {
	title, intro, who, last, lastHint, save safe
	standsIn                                safe // ends: until
}

var englishDelegate = delegateWords{
	title: "Hand over approvals", save: "Hand over", who: "Who stands in for you", last: "Until the end of", lastHint: "60 days at most",
	intro:    "The person may decide on orders as you may, up to your limit, until the end of that day. Settings stay with you. /stock delegate end takes it back.",
	standsIn: " until %s stands in for ",
}

var chineseDelegate = delegateWords{
	title: "移交审批权", save: "移交", who: "由谁代理", last: "有效至（当日结束）", lastHint: "最长 60 天",
	intro:    "在该日结束前，此人可以在您的限额内代您决定订单。设置权限仍归您。/stock delegate end 可收回。",
	standsIn: "（有效至 %s）代理 ",
}

// DelegateTitle is the title of the form, for Loading and Sorry.
func DelegateTitle(w *phrases) safe { return w.delegate.title }

// DelegateModal is the form by which an approver hands over.
func DelegateModal(today core.Day, language string) slack.ModalViewRequest {
	b := in(language)
	w := &b.w.delegate
	b.paragraph(w.intro)
	b.add(slack.NewInputBlock(FieldDelegate, plain(w.who, 300), nil, slack.NewOptionsSelectBlockElement(slack.OptTypeUser, nil, FieldDelegate)))
	day := slack.NewDatePickerBlockElement(FieldLastDay)
	day.InitialDate = (today + 7).String()
	b.add(slack.NewInputBlock(FieldLastDay, plain(w.last, 300), plain(w.lastHint, 500), day))
	return b.modal(CallbackDelegate, w.title, w.save, "")
}

// standing lists who stands in for whom.
func (b *builder) standing(list []plan.Delegation) {
	w := &b.w.delegate
	for i, d := range list {
		if i < 10 {
			b.line(person(d.To), text(say(w.standsIn, b.instant(d.Until))), person(d.From))
		}
	}
}
