package cards

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// Ids of the settings forms. Block and action of their fields are the names of the
// settings.
const (
	CallbackSettings  = "settings"
	CallbackApproval  = "settings_approval"
	CallbackSchedules = "settings_schedule"
	CallbackImport    = "settings_import"

	ActionSettings       = "settings_edit" // with the callback of the form as value
	ActionSettingsFile   = "settings_file"
	ActionChangeConfirm  = "settings_confirm"
	ActionChangeRefuse   = "settings_refuse"
	FieldNewApprover     = "new_approver"
	FieldNewApproverCash = "new_approver_limit"
	FieldSettingsText    = "settings_text"
	FieldSettingsUpload  = "settings_upload"
)

// SettingsMeta is what a settings form carries: the version it was opened on.
func SettingsMeta(version int64) string { return strconv.FormatInt(version, 10) }

// ParseSettingsMeta reads the version back; errors wrap ErrValue.
func ParseSettingsMeta(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || SettingsMeta(n) != s {
		return 0, fmt.Errorf("version of the settings: %w", ErrValue)
	}
	return n, nil
}

const changePrefix = "c1:"

// ChangeValue returns the value of the buttons of a change of the settings.
func ChangeValue(id int64) string { return changePrefix + strconv.FormatInt(id, 10) }

// ParseChange reads it back; errors wrap ErrValue.
func ParseChange(s string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(s, changePrefix), 10, 64)
	if err != nil || n <= 0 || ChangeValue(n) != s {
		return 0, fmt.Errorf("change value: %w", ErrValue)
	}
	return n, nil
}

// setting adds a field with the value in force.
func (b *builder) setting(v plan.SettingsView, name string, label, hint safe, optional bool) {
	most := 60
	if name == "approval.key_suppliers" { // a list
		most = maxInput
	}
	if utf8.RuneCountInString(v.Shown(name)) > most { // Slack would refuse the whole form
		b.paragraph(say(b.w.settings.fileOnly, label))
		return
	}
	in := slack.NewPlainTextInputBlockElement(nil, name).WithMaxLength(most)
	in.InitialValue = v.Shown(name)
	field := slack.NewInputBlock(name, plain(label, 300), nil, in).WithOptional(optional)
	if hint != "" {
		field.Hint = plain(hint, 500)
	}
	b.add(field)
}

// useForm is the value of a button that opens a form with another value in it.
var useForm = regexp.MustCompile(`^u1:([a-z_]{1,40}):([a-z_]{1,40}\.[a-z_]{1,40})=([0-9A-Za-z.]{1,20})$`)

// ParseUse reads the value of a button that opens a form of the settings, and what it
// proposes to write there, if anything.
func ParseUse(s string) (callback string, proposed map[string]string) {
	if m := useForm.FindStringSubmatch(s); m != nil {
		return m[1], map[string]string{m[2]: m[3]}
	}
	return s, nil
}

// use adds a button for each change that a form can make, which opens the form with the
// value in it.
func (b *builder) use(changes []plan.ParameterChange) {
	var els []slack.BlockElement
	for i, c := range changes {
		callback := CallbackSettings
		if slices.Contains(approvalNames, c.Setting) {
			callback = CallbackApproval
		} else if !slices.Contains(settingNames, c.Setting) {
			continue
		}
		value := "u1:" + callback + ":" + c.Setting + "=" + c.Then
		if !useForm.MatchString(value) {
			continue
		}
		els = append(els, button(fmt.Sprintf("%s_%d", ActionSettings, i+1), value, join(b.w.colon, b.w.settings.labels[c.Setting], clean(c.Then, 20))+"…"))
	}
	if len(els) > 0 {
		b.actions(els...)
	}
}

// settingNames are the fields of the form of thresholds, in order.
var settingNames = []string{"policy.service_level", "policy.review_days", "policy.red_days", "policy.yellow_days", "policy.min_safety_days",
	"policy.max_risk_cards", "policy.reject_days", "policy.quiet_hours", "policy.cool_down", "approval.remind_after"}

// SettingsModal is the form of the settings that are no approval rules.
func SettingsModal(v plan.SettingsView) slack.ModalViewRequest {
	b := lay(v.Shop, 0)
	w := &b.w.settings
	b.paragraph(w.intro)
	b.paragraph(b.target(v)) // says what the service level is for
	for _, name := range settingNames {
		b.setting(v, name, w.labels[name], w.hints[name], name == "policy.quiet_hours")
	}
	return b.modal(CallbackSettings, w.title, b.w.save, SettingsMeta(v.Version))
}

// maxApproverFields is how many approvers the form of the approval rules shows.
const maxApproverFields = 30

// approvalNames are its fields before the approvers.
var approvalNames = []string{"approval.second_above", "approval.confirm_above", "approval.daily_cap", "approval.routine_limit",
	"approval.auto_limit", "approval.auto_cap", "approval.key_suppliers", "approval.expiry", "approval.undo"}

