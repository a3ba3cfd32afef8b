package cards

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// Ids of the form and the lists of numbers set by hand. The fields have the names of
// plan.OverridePart, and FieldPlace; the buttons of a row have a number behind theirs.
const (
	CallbackOverride = "override"
	FieldPlace       = "location"
	ActionTakeBack   = "take_back"
	ActionOverride   = "override_box"
)

// overrideWords are the sentences about numbers set by hand.
type overrideWords struct {
	title, save, intro, sku, skuHint, place, anyPlace, supplier, anySupplier safe
	field, value, valueHint, until, untilHint, reason, reasonHint            safe
	fields                                                                   map[core.OverrideField]safe
	listHead, listHeadOf, none, cWhat, cValue, cOf, cUntil, cBy, cReason     safe
	takeBack, file, set, history, historyNone, sure, sureText, sureYes       safe
	changed                                                                  map[string]safe
	entry, by, supplierName                                                  safe
}

var englishOverrides = overrideWords{
	title: "Set a number by hand", save: "Set it",
	intro: "It takes the place of the computed number from the next check on, which starts at once, and stands with your name and reason on every card it touches. On its last day it falls away by itself.",
	sku:   "Product", skuHint: "Its code. Empty: all that a supplier sells (lead time, minimum and pack only).",
	place: "Place", anyPlace: "Every place", supplier: "Supplier", anySupplier: "Whoever delivers",
	field: "What", value: "Value", valueHint: "A number such as 45 or 0.98; a class AX to CZ; a category regular, consumable, upgrade, durable or seasonal. A lead time without a way is that of the normal one: a port strike leaves air freight as fast as it is.",
	until: "Until", untilHint: "The last day on which it holds.", reason: "Why", reasonHint: "Such as: Chinese New Year, port strike, large order expected.",
	fields: map[core.OverrideField]safe{
		core.OverrideDemand: "Demand a day, in units", core.OverrideFactor: "Demand, as a multiple of the forecast", core.OverrideLeadTime: "Lead time in days",
		core.OverrideSea: "Lead time by sea in days", core.OverrideAir: "Lead time by air in days", core.OverrideRush: "Lead time by rush in days",
		core.OverrideMOQ: "Minimum order in units", core.OverridePack: "Pack in units", core.OverrideSafety: "Safety stock in units",
		core.OverrideReorder: "Reorder point in units", core.OverrideQuantity: "Quantity of an order that is due, in units",
		core.OverrideService: "Service level", core.OverrideClass: "Class", core.OverrideCategory: "Category",
	},
	listHead: "Numbers set by hand", listHeadOf: "Numbers set by hand for %s", none: "None is in force.",
	cWhat: "What", cValue: "Value", cOf: "Of", cUntil: "Until", cBy: "By", cReason: "Why",
	takeBack: "Take back: %s · %s", file: "%s (file)", set: "Set a number…", history: "History", historyNone: "Nothing was ever set.",
	sure: "Take it back?", sureText: "%s of %s counts as computed again, at once.", sureYes: "Take back",
	changed: map[string]safe{"set": "set", "changed": "changed", "removed": "taken back"},
	entry:   "%s · %s · %s: %s, until %s (%s: %s)", by: " · by ", supplierName: "all of %s",
}

