package cards

import (
	"fmt"
	"strconv"

	"github.com/slack-go/slack"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// CallbackSettings is the id of the settings form. Block and action of its fields are
// the names of the settings.
const CallbackSettings = "settings"

type settingsWords struct {
	title, intro, history, none safe
	labels, hints               map[string]safe
}

var englishSettings = settingsWords{
	title: "Settings", history: "Versions of the settings", none: "There is no version yet: the settings are those the program was started with.",
	intro: "In force at once, for everybody. Who may approve what is changed in the settings file.",
	labels: map[string]safe{
		"policy.service_level": "Service level", "policy.review_days": "Days between two orders", "policy.red_days": "RED below days of cover",
		"policy.yellow_days": "YELLOW up to days of cover", "policy.quiet_hours": "Quiet hours", "approval.remind_after": "Remind after",
	},
	hints: map[string]safe{
		"policy.service_level": "Probability of no stock-out in an order cycle, from 0.5 to 0.999", "policy.quiet_hours": "Such as 22:00-07:00; empty: none",
		"approval.remind_after": "A proposal waits so long before its approvers are reminded, such as 24h; 0s: never",
	},
}

// SettingsTitle is the title of the settings form.
var SettingsTitle = string(englishSettings.title)

// settingNames are the fields of the form, in order.
var settingNames = []string{"policy.service_level", "policy.review_days", "policy.red_days", "policy.yellow_days", "policy.quiet_hours", "approval.remind_after"}

// settingValue is a setting as it is written in the settings file.
func settingValue(p core.Policy, name string) string {
	switch name {
	case "policy.service_level":
		return strconv.FormatFloat(p.ServiceLevel, 'f', -1, 64)
	case "policy.review_days":
		return strconv.Itoa(p.ReviewDays)
	case "policy.red_days":
		return strconv.Itoa(p.RedDays)
	case "policy.yellow_days":
		return strconv.Itoa(p.YellowDays)
	case "policy.quiet_hours":
		if q := p.Quiet; q.On() {
			return fmt.Sprintf("%02d:%02d-%02d:%02d", q.From/60, q.From%60, q.To/60, q.To%60)
		}
	case "approval.remind_after":
		return p.Approval.RemindAfter.String()
	}
	return ""
}

// SettingsModal is the form of the settings that are no approval rules. Its metadata
// is the version it was opened on.
func SettingsModal(v plan.SettingsView) slack.ModalViewRequest {
	b := &builder{w: &english}
	w := &englishSettings
	b.paragraph(w.intro)
	for _, name := range settingNames {
		in := slack.NewPlainTextInputBlockElement(nil, name).WithMaxLength(40)
		in.InitialValue = settingValue(v.Policy, name)
		field := slack.NewInputBlock(name, plain(w.labels[name], 300), nil, in).WithOptional(name == "policy.quiet_hours")
		if h := w.hints[name]; h != "" {
			field.Hint = plain(h, 500)
		}
		b.add(field)
	}
	return b.modal(CallbackSettings, w.title, b.w.save, strconv.FormatInt(v.Version, 10))
}

// ParseSettingsMeta reads the version back; errors wrap ErrValue.
func ParseSettingsMeta(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != s {
		return 0, fmt.Errorf("version of the settings: %w", ErrValue)
	}
	return n, nil
}

// SettingsHistoryAnswer answers /stock settings history.
func SettingsHistoryAnswer(list []plan.SettingsView) Message {
	b := &builder{w: &english}
	w := &englishSettings
	b.header(w.history)
	for _, v := range list {
		b.line(bold(qty(v.Version)), text(" · "+join(" · ", clean(v.By, 60), clean(v.Source, 20), instant(v.At, v.Shop.Zone), optional(v.Reason))))
	}
	if len(list) == 0 {
		b.paragraph(w.none)
	}
	return b.message(w.history)
}