// ApprovalModal is the form of the approval rules. name tells what a person is called.
func ApprovalModal(v plan.SettingsView, name func(user string) string) slack.ModalViewRequest {
	b := lay(v.Shop, 0)
	w := &b.w.settings
	b.paragraph(w.introApproval)
	for _, n := range approvalNames {
		b.setting(v, n, w.labels[n], w.hints[n], n != "approval.expiry" && n != "approval.undo")
	}
	choices := []*slack.OptionBlockObject{option("false", w.soloNo), option("true", w.soloYes)}
	solo := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, "approval.solo", choices...)
	if solo.InitialOption = choices[0]; v.Policy.Approval.Solo {
		solo.InitialOption = choices[1]
	}
	b.add(slack.NewInputBlock("approval.solo", plain(w.labels["approval.solo"], 300), nil, solo))
	for i, a := range v.Policy.Approval.Approvers {
		if i < maxApproverFields {
			n := plan.ApproverPrefix + a.User
			b.setting(v, n, say(w.approver, clean(name(a.User), 80)), w.approverHint, true)
		}
	}
	who := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, nil, FieldNewApprover)
	b.add(slack.NewInputBlock(FieldNewApprover, plain(w.newApprover, 300), nil, who).WithOptional(true))
	cash := slack.NewPlainTextInputBlockElement(nil, FieldNewApproverCash).WithMaxLength(20)
	b.add(slack.NewInputBlock(FieldNewApproverCash, plain(w.newLimit, 300), nil, cash).WithOptional(true))
	fallback := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, nil, "approval.fallback")
	if len(v.Policy.Approval.Fallback) > 0 {
		fallback.InitialUser = v.Policy.Approval.Fallback[0]
	}
	if len(v.Policy.Approval.Fallback) > 1 {
		b.paragraph(say(w.fileOnly, w.labels["approval.fallback"]))
	} else {
		b.add(slack.NewInputBlock("approval.fallback", plain(w.labels["approval.fallback"], 300), plain(w.hints["approval.fallback"], 500), fallback).WithOptional(true))
	}
	return b.modal(CallbackApproval, w.titleApproval, w.ask, SettingsMeta(v.Version))
}

// SchedulesModal is the form of the channel and of what runs when.
func SchedulesModal(v plan.SettingsView) slack.ModalViewRequest {
	b := lay(v.Shop, 0)
	w := &b.w.settings
	b.paragraph(say(w.introSchedule, clean(v.Shop.Zone.String(), 60)))
	b.setting(v, "slack.channel", w.labels["slack.channel"], w.hints["slack.channel"], false)
	for _, name := range slices.Sorted(maps.Keys(v.Schedules)) {
		hint := w.runs[name]
		if hint == "" {
			hint = w.runs["check"]
		}
		b.setting(v, plan.SchedulePrefix+name, clean(name, 60), hint, name != "check")
	}
	return b.modal(CallbackSchedules, w.titleSchedule, b.w.save, SettingsMeta(v.Version))
}

// ImportMeta is what the form of a settings file carries.
type ImportMeta struct {
	Version int64  // that the file was compared with; 0 before it was
	Digest  string // of the file; "" before it was compared
	File    string // id of the uploaded file; "" for one that was pasted
}

// String writes it down; "" before anything was compared.
func (m ImportMeta) String() string {
	switch {
	case m.Digest == "":
		return ""
	case m.File == "":
		return SettingsMeta(m.Version) + ":" + m.Digest
	}
	return SettingsMeta(m.Version) + ":" + m.Digest + ":" + m.File
}

var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ParseImportMeta reads it back; errors wrap ErrValue.
func ParseImportMeta(s string) (m ImportMeta, err error) {
	if s == "" {
		return m, nil
	}
	parts := strings.Split(s, ":")
	if m.Version, err = ParseSettingsMeta(parts[0]); err != nil {
		return m, err
	}
	if len(parts) > 1 {
		m.Digest = parts[1]
	}
	if len(parts) > 2 {
		m.File = parts[2]
	}
	if !digestForm.MatchString(m.Digest) || m.File != "" && !fileID.MatchString(m.File) || m.String() != s {
		return m, fmt.Errorf("a compared settings file: %w", ErrValue)
	}
	return m, nil
}

// ImportModal is the form that takes a settings file, uploaded or pasted. With a preview
// it shows what the file, or the text in the field, would change; the same sent again is
// put in. file is the id of an uploaded file, "" for one that is pasted.
func ImportModal(language, body, file string, p plan.SettingsPreview) slack.ModalViewRequest {
	b := lay(core.Shop{Language: language}, int(p.Version))
	w := &b.w.settings
	submit := w.importShow
	if p.Digest == "" {
		b.paragraph(w.importIntro)
	} else {
		submit = w.importDo
		b.line(bold(say(w.importChanges, qty(int64(len(p.Changes))))))
		if b.bullets(p.Changes) > 0 {
			b.paragraph(w.importRest)
		}
		then := w.importNow
		if p.Second != "" {
			submit, then = w.ask, join(" ", b.told(p.Second, 300), w.importSecond)
		}
		b.paragraph(then)
	}
	asked := p.Digest == ""
	if asked {
		up := slack.NewFileInputBlockElement(FieldSettingsUpload).WithMaxFiles(1)
		b.add(slack.NewInputBlock(FieldSettingsUpload, plain(w.importFile, 300), nil, up).WithOptional(true))
	}
	if file == "" {
		in := slack.NewPlainTextInputBlockElement(nil, FieldSettingsText).WithMultiline(true).WithMaxLength(maxInput)
		in.InitialValue = body
		b.add(slack.NewInputBlock(FieldSettingsText, plain(w.importText, 300), plain(w.importHint, 500), in).WithOptional(asked))
	}
	return b.modal(CallbackImport, w.titleImport, submit, ImportMeta{p.Version, p.Digest, file}.String())
}