var chineseOverrides = overrideWords{
	title: "手动设定数值", save: "设定",
	intro: "自下一次检查（立即开始）起取代计算值，并连同您的姓名和原因显示在相关的每张卡片上。到期后自动失效。",
	sku:   "商品", skuHint: "商品编码。留空：该供应商的全部商品（仅限交货周期、起订量和包装）。",
	place: "地点", anyPlace: "所有地点", supplier: "供应商", anySupplier: "任何供应商",
	field: "项目", value: "数值", valueHint: "数字，如 45 或 0.98；等级 AX 至 CZ；类别 regular、consumable、upgrade、durable 或 seasonal。未注明方式的交货周期指常规方式：港口罢工不影响空运。",
	until: "截止", untilHint: "生效的最后一天。", reason: "原因", reasonHint: "例如：春节、港口罢工、预计有大订单。",
	fields: map[core.OverrideField]safe{
		core.OverrideDemand: "日需求量（件）", core.OverrideFactor: "需求：预测的倍数", core.OverrideLeadTime: "交货周期（天）",
		core.OverrideSea: "海运交货周期（天）", core.OverrideAir: "空运交货周期（天）", core.OverrideRush: "加急交货周期（天）",
		core.OverrideMOQ: "最小起订量（件）", core.OverridePack: "包装（件）", core.OverrideSafety: "安全库存（件）",
		core.OverrideReorder: "再订货点（件）", core.OverrideQuantity: "到期订单的数量（件）",
		core.OverrideService: "服务水平", core.OverrideClass: "等级", core.OverrideCategory: "类别",
	},
	listHead: "手动设定的数值", listHeadOf: "%s 的手动设定", none: "目前没有生效的设定。",
	cWhat: "项目", cValue: "数值", cOf: "对象", cUntil: "截止", cBy: "设定人", cReason: "原因",
	takeBack: "撤回：%s · %s", file: "%s（文件）", set: "设定数值…", history: "历史", historyNone: "从未设定过。",
	sure: "撤回？", sureText: "%[2]s 的%[1]s立即恢复为计算值。", sureYes: "撤回",
	changed: map[string]safe{"set": "设定", "changed": "更改", "removed": "撤回"},
	entry:   "%s · %s · %s：%s，截止 %s（%s：%s）", by: " · 操作人：", supplierName: "%s 的全部商品",
}

// maxOverrides is how many of them are listed with a button.
const maxOverrides = 20

// OverrideModal is the form for a number set by hand.
func OverrideModal(v plan.OverrideView) slack.ModalViewRequest {
	b := lay(v.Shop, 0)
	w := &b.w.byHand
	b.paragraph(w.intro)
	sku := slack.NewPlainTextInputBlockElement(nil, string(plan.OverrideSKU)).WithMaxLength(100)
	sku.InitialValue = string(v.SKU)
	b.add(slack.NewInputBlock(string(plan.OverrideSKU), plain(w.sku, 300), plain(w.skuHint, 500), sku).WithOptional(true))
	var suppliers, places, fields []*slack.OptionBlockObject
	for _, s := range v.Suppliers[:min(len(v.Suppliers), maxChoices)] {
		if len(s.ID) <= 75 {
			suppliers = append(suppliers, option(string(s.ID), join(" · ", clean(s.Name, 40), clean(string(s.ID), 30))))
		}
	}
	for _, l := range v.Locations[:min(len(v.Locations), maxChoices)] {
		if len(l.ID) <= 75 {
			places = append(places, option(string(l.ID), join(" · ", clean(l.Name, 40), clean(string(l.ID), 30))))
		}
	}
	for _, f := range core.OverrideFields {
		fields = append(fields, option(string(f), w.fields[f]))
	}
	choice := func(id string, label, none safe, options []*slack.OptionBlockObject, optional bool) {
		if len(options) == 0 {
			return
		}
		list := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, id, options...)
		if none != "" {
			list.Placeholder = plain(none, 150)
		}
		b.add(slack.NewInputBlock(id, plain(label, 300), nil, list).WithOptional(optional))
	}
	choice(string(plan.OverrideKind), w.field, "", fields, false)
	b.add(slack.NewInputBlock(string(plan.OverrideValue), plain(w.value, 300), plain(w.valueHint, 500),
		slack.NewPlainTextInputBlockElement(nil, string(plan.OverrideValue)).WithMaxLength(20)))
	b.dayField(string(plan.OverrideUntil), w.until, w.untilHint, v.Today+30)
	b.add(slack.NewInputBlock(string(plan.OverrideReason), plain(w.reason, 300), plain(w.reasonHint, 500),
		slack.NewPlainTextInputBlockElement(nil, string(plan.OverrideReason)).WithMaxLength(150)))
	choice(FieldPlace, w.place, w.anyPlace, places, true)
	choice(string(plan.OverrideSupplier), w.supplier, w.anySupplier, suppliers, true)
	return b.modal(CallbackOverride, w.title, w.save, "")
}