// bullets lists changes of settings, each in full: who confirms them must have seen
// them. It says how many cannot be shown and returns that number.
func (b *builder) bullets(changes []string) (left int) {
	shown := plan.ShownChanges(changes)
	left = len(changes) - shown
	var lines []safe
	for _, c := range changes[:shown] {
		for part := range slices.Chunk([]rune("• "+b.worded(c)), maxSection-1) {
			lines = append(lines, clean(string(part), maxSection-1))
		}
	}
	if left > 0 {
		lines = append(lines, say(b.w.settings.changesLeft, qty(int64(left))))
	}
	b.paragraphs(lines)
	return left
}

// worded says in the shop's language the words of a change that are not a value.
func (b *builder) worded(change string) string {
	w := &b.w.settings
	out := strings.ReplaceAll(change, plan.ByDefault, string(w.byDefault))
	for word, said := range map[string]safe{plan.ListAdded: w.listAdded, plan.ListRemoved: w.listRemoved, plan.ListOrder: w.listOrder} {
		out = strings.ReplaceAll(out, ": "+word, ": "+string(said))
		out = strings.ReplaceAll(out, "; "+word, "; "+string(said))
	}
	return out
}

// summary is the changes for a line above the card: those that fit, each whole, and how
// many more.
func (b *builder) summary(changes []string) safe {
	var out safe
	for i, c := range changes {
		next := join("; ", out, clean(b.worded(c), maxSummary+1))
		if len([]rune(string(next))) > maxSummary {
			return join("; ", out, say(b.w.digestMore, qty(int64(len(changes)-i))))
		}
		out = next
	}
	return out
}

// maxSummary is the longest summary of changes, without how many more there are.
const maxSummary = 300

// maxReason is the longest line of the history, which has pages.
const maxReason = 3000

// SettingsHistoryAnswer answers /stock settings history.
func SettingsHistoryAnswer(language string, list []plan.SettingsView) Message {
	b := in(language)
	w := &b.w.settings
	b.header(w.history)
	for _, v := range list {
		b.shop = v.Shop
		var why safe
		if v.Reason != "" {
			why = b.told(b.worded(v.Reason), maxReason)
		}
		b.line(bold(qty(v.Version)), text(" · "), person(v.By), text(" · "+join(" · ", b.told(v.Source, 20), b.instant(v.At), why)))
	}
	if len(list) == 0 {
		b.paragraph(w.none)
	}
	return b.message(w.history)
}

// change is the card of a change of the approval rules: what, by whom, and the two
// ways out.
func (b *builder) change(c plan.SettingsChange) Message {
	w := &b.w.settings
	state := w.states[c.State]
	head := join(" · ", state, w.changeHead)
	b.header(head)
	b.line(text(w.changeBy), person(c.By), text(say(" · %s", b.instant(c.At))))
	left := b.bullets(c.Changes)
	if c.State != plan.SettingsAsked {
		pieces := []piece{text(state)}
		if c.DecidedBy != "" {
			pieces = append(pieces, text(" · "), person(c.DecidedBy))
		}
		if !c.DecidedAt.IsZero() {
			pieces = append(pieces, text(say(" · %s", b.instant(c.DecidedAt))))
		}
		b.line(pieces...)
		if c.State == plan.SettingsOvertaken || c.State == plan.SettingsExpired {
			b.line(text(w.askAnew))
		}
		return b.message(join(b.w.colon, join(" · ", head, b.byWhom(c.DecidedBy, c.DecidedAt)), b.summary(c.Changes)))
	}
	yes := button(ActionChangeConfirm, ChangeValue(c.ID), w.confirm).WithStyle(slack.StylePrimary)
	yes.WithConfirm(slack.NewConfirmationBlockObject(plain(w.confirmSure, maxTitle), plain(w.confirmText, maxConfirm),
		plain(w.confirm, maxConfirmText), plain(b.w.sureNo, maxConfirmText)))
	no := button(ActionChangeRefuse, ChangeValue(c.ID), w.refuse)
	if left > 0 { // nobody confirms what cannot be read
		b.paragraph(w.changesMany)
		b.actions(no)
	} else {
		b.actions(yes, no)
	}
	b.footer(w.mayConfirm, c.Confirm, say(b.w.expires, b.instant(c.ExpiresAt)))
	return b.message(join("\n", join(b.w.semicolon, head, say(b.w.asks.confirm, b.instant(c.ExpiresAt))), b.summary(c.Changes)))
}