// OverridesAnswer answers /stock override list: what is in force, with a button to
// take each back.
func OverridesAnswer(v plan.OverrideView) Message {
	b := lay(v.Shop, 0)
	w := &b.w.byHand
	head := b.overrideHead(v)
	b.header(head)
	if len(v.Lines) == 0 {
		b.line(text(w.none))
	}
	called := core.NamesOf(v.Suppliers)
	var buttons []slack.BlockElement
	rows := [][]safe{{w.cWhat, w.cValue, w.cOf, w.cUntil, w.cBy, w.cReason}}
	for _, l := range v.Lines {
		by := clean(l.By, 40)
		if l.File {
			by = say(w.file, by)
		} else if len(buttons) < maxOverrides {
			btn := button(ActionTakeBack+"_"+strconv.Itoa(len(buttons)+1), OverrideKeyValue(plan.KeyOf(l.Override)), say(w.takeBack, w.fields[l.Field], b.overrideOf(l.Override, called.Of(l.Supplier))))
			btn.WithConfirm(slack.NewConfirmationBlockObject(plain(w.sure, maxTitle), plain(say(w.sureText, w.fields[l.Field], b.overrideOf(l.Override, called.Of(l.Supplier))), maxConfirm),
				plain(w.sureYes, maxConfirmText), plain(b.w.sureNo, maxConfirmText)))
			buttons = append(buttons, btn)
		}
		rows = append(rows, []safe{w.fields[l.Field], clean(l.Shown(), 20), b.overrideOf(l.Override, called.Of(l.Supplier)), b.date(l.Until), by, clean(l.Reason, 60)})
	}
	if len(rows) > 1 {
		b.table(rows, 1)
	}
	b.actions(append(buttons, button(ActionOverride, "o", w.set))...)
	return b.message(join(" · ", head, say("%s", qty(int64(len(v.Lines))))))
}

// OverrideHistoryAnswer answers /stock override history.
func OverrideHistoryAnswer(v plan.OverrideView) Message {
	b := lay(v.Shop, 0)
	w := &b.w.byHand
	head := join(" · ", b.overrideHead(v), w.history)
	b.header(head)
	if len(v.History) == 0 {
		b.line(text(w.historyNone))
	}
	called := core.NamesOf(v.Suppliers)
	for _, h := range v.History {
		line := []piece{text(say(w.entry, b.instant(h.At), w.changed[h.What], join(" · ", w.fields[h.Field], b.overrideOf(h.Override, called.Of(h.Supplier))), clean(h.Shown(), 20), b.date(h.Until),
			clean(h.By, 40), clean(h.Reason, 200)))}
		if h.Actor != "" {
			line = append(line, text(w.by), person(h.Actor))
		}
		b.line(line...)
	}
	return b.message(head)
}

func (b *builder) overrideHead(v plan.OverrideView) safe {
	if v.SKU == "" {
		return b.w.byHand.listHead
	}
	return say(b.w.byHand.listHeadOf, product(v.SKU, v.Name))
}

// overrideOf names what a number is of; supplier is what its supplier is called.
func (b *builder) overrideOf(o core.Override, supplier string) safe {
	sku := clean(string(o.SKU), 40)
	if o.SKU == "" {
		return join(" · ", say(b.w.byHand.supplierName, clean(supplier, 40)), b.optional(string(o.Location)))
	}
	return join(" · ", sku, b.optional(string(o.Location)), b.optional(supplier))
}

const overridePrefix = "o1:"

// OverrideKeyValue returns the value of the button that takes an override back.
func OverrideKeyValue(k plan.OverrideKey) string {
	parts := []string{string(k.SKU), string(k.Location), string(k.Supplier), string(k.Field), k.Shown}
	for i := range parts {
		parts[i] = url.QueryEscape(parts[i])
	}
	return overridePrefix + strings.Join(parts, ":")
}

// ParseOverrideKey reads it back and accepts nothing else; errors wrap ErrValue.
func ParseOverrideKey(s string) (k plan.OverrideKey, err error) {
	parts := strings.Split(strings.TrimPrefix(s, overridePrefix), ":")
	if len(parts) == 5 {
		for i := range parts {
			p, err := url.QueryUnescape(parts[i])
			if err != nil || p != "" && !codeText(p) {
				return k, fmt.Errorf("override value: %w", ErrValue)
			}
			parts[i] = p
		}
		k = plan.OverrideKey{SKU: core.SKU(parts[0]), Location: core.LocationID(parts[1]), Supplier: core.SupplierID(parts[2]), Field: core.OverrideField(parts[3]), Shown: parts[4]}
	}
	if k.Field == "" || len(s) > maxValue || OverrideKeyValue(k) != s {
		return plan.OverrideKey{}, fmt.Errorf("override value: %w", ErrValue)
	}
	return k, nil
}

// OverrideTitle is the title of the form.
func OverrideTitle(w *phrases) safe { return w.byHand.title }
